//! A backup becomes the database of a folder: checked and aged before it is in place, so that there
//! is no moment at which what was revoked after it was made could live.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use jeton_oauth::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::{batch, bulk, connection::writing, failure::store_error, open};
use crate::{CommitError, OpenError, RestoreError, StoreError, clock, migration::Migrations, work::Work};

/// The check value of the master key that the backup's keys are wrapped with.
pub(crate) fn check_value(backup: &Path) -> Result<Option<Vec<u8>>, RestoreError> {
    if !backup.is_file() {
        return Err(RestoreError::NoSuchFile { path: backup.to_owned() });
    }
    // What stands in the log alone would be lost.
    if fs::metadata(beside(backup, "-wal")).is_ok_and(|log| log.len() > 0) {
        return Err(RestoreError::InUse { path: backup.to_owned() });
    }
    let read = || {
        let connection = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.query_row("SELECT master_key_check FROM installation", [], |row| row.get(0))
    };
    read().map_err(|_| RestoreError::NotABackup { path: backup.to_owned() })
}

/// Says where what was there before is now.
pub(crate) fn restore(backup: &Path, folder: &Path, replace: bool, at: Timestamp) -> Result<Option<PathBuf>, RestoreError> {
    open::make_folder(folder)?;
    open::refuse_strangers(folder)?;
    let _lock = open::lock(folder)?.ok_or_else(|| OpenError::HeldByServer { folder: folder.to_owned() })?;
    let path = folder.join("jeton.db");
    if path.exists() && !replace {
        return Err(RestoreError::Exists { path });
    }
    let draft = folder.join("jeton.db.restoring");
    let io = |error: io::Error| RestoreError::Io { path: folder.to_owned(), detail: error.to_string() };
    // What an earlier one left behind is of no use.
    for leftover in [draft.clone(), beside(&draft, "-wal"), beside(&draft, "-shm")] {
        remove(&leftover).map_err(io)?;
    }
    let drafted = draw_up(backup, &draft, at).and_then(|()| put_in_place(&draft, &path).map_err(io));
    if drafted.is_err() {
        let _ = fs::remove_file(&draft);
    }
    drafted
}

/// A copy that is whole, of this program's schema, and of a new epoch.
fn draw_up(backup: &Path, draft: &Path, at: Timestamp) -> Result<(), RestoreError> {
    let copied = || -> io::Result<()> {
        let mut file = File::options().create_new(true).write(true).mode(0o600).open(draft)?;
        io::copy(&mut File::open(backup)?, &mut file)?;
        file.sync_all()
    };
    copied().map_err(|error| RestoreError::Io { path: draft.to_owned(), detail: error.to_string() })?;
    let failed = |error: rusqlite::Error| RestoreError::Failed(store_error(&error));
    let mut connection = writing(draft).map_err(failed)?;
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(failed)?;
    if said != "ok" {
        return Err(RestoreError::Failed(StoreError::Damaged(said)));
    }
    if open::schema(&connection, draft)?.schema == 0 {
        return Err(RestoreError::NotABackup { path: backup.to_owned() });
    }
    if let Some(copying) = bulk::copying(&connection).map_err(failed)? {
        return Err(OpenError::HalfCopied { place: backup.display().to_string(), from: copying.from }.into());
    }
    open::make(Migrations::OURS, &mut connection, draft)?;
    for result in batch::write(&connection, [Work::RaiseEpoch { at }].iter(), clock::now()) {
        result.map_err(|error| match error {
            CommitError::Failed(error) => RestoreError::Failed(error),
            CommitError::Conflict => RestoreError::NotABackup { path: backup.to_owned() },
        })?;
    }
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(failed)?;
    connection.close().map_err(|(_, error)| failed(error))?;
    File::open(draft)
        .and_then(|file| file.sync_all())
        .map_err(|error| RestoreError::Io { path: draft.to_owned(), detail: error.to_string() })
}

/// The log of another database beside it would be folded into it: it goes first, even where there
/// is no database any more.
fn put_in_place(draft: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    // So that what is kept aside is whole in one file; one that is damaged goes as it is.
    let _ = writing(path).and_then(|old| old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())));
    let aside = path.with_file_name(format!("jeton.db.replaced-{}", clock::fresh_name().simple()));
    for suffix in ["-wal", "-shm"] {
        if beside(path, suffix).exists() {
            fs::rename(beside(path, suffix), beside(&aside, suffix))?;
        }
    }
    let replaced = path.exists();
    if replaced {
        fs::hard_link(path, &aside)?;
    }
    fs::rename(draft, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(replaced.then_some(aside))
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
