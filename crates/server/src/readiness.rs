//! Whether the server was ready when it was asked last: the log tells of a change, not of every probe.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

#[derive(Debug, Default)]
pub struct Readiness {
    waits: AtomicBool,
}

/// What became of it since it was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    Ready,
    NotReady,
    Unchanged,
}

impl Readiness {
    /// Keeps what was found, and says it where it differs.
    pub fn note(&self, reason: Option<&str>) -> Turn {
        match (self.waits.swap(reason.is_some(), Relaxed), reason) {
            (false, Some(reason)) => {
                tracing::warn!("not ready: {reason} (this is said once, and again when it is over)");
                Turn::NotReady
            }
            (true, None) => {
                tracing::info!("ready again");
                Turn::Ready
            }
            _ => Turn::Unchanged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Readiness, Turn};

    #[test]
    fn only_a_change_is_told() {
        let readiness = Readiness::default();
        let asked = [None, Some("a"), Some("a"), Some("b"), None, None, Some("a")].map(|reason| readiness.note(reason));
        assert_eq!(
            asked,
            [Turn::Unchanged, Turn::NotReady, Turn::Unchanged, Turn::Unchanged, Turn::Ready, Turn::Unchanged, Turn::NotReady]
        );
    }
}
