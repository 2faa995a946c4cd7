//! What is wrong with a realm file: where it stands, and what to write instead.

use std::fmt;

use serde::Serialize;

/// Text that says what realms should be, and the name that messages call it by.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// A byte of one of the sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub(super) source: usize,
    pub(super) start: usize,
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    pub value: T,
    pub at: Place,
}

impl<T> At<T> {
    pub fn new(value: T, at: Place) -> Self {
        Self { value, at }
    }

    /// Something that stands in no file: it was typed.
    pub fn typed(value: T) -> Self {
        Self { value, at: Place::default() }
    }

    pub fn as_ref(&self) -> At<&T> {
        At { value: &self.value, at: self.at }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    pub file: String,
    /// From 1; 0 where the source is not a file.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message)?,
            _ => write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)?,
        }
        if self.help.is_empty() { Ok(()) } else { write!(f, "\n  instead: {}", self.help) }
    }
}

/// Everything that was found so far; a file is refused for all of it at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Vec<(Place, String, String)>);

impl Faults {
    pub fn add(&mut self, at: Place, message: impl Into<String>, help: impl Into<String>) {
        self.0.push((at, message.into(), help.into()));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were found so far.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// In the order of files and lines.
    pub fn report(mut self, sources: &[Source]) -> Vec<Fault> {
        self.0.sort_by_key(|(at, ..)| *at);
        self.0.dedup();
        self.0.into_iter().map(|(at, message, help)| locate(sources, at, message, help)).collect()
    }
}

fn locate(sources: &[Source], at: Place, message: String, help: String) -> Fault {
    let (file, text) = sources.get(at.source).map_or(("", ""), |source| (&source.name, &source.text));
    let before = text.get(..at.start.min(text.len())).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let (line, column) = match text {
        "" => (0, 0),
        _ => (before.bytes().filter(|byte| *byte == b'\n').count() + 1, before[line_start..].chars().count() + 1),
    };
    Fault { file: file.to_owned(), line, column, message, help }
}

/// The one of `known` that somebody who wrote `text` most likely meant.
pub fn nearest<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = |candidate: &str| edits(text, candidate);
    known.into_iter().map(|name| (near(name), name)).filter(|(edits, name)| *edits <= 1 + name.len() / 4).min().map(|(_, name)| name)
}

/// How many letters to insert, delete, replace or swap to get from one word to the other.
fn edits(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().take(64).collect(), to.chars().take(64).collect());
    let mut rows = vec![vec![0; to.len() + 1]; from.len() + 1];
    for i in 0..=from.len() {
        for j in 0..=to.len() {
            rows[i][j] = match (i, j) {
                (0, n) | (n, 0) => n,
                _ => {
                    let replaced = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
                    let swapped = if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                        rows[i - 2][j - 2] + 1
                    } else {
                        usize::MAX
                    };
                    replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swapped)
                }
            };
        }
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let known = ["redirect_uris", "grants", "scopes", "secrets"];
        assert_eq!(nearest("redirect_uri", known), Some("redirect_uris"));
        assert_eq!(nearest("scpoes", known), Some("scopes"));
        assert_eq!(nearest("colour", known), None);
    }

    #[test]
    fn columns_count_characters() {
        let sources = [Source { name: "a.toml".to_owned(), text: "x = 1\nü = \"é\" # here\n".to_owned() }];
        let at = Place { source: 0, start: sources[0].text.find("here").unwrap() };
        let fault = locate(&sources, at, String::new(), String::new());
        assert_eq!((fault.line, fault.column), (2, 11));
    }
}
