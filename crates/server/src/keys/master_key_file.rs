//! Where the master key comes from, and when the server must not start with it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use jeton_jose::base64url;
use zeroize::Zeroizing;

use super::master_key::MasterKey;

/// Holds the key itself; takes precedence over the file.
pub const MASTER_KEY_VARIABLE: &str = "JETON_MASTER_KEY";
/// In the data folder.
pub const MASTER_KEY_FILE: &str = "master.key";

/// Why the server does not start. No message holds the key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error(
        "the environment variable {MASTER_KEY_VARIABLE} does not hold a master key; set it to 32 bytes as base64url (43 characters) or as hex (64 characters)"
    )]
    MalformedVariable,
    #[error("{} does not hold a master key (32 bytes as base64url or hex, one line); restore the file from your backup", .0.display())]
    MalformedFile(PathBuf),
    #[error("{} can be read by others than its owner (mode {mode:03o}); run: chmod 600 {}", .path.display(), .path.display())]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error(
        "the database's keys are encrypted, and the master key is missing: {} does not exist and {MASTER_KEY_VARIABLE} is not set; restore the file from your backup, or set the variable. Without it no key in the database can be read",
        .0.display()
    )]
    Missing(PathBuf),
    #[error(
        "the master key in {place} is not the one that this database's keys are encrypted with; put back the key that belongs to this database, or point the server at the database that belongs to this key"
    )]
    Wrong { place: String },
    #[error("cannot read the master key {}: {source}; check the file's owner and permissions", .path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write the new master key {}: {source}; check that the folder exists, is writable and has space", .path.display())]
    Write { path: PathBuf, source: io::Error },
}

impl MasterKey {
    /// The key of [`MASTER_KEY_VARIABLE`], or of the file in the data folder. `check` is what the
    /// database keeps of its key; without it nothing there is encrypted yet, and a missing file is made.
    pub fn open(folder: &Path, check: Option<&[u8]>) -> Result<Self, MasterKeyError> {
        obtain(variable()?, folder, check)
    }
}

/// The key of `variable` or of the data folder's file. A new file is made only if there is neither,
/// and no `check`: then nothing in the database is encrypted yet.
fn obtain(variable: Option<Zeroizing<String>>, folder: &Path, check: Option<&[u8]>) -> Result<MasterKey, MasterKeyError> {
    let path = folder.join(MASTER_KEY_FILE);
    let (key, place) = match variable {
        Some(text) => (parse(&text).ok_or(MasterKeyError::MalformedVariable)?, format!("the environment variable {MASTER_KEY_VARIABLE}")),
        None => match (read(&path)?, check) {
            (Some(key), _) => (key, path.display().to_string()),
            (None, Some(_)) => return Err(MasterKeyError::Missing(path)),
            (None, None) => return create(&path),
        },
    };
    match check {
        Some(check) if !key.matches(check) => Err(MasterKeyError::Wrong { place }),
        _ => Ok(key),
    }
}

/// The variable's value; not Unicode is malformed, not absent.
fn variable() -> Result<Option<Zeroizing<String>>, MasterKeyError> {
    match std::env::var(MASTER_KEY_VARIABLE) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(MasterKeyError::MalformedVariable),
    }
}

fn parse(text: &str) -> Option<MasterKey> {
    let text = text.trim();
    let mut key = Zeroizing::new([0; 32]);
    if text.len() == 64 {
        for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |c: u8| char::from(c).to_digit(16);
            *byte = (digit(pair[0])? << 4 | digit(pair[1])?) as u8;
        }
    } else {
        *key = base64url::decode_array(text).ok()?;
    }
    // All zeros is a forgotten placeholder, not a key.
    (*key != [0; 32]).then(|| MasterKey::from_bytes(key))
}

fn read(path: &Path) -> Result<Option<MasterKey>, MasterKeyError> {
    let refused = |source| MasterKeyError::Read { path: path.into(), source };
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(MasterKeyError::MalformedFile(path.into())),
        Err(error) => return Err(refused(error)),
    };
    check_mode(path, &fs::metadata(path).map_err(refused)?)?;
    parse(&text).map(Some).ok_or_else(|| MasterKeyError::MalformedFile(path.into()))
}

