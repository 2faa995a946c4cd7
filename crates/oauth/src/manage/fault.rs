//! What is wrong with a document: where in it, what, and what to write instead.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fault {
    /// Where in the document.
    pub path: Path,
    /// A sentence without a full stop.
    pub what: String,
    /// What to write instead.
    pub instead: String,
    /// Members of the document that this is about besides the one at the path.
    #[serde(skip)]
    pub besides: &'static [&'static str],
    /// Whether there is no such member at all.
    #[serde(skip)]
    pub unknown: bool,
    /// Where it stands, in a document that was written as text.
    #[serde(skip)]
    pub at: Option<Position>,
}

/// A place in a text file, from 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// As it was named, or as messages call it.
    pub file: String,
    /// Of the file.
    pub line: usize,
    /// In characters.
    pub column: usize,
}

/// A place in a document, from its top: `redirect_uris[1]`. The document itself where it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(Vec<Step>);

/// One step into a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Into an object, by the member's name.
    Key(String),
    /// From 0.
    Index(usize),
}

impl Fault {
    /// A fault of the place alone, as long as nothing else is said.
    pub fn new(path: impl Into<Path>, what: impl Into<String>, instead: impl Into<String>) -> Self {
        Self { path: path.into(), what: what.into(), instead: instead.into(), besides: &[], unknown: false, at: None }
    }

    /// The fault is in how the member at the path and these fit together.
    #[must_use]
    pub fn with(mut self, besides: &'static [&'static str]) -> Self {
        self.besides = besides;
        self
    }

    /// The same fault, and where it stands in a text.
    #[must_use]
    pub fn placed(mut self, at: Position) -> Self {
        self.at = Some(at);
        self
    }

    /// Whether the fault would be another one if these members of the document were.
    pub fn rests_on(&self, members: &[&str]) -> bool {
        self.path.first_key().into_iter().chain(self.besides.iter().copied()).any(|key| members.contains(&key))
    }

    /// The same fault, in a document that holds this one at `path`.
    #[must_use]
    pub fn under(mut self, path: impl Into<Path>) -> Self {
        let mut whole = path.into();
        whole.0.append(&mut self.path.0);
        self.path = whole;
        self
    }
}

impl Path {
    /// One step on, into an object.
    #[must_use]
    pub fn key(mut self, name: impl Into<String>) -> Self {
        self.0.push(Step::Key(name.into()));
        self
    }

    /// One step on, into a list; from 0.
    #[must_use]
    pub fn index(mut self, index: usize) -> Self {
        self.0.push(Step::Index(index));
        self
    }

    /// The key that is nearest to the end.
    pub fn last_key(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::Index(_) => None,
        })
    }

    /// The key that stands at the document's top.
    pub fn first_key(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// From the document's top.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// What a pointer (RFC 6901) names. Which of its numbers are places in lists it does not say: all are read so.
    pub fn of_pointer(pointer: &str) -> Self {
        let step = |text: &str| match text.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(text.replace("~1", "/").replace("~0", "~")),
        };
        Self(pointer.split('/').skip(1).map(step).collect())
    }

    /// RFC 6901.
    pub fn pointer(&self) -> String {
        self.0
            .iter()
            .map(|step| match step {
                Step::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
                Step::Index(index) => format!("/{index}"),
            })
            .collect()
    }
}

impl From<&str> for Path {
    fn from(key: &str) -> Self {
        Self::default().key(key)
    }
}

impl From<(&str, usize)> for Path {
    fn from((key, index): (&str, usize)) -> Self {
        Self::default().key(key).index(index)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().enumerate().try_for_each(|(place, step)| match step {
            Step::Key(key) if place > 0 => write!(f, ".{key}"),
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => write!(f, "[{index}]"),
        })
    }
}

impl Serialize for Path {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.0.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.what)?;
        if self.instead.is_empty() { Ok(()) } else { write!(f, "; {}", self.instead) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_to_people_and_to_programs() {
        let fault = Fault::new(("redirect_uris", 1), "no", "yes").under(("client", 0));
        assert_eq!(fault.path.to_string(), "client[0].redirect_uris[1]");
        assert_eq!(fault.path.pointer(), "/client/0/redirect_uris/1");
        assert_eq!(Path::from("a/b~c").pointer(), "/a~1b~0c");
        for path in [Path::default(), Path::from("a/b~c"), fault.path] {
            assert_eq!(Path::of_pointer(&path.pointer()), path);
        }
    }
}
