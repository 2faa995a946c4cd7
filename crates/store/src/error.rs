//! What can go wrong with rows, in words that say what to do.

use std::path::PathBuf;

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("another server is running on {folder}; stop it first, or give this one a data folder of its own")]
    HeldByServer { folder: PathBuf },
    #[error(
        "{path} cannot be written; give the data folder to the user that runs this program, and check that the disk is not mounted read-only"
    )]
    ReadOnly { path: PathBuf },
    #[error(
        "{folder} belongs to another user (id {owner}); run this command as that user, or the server could no longer open its own files"
    )]
    NotOwner { folder: PathBuf, owner: u32 },
    #[error("the disk that holds {path} is full; free some space and start again: nothing was changed")]
    NoSpace { path: PathBuf },
    #[error("{path} is not a Jeton database; move it away, or name another data folder")]
    NotADatabase { path: PathBuf },
    #[error(
        "the database is of schema {found}, and this program knows schemas up to {known}; use the newer program that wrote it, or restore a backup from before"
    )]
    TooNew { found: u32, known: u32 },
    #[error(
        "the database is of schema {found} and this command needs {known}, but a server is running on it; restart the server with this version, or stop it and run the command again"
    )]
    NeedsMigration { found: u32, known: u32 },
    #[error("there is no data folder at {folder}; start the server once, or name the folder that it uses")]
    NoSuchFolder { folder: PathBuf },
    #[error("there is no database in {folder}; start the server once, or name the folder that it uses")]
    NoSuchDatabase { folder: PathBuf },
    #[error("the database at {path} did not open: {detail}")]
    Broken { path: PathBuf, detail: String },
}

/// Why rows could not be read or written. Nothing of the unit was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full; free some space, the server goes on by itself")]
    NoSpace,
    #[error("the database cannot be written; check who owns the data folder and whether the disk is mounted read-only")]
    ReadOnly,
    #[error("another process held the database for too long; look for a command that has hung")]
    Busy,
    #[error("more units are waiting to be written than can be in time")]
    Overloaded,
    #[error("the store is closed")]
    Closed,
    #[error("the database is damaged: {0}; stop the server and restore a backup")]
    Damaged(String),
    #[error("a row of {noun} could not be read: {detail}")]
    Unreadable { noun: &'static str, detail: String },
    #[error("this cannot be stored: {0}")]
    Unstorable(&'static str),
    #[error("the database failed: {0}")]
    Failed(String),
}

/// Why a unit was not written. Not one change of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// A guard no longer held: look again and decide again.
    #[error("the rows changed meanwhile")]
    Conflict,
    #[error(transparent)]
    Failed(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{path} exists already; a backup overwrites nothing, so name another file")]
    Exists { path: PathBuf },
    #[error("{path} could not be written: {detail}")]
    Io { path: PathBuf, detail: String },
    #[error(transparent)]
    Failed(#[from] StoreError),
}
