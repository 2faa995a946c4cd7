//! What people choose as secrets: which hashes are understood, what checking one costs, and who waits.

mod client_secret;
mod compute;
mod decoys;
mod hashing;
mod pool;
mod text;

pub(crate) use client_secret::LANE;
pub use client_secret::{SecretVerdict, SlowSecrets};
pub use decoys::Decoys;
pub use jeton_oauth::password_hash::{HashFault, HashFormat, identify};
pub use jeton_oauth::password_rules::{PasswordFault, Whose, acceptable};
pub use pool::{Busy, HashError, PasswordPool, PoolOptions, Verdict, Work};
