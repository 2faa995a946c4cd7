//! Opening a data folder: who may, what is made, and which schema it must have.

use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OptionalExtension};

use super::{bulk, connection::writing, space};
use crate::{
    OpenError, Role, clock,
    migration::{Found, MIGRATIONS_TABLE, Migration, Migrations, OLDEST_SCHEMA, SAYS_OLDEST, Spelling},
};

pub(super) struct Opened {
    pub path: PathBuf,
    pub connection: Connection,
    /// Held for as long as a server has the folder.
    pub lock: Option<File>,
}

/// `JTON`, in the header of the file: tells our databases from other programs'.
const APPLICATION_ID: i64 = 0x4a54_4f4e;

pub(super) const SPELLING: Spelling = Spelling {
    placeholders: &[
        ("{id}", "BLOB"),
        ("{bytes}", "BLOB"),
        ("{int}", "INTEGER"),
        ("{text}", "TEXT"),
        ("{json}", "TEXT"),
        ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("{wide}", "STRICT"),
        ("{lean}", "STRICT, WITHOUT ROWID"),
    ],
};

pub(super) fn open(migrations: Migrations, folder: &Path, role: Role) -> Result<Opened, OpenError> {
    let path = folder.join("jeton.db");
    let making = matches!(role, Role::Server | Role::Command { create: true });
    if making {
        make_folder(folder)?;
    } else if !folder.is_dir() {
        return Err(OpenError::NoSuchFolder { folder: folder.to_owned() });
    } else if !path.exists() {
        return Err(OpenError::NoSuchDatabase { folder: folder.to_owned() });
    }
    if matches!(role, Role::Command { .. }) {
        refuse_strangers(folder)?;
    }
    let mut held = None;
    if role == Role::Server {
        held = lock(folder)?;
        if held.is_none() {
            return Err(OpenError::HeldByServer { folder: folder.to_owned() });
        }
    }
    if making {
        make_file(&path)?;
    }
    let mut connection = writing(&path).map_err(|error| open_error(&path, &error))?;
    let found = schema(&connection, &path)?;
    let pending = migrations.pending(found)?;
    if !pending.is_empty() {
        // A command keeps servers away only while it migrates; given up at the end of this block.
        let migrating = if held.is_none() { lock(folder)? } else { None };
        if held.is_none() && migrating.is_none() {
            return Err(OpenError::NeedsMigration { found: found.schema, known: migrations.known() });
        }
        make(migrations, &mut connection, &path)?;
    }
    if let Some(copying) = bulk::copying(&connection).map_err(|error| open_error(&path, &error))? {
        return Err(OpenError::HalfCopied { place: format!("sqlite://{}", folder.display()), from: copying.from });
    }
    // A backup that was put in place is not in this mode yet.
    connection.pragma_update(None, "journal_mode", "WAL").map_err(|error| open_error(&path, &error))?;
    Ok(Opened { path, connection, lock: held })
}

pub(super) fn make_folder(folder: &Path) -> Result<(), OpenError> {
    if folder.exists() && !folder.is_dir() {
        return Err(OpenError::NoSuchFolder { folder: folder.to_owned() });
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| io_error(folder, &error))
}

/// Made by us, so that nobody else may ever read it; SQLite gives its other files the same mode.
pub(super) fn make_file(path: &Path) -> Result<(), OpenError> {
    File::options().create(true).append(true).mode(0o600).open(path).map(drop).map_err(|error| io_error(path, &error))
}

/// Files that another user made beside the server's would shut the server out.
pub(super) fn refuse_strangers(folder: &Path) -> Result<(), OpenError> {
    let owner = fs::metadata(folder).map_err(|error| io_error(folder, &error))?.uid();
    // A process's own folder belongs to the user that it runs as; where there is none, nothing is known.
    match fs::metadata("/proc/self") {
        Ok(own) if own.uid() != owner => Err(OpenError::NotOwner { folder: folder.to_owned(), owner }),
        _ => Ok(()),
    }
}

/// `None`: somebody else has it.
pub(super) fn lock(folder: &Path) -> Result<Option<File>, OpenError> {
    let path = folder.join("server.lock");
    let file = File::options().create(true).append(true).mode(0o600).open(&path).map_err(|error| io_error(&path, &error))?;
    for _ in 0..PATIENCE {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            // A process that is being started holds what its parent had open, until it runs.
            Err(TryLockError::WouldBlock) => thread::sleep(MOMENT),
            Err(TryLockError::Error(error)) => return Err(io_error(&path, &error)),
        }
    }
    Ok(None)
}

