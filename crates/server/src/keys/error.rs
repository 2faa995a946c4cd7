//! Why keys are not to be had.

use jeton_jose::Algorithm;
use jeton_oauth::KeyId;
use jeton_store::StoreError;

/// Why keys are not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(
        "key {key} is encrypted under the master key {wrapped_under}, and this server holds {held}; start it with the master key that belongs to this database"
    )]
    OtherMasterKey { key: KeyId, wrapped_under: String, held: String },
    #[error("key {0} cannot be read: its row is damaged; revoke it, or restore a backup")]
    Unreadable(KeyId),
    #[error("the cryptographic library could not make a key")]
    Generation,
    #[error("{0} signs and verifies with one secret; choose an asymmetric algorithm such as ES256")]
    Symmetric(Algorithm),
    #[error("the realm has no key {0}")]
    NoSuchKey(KeyId),
    #[error("other servers changed the realm's keys again and again; try again")]
    Contended,
}
