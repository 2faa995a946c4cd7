//! Numbers as they are shown: of a time that somebody looks at, column by column, by call and by reason.

use std::collections::BTreeMap;

use jeton_oauth::{
    ClientKey, Timestamp,
    activity::{Call, Grain, Outcome, Reason, What},
};
use jeton_store::{Counted, RealmStore, Store, StoreError, Sums};

/// How far back somebody looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    Hour,
    #[default]
    Day,
    Week,
    Month,
    Year,
}

impl Span {
    pub const ALL: [Self; 5] = [Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// As it stands in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Year => "1y",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.as_str() == text)
    }

    /// How many columns there are, and milliseconds of each.
    pub const fn columns(self) -> (i64, i64) {
        match self {
            Self::Hour => (60, Grain::Minute.millis()),
            Self::Day => (24, Grain::Hour.millis()),
            Self::Week => (56, 3 * Grain::Hour.millis()),
            Self::Month => (30, Grain::Day.millis()),
            Self::Year => (52, 7 * Grain::Day.millis()),
        }
    }

    /// In what the numbers are kept that it is made of. Days are those that hours were added to.
    const fn grains(self) -> &'static [Grain] {
        match self {
            Self::Hour => &[Grain::Minute],
            Self::Day | Self::Week => &[Grain::Hour],
            Self::Month | Self::Year => &[Grain::Day, Grain::Hour],
        }
    }
}

/// Whose numbers.
#[derive(Clone, Copy)]
pub enum Of<'a> {
    Everybody(&'a Store),
    Realm(RealmStore<'a>),
    Client(RealmStore<'a>, ClientKey),
}

/// What happened in a span.
#[derive(Clone, Debug)]
pub struct Figures {
    pub span: Span,
    pub since: Timestamp,
    pub until: Timestamp,
    /// When they were asked for.
    pub now: Timestamp,
    /// The oldest first; the last is not over yet.
    pub columns: Vec<Column>,
    /// Upper bounds in microseconds, and how many token requests took no longer than each and longer than the one before.
    pub latency: BTreeMap<u64, u64>,
}

/// A part of the span.
#[derive(Clone, Debug)]
pub struct Column {
    pub began_at: Timestamp,
    pub numbers: BTreeMap<(Call, Outcome), u64>,
    pub latency: BTreeMap<u64, u64>,
}

/// How often something was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    pub answered: u64,
    pub refused: u64,
}

impl Figures {
    /// Reads the numbers of everybody who is named, and adds them up.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub async fn read(all: &[Of<'_>], span: Span, now: Timestamp) -> Result<Self, StoreError> {
        let mut figures = Self::empty(span, now);
        for of in all {
            for grain in span.grains() {
                // A day that began before the span may reach into it; it is left out.
                let sums = Sums { grain: *grain, since: figures.since, millis: span.columns().1 };
                figures.add(&match of {
                    Of::Everybody(store) => store.activity(sums).await?,
                    Of::Realm(rows) => rows.activity(sums).await?,
                    Of::Client(rows, client) => rows.activity_of(*client, sums).await?,
                });
            }
        }
        Ok(figures)
    }

    /// Nothing happened.
    pub fn empty(span: Span, now: Timestamp) -> Self {
        let (columns, millis) = span.columns();
        // The last column is the one that is now.
        let smallest = if millis >= Grain::Day.millis() {
            Grain::Day
        } else if millis > Grain::Minute.millis() {
            Grain::Hour
        } else {
            Grain::Minute
        };
        let until = smallest.begin(now).as_millis() + smallest.millis();
        let since = until - columns * millis;
        let column =
            |place| Column { began_at: Timestamp::from_millis(since + place * millis), numbers: BTreeMap::new(), latency: BTreeMap::new() };
        Self {
            span,
            since: Timestamp::from_millis(since),
            until: Timestamp::from_millis(until),
            now,
            columns: (0..columns).map(column).collect(),
            latency: BTreeMap::new(),
        }
    }

    pub fn add(&mut self, numbers: &[Counted]) {
        let (_, millis) = self.span.columns();
        for number in numbers {
            let place = (number.began_at.as_millis() - self.since.as_millis()).div_euclid(millis);
            let Some(column) = usize::try_from(place).ok().and_then(|place| self.columns.get_mut(place)) else { continue };
            match number.what {
                What::Call(call, outcome) => *column.numbers.entry((call, outcome)).or_default() += number.times,
                What::Within(bound) => {
                    *column.latency.entry(bound).or_default() += number.times;
                    *self.latency.entry(bound).or_default() += number.times;
                }
            }
        }
    }

    /// Minutes that are over, of a column that began then; at least one, which is the finest that is counted.
    pub fn minutes(&self, column: &Column) -> f64 {
        let end = column.began_at.as_millis() + self.span.columns().1;
        minutes_between(column.began_at, Timestamp::from_millis(end.min(self.now.as_millis())))
    }

    /// Minutes of the whole span that are over.
    pub fn all_minutes(&self) -> f64 {
        minutes_between(self.since, self.now)
    }

    /// Each call that there was, in the order of calls.
    pub fn by_call(&self) -> BTreeMap<Call, Ends> {
        let mut calls = BTreeMap::new();
        for ((call, outcome), times) in self.columns.iter().flat_map(|column| &column.numbers) {
            let ends: &mut Ends = calls.entry(*call).or_default();
            ends.add(*outcome, *times);
        }
        calls
    }

    /// Why calls were refused, the most frequent reason first.
    pub fn reasons(&self) -> Vec<(Reason, u64)> {
        let mut reasons: BTreeMap<Reason, u64> = BTreeMap::new();
        for ((_, outcome), times) in self.columns.iter().flat_map(|column| &column.numbers) {
            if let Some(reason) = outcome.reason() {
                *reasons.entry(reason).or_default() += times;
            }
        }
        let mut ranked: Vec<_> = reasons.into_iter().collect();
        ranked.sort_by_key(|(reason, times)| (std::cmp::Reverse(*times), *reason));
        ranked
    }

    /// Of all columns together, those calls that count.
    pub fn ends(&self, counts: impl Fn(Call) -> bool) -> Ends {
        self.columns
            .iter()
            .map(|column| column.ends(&counts))
            .fold(Ends::default(), |sum, ends| Ends { answered: sum.answered + ends.answered, refused: sum.refused + ends.refused })
    }
}

