//! Which password hashes are understood, and how much work one may ask for.

use std::{fmt, num::NonZeroU32};

use super::encoded::{number, padded, parameters, unpadded, unpadded_with_dots};

/// Checks a hash from elsewhere before it is stored: its format, its spelling and its cost.
pub fn identify(hash: &str) -> Result<HashFormat, HashFault> {
    ParsedHash::parse(hash).map(|parsed| parsed.format())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashFormat {
    Argon2id,
    Argon2i,
    Argon2d,
    Scrypt,
    Bcrypt,
    Pbkdf2Sha256,
    Pbkdf2Sha512,
}

/// Why a hash is refused. **Invariant**: no message repeats the hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    #[error(
        "this is no password hash that can be checked here; write one that begins with $argon2id$, $argon2i$, $argon2d$, $scrypt$, $2a$, $2b$, $2y$, $pbkdf2-sha256$, $pbkdf2-sha512$ or pbkdf2_sha256$"
    )]
    Unknown,
    #[error("the {format} hash is malformed; it must look like {example}", example = .format.example())]
    Malformed { format: HashFormat },
    #[error("checking the {format} hash would take too much {what}; at most {limit} is accepted. Set a new password instead")]
    TooCostly { format: HashFormat, what: &'static str, limit: &'static str },
}

