//! What can go wrong with rows, in words that say what to do.

use std::path::PathBuf;

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "another server is running on {folder}, or a command that needs it to itself; stop it first, or give this one a data folder of its own"
    )]
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
        "the database is of schema {found}, which programs of schema {oldest} and newer understand, and this one knows schemas up to {known}; use the newer program that wrote it, or restore a backup from before"
    )]
    TooNew { found: u32, oldest: u32, known: u32 },
    #[error(
        "the database is of schema {found} and this command needs {known}, but a server is running on it; restart the server with this version, or stop it and run the command again"
    )]
    NeedsMigration { found: u32, known: u32 },
    #[error("{place} is half a copy, begun from {from}; run the same `jeton copy` again, which goes on where it stopped")]
    HalfCopied { place: String, from: String },
    #[error("{place} is in use by {by}; stop that first, and wait 15 seconds if it was killed")]
    InUse { place: String, by: String },
    #[error(
        "{place} is of schema {found}, and this program copies schema {known}; start the server of this version on it once, which brings it up to date, and stop it again"
    )]
    OlderSchema { place: String, found: u32, known: u32 },
    #[error("this names no place for rows; write sqlite://FOLDER for a data folder, or postgres://user@host:5432/database")]
    BadLocation,
    #[error("there is no data folder at {folder}; start the server once, or name the folder that it uses")]
    NoSuchFolder { folder: PathBuf },
    #[error("there is no database in {folder}; start the server once, or name the folder that it uses")]
    NoSuchDatabase { folder: PathBuf },
    #[error("the database at {path} did not open: {detail}")]
    Broken { path: PathBuf, detail: String },
    #[error("this is not a URL of a PostgreSQL: {detail}")]
    BadUrl { detail: String },
    #[error("{url} cannot be reached: {detail}; check host and port, and that the database is running")]
    Unreachable { url: String, detail: String },
    #[error("{url} refused the login: {detail}; check user and password, in the URL or in PGPASSWORD")]
    LoginRefused { url: String, detail: String },
    #[error("there is no database {database} at {url}; make it with: createdb {database}")]
    NoSuchPostgres { url: String, database: String },
    #[error("{url} has no connection left; raise its max_connections, or lower `connections` in the URL of every node")]
    TooManyConnections { url: String },
    #[error("{url} is a read-only replica; name the primary, or all of them: postgres://one,two,three/database")]
    Replica { url: String },
    #[error("this is PostgreSQL {found}, and version {needed} is needed at least; upgrade the database first")]
    TooOld { found: String, needed: i32 },
    #[error("the database at {url} is encoded in {found}; make one with: createdb --encoding=UTF8 --template=template0")]
    NotUtf8 { url: String, found: String },
    #[error("the database at {url} holds tables of another program; give Jeton a database or a schema of its own")]
    ForeignTables { url: String },
    #[error("the database at {url} is empty; start the server on it once")]
    EmptyDatabase { url: String },
    #[error(
        "the database at {url} was not migrated, as something else has its tables open (a dump, a report?); start again when it has ended: nothing was changed"
    )]
    Blocked { url: String },
    #[error("{place} (version {program}) has the database to itself; wait for its end, or 15 seconds more if it was killed")]
    Held { place: String, program: String },
    #[error("{url}: {detail}; make the user the owner of the database, or grant it CREATE on its schema")]
    NoPrivilege { url: String, detail: String },
}

/// Why rows could not be read or written. Nothing of the unit was written, unless it says
/// [`Unknown`](Self::Unknown).
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
    #[error("every connection to the database is in use; the database is slow, or `connections` in its URL is too low")]
    NoConnection,
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("the database did not say whether the unit was committed")]
    Unknown,
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

/// Why a unit was not written. Not one change of it was, unless it failed as
/// [`StoreError::Unknown`]: then all of it was, or nothing.
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
    #[error("a PostgreSQL is backed up by its own means: pg_basebackup with an archive of its log, or pg_dump")]
    NotOurs,
    #[error("{path} could not be written: {detail}")]
    Io { path: PathBuf, detail: String },
    #[error(transparent)]
    Failed(#[from] StoreError),
}
