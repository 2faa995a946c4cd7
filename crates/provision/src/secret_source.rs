//! Where a secret comes from: never from the realm file itself.

use std::{
    io,
    path::{Path, PathBuf},
};

use jeton_oauth::{password_hash::identify, secret::SecretText};
use serde::Deserialize;

use crate::{entry::Found, file::Instant};

/// `{ env = … }`, `{ file = … }` or `{ hash = … }`, and what else stands there.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Line {
    /// An environment variable.
    env: Option<String>,
    /// A file, from the realm file's folder; a byte-order mark, and blanks at its end, do not count.
    file: Option<PathBuf>,
    /// A hash from elsewhere, of a format that [`identify`] knows.
    hash: Option<String>,
    pub expires_at: Option<Instant>,
    pub always: bool,
}

/// How the world outside is asked for secrets; tests and the demo have answers of their own.
pub trait Outside {
    fn variable(&self, name: &str) -> Option<String>;
    fn file(&self, path: &Path) -> io::Result<String>;
}

/// The process's environment, and its files.
pub struct Process;

impl Outside for Process {
    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn file(&self, path: &Path) -> io::Result<String> {
        std::fs::read_to_string(path)
    }
}

/// The longest secret or password in bytes; hashing more is work for an attacker.
const MAX_BYTES: usize = 1024;

pub(crate) const INSTEAD: &str = "write { env = \"VARIABLE\" }, { file = \"path\" } or { hash = \"$argon2id$…\" }";

/// Keys under which somebody might write a secret itself.
pub(crate) const CLEAR: &[&str] = &["value", "secret", "password", "text", "plain"];

/// The world outside, and the folders that paths in each source start at.
pub(crate) struct Finding<'a> {
    pub outside: &'a dyn Outside,
    pub folders: &'a [PathBuf],
}

impl Finding<'_> {
    /// The secret itself, or its hash; or what is wrong, and what to write instead.
    pub fn find(&self, line: &Line, source: usize) -> Result<Found, (String, String)> {
        let wrong = |what: String, instead: &str| Err((what, instead.to_owned()));
        let text = match (&line.env, &line.file, &line.hash) {
            (None, None, None) => return wrong("this secret has no source".to_owned(), INSTEAD),
            (None, None, Some(hash)) => {
                let found = Found::Hash(hash.clone());
                return identify(hash).map(|_| found).map_err(|fault| ("this hash cannot be used".to_owned(), fault.to_string()));
            }
            (Some(name), None, None) => match self.outside.variable(name) {
                Some(text) => text,
                None => return wrong(format!("the environment has no {name}"), &format!("set it, as in: {name}=… jeton apply FILE")),
            },
            (None, Some(path), None) => {
                let path = self.folders.get(source).map_or_else(|| path.clone(), |folder| folder.join(path));
                match self.outside.file(&path) {
                    // Editors add a byte-order mark and blanks that nobody means.
                    Ok(text) => text.trim_start_matches('\u{feff}').trim_end().to_owned(),
                    Err(error) => {
                        let instead = "name a file that holds the secret and nothing else; paths start at the realm file's folder";
                        return wrong(format!("{} cannot be read: {error}", path.display()), instead);
                    }
                }
            }
            _ => return wrong("this secret has two sources".to_owned(), "keep one of env, file and hash"),
        };
        match text.len() {
            0 => wrong("this secret is empty".to_owned(), "give it 1 to 1024 bytes"),
            1..=MAX_BYTES => Ok(Found::Text(SecretText::new(text))),
            _ => wrong("this secret is longer than 1024 bytes".to_owned(), "give it 1 to 1024 bytes"),
        }
    }
}