/// Whole or not at all: a crash leaves no half key, and a file that appears meanwhile is not overwritten.
fn create(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let key = MasterKey::generate();
    let draft = path.with_extension(format!("{}.new", key.id()));
    let written = write_new(&draft, &key).and_then(|()| fs::hard_link(&draft, path)).and_then(|()| sync_folder(path));
    // Whatever happened, no second copy of a key stays behind.
    let removed = fs::remove_file(&draft);
    written.and(removed).map_err(|source| MasterKeyError::Write { path: path.into(), source })?;
    tracing::info!(path = %path.display(), key = key.id(), "made a new master key; back it up apart from the database");
    Ok(key)
}

fn write_new(path: &Path, key: &MasterKey) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    io::Write::write_all(&mut file, format_line(key).as_bytes())?;
    file.sync_all()
}

fn format_line(key: &MasterKey) -> Zeroizing<String> {
    let mut line = key.to_text();
    line.push('\n');
    line
}

fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), MasterKeyError> {
    let mode = std::os::unix::fs::MetadataExt::mode(metadata) & 0o777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::OpenToOthers { path: path.into(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), MasterKeyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn text(text: impl Into<String>) -> Option<Zeroizing<String>> {
        Some(Zeroizing::new(text.into()))
    }

    #[test]
    fn an_empty_database_gets_a_key_that_only_its_owner_can_read() {
        let folder = folder();
        let made = obtain(None, folder.path(), None).unwrap();
        let path = folder.path().join(MASTER_KEY_FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "the draft is gone");
        let again = obtain(None, folder.path(), Some(&made.check_value())).unwrap();
        assert_eq!(again.id(), made.id());
    }

    #[test]
    fn a_database_with_keys_never_gets_a_new_master_key() {
        let folder = folder();
        let error = obtain(None, folder.path(), Some(&MasterKey::generate().check_value())).unwrap_err();
        assert!(matches!(error, MasterKeyError::Missing(_)));
        assert!(error.to_string().contains("restore the file from your backup"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn another_databases_key_is_refused_by_its_place() {
        let folder = folder();
        obtain(None, folder.path(), None).unwrap();
        let error = obtain(None, folder.path(), Some(&MasterKey::generate().check_value())).unwrap_err();
        assert!(error.to_string().contains("master.key"), "{error}");
        let error =
            obtain(text(MasterKey::generate().to_text().as_str()), folder.path(), Some(&MasterKey::generate().check_value())).unwrap_err();
        assert!(error.to_string().contains(MASTER_KEY_VARIABLE), "{error}");
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused_with_the_command_that_mends_it() {
        let folder = folder();
        obtain(None, folder.path(), None).unwrap();
        let path = folder.path().join(MASTER_KEY_FILE);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = obtain(None, folder.path(), None).unwrap_err();
        assert!(error.to_string().contains(&format!("chmod 600 {}", path.display())), "{error}");
    }

    #[test]
    fn hex_and_base64url_name_the_same_key_and_the_variable_comes_first() {
        let folder = folder();
        obtain(None, folder.path(), None).unwrap();
        let hex = obtain(text("ab".repeat(32)), folder.path(), None).unwrap();
        let same = obtain(text(format!(" {}\n", base64url::encode([0xab; 32]))), folder.path(), None).unwrap();
        assert_eq!(hex.id(), same.id());
    }

    #[test]
    fn malformed_keys_are_refused_and_never_repeated() {
        let folder = folder();
        for wrong in ["", "secretive", &"0".repeat(64), &"g".repeat(64), &"A".repeat(42), &"é".repeat(32)] {
            let error = obtain(text(wrong), folder.path(), None).unwrap_err();
            assert!(matches!(error, MasterKeyError::MalformedVariable), "{wrong:?}");
            assert!(!error.to_string().contains("secretive"));
        }
        let path = folder.path().join(MASTER_KEY_FILE);
        fs::write(&path, b"\xff\xfe").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(obtain(None, folder.path(), None), Err(MasterKeyError::MalformedFile(_))));
    }
}
