//! The pool, as realm files ask for it.

use jeton_oauth::{model::PasswordHash, secret::SecretText};
use jeton_provision::{Hashing, NoHash, Pending};

use super::PasswordPool;

impl Hashing for PasswordPool {
    fn hash(&self, text: SecretText) -> Pending<'_, PasswordHash> {
        Box::pin(async move { self.hash(text).await.map_err(|error| NoHash(error.into())) })
    }

    fn matches(&self, text: SecretText, stored: PasswordHash) -> Pending<'_, bool> {
        Box::pin(async move { Ok(self.verify(text, Some(stored)).await.map_err(|error| NoHash(error.into()))?.matched) })
    }
}
