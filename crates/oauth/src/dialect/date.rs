//! How a moment is written: the forms that APIs are known to use.

use serde_json::Value;

use super::member::Format;
use crate::Timestamp;

/// `moment` as JSON text, a number or a string.
pub(super) fn write(moment: Timestamp, format: Format) -> String {
    match format {
        Format::UnixMilliseconds => moment.as_millis().to_string(),
        Format::Rfc3339 => format!("\"{}Z\"", civil(moment)),
        Format::Rfc3339NumericZone => format!("\"{}+0000\"", civil(moment)),
        Format::UnixSeconds | Format::AsItIs | Format::Lower | Format::Upper => moment.as_seconds().to_string(),
    }
}

/// `YYYY-MM-DDThh:mm:ss` in UTC, by the proleptic Gregorian calendar.
fn civil(moment: Timestamp) -> String {
    let seconds = moment.as_seconds();
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Years begin in March here, so that the leap day is the last of its year; 400 years have
    // 146,097 days, and 719,468 days lie between 0000-03-01 and 1970-01-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Reads what [`write`] writes.
pub(super) fn read(value: &Value, format: Format) -> Option<Timestamp> {
    match format {
        Format::UnixMilliseconds => value.as_i64().map(Timestamp::from_millis),
        Format::Rfc3339 => value.as_str()?.strip_suffix('Z').and_then(moment),
        Format::Rfc3339NumericZone => value.as_str()?.strip_suffix("+0000").and_then(moment),
        Format::UnixSeconds | Format::AsItIs | Format::Lower | Format::Upper => value.as_i64().map(Timestamp::from_seconds),
    }
}

/// The moment that `civil` writes as `text`.
fn moment(text: &str) -> Option<Timestamp> {
    let number = |at: std::ops::Range<usize>| text.get(at)?.parse::<i64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (year_from_march, month_from_march) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, year_of_era) = (year_from_march.div_euclid(400), year_from_march.rem_euclid(400));
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    let found = Timestamp::from_seconds(days * 86_400 + number(11..13)? * 3600 + number(14..16)? * 60 + number(17..19)?);
    (civil(found) == text).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_on_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00"),
            (1_478_038_659, "2016-11-01T22:17:39"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (4_107_542_400, "2100-03-01T00:00:00"),
            (-1, "1969-12-31T23:59:59"),
        ] {
            assert_eq!(civil(Timestamp::from_seconds(seconds)), text);
            assert_eq!(moment(text), Some(Timestamp::from_seconds(seconds)));
        }
        assert_eq!(write(Timestamp::from_seconds(1_478_038_659), Format::Rfc3339NumericZone), r#""2016-11-01T22:17:39+0000""#);
        assert_eq!(write(Timestamp::from_millis(1_999), Format::UnixSeconds), "1");
        for wrong in
            ["2016-13-01T00:00:00", "2015-02-29T00:00:00", "2016-11-01 22:17:39", "", "é016-11-01T22:17:39", "2016-11-01T22:17:39Z"]
        {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
