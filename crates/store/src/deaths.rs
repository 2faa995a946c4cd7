//! Counts what stopped because of a bug and was started again: nobody else would see it.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

#[derive(Debug, Default)]
pub(crate) struct Deaths(AtomicU64);

impl Deaths {
    /// Runs what may panic, and counts it if it does; then there is no answer.
    pub fn survive<T>(&self, who: &'static str, run: impl FnOnce() -> T) -> Option<T> {
        let answer = catch_unwind(AssertUnwindSafe(run)).ok();
        if answer.is_none() {
            self.count(who);
        }
        answer
    }

    /// The panic itself was written to standard error by whoever met it.
    pub fn count(&self, who: &'static str) {
        self.0.fetch_add(1, Relaxed);
        tracing::error!("{who} stopped because of a bug and was started again; please report what it said");
    }

    pub fn so_far(&self) -> u64 {
        self.0.load(Relaxed)
    }
}
