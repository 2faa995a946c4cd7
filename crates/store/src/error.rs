//! What can go wrong with rows, in words that say what to do.

use std::path::PathBuf;

/// Why a store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the lock on the data folder.
    #[error(
        "another server is running on {folder}, or a command that needs it to itself; stop it first, or give this one a data folder of its own"
    )]
    HeldByServer {
        /// The data folder.
        folder: PathBuf,
    },
    /// The operating system or SQLite does not let this user write.
    #[error(
        "{path} cannot be written; give the data folder to the user that runs this program, and check that the disk is not mounted read-only"
    )]
    ReadOnly {
        /// The folder or the file.
        path: PathBuf,
    },
    /// A command was started by another user than the data folder's; its files would shut the server out.
    #[error(
        "{folder} belongs to another user (id {owner}); run this command as that user, or the server could no longer open its own files"
    )]
    NotOwner {
        /// The data folder.
        folder: PathBuf,
        /// The numeric id of the user that the folder belongs to.
        owner: u32,
    },
    /// No space is left, or the quota is used up.
    #[error("the disk that holds {path} is full; free some space and start again: nothing was changed")]
    NoSpace {
        /// The folder or the file.
        path: PathBuf,
    },
    /// The file is none of SQLite, or another program's.
    #[error("{path} is not a Jeton database; move it away, or name another data folder")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A newer program migrated the rows to a schema that this one does not understand.
    #[error(
        "the database is of schema {found}, which programs of schema {oldest} and newer understand, and this one knows schemas up to {known}; use the newer program that wrote it, or restore a backup from before"
    )]
    TooNew {
        /// The schema of the rows.
        found: u32,
        /// The oldest schema whose programs still understand it.
        oldest: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// A command found rows of an older schema that it may not migrate.
    #[error(
        "the database is of schema {found} and this command needs {known}, but a server is running on it; restart the server with this version, or stop it and run the command again"
    )]
    NeedsMigration {
        /// The schema of the rows.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// A copy into this place was begun, and not finished.
    #[error("{place} is half a copy, begun from {from}; run the same `jeton copy` again, which goes on where it stopped")]
    HalfCopied {
        /// The place, without user or password.
        place: String,
        /// Where the rows are copied from, for people.
        from: String,
    },
    /// Copying or filling wants a place to itself, and somebody works on it.
    #[error("{place} is in use by {by}; stop that first, and wait 15 seconds if it was killed")]
    InUse {
        /// The place, without user or password.
        place: String,
        /// Who it is, for people.
        by: String,
    },
    /// Copying wants rows of this program's own schema, and does not migrate.
    #[error(
        "{place} is of schema {found}, and this program copies schema {known}; start the server of this version on it once, which brings it up to date, and stop it again"
    )]
    OlderSchema {
        /// The place, without user or password.
        place: String,
        /// The schema of the rows.
        found: u32,
        /// The newest schema that this program knows.
        known: u32,
    },
    /// A location that is neither `sqlite://` nor `postgres://`; it is not repeated, as it may hold a
    /// password.
    #[error("this names no place for rows; write sqlite://FOLDER for a data folder, or postgres://user@host:5432/database")]
    BadLocation,
    /// There is none, and whoever opens it makes none; or something else has its name.
    #[error("there is no data folder at {folder}; start the server once, or name the folder that it uses")]
    NoSuchFolder {
        /// The folder that was named.
        folder: PathBuf,
    },
    /// The folder is there, and no `jeton.db` in it.
    #[error("there is no database in {folder}; start the server once, or name the folder that it uses")]
    NoSuchDatabase {
        /// The data folder.
        folder: PathBuf,
    },
    /// SQLite or the operating system failed in some other way.
    #[error("the database at {path} did not open: {detail}")]
    Broken {
        /// The folder or the file.
        path: PathBuf,
        /// What they said.
        detail: String,
    },
    /// The URL of a PostgreSQL cannot be read, or asks for what is not supported.
    #[error("this is not a URL of a PostgreSQL: {detail}")]
    BadUrl {
        /// What is wrong with it; never a password.
        detail: String,
    },
    /// Nobody answers there, or the connection broke while the store was being opened.
    #[error("{url} cannot be reached: {detail}; check host and port, and that the database is running")]
    Unreachable {
        /// Without user or password.
        url: String,
        /// What the driver said.
        detail: String,
    },
    /// Wrong user or password, or the database's own rules (`pg_hba.conf`) forbid it.
    #[error("{url} refused the login: {detail}; check user and password, in the URL or in PGPASSWORD")]
    LoginRefused {
        /// Without user or password.
        url: String,
        /// What the database said.
        detail: String,
    },
    /// The database that the URL names is not there; none is made.
    #[error("there is no database {database} at {url}; make it with: createdb {database}")]
    NoSuchPostgres {
        /// Without user or password.
        url: String,
        /// Its name in the URL.
        database: String,
    },
    /// The database takes no more connections.
    #[error("{url} has no connection left; raise its max_connections, or lower `connections` in the URL of every node")]
    TooManyConnections {
        /// Without user or password.
        url: String,
    },
    /// None of the hosts that the URL names takes writes.
    #[error("{url} is a read-only replica; name the primary, or all of them: postgres://one,two,three/database")]
    Replica {
        /// Without user or password.
        url: String,
    },
    /// The database is older than what Jeton's SQL needs.
    #[error("this is PostgreSQL {found}, and version {needed} is needed at least; upgrade the database first")]
    TooOld {
        /// Its version, as it says it.
        found: String,
        /// The first major version that will do.
        needed: i32,
    },
    /// The database is of an encoding that cannot hold all text.
    #[error("the database at {url} is encoded in {found}; make one with: createdb --encoding=UTF8 --template=template0")]
    NotUtf8 {
        /// Without user or password.
        url: String,
        /// The encoding, as the database calls it.
        found: String,
    },
    /// The schema has tables, but not those that each of Jeton's has.
    #[error("the database at {url} holds tables of another program; give Jeton a database or a schema of its own")]
    ForeignTables {
        /// Without user or password.
        url: String,
    },
    /// A command found no tables, and makes none.
    #[error("the database at {url} is empty; start the server on it once")]
    EmptyDatabase {
        /// Without user or password.
        url: String,
    },
    /// A migration waited for a lock on a table, and gave up.
    #[error(
        "the database at {url} was not migrated, as something else has its tables open (a dump, a report?); start again when it has ended: nothing was changed"
    )]
    Blocked {
        /// Without user or password.
        url: String,
    },
    /// A restore or a copy has the rows to itself; nothing is migrated meanwhile.
    #[error("{place} (version {program}) has the database to itself; wait for its end, or 15 seconds more if it was killed")]
    Held {
        /// What it is, for people.
        place: String,
        /// The version of its program.
        program: String,
    },
    /// The user of the URL may not make or change tables.
    #[error("{url}: {detail}; make the user the owner of the database, or grant it CREATE on its schema")]
    NoPrivilege {
        /// Without user or password.
        url: String,
        /// What the database said.
        detail: String,
    },
}

