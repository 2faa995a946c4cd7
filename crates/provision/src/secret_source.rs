//! Where a secret comes from: never from the realm file itself.

use std::path::PathBuf;

use jeton_oauth::secret::SecretText;

use super::{
    fault::{Faults, Place},
    table::Table,
};

#[derive(Clone, Debug)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file, from the realm file's folder; a byte-order mark, and blanks at its end, do not count.
    File(PathBuf),
    /// A hash from elsewhere, of a format that [`jeton_oauth::password_hash::identify`] knows.
    Hash(String),
    /// Typed or made just now.
    Given(SecretText),
}

/// A secret as it was found at its source.
#[derive(Clone, Debug)]
pub enum Found {
    Text(SecretText),
    Hash(String),
}

/// How the world outside is asked for secrets; tests and the demo have answers of their own.
pub trait Outside {
    fn variable(&self, name: &str) -> Option<String>;
    fn file(&self, path: &std::path::Path) -> std::io::Result<String>;
}

/// The process's environment, and files from `folder`.
pub struct Process;

impl Outside for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &std::path::Path) -> std::io::Result<String> {
        std::fs::read_to_string(path)
    }
}

pub(super) const INSTEAD: &str = "write { env = \"VARIABLE\" }, { file = \"path\" } or { hash = \"$argon2id$…\" }";

impl SecretSource {
    /// Reads `{ env = … }`, `{ file = … }` or `{ hash = … }`; the caller finishes the table.
    pub(super) fn read(table: &mut Table<'_, '_>, faults: &mut Faults) -> Option<Self> {
        let at = table.at;
        for clear in ["value", "secret", "password", "text", "plain"] {
            if table.has(clear) {
                table.pardon(clear);
                faults.add(table.key_place(clear), "a secret does not stand in a realm file", INSTEAD);
                return None;
            }
        }
        let sources = [
            table.string("env", faults).map(|name| Self::Env(name.value)),
            table.string("file", faults).map(|path| Self::File(PathBuf::from(path.value))),
            table.string("hash", faults).map(|hash| Self::Hash(hash.value)),
        ];
        let mut given = sources.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(one), None) => Some(one),
            (None, _) if ["env", "file", "hash"].iter().any(|key| table.has(key)) => None,
            (None, _) => {
                faults.add(at, "this secret has no source", INSTEAD);
                None
            }
            (Some(_), Some(_)) => {
                faults.add(at, "this secret has two sources", "keep one of env, file and hash");
                None
            }
        }
    }

    /// The secret itself, or its hash.
    pub(super) fn find(&self, at: Place, outside: &dyn Outside, folder: &std::path::Path, faults: &mut Faults) -> Option<Found> {
        let text = match self {
            Self::Given(text) => return Some(Found::Text(text.clone())),
            Self::Hash(hash) => {
                if let Err(fault) = jeton_oauth::password_hash::identify(hash) {
                    faults.add(at, "this hash cannot be used", fault.to_string());
                    return None;
                }
                return Some(Found::Hash(hash.clone()));
            }
            Self::Env(name) => {
                let Some(text) = outside.variable(name) else {
                    faults.add(at, format!("the environment has no {name}"), format!("set it, as in: {name}=… jeton apply FILE"));
                    return None;
                };
                text
            }
            Self::File(path) => match outside.file(&folder.join(path)) {
                // Editors add a byte-order mark and blanks that nobody means.
                Ok(text) => text.trim_start_matches('\u{feff}').trim_end().to_owned(),
                Err(error) => {
                    faults.add(
                        at,
                        format!("{} cannot be read: {error}", folder.join(path).display()),
                        "name a file that holds the secret and nothing else; paths start at the realm file's folder",
                    );
                    return None;
                }
            },
        };
        if text.is_empty() || text.len() > MAX_BYTES {
            let how = if text.is_empty() { "is empty" } else { "is longer than 1024 bytes" };
            faults.add(at, format!("this secret {how}"), "give it 1 to 1024 bytes");
            return None;
        }
        Some(Found::Text(SecretText::new(text)))
    }
}

/// The longest secret or password in bytes; hashing more is work for an attacker.
pub const MAX_BYTES: usize = 1024;
