//! How a password is hashed and compared; the only place where that work is done.

use std::borrow::Cow;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use aws_lc_rs::{
    cipher::{AES_256, EncryptingKey, EncryptionContext, UnboundCipherKey},
    digest, hmac,
    iv::FixedLength,
    pbkdf2,
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use jeton_oauth::{
    model::PasswordHash,
    password_hash::{
        Argon2Variant, Argon2Version, Before, Digest, LANES, MEMORY, OUTPUT_LENGTH, PASSES, ParsedHash, Prf, SALT_LENGTH, ScryptCost,
    },
};
use md5::{Digest as _, Md5};
use sha_crypt::{PasswordVerifier as _, ShaCrypt};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

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
    let params = Params::new(MEMORY, PASSES, LANES, Some(OUTPUT_LENGTH)).ok()?;
    argon2_into(Algorithm::Argon2id, Version::V0x13, &params, password, &salt, output.as_mut_slice(), memory)?;
    Some(PasswordHash(format!(
        "$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(output.as_slice())
    )))
}

/// Whether `password` is the one that `hash` was made of; in constant time for a given format and cost.
pub(super) fn verify(hash: &ParsedHash, password: &[u8], memory: &mut Memory) -> bool {
    match hash {
        ParsedHash::Argon2 { variant, version, memory: size, passes, lanes, salt, output } => {
            let Ok(params) = Params::new(*size, *passes, *lanes, Some(output.len())) else { return false };
            let mut computed = Zeroizing::new(vec![0; output.len()]);
            argon2_into(algorithm(*variant), of_version(*version), &params, password, salt, &mut computed, memory).is_some()
                && bool::from(computed.ct_eq(output))
        }
        ParsedHash::Scrypt { cost, salt, output } => {
            let mut computed = Zeroizing::new(vec![0; output.len()]);
            scrypt_into(*cost, password, salt, &mut computed).is_some() && bool::from(computed.ct_eq(output))
        }
        ParsedHash::Firebase { cost, signer_key, salt, output } => {
            firebase(*cost, password, salt, signer_key).is_some_and(|computed| bool::from(computed.ct_eq(output)))
        }
        ParsedHash::Bcrypt { before, text, .. } => bcrypt::verify(prepared(*before, password), text).unwrap_or(false),
        ParsedHash::Pbkdf2 { prf, iterations, salt, output } => {
            let algorithm = match prf {
                Prf::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                Prf::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                Prf::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
            };
            pbkdf2::verify(algorithm, *iterations, salt, password, output).is_ok()
        }
        ParsedHash::Phpass { log_rounds, salt, output } => {
            let (bounded, whole) = bounded(password);
            bool::from(phpass(*log_rounds, bounded, salt).ct_eq(output)) && whole
        }
        ParsedHash::ShaCrypt { text, .. } => {
            let (bounded, whole) = bounded(password);
            ShaCrypt::default().verify_password(bounded, text.as_str()).is_ok() && whole
        }
        ParsedHash::SaltedSha { digest, salt, output } => salted(*digest, password, salt).as_ref().ct_eq(output).into(),
    }
}

const fn algorithm(variant: Argon2Variant) -> Algorithm {
    match variant {
        Argon2Variant::D => Algorithm::Argon2d,
        Argon2Variant::I => Algorithm::Argon2i,
        Argon2Variant::Id => Algorithm::Argon2id,
    }
}

const fn of_version(version: Argon2Version) -> Version {
    match version {
        Argon2Version::V16 => Version::V0x10,
        Argon2Version::V19 => Version::V0x13,
    }
}

fn scrypt_into(cost: ScryptCost, password: &[u8], salt: &[u8], output: &mut [u8]) -> Option<()> {
    let params = scrypt::Params::new(cost.log_n, cost.r, cost.p).ok()?;
    scrypt::scrypt(password, salt, &params, output).ok()
}

/// The project's signer key under AES-256-CTR, whose key comes from the password.
fn firebase(cost: ScryptCost, password: &[u8], salt: &[u8], signer_key: &[u8]) -> Option<Vec<u8>> {
    let mut key = Zeroizing::new([0; 32]);
    scrypt_into(cost, password, salt, key.as_mut_slice())?;
    let key = EncryptingKey::ctr(UnboundCipherKey::new(&AES_256, key.as_slice()).ok()?).ok()?;
    let mut text = signer_key.to_vec();
    key.less_safe_encrypt(&mut text, EncryptionContext::Iv128(FixedLength::from([0; 16]))).ok()?;
    Some(text)
}

fn prepared(before: Before, password: &[u8]) -> Cow<'_, [u8]> {
    match before {
        Before::Nothing => Cow::Borrowed(password),
        Before::Sha256Hex => {
            let digest = digest::digest(&digest::SHA256, password);
            Cow::Owned(digest.as_ref().iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect())
        }
        Before::WordPress => {
            let key = hmac::Key::new(hmac::HMAC_SHA384, b"wp-sha384");
            // 48 bytes need no padding.
            Cow::Owned(STANDARD_NO_PAD.encode(hmac::sign(&key, password)).into_bytes())
        }
    }
}

/// Formats that digest the password in every round would let its length multiply their cost: past
/// these bytes it is nobody's.
fn bounded(password: &[u8]) -> (&[u8], bool) {
    password.get(..MAX_REPEATED).map_or((password, true), |start| (start, start.len() == password.len()))
}

const MAX_REPEATED: usize = 256;

/// MD5 of salt and password, then of itself and the password, over and over.
fn phpass(log_rounds: u32, password: &[u8], salt: &[u8]) -> [u8; 16] {
    let mut digest: [u8; 16] = Md5::new().chain_update(salt).chain_update(password).finalize().into();
    for _ in 0..1_u64 << log_rounds {
        digest = Md5::new().chain_update(digest).chain_update(password).finalize().into();
    }
    digest
}

fn salted(digest: Digest, password: &[u8], salt: &[u8]) -> digest::Digest {
    let mut context = digest::Context::new(match digest {
        Digest::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
        Digest::Sha256 => &digest::SHA256,
        Digest::Sha384 => &digest::SHA384,
        Digest::Sha512 => &digest::SHA512,
    });
    context.update(password);
    context.update(salt);
    context.finish()
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
mod tests;
