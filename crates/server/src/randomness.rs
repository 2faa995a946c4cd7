//! Randomness for the rules: the cryptographic library's own generator.

use rand_core::{CryptoRng, RngCore};

/// aws-lc's generator, reseeded from the system.
pub struct SystemRng;

impl RngCore for SystemRng {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// Aborts the request if the system has no randomness to give: nothing may be issued then.
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system has no randomness");
    }
}

impl CryptoRng for SystemRng {}
