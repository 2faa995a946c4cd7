//! How a database and its master key find each other at the start.

use std::path::Path;

use jeton_store::{CommitError, Store, StoreError};

use super::{master_key::MasterKey, master_key_file::MasterKeyError};

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum UnlockError {
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the database holds encrypted keys but not the check value of the master key that they belong to; restore a backup")]
    NoCheckValue,
}

/// The master key of this database, from the environment or `folder`. An empty database adopts the
/// key that it is first opened with.
pub async fn unlock(store: &Store, folder: &Path) -> Result<MasterKey, UnlockError> {
    // Twice: another server may give an empty database its key in the middle of this.
    for _ in 0..2 {
        let installation = store.installation().await?;
        let master = MasterKey::open(folder, installation.master_key_check.as_deref())?;
        if installation.master_key_check.is_some() {
            return Ok(master);
        }
        match store.adopt_master_key(&master.check_value()).await {
            Ok(()) => return Ok(master),
            Err(CommitError::Conflict) => {}
            Err(CommitError::Failed(error)) => return Err(error.into()),
        }
    }
    Err(UnlockError::NoCheckValue)
}
