//! What each cryptographic operation costs here, in microseconds of CPU on one core.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
};
use aws_lc_rs::{digest, error::Unspecified};
use serde::{Deserialize, Serialize};

use crate::process::cpu_of_this_thread;

/// Octets that are signed: header and claims of a usual access token.
const MESSAGE: usize = 400;
/// Octets that are hashed: a token of ours.
const TOKEN: usize = 64;

/// Microseconds of CPU each, but for the last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cryptography {
    pub es256_sign_us: f64,
    pub es256_verify_us: f64,
    pub eddsa_sign_us: f64,
    pub eddsa_verify_us: f64,
    pub rs256_sign_us: f64,
    pub rs256_verify_us: f64,
    pub sha256_us: f64,
    pub argon2id_us: f64,
    /// As many threads as cores; memory bandwidth is shared.
    pub argon2id_per_second_all_cores: f64,
}

impl Cryptography {
    pub fn measure(each: Duration) -> Result<Self> {
        let mut out = Self::default();
        let (random, message) = (SystemRandom::new(), [7_u8; MESSAGE]);

        let es256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, es256.public_key().as_ref()).map_err(rejected)?;
        let signature = es256.sign(&random, &message).map_err(failed)?;
        out.es256_sign_us = cost(each, || es256.sign(&random, black_box(&message)))?;
        out.es256_verify_us = cost(each, || public.verify_sig(black_box(&message), signature.as_ref()))?;

        let eddsa = Ed25519KeyPair::generate().map_err(failed)?;
        let public = ParsedPublicKey::new(&ED25519, eddsa.public_key().as_ref()).map_err(rejected)?;
        let signature = eddsa.sign(&message);
        out.eddsa_sign_us = cost(each, || Ok::<_, Unspecified>(eddsa.sign(black_box(&message))))?;
        out.eddsa_verify_us = cost(each, || public.verify_sig(black_box(&message), signature.as_ref()))?;

        let rs256 = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let public = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, rs256.public_key().as_ref()).map_err(rejected)?;
        let mut signature = vec![0; rs256.public_modulus_len()];
        rs256.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).map_err(failed)?;
        let mut scratch = signature.clone();
        out.rs256_sign_us = cost(each, || rs256.sign(&RSA_PKCS1_SHA256, &random, black_box(&message), &mut scratch))?;
        out.rs256_verify_us = cost(each, || public.verify_sig(black_box(&message), &signature))?;

        out.sha256_us = cost(each, || Ok::<_, Unspecified>(digest::digest(&digest::SHA256, black_box(&[7; TOKEN]))))?;
        out.argon2id_us = cost(each * 2, hash)?;
        out.argon2id_per_second_all_cores = argon2id_on_all_cores(each * 4)?;
        Ok(out)
    }

    /// Names and microseconds, in the order of the table.
    pub fn costs(&self) -> [(&'static str, f64); 8] {
        [
            ("sign ES256", self.es256_sign_us),
            ("verify ES256", self.es256_verify_us),
            ("sign EdDSA", self.eddsa_sign_us),
            ("verify EdDSA", self.eddsa_verify_us),
            ("sign RS256-2048", self.rs256_sign_us),
            ("verify RS256-2048", self.rs256_verify_us),
            ("SHA-256 of a token", self.sha256_us),
            ("Argon2id 19 MiB t=2 p=1", self.argon2id_us),
        ]
    }
}

/// CPU microseconds of one `operation`, repeated for about `span`.
fn cost<T, E>(span: Duration, mut operation: impl FnMut() -> Result<T, E>) -> Result<f64> {
    let mut run = |count: u64| -> Result<Duration> {
        let before = cpu_of_this_thread()?;
        for _ in 0..count {
            black_box(operation().map_err(|_| anyhow!("a measured operation failed"))?);
        }
        Ok(cpu_of_this_thread()?.saturating_sub(before))
    };
    let (mut count, mut used) = (1, run(1)?);
    // Double until the clock's own cost vanishes.
    while used < span {
        count *= 2;
        used = run(count)?;
    }
    Ok(used.as_secs_f64() * 1e6 / count as f64)
}

/// Hashes per second with as many threads as cores.
pub fn argon2id_on_all_cores(span: Duration) -> Result<f64> {
    let threads = thread::available_parallelism()?.get();
    let began = Instant::now();
    let workers: Vec<_> = (0..threads)
        .map(|_| {
            thread::spawn(move || {
                let mut count = 0_u64;
                while began.elapsed() < span {
                    hash()?;
                    count += 1;
                }
                Ok::<_, anyhow::Error>((count, began.elapsed()))
            })
        })
        .collect();
    let mut sum = 0.0;
    for worker in workers {
        let (count, took) = worker.join().map_err(|_| anyhow!("a hashing thread panicked"))??;
        sum += count as f64 / took.as_secs_f64();
    }
    Ok(sum)
}

/// Argon2id as OWASP's first choice and the server's: 19 MiB, two passes, one lane.
fn hash() -> Result<[u8; 32]> {
    let params = Params::new(19 * 1024, 2, 1, Some(32)).map_err(|error| anyhow!("{error}"))?;
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(black_box(b"correct horse battery staple"), b"sixteen octets!!", &mut out)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(out)
}

fn failed(_: Unspecified) -> anyhow::Error {
    anyhow!("making a key or a signature failed")
}

fn rejected(error: aws_lc_rs::error::KeyRejected) -> anyhow::Error {
    anyhow!("a fresh key was rejected: {error}")
}
