//! What time it is: the system's, or in a test whatever the test says.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jeton_oauth::{Seconds, Timestamp};

/// The one source of `now`.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Standing>>);

#[derive(Debug)]
struct Standing {
    now: AtomicI64,
    uptime: AtomicU64,
}

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock {
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `now` until [`Clock::advance`] moves it.
    pub fn standing_at(now: Timestamp) -> Self {
        Self(Some(Arc::new(Standing { now: AtomicI64::new(now.as_millis()), uptime: AtomicU64::new(0) })))
    }

    /// Moves a standing clock; a system clock moves by itself and ignores this.
    pub fn advance(&self, by: Seconds) {
        if let Some(standing) = &self.0 {
            standing.now.fetch_add(by.as_millis(), Ordering::Relaxed);
        }
    }

    /// How long this process has run, whatever becomes of the time of day.
    pub fn uptime(&self) -> Duration {
        match &self.0 {
            Some(standing) => Duration::from_millis(standing.uptime.load(Ordering::Relaxed)),
            None => STARTED.elapsed(),
        }
    }

    /// Lets a standing clock's process run on, at the same time of day.
    pub fn run_on(&self, by: Seconds) {
        if let Some(standing) = &self.0 {
            standing.uptime.fetch_add(by.as_millis().unsigned_abs(), Ordering::Relaxed);
        }
    }

    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(standing) => Timestamp::from_millis(standing.now.load(Ordering::Relaxed)),
            None => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock that others are given")]
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
        }
    }
}

/// RFC 3339, in UTC.
pub fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default().to_string()
}
