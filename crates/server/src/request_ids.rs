//! What a request is called in log, audit and answers: no two of an installation are called alike.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use jeton_oauth::manage::RequestId;
use rand_core::RngCore;

use crate::randomness::SystemRng;

/// Counts the requests of this process.
pub struct RequestIds {
    process: u32,
    next: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self { process: SystemRng.next_u32(), next: AtomicU64::new(1) }
    }
}

impl RequestIds {
    pub fn next(&self) -> RequestId {
        RequestId::new(self.process, self.next.fetch_add(1, Relaxed))
    }
}
