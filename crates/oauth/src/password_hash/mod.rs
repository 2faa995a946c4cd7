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
pub const PASSES: u32 = 2;
pub const LANES: u32 = 1;
pub const SALT_LENGTH: usize = 16;
pub const OUTPUT_LENGTH: usize = 32;

/// A hash taken apart. **Invariant**: its cost is within the limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedHash {
    Argon2 {
        variant: Argon2Variant,
        version: Argon2Version,
        memory: u32,
        passes: u32,
        lanes: u32,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
    Scrypt {
        cost: ScryptCost,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
    /// Firebase: a key from scrypt encrypts the project's signer key.
    Firebase {
        cost: ScryptCost,
        signer_key: Vec<u8>,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
    Bcrypt {
        before: Before,
        cost: u32,
        text: String,
    },
    Pbkdf2 {
        prf: Prf,
        iterations: NonZeroU32,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
    /// MD5 repeated 2^`log_rounds` times, as WordPress and phpBB did.
    Phpass {
        log_rounds: u32,
        salt: [u8; 8],
        output: [u8; 16],
    },
    /// `crypt` with SHA-256 or SHA-512.
    ShaCrypt {
        rounds: u32,
        text: String,
    },
    /// One digest of password and salt.
    SaltedSha {
        digest: Digest,
        salt: Vec<u8>,
        output: Vec<u8>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argon2Variant {
    D,
    I,
    Id,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argon2Version {
    V16,
    V19,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptCost {
    pub log_n: u8,
    pub r: u32,
    pub p: u32,
}

/// What becomes of a password before bcrypt sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    Nothing,
    /// Django: its SHA-256 in hexadecimal.
    Sha256Hex,
    /// WordPress: its HMAC-SHA384 under the key `wp-sha384`, in Base64.
    WordPress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    Sha1,
    Sha256,
    Sha384,
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
