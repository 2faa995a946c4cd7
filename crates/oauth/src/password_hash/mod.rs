//! Which password hashes are understood, how much work each may ask for, and which hash of nobody
//! asks for the same.
//!
//! A hash is read here and computed by the server: reading is a rule, computing is work.

mod argon2;
mod aspnet;
mod bcrypt;
mod crypt;
mod django;
mod encoded;
mod firebase;
mod format;
mod keycloak;
mod limits;
mod nobody;
mod pbkdf2;
mod scrypt;
mod werkzeug;

use std::num::NonZeroU32;

pub use format::{HashFault, HashFormat};

/// Today's Argon2id, whose hashes the server makes (OWASP's choice): KiB, passes, lanes, and the
/// fewest bytes of salt and the bytes of output.
pub const MEMORY: u32 = 19_456;
/// See [`MEMORY`].
pub const PASSES: u32 = 2;
/// See [`MEMORY`].
pub const LANES: u32 = 1;
/// In bytes; see [`MEMORY`].
pub const SALT_LENGTH: usize = 16;
/// In bytes; see [`MEMORY`].
pub const OUTPUT_LENGTH: usize = 32;

/// A hash taken apart. **Invariant**: its cost is within the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedHash {
    /// RFC 9106.
    Argon2 {
        /// How it walks through the memory.
        variant: Argon2Variant,
        /// Of the algorithm.
        version: Argon2Version,
        /// KiB that it fills.
        memory: u32,
        /// How often it fills them.
        passes: u32,
        /// Lanes that could be filled at once.
        lanes: u32,
        /// Decoded.
        salt: Vec<u8>,
        /// What the password must give; decoded.
        output: Vec<u8>,
    },
    /// RFC 7914.
    Scrypt {
        /// How much memory and time it takes.
        cost: ScryptCost,
        /// Decoded.
        salt: Vec<u8>,
        /// What the password must give; decoded.
        output: Vec<u8>,
    },
    /// Firebase: a key from scrypt encrypts the project's signer key.
    Firebase {
        /// How much memory and time it takes.
        cost: ScryptCost,
        /// What is encrypted; one for the whole project.
        signer_key: Vec<u8>,
        /// That of the hash, then the project's separator.
        salt: Vec<u8>,
        /// What the password must give: as long as the signer key.
        output: Vec<u8>,
    },
    /// bcrypt, of the password or of a hash of it.
    Bcrypt {
        /// What becomes of the password first.
        before: Before,
        /// 2^`cost` rounds.
        cost: u32,
        /// The hash as bcrypt itself writes it, from `$2` on.
        text: String,
    },
    /// RFC 8018 §5.2.
    Pbkdf2 {
        /// The function that is repeated.
        prf: Prf,
        /// How often, for each block of output.
        iterations: NonZeroU32,
        /// Decoded.
        salt: Vec<u8>,
        /// What the password must give; decoded.
        output: Vec<u8>,
    },
    /// MD5 repeated 2^`log_rounds` times, as WordPress and phpBB did.
    Phpass {
        /// The exponent.
        log_rounds: u32,
        /// As it is written: it is not encoded.
        salt: [u8; 8],
        /// What the password must give; decoded.
        output: [u8; 16],
    },
    /// `crypt` with SHA-256 or SHA-512.
    ShaCrypt {
        /// How often the digest is repeated.
        rounds: u32,
        /// The whole hash, its rounds said.
        text: String,
    },
    /// One digest of password and salt.
    SaltedSha {
        /// Which digest.
        digest: Digest,
        /// Follows the password.
        salt: Vec<u8>,
        /// What both must give.
        output: Vec<u8>,
    },
}

/// RFC 9106 §3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argon2Variant {
    /// The password decides which memory is read: fast, and seen by its neighbours.
    D,
    /// Nothing of the password decides it.
    I,
    /// First as `I`, then as `D`: the usual one.
    Id,
}

/// RFC 9106 §3.1; both are still found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argon2Version {
    /// 0x10: a hash that does not say its version.
    V16,
    /// 0x13, of the RFC.
    V19,
}

/// RFC 7914 §2; 128 × 2^`log_n` × `r` bytes of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptCost {
    /// N, the cost, as a power of two.
    pub log_n: u8,
    /// The size of a block.
    pub r: u32,
    /// How often it is done, one after the other.
    pub p: u32,
}

