//! What people choose as secrets: which hashes are understood, what checking one costs, and who waits.

mod client_secret;
mod compute;
mod encoded;
mod format;
mod pool;
mod text;

pub(crate) use client_secret::LANE;
pub use client_secret::{SecretVerdict, SlowSecrets};
pub use format::{HashFault, HashFormat, identify};
pub use pool::{Busy, HashError, PasswordPool, PoolOptions, Verdict, Work};
pub use text::{MAX_PASSWORD_LENGTH, PasswordFault, acceptable};
