//! Moving a whole installation from one database to another, and filling one in bulk.
//!
//! Rows go over in the order of their keys, a page at a time, and each page is written whole or not
//! at all: so the greatest key that the destination has says how far the copy is, and running it
//! again goes on behind it. From the first write until both sides were compared, the table
//! `copying` stands in the destination, and nothing else opens it.
//!
//! The change table is not copied, as the caches that it speaks to start empty; the destination
//! makes its own table of migrations.

mod bulk;
mod cell;
mod compare;
mod error;
mod run;
mod tables;

use uuid::Uuid;

pub use bulk::Bulk;
pub(crate) use cell::read;
pub use cell::{Cell, Row};
pub use error::CopyError;
pub use run::{Begin, Copied, Options, Report, Step, copy};
pub use tables::{Column, Kind, Table, table, tables};

/// As what a place is opened. In every case for oneself: nobody may serve it meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// Nothing is written, and nobody else writes.
    Source,
    /// Made where it is missing; may be half a copy.
    Destination,
    /// A whole installation, for rows in great numbers.
    Filling,
}

/// What a destination says of itself until it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Copying {
    /// The installation that is copied.
    pub source: Uuid,
    /// Where it is, for people.
    pub from: String,
}

/// What says it: of no schema, as it is there only while rows are copied.
pub(crate) const COPYING_TABLE: &str = "CREATE TABLE copying (one {int} NOT NULL PRIMARY KEY CHECK (one = 1), source {id} NOT NULL, place {text} NOT NULL, began_at {int} NOT NULL) {wide}";
pub(crate) const COPYING: &str = "SELECT source, place FROM copying";
