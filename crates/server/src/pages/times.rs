//! Times as people read them: in UTC, in their language, and for machines beside it.

use jeton_oauth::Timestamp;
use jiff::tz::TimeZone;
use minijinja::{HtmlEscape, Value};

use crate::page_parts::texts::{Language, Text, Texts, text};

/// A `<time>` with the day: "26 Nov 2026".
pub fn day(texts: &Texts, language: Language, at: Timestamp) -> Value {
    element(at, &texts.say(language, &on_day("time-day", at)))
}

/// A `<time>` with day and second: "26 Nov 2026, 14:05:31 UTC".
pub fn moment(texts: &Texts, language: Language, at: Timestamp) -> Value {
    element(at, &texts.say(language, &on_day("time-moment", at).with("time", clock(at))))
}

/// A `<time>` in words up to a day before or after now, then with the day.
pub fn relative(texts: &Texts, language: Language, at: Timestamp, now: Timestamp) -> Value {
    let (seconds, ahead) = match now.as_seconds() - at.as_seconds() {
        past if past >= 0 => (past, false),
        future => (-future, true),
    };
    let words = match (seconds, ahead) {
        (0..60, false) => text("time-just-now"),
        (60..3600, false) => text("time-minutes-ago").with("count", seconds / 60),
        (3600..86_400, false) => text("time-hours-ago").with("count", seconds / 3600),
        (0..3600, true) => text("time-in-minutes").with("count", (seconds + 59) / 60),
        (3600..86_400, true) => text("time-in-hours").with("count", (seconds + 3599) / 3600),
        _ => on_day("time-day", at),
    };
    element(at, &texts.say(language, &words))
}

/// "26 Nov 2026", as words alone.
pub fn short_day(at: Timestamp) -> Text {
    on_day("time-day", at)
}

/// "14:05", of UTC.
pub fn hour(at: Timestamp) -> String {
    zoned(at).strftime("%H:%M").to_string()
}

fn on_day(id: &'static str, at: Timestamp) -> Text {
    let at = zoned(at);
    text(id).with("day", i64::from(at.day())).with("month", i64::from(at.month())).with("year", i64::from(at.year()))
}

fn clock(at: Timestamp) -> String {
    zoned(at).strftime("%H:%M:%S").to_string()
}

fn element(at: Timestamp, words: &str) -> Value {
    let machine = zoned(at).strftime("%Y-%m-%dT%H:%M:%SZ");
    Value::from_safe_string(format!("<time datetime=\"{machine}\">{}</time>", HtmlEscape(words)))
}

fn zoned(at: Timestamp) -> jiff::Zoned {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default().to_zoned(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use jeton_oauth::{Seconds, Timestamp};

    use super::{day, moment, relative};
    use crate::page_parts::texts::Texts;

    #[test]
    fn times_are_told_in_the_readers_language() {
        let texts = Texts::built_in();
        let (english, german) = (texts.standard(), texts.find(["de"]).unwrap());
        let at = Timestamp::from_seconds(1_795_702_331);
        assert_eq!(day(&texts, english, at).to_string(), "<time datetime=\"2026-11-26T14:12:11Z\">26 Nov 2026</time>");
        assert!(moment(&texts, german, at).to_string().contains(">26. Nov. 2026, 14:12:11 UTC<"));
        for (after, words) in [(0, "just now"), (59, "just now"), (60, "1 minute ago"), (7260, "2 hours ago"), (86_400, "26 Nov 2026")] {
            let said = relative(&texts, english, at, at + Seconds(after)).to_string();
            assert!(said.contains(&format!(">{words}<")), "{after}: {said}");
        }
        assert!(relative(&texts, german, at + Seconds(61), at).to_string().contains(">in 2 Minuten<"));
    }
}
