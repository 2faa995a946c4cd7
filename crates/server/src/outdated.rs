//! Whether something that was read has to be read again.
//!
//! **Invariant**: nothing is forgotten if a reading fails, or is given up half-way: only a reading that
//! ended counts, and only for what was noted before it began.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[derive(Debug, Default)]
pub struct Outdated {
    noted: AtomicU64,
    read: AtomicU64,
}

/// What a reading that begins now will have seen.
#[derive(Clone, Copy, Debug)]
pub struct Reading(u64);

impl Outdated {
    /// What was read holds no more.
    pub fn note(&self) {
        self.noted.fetch_add(1, SeqCst);
    }

    /// To be asked before a reading; `None`: what was read still holds.
    pub fn reading(&self) -> Option<Reading> {
        let noted = self.noted.load(SeqCst);
        (noted > self.read.load(SeqCst)).then_some(Reading(noted))
    }

    /// It ended well.
    pub fn done(&self, reading: Reading) {
        self.read.fetch_max(reading.0, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::Outdated;

    #[test]
    fn what_changes_during_a_reading_is_read_again() {
        let outdated = Outdated::default();
        assert!(outdated.reading().is_none());
        outdated.note();
        let reading = outdated.reading().unwrap();
        outdated.note();
        outdated.done(reading);
        let again = outdated.reading().unwrap();
        outdated.done(again);
        assert!(outdated.reading().is_none());
    }
}
