//! Where in a realm file something stands. A fault carries its path in the file; the line and the column
//! are looked up in the text once there is something to tell.

use std::fmt;

use jeton_oauth::manage::{self, Path, Step};
use serde::Serialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::file::Kind;

/// Text that says what realms should be, and the name that messages call it by.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// A table of one of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub source: usize,
    pub kind: Kind,
    /// Which of its kind, from 0.
    pub index: usize,
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

/// Everything that was found so far; files are refused for all of it at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Vec<Told>);

#[derive(Clone, Debug)]
struct Told {
    source: usize,
    /// From the top of the file.
    fault: manage::Fault,
    at: Point,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Point {
    Key,
    Value,
    Byte(usize),
}

impl Faults {
    /// At the value, or at the key where there should be none such.
    pub fn tell(&mut self, spot: Spot, fault: manage::Fault) {
        let at = if fault.unknown { Point::Key } else { Point::Value };
        self.0.push(Told { source: spot.source, fault: fault.under(spot.path()), at });
    }

    pub fn at_key(&mut self, spot: Spot, fault: manage::Fault) {
        self.0.push(Told { source: spot.source, fault: fault.under(spot.path()), at: Point::Key });
    }

    pub fn at_byte(&mut self, source: usize, byte: usize, fault: manage::Fault) {
        self.0.push(Told { source, fault, at: Point::Byte(byte) });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of files and lines.
    pub fn report(self, sources: &[Source]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            let own: Vec<&Told> = self.0.iter().filter(|told| told.source == number).collect();
            if own.is_empty() {
                continue;
            }
            let (file, _) = DeTable::parse_recoverable(&source.text);
            let lines = line_starts(&source.text);
            let mut located: Vec<(usize, String, String)> = own.into_iter().map(|told| locate(file.get_ref(), told)).collect();
            located.sort();
            located.dedup();
            faults.extend(located.into_iter().map(|(byte, message, help)| {
                let byte = byte.min(source.text.len());
                let line = lines.partition_point(|begin| *begin <= byte).max(1);
                let column = source.text[lines[line - 1]..byte].chars().count() + 1;
                Fault { file: source.name.clone(), line, column, message, help }
            }));
        }
        faults
    }
}

impl Spot {
    pub fn new(source: usize, kind: Kind, index: usize) -> Self {
        Self { source, kind, index }
    }

    fn path(self) -> Path {
        match self.kind {
            Kind::File => Path::default(),
            kind if kind.is_list() => (kind.key(), self.index).into(),
            kind => kind.key().into(),
        }
    }
}

/// Where a fault stands, and its words with the names that are written there.
fn locate(file: &DeTable<'_>, told: &Told) -> (usize, String, String) {
    let (mut what, mut instead) = (told.fault.what.clone(), told.fault.instead.clone());
    if let Point::Byte(byte) = told.at {
        return (byte, what, instead);
    }
    let mut place = Place { table: Some(file), ..Place::default() };
    let mut steps = told.fault.path.steps();
    let kind = told.fault.path.first_key().and_then(Kind::named);
    if let (Some(kind), true) = (kind, steps.len() > 1) {
        let (top, rest) = steps.split_at(if kind.is_list() { 2 } else { 1 });
        steps = rest;
        if !top.iter().all(|step| place.walk(step)) {
            return (place.value, what, instead);
        }
        let table = place.table;
        for (short, name) in kind.aliases().iter().filter(|(short, _)| table.is_some_and(|table| table.contains_key(*short))) {
            what = what.replace(&format!("`{name}`"), &format!("`{short}`"));
            instead = instead.replace(&format!("`{name}`"), &format!("`{short}`"));
        }
        // A member that is not written is told of where its table is named.
        match steps.split_first() {
            Some((Step::Key(first), rest)) if place.enter(kind, first) => steps = rest,
            _ => {
                let _ = place.enter(kind, kind.identity());
                return (place.value, what, instead);
            }
        }
    }
    let exact = steps.iter().all(|step| place.walk(step));
    (if told.at == Point::Key && exact { place.key } else { place.value }, what, instead)
}

/// How far a path was followed.
#[derive(Default)]
struct Place<'a, 'i> {
    key: usize,
    value: usize,
    table: Option<&'a DeTable<'i>>,
    array: Option<&'a [Spanned<DeValue<'i>>]>,
}

impl<'a, 'i> Place<'a, 'i> {
    /// Whether there is such a step.
    fn walk(&mut self, step: &Step) -> bool {
        let found = match step {
            Step::Key(name) => {
                self.table.and_then(|table| table.get_key_value(name.as_str())).map(|(key, value)| (key.span().start, value))
            }
            Step::Index(index) => self.array.and_then(|array| array.get(*index)).map(|item| (item.span().start, item)),
        };
        let Some((key, value)) = found else { return false };
        *self = Self {
            key,
            value: value.span().start,
            table: value.get_ref().as_table(),
            array: value.get_ref().as_array().map(|array| &array[..]),
        };
        true
    }

    /// As [`Place::walk`], by the name of a document's member, whichever way it is written.
    fn enter(&mut self, kind: Kind, name: &str) -> bool {
        let Some(table) = self.table else { return false };
        let short = kind.aliases().iter().find(|(_, own)| *own == name).map(|(short, _)| *short);
        let written = [Some(name), short].into_iter().flatten().find(|name| table.contains_key(*name));
        // Claims of a person stand in a table of their own, too.
        let claims = table.get("profile").and_then(|profile| profile.get_ref().as_table());
        match (written, claims) {
            (Some(written), _) => self.walk(&Step::Key(written.to_owned())),
            (None, Some(claims)) if claims.contains_key(name) => {
                self.table = Some(claims);
                self.walk(&Step::Key(name.to_owned()))
            }
            _ => false,
        }
    }
}

/// Where each line begins.
fn line_starts(text: &str) -> Vec<usize> {
    [0].into_iter().chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let sources = [Source { name: "a.toml".to_owned(), text: "x = 1\nü = \"é\" # here\n".to_owned() }];
        let mut faults = Faults::default();
        faults.at_byte(0, sources[0].text.find("here").unwrap(), manage::Fault::new("x", "", ""));
        let fault = &faults.report(&sources)[0];
        assert_eq!((fault.line, fault.column), (2, 11));
    }
}
