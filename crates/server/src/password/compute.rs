//! How a password is hashed and compared; the only place where that work is done.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::pbkdf2;
use jeton_oauth::model::PasswordHash;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{
    encoded,
    format::{ParsedHash, Prf},
};

/// KiB, passes and lanes of the hashes that we make (OWASP's choice for Argon2id).
pub(super) const MEMORY: u32 = 19_456;
pub(super) const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT_LENGTH: usize = 16;
const OUTPUT_LENGTH: usize = 32;

/// The memory of one worker, kept between hashes of our own cost.
#[derive(Default)]
pub(super) struct Memory(Vec<Block>);

impl Memory {
    /// Gives it back to the system.
    pub(super) fn release(&mut self) {
        self.0 = Vec::new();
    }

    pub(super) fn is_held(&self) -> bool {
        self.0.capacity() > 0
    }
}

/// A fresh hash, as a PHC string. `None` if the library refuses, which it does for no input of ours.
pub(super) fn make(password: &[u8], memory: &mut Memory) -> Option<PasswordHash> {
    let mut salt = [0; SALT_LENGTH];
    aws_lc_rs::rand::fill(&mut salt).ok()?;
    let mut output = Zeroizing::new([0; OUTPUT_LENGTH]);
    argon2_into(Algorithm::Argon2id, Version::V0x13, &our_params()?, password, &salt, output.as_mut_slice(), memory)?;
    Some(PasswordHash(format!(
        "$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${}${}",
        encoded::write(&salt),
        encoded::write(output.as_slice())
    )))
}

impl ParsedHash {
    /// Of nobody's password, at the cost of the hashes that we make.
    pub(super) fn of_nobody() -> Option<Self> {
        Some(Self::Argon2 {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: our_params()?,
            salt: vec![0; SALT_LENGTH],
            output: vec![0; OUTPUT_LENGTH],
        })
    }

    /// In constant time for a given format and cost.
    pub(super) fn verify(&self, password: &[u8], memory: &mut Memory) -> bool {
        match self {
            Self::Argon2 { algorithm, version, params, salt, output } => {
                let mut computed = Zeroizing::new(vec![0; output.len()]);
                argon2_into(*algorithm, *version, params, password, salt, &mut computed, memory).is_some()
                    && bool::from(computed.ct_eq(output))
            }
            Self::Scrypt { params, salt, output } => {
                let mut computed = Zeroizing::new(vec![0; output.len()]);
                scrypt::scrypt(password, salt, params, &mut computed).is_ok() && bool::from(computed.ct_eq(output))
            }
            Self::Bcrypt(text) => bcrypt::verify(password, text).unwrap_or(false),
            Self::Pbkdf2 { prf, iterations, salt, output } => {
                let algorithm = match prf {
                    Prf::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                    Prf::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
                };
                pbkdf2::verify(algorithm, *iterations, salt, password, output).is_ok()
            }
        }
    }

    /// Whether it is what [`make`] makes today.
    pub(super) fn is_current(&self) -> bool {
        matches!(self, Self::Argon2 { algorithm: Algorithm::Argon2id, version: Version::V0x13, params, salt, output }
            if (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY, PASSES, LANES)
                && salt.len() >= SALT_LENGTH && output.len() == OUTPUT_LENGTH)
    }

    /// KiB that Argon2 fills for it, times passes; 0 for other formats.
    pub(super) fn filled(&self) -> u64 {
        match self {
            Self::Argon2 { params, .. } => u64::from(params.m_cost()) * u64::from(params.t_cost()),
            _ => 0,
        }
    }
}

fn our_params() -> Option<Params> {
    Params::new(MEMORY, PASSES, LANES, Some(OUTPUT_LENGTH)).ok()
}

