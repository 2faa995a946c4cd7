//! Looking at a realm's keys again, for a token that names one which this node does not know: another
//! may have made it a moment ago. Whoever sends garbage must not make it look often.

use std::{future::Future, time::Duration};

use jeton_store::StoreError;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep_until},
};

/// The last look of one realm.
#[derive(Debug, Default)]
pub(super) struct Looks(Mutex<Option<Look>>);

#[derive(Debug)]
struct Look {
    began: Instant,
    ended: Result<(), StoreError>,
}

/// Between the beginnings of two looks of one realm. A genuine token waits for it at most, and only
/// where others sent garbage.
const BETWEEN: Duration = Duration::from_millis(100);

impl Looks {
    /// One look at a time; whoever asked before it began shares it, its failure too.
    pub async fn share<F: Future<Output = Result<(), StoreError>>>(&self, look: impl FnOnce() -> F) -> Result<(), StoreError> {
        let asked = Instant::now();
        let mut last = self.0.lock().await;
        if let Some(last) = &*last {
            if last.began >= asked {
                return last.ended.clone();
            }
            sleep_until(last.began + BETWEEN).await;
        }
        let began = Instant::now();
        let ended = look().await;
        *last = Some(Look { began, ended: ended.clone() });
        ended
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use futures_util::future::join_all;
    use jeton_store::StoreError;

    use super::Looks;

    #[tokio::test]
    async fn a_thousand_who_ask_at_once_share_two_looks() {
        let (looks, counted) = (Looks::default(), AtomicU32::new(0));
        let look = || async {
            counted.fetch_add(1, SeqCst);
            tokio::task::yield_now().await;
            Ok(())
        };
        for answer in join_all((0..1000).map(|_| looks.share(look))).await {
            answer.unwrap();
        }
        // The first began before the others asked.
        assert_eq!(counted.load(SeqCst), 2);
    }

    #[tokio::test]
    async fn whoever_shares_a_look_shares_its_failure() {
        let (looks, counted) = (Looks::default(), AtomicU32::new(0));
        let look = || async {
            counted.fetch_add(1, SeqCst);
            tokio::task::yield_now().await;
            Err(StoreError::Busy)
        };
        assert!(join_all((0..100).map(|_| looks.share(look))).await.iter().all(|answer| *answer == Err(StoreError::Busy)));
        assert_eq!(counted.load(SeqCst), 2);
    }
}
