//! A backup that becomes an installation again, without what was revoked since it was made.

use std::path::{Path, PathBuf};

use jeton_oauth::Timestamp;

use crate::{OpenError, StoreError, backend::sqlite};

/// A file that [`Store::backup`](crate::Store::backup) made.
#[derive(Debug)]
pub struct Backup {
    path: PathBuf,
    /// Of the master key that its keys are wrapped with.
    pub master_key_check: Option<Vec<u8>>,
}

/// What becomes of a database that the folder has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Present {
    /// Nothing is restored.
    Stays,
    /// It is kept under another name.
    GoesAside,
}

/// Why a backup did not become the database of a folder; what is there stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup is not there, or is no file.
    #[error("there is no file {path}; name one that `jeton backup` made")]
    NoSuchFile {
        /// The file that was named.
        path: PathBuf,
    },
    /// The file cannot be read as an installation.
    #[error("{path} is not a backup of Jeton; name a file that `jeton backup` made")]
    NotABackup {
        /// The file that was named.
        path: PathBuf,
    },
    /// A log with rows stands beside it: what the file holds alone would not be all.
    #[error("{path} has a log beside it: it is a database in use, not a backup; make one with `jeton backup`")]
    InUse {
        /// The file that was named.
        path: PathBuf,
    },
    /// The folder has a database, and it was to stay.
    #[error("{path} is there; --replace keeps it under another name, and puts the backup in its place")]
    Exists {
        /// The database that is there.
        path: PathBuf,
    },
    /// The operating system refused to make, write or rename a file.
    #[error("{path} could not be written: {detail}")]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// What it said.
        detail: String,
    },
    /// The folder is in use, belongs to another user, or cannot be made; or the backup is of a schema that
    /// cannot be brought up to date.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The backup is damaged, or could not be brought up to date or aged.
    #[error("the backup: {0}")]
    Failed(StoreError),
}

impl Backup {
    /// Looks whether it is one, and reads which master key it needs; nothing is written.
    pub fn open(path: &Path) -> Result<Self, RestoreError> {
        Ok(Self { path: path.to_owned(), master_key_check: sqlite::check_value(path)? })
    }

    /// Makes it the database of `folder`, in which every token, code and session that was born
    /// before `at`, which is now, is dead: whether it was revoked or rotated since is not known.
    /// Says where the database is now that was there.
    pub fn restore(&self, folder: &Path, present: Present, at: Timestamp) -> Result<Option<PathBuf>, RestoreError> {
        sqlite::restore(&self.path, folder, present == Present::GoesAside, at)
    }
}