/// How often a lock is asked for before somebody else has it.
const PATIENCE: usize = 10;
const MOMENT: Duration = Duration::from_millis(20);

pub(super) fn schema(connection: &Connection, path: &Path) -> Result<Found, OpenError> {
    let read = || -> rusqlite::Result<(i64, i64, Found)> {
        let id = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let known = connection.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'", [], |_| Ok(())).optional()?.is_some();
        Ok((id, tables, if known { migrated(connection)? } else { Found::default() }))
    };
    match read().map_err(|error| open_error(path, &error))? {
        (APPLICATION_ID, _, found) => Ok(found),
        (0, 0, _) => Ok(Found::default()),
        _ => Err(OpenError::NotADatabase { path: path.to_owned() }),
    }
}

/// Of a database that has the table of migrations.
fn migrated(connection: &Connection) -> rusqlite::Result<Found> {
    let schema = connection.query_row("SELECT max(version) FROM migrations", [], |row| row.get::<_, Option<u32>>(0))?.unwrap_or(0);
    let oldest = if schema < SAYS_OLDEST { schema } else { connection.query_row(OLDEST_SCHEMA, [], |row| row.get(0))? };
    Ok(Found { schema, oldest })
}

/// Brings the schema up to date.
pub(super) fn make(migrations: Migrations, connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    migrate(migrations, connection).map_err(|error| match error {
        MigrationError::Sqlite(error) => open_error(path, &error),
        MigrationError::Open(error) => error,
    })
}

enum MigrationError {
    Sqlite(rusqlite::Error),
    Open(OpenError),
}

impl From<rusqlite::Error> for MigrationError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// All that is pending in one transaction. What is pending is asked again inside it: another
/// process may have been faster.
fn migrate(migrations: Migrations, connection: &mut Connection) -> Result<(), MigrationError> {
    // Heeded by an empty file only.
    space::prepare(connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.execute_batch(&SPELLING.expand(MIGRATIONS_TABLE))?;
    let found = migrated(&transaction)?;
    for migration in migrations.pending(found).map_err(MigrationError::Open)? {
        apply(&transaction, migration)?;
    }
    transaction
        .execute("INSERT INTO installation (one, id, epoch) VALUES (1, ?1, 0) ON CONFLICT DO NOTHING", [clock::fresh_name().as_bytes()])?;
    transaction.execute("UPDATE installation SET oldest_schema = ?1 WHERE oldest_schema < ?1", [migrations.oldest()])?;
    transaction.commit()?;
    Ok(())
}

fn apply(connection: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    connection.execute_batch(&migration.sql(&SPELLING))?;
    connection.execute(
        "INSERT INTO migrations (version, name, applied_at) VALUES (?1, ?2, ?3)",
        (migration.version, migration.name, clock::now().as_millis()),
    )?;
    Ok(())
}

pub(super) fn io_error(path: &Path, error: &io::Error) -> OpenError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::ReadOnly { path },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => OpenError::NoSpace { path },
        ErrorKind::NotFound | ErrorKind::NotADirectory => OpenError::NoSuchFolder { folder: path.parent().unwrap_or(&path).to_owned() },
        _ => OpenError::Broken { path, detail: error.to_string() },
    }
}

pub(super) fn open_error(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase { path },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => OpenError::ReadOnly { path },
        Some(ErrorCode::DiskFull) => OpenError::NoSpace { path },
        _ => OpenError::Broken { path, detail: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Error, ErrorKind},
        path::Path,
    };

    use super::io_error;
    use crate::OpenError;

    #[test]
    fn failures_of_the_file_system_are_told_apart() {
        let error = |kind| io_error(Path::new("/data/server.lock"), &Error::from(kind));
        assert!(matches!(error(ErrorKind::PermissionDenied), OpenError::ReadOnly { .. }));
        assert!(matches!(error(ErrorKind::ReadOnlyFilesystem), OpenError::ReadOnly { .. }));
        assert!(matches!(error(ErrorKind::StorageFull), OpenError::NoSpace { .. }));
        assert!(matches!(error(ErrorKind::NotFound), OpenError::NoSuchFolder { .. }));
        assert!(error(ErrorKind::PermissionDenied).to_string().starts_with("/data/server.lock cannot be written"));
    }
}
