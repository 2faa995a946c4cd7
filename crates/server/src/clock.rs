//! What time it is: the system's, or in a test whatever the test says.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use jeton_oauth::{Seconds, Timestamp};

/// The one source of `now`.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `now` until [`Clock::advance`] moves it.
    pub fn standing_at(now: Timestamp) -> Self {
        Self(Some(Arc::new(AtomicI64::new(now.as_millis()))))
    }

    /// Moves a standing clock; a system clock moves by itself and ignores this.
    pub fn advance(&self, by: Seconds) {
        if let Some(millis) = &self.0 {
            millis.fetch_add(by.as_millis(), Ordering::Relaxed);
        }
    }

    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(millis) => Timestamp::from_millis(millis.load(Ordering::Relaxed)),
            None => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock that others are given")]
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
        }
    }
}
