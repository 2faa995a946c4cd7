//! How many realms' first keys strangers may cause to be made: whoever reads JWK Sets proves nothing, and
//! an RSA key costs a tenth of a second and a row for good.

use std::sync::{Mutex, PoisonError};

use jeton_oauth::Timestamp;

/// At once.
const BURST: i64 = 8;
/// Milliseconds until another may be made.
const INTERVAL: i64 = 10_000;

/// A bucket that fills by the clock.
#[derive(Debug, Default)]
pub(super) struct Allowance(Mutex<Option<Timestamp>>);

impl Allowance {
    /// Takes one, if there is one left. What is kept is the time at which the bucket was, or will be, full.
    pub(super) fn take(&self, now: Timestamp) -> bool {
        let mut full_at = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now.as_millis();
        // A clock that was set back must not starve anybody for longer than an empty bucket does.
        let ahead = full_at.map_or(0, |at| (at.as_millis() - now).clamp(0, BURST * INTERVAL));
        let is_left = ahead <= (BURST - 1) * INTERVAL;
        *full_at = Some(Timestamp::from_millis(now + ahead + if is_left { INTERVAL } else { 0 }));
        is_left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_are_there_at_once_and_then_one_by_one() {
        let (allowance, at) = (Allowance::default(), Timestamp::from_millis);
        let taken = |now, wanted: usize| (0..wanted).filter(|_| allowance.take(at(now))).count();
        assert_eq!(taken(1_000, 20), 8);
        assert_eq!((taken(1_000 + INTERVAL - 1, 5), taken(1_000 + INTERVAL, 5)), (0, 1));
        assert_eq!(taken(1_000 + 100 * INTERVAL, 20), 8, "no more is saved than the bucket holds");
        assert_eq!((taken(0, 1), taken(INTERVAL, 1)), (0, 1), "a clock that was set back");
    }
}