/// Why rows could not be read or written. Nothing of the unit was written, unless it says
/// [`Unknown`](Self::Unknown).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk of the database is full. Nothing was written.
    #[error("the disk is full; free some space, the server goes on by itself")]
    NoSpace,
    /// The file cannot be written; on PostgreSQL the primary has become a standby.
    #[error("the database cannot be written; check who owns the data folder and whether the disk is mounted read-only")]
    ReadOnly,
    /// Others held the rows or the file for too long, or each other.
    #[error("another process held the database for too long; look for a command that has hung")]
    Busy,
    /// The queue of those who write is full; refused at once, so that nobody waits in vain.
    #[error("more units are waiting to be written than can be in time")]
    Overloaded,
    /// None of the connections was free in time.
    #[error("every connection to the database is in use; the database is slow, or `connections` in its URL is too low")]
    NoConnection,
    /// PostgreSQL does not answer, or the connection broke; what the driver said.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke after COMMIT was sent: all of the unit was written, or nothing.
    #[error("the database did not say whether the unit was committed")]
    Unknown,
    /// The store was closed; nothing is read or written any more.
    #[error("the store is closed")]
    Closed,
    /// Rows or files contradict themselves; what is wrong.
    #[error("the database is damaged: {0}; stop the server and restore a backup")]
    Damaged(String),
    /// A column holds what the schema does not allow.
    #[error("a row of {noun} could not be read: {detail}")]
    Unreadable {
        /// The table, or the kind of row.
        noun: &'static str,
        /// Which column, and what is odd about it; never the value.
        detail: String,
    },
    /// A change holds a value that no row may have; which one. It would fail again.
    #[error("this cannot be stored: {0}")]
    Unstorable(&'static str),
    /// The database failed in some other way; what it said, without values of rows.
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
    /// The unit could not be written, whatever the rows are.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

/// Why no backup was made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something has the name that the backup was to get.
    #[error("{path} exists already; a backup overwrites nothing, so name another file")]
    Exists {
        /// The file that was named.
        path: PathBuf,
    },
    /// The rows are in a PostgreSQL, which Jeton does not back up.
    #[error("a PostgreSQL is backed up by its own means: pg_basebackup with an archive of its log, or pg_dump")]
    NotOurs,
    /// The operating system refused to make, write or name the file.
    #[error("{path} could not be written: {detail}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        detail: String,
    },
    /// The database could not be read.
    #[error(transparent)]
    Failed(#[from] StoreError),
}
