//! How much work one hash may ask for. Beyond these a stranger who knows a name could hold a
//! thread for seconds.

use super::{HashFault, HashFormat};

/// Bytes of a whole hash; Keycloak's JSON is the longest.
pub(super) const MAX_HASH_LENGTH: usize = 4096;
/// KiB of memory that one hash may fill.
pub(super) const MAX_MEMORY: u64 = 256 * 1024;
/// KiB times passes: about a second of Argon2.
pub(super) const MAX_FILLED: u64 = 1024 * 1024;
/// Doubles with each; 14 is about a second.
pub(super) const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// Of PBKDF2, for each block of output: about two seconds.
pub(super) const MAX_ITERATIONS: u64 = 3_000_000;
/// Of MD5, as a power of two: about a second.
pub(super) const PHPASS_ROUNDS: std::ops::RangeInclusive<u32> = 7..=21;
/// Of `crypt` with SHA-2: about a second.
pub(super) const SHA_CRYPT_ROUNDS: std::ops::RangeInclusive<u32> = 1_000..=1_000_000;
/// Bytes of salt and of output.
const SALT_LENGTHS: std::ops::RangeInclusive<usize> = 4..=64;
const OUTPUT_LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;

pub(super) fn salt_and_output(salt: Option<Vec<u8>>, output: Option<Vec<u8>>) -> Option<(Vec<u8>, Vec<u8>)> {
    let (salt, output) = (salt?, output?);
    (SALT_LENGTHS.contains(&salt.len()) && OUTPUT_LENGTHS.contains(&output.len())).then_some((salt, output))
}

pub(super) const fn too_much(format: HashFormat, what: &'static str, limit: &'static str) -> HashFault {
    HashFault::TooCostly { format, what, limit }
}

pub(super) const fn malformed(format: HashFormat) -> HashFault {
    HashFault::Malformed { format }
}
