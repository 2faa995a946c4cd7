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
        let lines: Vec<Vec<usize>> = sources.iter().map(|source| line_starts(&source.text)).collect();
        let locate = |(at, message, help): (Place, String, String)| {
            let starts = lines.get(at.source).map(Vec::as_slice).unwrap_or_default();
            locate(sources, starts, at, message, help)
        };
        self.0.into_iter().map(locate).collect()
    }
}

/// Where each line begins.
fn line_starts(text: &str) -> Vec<usize> {
    [0].into_iter().chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect()
}

fn locate(sources: &[Source], starts: &[usize], at: Place, message: String, help: String) -> Fault {
    let (file, text) = sources.get(at.source).map_or(("", ""), |source| (&source.name, &source.text));
    let start = at.start.min(text.len());
    let (line, column) = match text {
        "" => (0, 0),
        _ => {
            let line = starts.partition_point(|begin| *begin <= start).max(1);
            (line, text[starts[line - 1]..start].chars().count() + 1)
        }
    };
    Fault { file: file.to_owned(), line, column, message, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let sources = [Source { name: "a.toml".to_owned(), text: "x = 1\nü = \"é\" # here\n".to_owned() }];
        let at = Place { source: 0, start: sources[0].text.find("here").unwrap() };
        let fault = locate(&sources, &line_starts(&sources[0].text), at, String::new(), String::new());
        assert_eq!((fault.line, fault.column), (2, 11));
    }
}
