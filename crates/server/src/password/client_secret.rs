//! How a client secret that somebody chose is checked: slowly once, then from memory until it changes.

use aws_lc_rs::hmac;
use jeton_oauth::{
    ClientSecretId,
    model::{PasswordHash, SecretHash},
    secret::SecretText,
};
use quick_cache::sync::Cache;

use super::pool::{Busy, PasswordPool, PoolOptions, Work};

/// Checks slow-hashed client secrets, on threads of their own: sign-ins never wait for them. A clone
/// shares threads and memory.
///
/// What is remembered is an HMAC, under a key that lives and dies with the process, of the secret's
/// row, its stored hash and the secret: a changed or removed secret is forgotten by that alone.
#[derive(Clone)]
pub struct SlowSecrets {
    pool: PasswordPool,
    key: hmac::Key,
    verified: std::sync::Arc<Cache<[u8; 32], ()>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SecretVerdict {
    pub matched: bool,
    /// The same secret under today's hash, if it matched one that is not.
    pub upgrade: Option<SecretHash>,
}

/// How many verified secrets are remembered.
const REMEMBERED: usize = 10_000;

/// A secret is hashed once in the life of a process: few at a time are enough.
pub(crate) const LANE: PoolOptions = PoolOptions { threads: 1, queue: 16 };

impl SlowSecrets {
    pub fn new(pool: PasswordPool) -> Self {
        let mut key = zeroize::Zeroizing::new([0; 32]);
        aws_lc_rs::rand::fill(key.as_mut_slice()).expect("the system gives randomness");
        Self { pool, key: hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()), verified: std::sync::Arc::new(Cache::new(REMEMBERED)) }
    }

    /// Compares what a client presented with `stored`, the `SecretHash::Slow` of its row `id`.
    pub async fn verify(&self, id: ClientSecretId, stored: &str, presented: SecretText) -> Result<SecretVerdict, Busy> {
        let remembered = self.mark(id, stored, &presented);
        if self.verified.get(&remembered).is_some() {
            return Ok(SecretVerdict { matched: true, upgrade: None });
        }
        let verdict = self.pool.verify(presented.clone(), Some(PasswordHash(stored.to_owned()))).await?;
        if !verdict.matched {
            return Ok(SecretVerdict { matched: false, upgrade: None });
        }
        self.verified.insert(remembered, ());
        if let Some(upgrade) = &verdict.upgrade {
            self.verified.insert(self.mark(id, &upgrade.0, &presented), ());
        }
        Ok(SecretVerdict { matched: true, upgrade: verdict.upgrade.map(|hash| SecretHash::Slow(hash.0)) })
    }

    /// Which of `hashes` was verified before with what a client presents now: costs no hash.
    pub fn remembered(&self, hashes: &[(ClientSecretId, String)], presented: &SecretText) -> Option<ClientSecretId> {
        let known = |(id, stored): &&(ClientSecretId, String)| self.verified.get(&self.mark(*id, stored, presented)).is_some();
        hashes.iter().find(known).map(|(id, _)| *id)
    }

    pub fn work(&self) -> Work {
        self.pool.work()
    }

    fn mark(&self, id: ClientSecretId, stored: &str, presented: &SecretText) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(id.as_bytes());
        // Its length first, so that no two pairs of hash and secret read the same.
        context.update(&(stored.len() as u64).to_be_bytes());
        context.update(stored.as_bytes());
        context.update(presented.expose().as_bytes());
        let mut mark = [0; 32];
        mark.copy_from_slice(context.sign().as_ref());
        mark
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::PoolOptions;

    const ID: [u8; 16] = [1; 16];
    const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e";

    fn secrets() -> SlowSecrets {
        SlowSecrets::new(PasswordPool::new(PoolOptions { threads: 1, queue: 8 }).unwrap())
    }

    async fn verify(secrets: &SlowSecrets, id: [u8; 16], stored: &str, presented: &str) -> SecretVerdict {
        secrets.verify(ClientSecretId::from_bytes(id), stored, SecretText::new(presented)).await.unwrap()
    }

    #[tokio::test]
    async fn a_verified_secret_is_not_hashed_again() {
        let secrets = secrets();
        let hash = secrets.pool.hash(SecretText::new("chosen secret")).await.unwrap().0;
        for _ in 0..3 {
            assert!(verify(&secrets, ID, &hash, "chosen secret").await.matched);
        }
        assert_eq!(secrets.pool.work().verifications, 1);
    }

    #[tokio::test]
    async fn wrong_secrets_are_never_remembered() {
        let secrets = secrets();
        for n in 1..=3 {
            assert!(!verify(&secrets, ID, BCRYPT, "wrong").await.matched);
            assert_eq!(secrets.pool.work().verifications, n);
        }
    }

    #[tokio::test]
    async fn another_hash_or_another_row_is_verified_afresh() {
        let secrets = secrets();
        assert!(verify(&secrets, ID, BCRYPT, "correct horse é").await.matched);
        assert!(verify(&secrets, [2; 16], BCRYPT, "correct horse é").await.matched);
        let changed = secrets.pool.hash(SecretText::new("another")).await.unwrap().0;
        assert!(!verify(&secrets, ID, &changed, "correct horse é").await.matched);
        assert_eq!(secrets.pool.work().verifications, 3);
    }

    #[tokio::test]
    async fn an_upgraded_secret_is_known_under_its_new_hash() {
        let secrets = secrets();
        let verdict = verify(&secrets, ID, BCRYPT, "correct horse é").await;
        let Some(SecretHash::Slow(upgraded)) = verdict.upgrade else { panic!("bcrypt is not today's hash") };
        assert!(verify(&secrets, ID, &upgraded, "correct horse é").await.matched);
        assert_eq!(secrets.pool.work().verifications, 1);
    }
}