/// A hash taken apart. Its cost is within the limits.
pub(super) enum ParsedHash {
    Argon2 { algorithm: argon2::Algorithm, version: argon2::Version, params: argon2::Params, salt: Vec<u8>, output: Vec<u8> },
    Scrypt { params: scrypt::Params, salt: Vec<u8>, output: Vec<u8> },
    Bcrypt(String),
    Pbkdf2 { prf: Prf, iterations: NonZeroU32, salt: Vec<u8>, output: Vec<u8> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prf {
    Sha256,
    Sha512,
}

/// KiB of memory that one hash may fill.
const MAX_MEMORY: u64 = 256 * 1024;
/// KiB times passes: about a second of Argon2.
const MAX_FILLED: u64 = 1024 * 1024;
/// Doubles with each; 14 is about a second.
const BCRYPT_COSTS: std::ops::RangeInclusive<u32> = 4..=14;
/// About two seconds.
const MAX_ITERATIONS: u32 = 3_000_000;
/// Bytes of salt and of output.
const SALT_LENGTHS: std::ops::RangeInclusive<usize> = 8..=64;
const OUTPUT_LENGTHS: std::ops::RangeInclusive<usize> = 16..=64;
/// Bytes of a whole hash.
const MAX_HASH_LENGTH: usize = 512;

impl ParsedHash {
    pub(super) fn parse(hash: &str) -> Result<Self, HashFault> {
        if hash.len() > MAX_HASH_LENGTH || !hash.is_ascii() {
            return Err(HashFault::Unknown);
        }
        if let Some(rest) = hash.strip_prefix("pbkdf2_sha256$") {
            return django(rest);
        }
        let (name, rest) = hash.strip_prefix('$').and_then(|hash| hash.split_once('$')).ok_or(HashFault::Unknown)?;
        match name {
            "argon2id" => argon2(HashFormat::Argon2id, argon2::Algorithm::Argon2id, rest),
            "argon2i" => argon2(HashFormat::Argon2i, argon2::Algorithm::Argon2i, rest),
            "argon2d" => argon2(HashFormat::Argon2d, argon2::Algorithm::Argon2d, rest),
            "scrypt" => scrypt(rest),
            "2a" | "2b" | "2y" => bcrypt(hash),
            "pbkdf2-sha256" => pbkdf2(Prf::Sha256, rest),
            "pbkdf2-sha512" => pbkdf2(Prf::Sha512, rest),
            _ => Err(HashFault::Unknown),
        }
    }

    pub(super) fn format(&self) -> HashFormat {
        match self {
            Self::Argon2 { algorithm: argon2::Algorithm::Argon2id, .. } => HashFormat::Argon2id,
            Self::Argon2 { algorithm: argon2::Algorithm::Argon2i, .. } => HashFormat::Argon2i,
            Self::Argon2 { .. } => HashFormat::Argon2d,
            Self::Scrypt { .. } => HashFormat::Scrypt,
            Self::Bcrypt(_) => HashFormat::Bcrypt,
            Self::Pbkdf2 { prf, .. } => prf.format(),
        }
    }
}

/// `$argon2id$v=19$m=19456,t=2,p=1$salt$output`; without `v` it is version 16.
fn argon2(format: HashFormat, algorithm: argon2::Algorithm, rest: &str) -> Result<ParsedHash, HashFault> {
    let malformed = HashFault::Malformed { format };
    let parts: Vec<_> = rest.split('$').collect();
    let (version, parts) = match parts.as_slice() {
        ["v=19", parts @ ..] => (argon2::Version::V0x13, parts),
        ["v=16", parts @ ..] => (argon2::Version::V0x10, parts),
        parts => (argon2::Version::V0x10, parts),
    };
    let [costs, salt, output] = parts else { return Err(malformed) };
    let [memory, passes, lanes] = parameters(costs, ["m", "t", "p"]).ok_or(malformed)?;
    if u64::from(memory) > MAX_MEMORY {
        return Err(HashFault::TooCostly { format, what: "memory", limit: "m=262144" });
    }
    if u64::from(memory) * u64::from(passes) > MAX_FILLED {
        return Err(HashFault::TooCostly { format, what: "time", limit: "m×t=1048576" });
    }
    let (salt, output) = salt_and_output(unpadded(salt), unpadded(output)).ok_or(malformed)?;
    // The library multiplies lanes by eight: checked here so that it cannot overflow.
    let params =
        (lanes <= memory / 8).then(|| argon2::Params::new(memory, passes, lanes, Some(output.len())).ok()).flatten().ok_or(malformed)?;
    Ok(ParsedHash::Argon2 { algorithm, version, params, salt, output })
}

/// `$scrypt$ln=17,r=8,p=1$salt$output`.
fn scrypt(rest: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Scrypt;
    let malformed = HashFault::Malformed { format };
    let mut parts = rest.split('$');
    let (Some(costs), Some(salt), Some(output), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(malformed);
    };
    let [log_n, r, p] = parameters(costs, ["ln", "r", "p"]).ok_or(malformed)?;
    if log_n == 0 || r == 0 || p == 0 {
        return Err(malformed);
    }
    // 128 × N × r bytes; both factors are bounded before they are multiplied.
    let memory = if log_n <= 24 && r <= 1024 { (u64::from(r) << log_n) / 8 } else { u64::MAX };
    if memory > MAX_MEMORY {
        return Err(HashFault::TooCostly { format, what: "memory", limit: "256 MiB (128×2^ln×r bytes)" });
    }
    if memory.saturating_mul(u64::from(p)) > MAX_FILLED {
        return Err(HashFault::TooCostly { format, what: "time", limit: "1 GiB (128×2^ln×r×p bytes)" });
    }
    let (salt, output) = salt_and_output(unpadded(salt), unpadded(output)).ok_or(malformed)?;
    let params = u8::try_from(log_n).ok().and_then(|log_n| scrypt::Params::new(log_n, r, p).ok()).ok_or(malformed)?;
    Ok(ParsedHash::Scrypt { params, salt, output })
}

/// `$2b$12$` and 53 characters. `$2x$`, whose hashes are wrong by a bug, is not understood.
fn bcrypt(hash: &str) -> Result<ParsedHash, HashFault> {
    let format = HashFormat::Bcrypt;
    let parts: bcrypt::HashParts = hash.parse().map_err(|_| HashFault::Malformed { format })?;
    match parts.get_cost() {
        cost if BCRYPT_COSTS.contains(&cost) => Ok(ParsedHash::Bcrypt(hash.to_owned())),
        cost if cost > *BCRYPT_COSTS.end() => Err(HashFault::TooCostly { format, what: "time", limit: "cost 14" }),
        _ => Err(HashFault::Malformed { format }),
    }
}

/// `$pbkdf2-sha256$i=600000,l=32$salt$output`; the iterations alone in the first part are understood too.
fn pbkdf2(prf: Prf, rest: &str) -> Result<ParsedHash, HashFault> {
    let malformed = HashFault::Malformed { format: prf.format() };
    let mut parts = rest.split('$');
    let (Some(costs), Some(salt), Some(output), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(malformed);
    };
    let (salt, output) = salt_and_output(unpadded_with_dots(salt), unpadded_with_dots(output)).ok_or(malformed)?;
    let iterations = number(costs)
        .or_else(|| parameters(costs, ["i"]).map(|[i]| i))
        .or_else(|| parameters(costs, ["i", "l"]).and_then(|[i, length]| (length as usize == output.len()).then_some(i)))
        .ok_or(malformed)?;
    Ok(ParsedHash::Pbkdf2 { prf, iterations: iterations_of(prf, iterations)?, salt, output })
}

/// Django's `pbkdf2_sha256$600000$salt$output`: the salt is text, the output padded Base64.
fn django(rest: &str) -> Result<ParsedHash, HashFault> {
    let prf = Prf::Sha256;
    let malformed = HashFault::Malformed { format: prf.format() };
    let mut parts = rest.split('$');
    let (Some(iterations), Some(salt), Some(output), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(malformed);
    };
    let (salt, output) = salt_and_output(Some(salt.as_bytes().to_vec()), padded(output)).ok_or(malformed)?;
    let iterations = iterations_of(prf, number(iterations).ok_or(malformed)?)?;
    Ok(ParsedHash::Pbkdf2 { prf, iterations, salt, output })
}

fn iterations_of(prf: Prf, iterations: u32) -> Result<NonZeroU32, HashFault> {
    let format = prf.format();
    match NonZeroU32::new(iterations) {
        Some(iterations) if iterations.get() <= MAX_ITERATIONS => Ok(iterations),
        Some(_) => Err(HashFault::TooCostly { format, what: "time", limit: "3000000 iterations" }),
        None => Err(HashFault::Malformed { format }),
    }
}

fn salt_and_output(salt: Option<Vec<u8>>, output: Option<Vec<u8>>) -> Option<(Vec<u8>, Vec<u8>)> {
    let (salt, output) = (salt?, output?);
    (SALT_LENGTHS.contains(&salt.len()) && OUTPUT_LENGTHS.contains(&output.len())).then_some((salt, output))
}

impl Prf {
    fn format(self) -> HashFormat {
        match self {
            Self::Sha256 => HashFormat::Pbkdf2Sha256,
            Self::Sha512 => HashFormat::Pbkdf2Sha512,
        }
    }
}

impl HashFormat {
    const fn example(self) -> &'static str {
        match self {
            Self::Argon2id => "$argon2id$v=19$m=19456,t=2,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Argon2i => "$argon2i$v=19$m=19456,t=3,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Argon2d => "$argon2d$v=19$m=19456,t=3,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Scrypt => "$scrypt$ln=17,r=8,p=1$SALT$OUTPUT, with salt and output in Base64 without padding",
            Self::Bcrypt => "$2b$12$ and 53 characters, with a cost of 04 to 14",
            Self::Pbkdf2Sha256 => "$pbkdf2-sha256$i=600000,l=32$SALT$OUTPUT or pbkdf2_sha256$600000$SALT$OUTPUT",
            Self::Pbkdf2Sha512 => "$pbkdf2-sha512$i=210000,l=64$SALT$OUTPUT",
        }
    }
}

impl fmt::Display for HashFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Argon2id => "Argon2id",
            Self::Argon2i => "Argon2i",
            Self::Argon2d => "Argon2d",
            Self::Scrypt => "scrypt",
            Self::Bcrypt => "bcrypt",
            Self::Pbkdf2Sha256 => "PBKDF2-SHA256",
            Self::Pbkdf2Sha512 => "PBKDF2-SHA512",
        })
    }
}

#[cfg(test)]
mod tests;
