//! Panics are faults of ours: each is logged and counted, whoever goes on after it.

use std::{
    panic,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

static PANICS: AtomicU64 = AtomicU64::new(0);

/// How many there were since [`into_log`].
pub fn count() -> u64 {
    PANICS.load(Relaxed)
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
