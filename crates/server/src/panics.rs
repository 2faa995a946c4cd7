//! Panics are faults of ours: each is logged and counted, and whatever died of one is started again.

use std::{
    collections::BTreeMap,
    future::{Future, poll_fn},
    panic::{self, AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::Poll,
    time::Duration,
};

static PANICS: AtomicU64 = AtomicU64::new(0);
static RESTARTS: Mutex<BTreeMap<&'static str, u64>> = Mutex::new(BTreeMap::new());

/// Before a worker starts again: one that dies at once must not fill the log.
const REST: Duration = Duration::from_secs(1);

/// How many there were since [`into_log`].
pub fn count() -> u64 {
    PANICS.load(Relaxed)
}

/// How often each worker was started again.
pub fn restarts() -> BTreeMap<&'static str, u64> {
    RESTARTS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Sends the words of every panic into the log, in place of stderr, which may make a thread wait for its reader.
pub fn into_log() {
    panic::set_hook(Box::new(|panic| {
        PANICS.fetch_add(1, Relaxed);
        let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        let words = panic.payload_as_str().unwrap_or("without words");
        let thread = std::thread::current();
        tracing::error!(thread = thread.name().unwrap_or("without a name"), place, "a fault in Jeton: {words}");
    }));
}

/// A worker died of a fault, and is started again.
pub fn restarted(worker: &'static str) {
    *RESTARTS.lock().unwrap_or_else(PoisonError::into_inner).entry(worker).or_default() += 1;
    tracing::error!(worker, "it died of a fault, and is started again");
}

/// What the future gives; `None` where it panics.
pub async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Some),
        Err(_) => Poll::Ready(None),
    })
    .await
}

/// Runs the worker until it ends by itself; one that panics is started again.
pub async fn kept_alive<F>(name: &'static str, worker: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    kept_alive_resting(REST, name, worker).await;
}

async fn kept_alive_resting<F>(rest: Duration, name: &'static str, worker: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    while caught(worker()).await.is_none() {
        restarted(name);
        tokio::time::sleep(rest).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_that_panics_is_started_again_and_counted() {
        let runs = AtomicU64::new(0);
        kept_alive_resting(Duration::ZERO, "a test", || async {
            assert!(runs.fetch_add(1, Relaxed) >= 2, "a fault");
        })
        .await;
        assert_eq!((runs.load(Relaxed), restarts()["a test"]), (3, 2));
    }
}