fn minutes_between(from: Timestamp, to: Timestamp) -> f64 {
    let minute = Grain::Minute.millis();
    (to.as_millis() - from.as_millis()).max(minute) as f64 / minute as f64
}

impl Column {
    pub fn ends(&self, counts: impl Fn(Call) -> bool) -> Ends {
        let mut ends = Ends::default();
        for ((_, outcome), times) in self.numbers.iter().filter(|((call, _), _)| counts(*call)) {
            ends.add(*outcome, *times);
        }
        ends
    }
}

impl Ends {
    fn add(&mut self, outcome: Outcome, times: u64) {
        match outcome {
            Outcome::Answered => self.answered += times,
            Outcome::Refused(_) => self.refused += times,
        }
    }
}

/// Within how many microseconds this share of requests was answered, as far as buckets tell; `None` without any.
pub fn quantile(latency: &BTreeMap<u64, u64>, share: f64) -> Option<u64> {
    let all: u64 = latency.values().sum();
    let wanted = (all as f64 * share).ceil() as u64;
    let mut seen = 0;
    latency.iter().find_map(|(bound, times)| {
        seen += times;
        (*times > 0 && seen >= wanted).then_some(*bound)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    #[test]
    fn numbers_fall_into_the_column_that_they_began_in() {
        for span in Span::ALL {
            let mut figures = Figures::empty(span, NOW);
            let (columns, millis) = span.columns();
            assert_eq!(figures.columns.len() as i64, columns);
            assert!(figures.since <= NOW && NOW < figures.until && figures.until.as_millis() - NOW.as_millis() <= millis);
            let what = What::Call(Call::Password, Outcome::Refused(Reason::WrongPassword));
            let at = |began_at| Counted { began_at, what, times: 2 };
            figures.add(&[at(figures.since), at(NOW), at(Timestamp::from_millis(figures.since.as_millis() - 1)), at(figures.until)]);
            assert_eq!(figures.ends(|_| true), Ends { answered: 0, refused: 4 });
            assert_eq!(figures.reasons(), [(Reason::WrongPassword, 4)]);
            assert_eq!(figures.columns[0].ends(Call::gives_tokens).refused, 2);
        }
    }

    #[test]
    fn a_column_that_is_not_over_lasts_as_long_as_it_did_so_far() {
        // 20 minutes into an hour, and into a day.
        let figures = Figures::empty(Span::Day, Timestamp::from_seconds(1_800_000_000 + 1200));
        assert_eq!(figures.columns.iter().map(|column| figures.minutes(column)).collect::<Vec<_>>()[21..], [60.0, 60.0, 20.0]);
        assert_eq!(figures.all_minutes(), 23.0 * 60.0 + 20.0);
        let figures = Figures::empty(Span::Hour, NOW);
        assert_eq!(figures.minutes(&figures.columns[59]), 1.0);
    }

    #[test]
    fn quantiles_are_the_bound_that_so_many_stay_below() {
        let latency = BTreeMap::from([(100, 50), (1_000, 49), (10_000, 1), (u64::MAX, 0)]);
        assert_eq!((quantile(&latency, 0.5), quantile(&latency, 0.99), quantile(&latency, 1.0)), (Some(100), Some(1_000), Some(10_000)));
        assert_eq!(quantile(&BTreeMap::new(), 0.5), None);
    }
}
