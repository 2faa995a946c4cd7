//! Who hashes and compares what people chose: slow work, done elsewhere.

use std::{error::Error, pin::Pin};

use jeton_oauth::{model::PasswordHash, secret::SecretText};

/// What is being worked on.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, NoHash>> + Send + 'a>>;

/// Hashes are made and compared outside: by a server's threads for passwords, or by a test's.
pub trait Hashing: Send + Sync {
    fn hash(&self, text: SecretText) -> Pending<'_, PasswordHash>;
    fn matches(&self, text: SecretText, stored: PasswordHash) -> Pending<'_, bool>;
}

/// Why there is no hash, or no comparison.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NoHash(pub Box<dyn Error + Send + Sync>);
