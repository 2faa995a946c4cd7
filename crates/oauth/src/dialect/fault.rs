//! What is wrong with a dialect's file: where, and what to write instead.

use std::{cell::RefCell, fmt, ops::Range};

/// One fault of a file. Lines and columns count from 1; columns count characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it begins.
    pub line: usize,
    /// Where it begins in that line.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}; {}", self.line, self.column, self.message, self.help)
    }
}

/// A file shows at most this many faults: past that the first ones explain the rest.
const MOST: usize = 50;

/// Faults as they are found, by their bytes in the text.
#[derive(Default)]
pub(super) struct Faults(RefCell<Vec<(usize, String, String)>>);

impl Faults {
    pub(super) fn add(&self, at: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.0.borrow_mut().push((at.start, message.into(), help.into()));
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// The faults in the order of the text.
    pub(super) fn located(self, text: &str) -> Vec<Fault> {
        let mut found = self.0.into_inner();
        found.sort_by_key(|(at, ..)| *at);
        found.dedup();
        found.truncate(MOST);
        found
            .into_iter()
            .map(|(at, message, help)| {
                let before = text.get(..at).unwrap_or(text);
                let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
                Fault { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, message, help }
            })
            .collect()
    }
}