fn argon2_into(
    algorithm: Algorithm,
    version: Version,
    params: &Params,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
    memory: &mut Memory,
) -> Option<()> {
    let argon2 = Argon2::new(algorithm, version, params.clone());
    if params.m_cost() > MEMORY {
        // An imported hash may need more; only our own cost stays allocated.
        return argon2.hash_password_into(password, salt, output).ok();
    }
    if memory.0.len() < MEMORY as usize {
        memory.0.resize(MEMORY as usize, Block::new());
    }
    argon2.hash_password_into_with_memory(password, salt, output, memory.0.as_mut_slice()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(password: &str, hash: &str) -> bool {
        ParsedHash::parse(hash).unwrap().verify(password.as_bytes(), &mut Memory::default())
    }

    #[test]
    fn what_we_make_verifies_and_is_current() {
        let mut memory = Memory::default();
        let hash = make(b"correct horse", &mut memory).unwrap();
        let parsed = ParsedHash::parse(&hash.0).unwrap();
        assert!(parsed.is_current());
        assert!(parsed.verify(b"correct horse", &mut memory));
        assert!(!parsed.verify(b"correct horse ", &mut memory));
        assert_ne!(hash, make(b"correct horse", &mut memory).unwrap(), "each has a salt of its own");
    }

    #[test]
    fn used_memory_changes_no_result() {
        let mut memory = Memory::default();
        let hash = make(b"one", &mut memory).unwrap();
        make(b"two", &mut memory).unwrap();
        assert!(ParsedHash::parse(&hash.0).unwrap().verify(b"one", &mut memory));
        assert!(verify("one", &hash.0));
    }

    #[test]
    fn nobodys_hash_costs_what_ours_costs() {
        let nobody = ParsedHash::of_nobody().unwrap();
        assert!(nobody.is_current());
        assert_eq!(nobody.filled(), u64::from(MEMORY * PASSES));
        assert!(!nobody.verify(b"", &mut Memory::default()));
    }

    /// Made by other libraries from `correct horse é` and the salt `saltsaltsaltsalt`.
    const KNOWN: &[&str] = &[
        "$argon2id$v=19$m=64,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$6T86E1F9scG2im1z6SzZT6AsMCjUpPwkmEYxAoNdAKk",
        "$argon2i$v=19$m=64,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$+9YSOtMp6NWtCWU/FahXkmbhZFWyO7gfKciVL/iPkqQ",
        "$argon2d$v=19$m=64,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$uT8BPSfA90pQU71H4BhuM/8rZ8gH18NTW4Z+OVbJ26w",
        "$argon2i$v=16$m=128,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$SjQbADvLWpAAaVlDE/iNbRGeG8o/bHHC",
        "$argon2id$v=19$m=32768,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$UBwf2fT7GxteO+J99ewx8/BTqbEC13jB49tSWGZSBFY",
        "$scrypt$ln=10,r=8,p=2$c2FsdHNhbHRzYWx0c2FsdA$jzy96c8Snbc6ZVnUtn2+buFhVBTLoKyGYYqLndUR51Y",
        "$2b$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e",
        "$2y$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e",
        "$2a$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e",
        "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$vziugTYXn+vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA",
        "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$vziugTYXn.vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA",
        "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0c2FsdA$BYCVja7FflbpYgkpLtVUNR3AYhqM0uTDND/cIU+k8pxukcx/D8ahtsgjX7RYoiF1rc6TnuuCqAj8cdh3iaqJ0A",
        "pbkdf2_sha256$1000$saltsaltsaltsalt$vziugTYXn+vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA=",
    ];
    /// bcrypt, from 72 times `a`.
    const KNOWN_LONG: &str = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";

    #[test]
    fn hashes_made_elsewhere_verify() {
        for hash in KNOWN {
            assert!(verify("correct horse é", hash), "{hash}");
            assert!(!verify("correct horse e", hash), "{hash}");
            assert!(!ParsedHash::parse(hash).unwrap().is_current(), "{hash}");
        }
    }

    #[test]
    fn a_hash_that_needs_more_memory_leaves_none_behind() {
        let mut memory = Memory::default();
        let hash = KNOWN.iter().find(|hash| hash.contains("m=32768")).unwrap();
        assert!(ParsedHash::parse(hash).unwrap().verify("correct horse é".as_bytes(), &mut memory));
        assert!(!memory.is_held());
    }

    #[test]
    fn bcrypt_compares_72_bytes_as_its_makers_did() {
        assert!(verify(&"a".repeat(72), KNOWN_LONG));
        assert!(verify(&"a".repeat(90), KNOWN_LONG));
        assert!(!verify(&"a".repeat(71), KNOWN_LONG));
    }
}
