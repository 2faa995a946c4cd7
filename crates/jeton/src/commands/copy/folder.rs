//! What a data folder holds beside its rows: the master key and the operator's dialects.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use jeton_server::keys::MASTER_KEY_FILE;

use crate::failure::Failure;

/// Keys of another installation would not open these rows, and may be all that its rows have.
pub fn refuse_another_key(from: &Path, to: &Path) -> Result<(), Failure> {
    let key = |folder: &Path| fs::read_to_string(folder.join(MASTER_KEY_FILE)).map(|text| text.trim().to_owned());
    match (key(from), key(to)) {
        (Ok(one), Ok(other)) if one != other => Err(Failure::Conflict(format!(
            "{} is the key of another installation; move it away, or name an empty folder",
            to.join(MASTER_KEY_FILE).display()
        ))),
        _ => Ok(()),
    }
}

/// Copies what the new folder lacks; nothing is overwritten. Says what it copied.
pub fn carry(from: &Path, to: &Path) -> Result<Vec<String>, Failure> {
    let mut carried = Vec::new();
    if one(&from.join(MASTER_KEY_FILE), &to.join(MASTER_KEY_FILE), 0o600)? {
        carried.push(to.join(MASTER_KEY_FILE).display().to_string());
    }
    for name in jeton_server::realms::dialect_files(from) {
        let folder = to.join("dialects");
        DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| failed(&folder, &error))?;
        let file = folder.join(format!("{name}.toml"));
        if one(&from.join("dialects").join(format!("{name}.toml")), &file, 0o600)? {
            carried.push(file.display().to_string());
        }
    }
    Ok(carried)
}

/// Whole or not at all; false where there is nothing to copy, or something there already.
fn one(from: &Path, to: &Path, mode: u32) -> Result<bool, Failure> {
    let bytes = match fs::read(from) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(failed(from, &error)),
    };
    if to.exists() {
        return Ok(false);
    }
    let draft = to.with_extension("copying");
    let written = File::options().create(true).truncate(true).write(true).mode(mode).open(&draft).and_then(|mut file| {
        file.write_all(&bytes)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&draft, to)).map_err(|error| failed(to, &error))?;
    Ok(true)
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!("{} could not be copied: {error}; mend that and run the same command again", path.display()))
}
