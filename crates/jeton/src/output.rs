//! What commands print: tables for people, JSON for programs.

use std::{
    fmt,
    io::{IsTerminal, Write},
    sync::mpsc,
    thread,
    time::Duration,
};

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};
use jeton_oauth::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// As `say!`; but whoever reads may stop reading, as `head` does, without an error.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::output::line(format_args!($($words)*))
    };
}
pub(crate) use say;

pub fn line(words: fmt::Arguments<'_>) {
    text(format_args!("{words}\n"));
}

pub fn text(words: fmt::Arguments<'_>) {
    let mut stdout = std::io::stdout().lock();
    // Nobody is left to be told.
    let _ = stdout.write_fmt(words).and_then(|()| stdout.flush());
}

/// Prints on a thread of its own, for a server that must not wait for whoever reads; waits a moment for it.
pub fn patiently<T: Send + 'static>(print: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, printed) = mpsc::channel();
    let printing = thread::Builder::new().spawn(move || sender.send(print()));
    printing.ok().and_then(|_| printed.recv_timeout(MOMENT).ok())
}

/// For a reader that is there.
const MOMENT: Duration = Duration::from_secs(1);

/// A table; lined and coloured on a terminal, plain columns elsewhere.
pub struct Rows {
    table: Table,
    plain: bool,
    empty: &'static str,
}

impl Rows {
    /// `empty` is said when there is no row.
    pub fn new(header: &[&str], empty: &'static str) -> Self {
        let plain = !std::io::stdout().is_terminal() || std::env::var_os("NO_COLOR").is_some();
        let mut table = Table::new();
        table.load_preset(if plain { presets::NOTHING } else { presets::UTF8_HORIZONTAL_ONLY });
        if plain {
            table.force_no_tty().set_content_arrangement(ContentArrangement::Disabled);
        } else {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        table.set_header(header.iter().map(|name| Cell::new(name).add_attribute(Attribute::Bold)));
        Self { table, plain, empty }
    }

    pub fn add(&mut self, cells: impl IntoIterator<Item = String>) {
        self.table.add_row(cells.into_iter().map(Cell::new));
    }

    /// A row whose first cell has a colour.
    pub fn add_coloured(&mut self, colour: Color, cells: impl IntoIterator<Item = String>) {
        let cells =
            cells.into_iter().enumerate().map(|(index, text)| if index == 0 { Cell::new(text).fg(colour) } else { Cell::new(text) });
        self.table.add_row(cells);
    }

    pub fn print(&self) {
        if self.table.row_count() == 0 {
            say!("{}", self.empty);
        } else if self.plain {
            self.table.lines().for_each(|line| say!("{}", line.trim()));
        } else {
            say!("{}", self.table);
        }
    }
}

/// One thing, a line for each of its properties.
pub fn properties(lines: &[(&str, String)]) {
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        say!("{name:width$}  {value}");
    }
}

pub fn json(value: &impl Serialize) {
    say!("{}", serde_json::to_string_pretty(value).unwrap_or_default());
}

/// RFC 3339, in UTC; the empty text for the beginning of time.
pub fn instant(at: Timestamp) -> String {
    if at.as_millis() == 0 {
        return String::new();
    }
    jiff::Timestamp::from_second(at.as_seconds()).map_or_else(|_| at.as_millis().to_string(), |at| at.to_string())
}

/// A value of a document in a table: lists as words, nothing as nothing.
pub fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

/// As [`words`], and a word where there is none.
pub fn words_or(value: &Value, none: &str) -> String {
    if value.is_null() { none.to_owned() } else { words(value) }
}

/// Times in the members of a document, as [`instant`] writes them.
pub fn to_the_second(document: &mut Value) {
    match document {
        Value::Object(members) => {
            for (name, value) in members {
                match value.as_str().filter(|_| name == "at" || name == "until" || name == "not_before" || name.ends_with("_at")) {
                    Some(text) => *value = shortened(text).into(),
                    // These are people's own words.
                    None if name == "attributes" || name == "profile" => {}
                    None => to_the_second(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(to_the_second),
        _ => {}
    }
}

/// A time of a document, as [`instant`] writes it.
pub fn shortened(text: &str) -> String {
    text.parse::<jiff::Timestamp>().map_or_else(|_| text.to_owned(), |at| instant(Timestamp::from_millis(at.as_millisecond())))
}

/// Whether a time of a document has come.
pub fn is_over(time: &Value) -> bool {
    let at = time.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    at.is_some_and(|at| at.as_millisecond() <= crate::installation::now().as_millis())
}

pub const fn yes(flag: bool) -> &'static str {
    if flag { "yes" } else { "no" }
}
