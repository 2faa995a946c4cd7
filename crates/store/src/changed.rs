//! When what changed: tells whether something that was read earlier still holds, without knowing who
//! remembers it.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use uuid::Uuid;

/// A clock that counts changes, and for each of many groups of ids when one of them changed last.
/// Ids that share a group cost each other a look-up, never a stale answer.
pub(crate) struct Changed {
    now: AtomicU64,
    groups: Box<[AtomicU64]>,
    everything: AtomicU64,
}

const GROUPS: usize = 4096;

impl Default for Changed {
    fn default() -> Self {
        Self { now: AtomicU64::new(0), groups: (0..GROUPS).map(|_| AtomicU64::new(0)).collect(), everything: AtomicU64::new(0) }
    }
}

impl Changed {
    /// To be asked before a row is read: what is noted later may not be in it.
    pub fn now(&self) -> u64 {
        self.now.load(SeqCst)
    }

    pub fn note(&self, id: Uuid) {
        let at = self.now.fetch_add(1, SeqCst) + 1;
        self.group(id).fetch_max(at, SeqCst);
    }

    pub fn note_everything(&self) {
        let at = self.now.fetch_add(1, SeqCst) + 1;
        self.everything.fetch_max(at, SeqCst);
    }

    /// Whether none of `ids` was noted after `since`.
    pub fn holds(&self, ids: impl IntoIterator<Item = Uuid>, since: u64) -> bool {
        self.everything.load(SeqCst) <= since && ids.into_iter().all(|id| self.group(id).load(SeqCst) <= since)
    }

    /// By the last bits of an id, which are random.
    fn group(&self, id: Uuid) -> &AtomicU64 {
        let [.., high, low] = *id.as_bytes();
        &self.groups[usize::from(u16::from_be_bytes([high, low])) % GROUPS]
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Changed;

    const ANN: Uuid = Uuid::from_u128(1);
    const BOB: Uuid = Uuid::from_u128(2);

    #[test]
    fn what_was_read_before_a_change_holds_no_more() {
        let changed = Changed::default();
        let before = changed.now();
        assert!(changed.holds([ANN, BOB], before));
        changed.note(ANN);
        assert!(!changed.holds([ANN, BOB], before));
        assert!(changed.holds([BOB], before));
        assert!(changed.holds([ANN, BOB], changed.now()));
    }

    #[test]
    fn after_everything_changed_nothing_holds() {
        let changed = Changed::default();
        let before = changed.now();
        changed.note_everything();
        assert!(!changed.holds([], before));
        assert!(changed.holds([ANN], changed.now()));
    }
}
