//! A copy of the database while it is in use: whole, on the disk, and never over another file.

use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{connection::writing, failure::store_error, space};
use crate::{BackupError, clock::fresh_name};

pub(super) fn backup(database: &Path, to: &Path) -> Result<(), BackupError> {
    if to.exists() {
        return Err(BackupError::Exists { path: to.to_owned() });
    }
    let partial = partial(to);
    let result = copy(database, &partial).and_then(|()| place(&partial, to));
    // Once in place it has this second name; after a failure there may be nothing to remove.
    let _ = fs::remove_file(&partial);
    result
}

/// `VACUUM INTO` reads one snapshot, so writers go on meanwhile.
fn copy(database: &Path, partial: &Path) -> Result<(), BackupError> {
    let io = |error: io::Error| broken(partial, &error);
    let file = File::options().create_new(true).write(true).mode(0o600).open(partial).map_err(io)?;
    let text = partial.to_str().ok_or_else(|| BackupError::Io { path: partial.to_owned(), detail: "its name is not UTF-8".to_owned() })?;
    let connection = writing(database).map_err(|error| store_error(&error))?;
    // Of the copy; the file itself stays as it was made.
    space::prepare(&connection).map_err(|error| store_error(&error))?;
    connection.execute("VACUUM INTO ?1", [text]).map_err(|error| store_error(&error))?;
    file.sync_all().map_err(io)
}

/// A link, unlike a rename, never takes the place of another file.
fn place(partial: &Path, to: &Path) -> Result<(), BackupError> {
    let placed = match fs::hard_link(partial, to) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists && !to.exists() => fs::rename(partial, to),
        linked => linked,
    };
    placed.and_then(|()| File::open(folder(to))?.sync_all()).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => BackupError::Exists { path: to.to_owned() },
        _ => broken(to, &error),
    })
}

fn partial(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partial", fresh_name().simple()));
    to.with_file_name(name)
}

fn folder(to: &Path) -> &Path {
    to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn broken(path: &Path, error: &io::Error) -> BackupError {
    BackupError::Io { path: path.to_owned(), detail: error.to_string() }
}