/// What becomes of a password before bcrypt sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// It goes to bcrypt as it is.
    Nothing,
    /// Django: its SHA-256 in hexadecimal.
    Sha256Hex,
    /// WordPress: its HMAC-SHA384 under the key `wp-sha384`, in Base64.
    WordPress,
}

/// HMAC with this digest, as PBKDF2 uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prf {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 64 bytes.
    Sha512,
}

/// A digest that was salted and not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 48 bytes.
    Sha384,
    /// 64 bytes.
    Sha512,
}

/// Checks a hash from elsewhere before it is stored: its format, its spelling and its cost.
///
/// # Errors
/// What is wrong and what to write instead; never the hash.
pub fn identify(hash: &str) -> Result<HashFormat, HashFault> {
    let format = format::of(hash).ok_or(HashFault::Unknown)?;
    ParsedHash::parse(hash).map(|_| format)
}

/// What to compare unknown names' passwords with where hashes like this one are: the hash of nobody
/// at the same cost. `None` for what cannot be read, and for today's hash, whose decoy everybody knows.
pub fn decoy(hash: &str) -> Option<String> {
    let parsed = ParsedHash::parse(hash).ok()?;
    (!parsed.is_current()).then(|| nobody::like(&parsed))
}

impl ParsedHash {
    /// # Errors
    /// As [`identify`].
    pub fn parse(hash: &str) -> Result<Self, HashFault> {
        use HashFormat::*;
        let format = format::of(hash).ok_or(HashFault::Unknown)?;
        match format {
            Argon2id | Argon2i | Argon2d => argon2::read(format, hash),
            Scrypt => scrypt::read(hash),
            Bcrypt | WordPress => bcrypt::read(format, hash),
            Pbkdf2Sha1 | Pbkdf2Sha256 | Pbkdf2Sha512 => pbkdf2::read(format, hash),
            DjangoArgon2 | DjangoBcrypt | DjangoBcryptSha256 | DjangoPbkdf2 | DjangoScrypt => django::read(format, hash),
            Werkzeug => werkzeug::read(hash),
            Phpass => crypt::phpass(hash),
            ShaCrypt => crypt::sha_crypt(hash),
            Ldap => crypt::ldap(hash),
            AspNet => aspnet::read(hash),
            Firebase => firebase::read(hash),
            Keycloak => keycloak::read(hash),
        }
    }

    /// Of nobody's password, at the cost of the hashes that the server makes.
    pub fn of_nobody() -> Self {
        Self::Argon2 {
            variant: Argon2Variant::Id,
            version: Argon2Version::V19,
            memory: MEMORY,
            passes: PASSES,
            lanes: LANES,
            salt: vec![0; SALT_LENGTH],
            output: vec![0; OUTPUT_LENGTH],
        }
    }

    /// Whether it is what the server makes today.
    pub fn is_current(&self) -> bool {
        matches!(self, Self::Argon2 { variant: Argon2Variant::Id, version: Argon2Version::V19, memory, passes, lanes, salt, output }
            if (*memory, *passes, *lanes) == (MEMORY, PASSES, LANES)
                && salt.len() >= SALT_LENGTH && output.len() == OUTPUT_LENGTH)
    }

    /// KiB that Argon2 fills for it, times passes; 0 for other formats.
    pub fn filled(&self) -> u64 {
        match self {
            Self::Argon2 { memory, passes, .. } => u64::from(*memory) * u64::from(*passes),
            _ => 0,
        }
    }

    /// How often the inner function of its format is repeated; 0 for Argon2.
    pub fn rounds(&self) -> u64 {
        match self {
            Self::Argon2 { .. } => 0,
            Self::Scrypt { cost, .. } | Self::Firebase { cost, .. } => (u64::from(cost.r) * u64::from(cost.p)) << cost.log_n,
            Self::Bcrypt { cost, .. } => 1 << cost,
            Self::Pbkdf2 { prf, iterations, output, .. } => u64::from(iterations.get()) * prf.blocks(output.len()),
            Self::Phpass { log_rounds, .. } => 1 << log_rounds,
            Self::ShaCrypt { rounds, .. } => u64::from(*rounds),
            Self::SaltedSha { .. } => 1,
        }
    }
}

#[cfg(test)]
mod tests;
