//! Why an installation was not copied, and what to do about it.

use uuid::Uuid;

use crate::{OpenError, StoreError};

/// Why a copy was refused, failed or stopped; the words say what to do.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Nothing to copy: both locations name the same rows.
    #[error("source and destination are both {place}; name another destination")]
    SamePlace {
        /// As [`Location`](crate::Location) shows it.
        place: String,
    },
    /// The source did not open: it is not there, in use, half a copy, or of another schema.
    #[error("the source: {0}")]
    Source(#[source] OpenError),
    /// The destination did not open: it is in use, or cannot be made there.
    #[error("the destination: {0}")]
    Destination(#[source] OpenError),
    /// An earlier copy of this same installation was compared and is whole.
    #[error("{place} holds all of this installation already; nothing was written")]
    Complete {
        /// The destination.
        place: String,
    },
    /// The destination has rows that no copy wrote. Not one of them is touched.
    #[error("{place} holds rows of another installation ({found}); nothing was written: name an empty destination")]
    Occupied {
        /// The destination.
        place: String,
        /// The id of the installation that is there.
        found: Uuid,
    },
    /// The destination is half a copy of something else, and was not to be begun anew.
    #[error(
        "{place} is half a copy of installation {begun} from {from}, and the source is installation {source_id}; name that source again, or throw the half away with --restart"
    )]
    OtherSource {
        /// The destination.
        place: String,
        /// The id of the installation whose rows it has so far.
        begun: Uuid,
        /// Where that one was read from, for people.
        from: String,
        /// The id of the installation that was to be copied now.
        source_id: Uuid,
    },
    /// Rows of the source could not be read; the same call goes on where it stopped.
    #[error("{table} of the source could not be read: {error}")]
    Read {
        /// The table that was read.
        table: &'static str,
        /// What the source's database said.
        error: StoreError,
    },
    /// Rows of the destination could not be written; the same call goes on where it stopped.
    #[error(
        "{table} of the destination could not be written: {error}; run the same command again once that is mended, and it goes on where it stopped"
    )]
    Write {
        /// The table that was written.
        table: &'static str,
        /// What the destination's database said.
        error: StoreError,
    },
    /// Both sides were read anew after the copy, and are not the same.
    #[error(
        "source and destination differ in {}; the destination is not usable: was the source served between two runs? Copy it anew with --restart",
        .tables.join(", ")
    )]
    Differs {
        /// The tables whose number of rows or sum differs.
        tables: Vec<&'static str>,
    },
    /// The one who watches asked for it, after a page that was written whole.
    #[error("stopped; run the same command again, and it goes on where it stopped")]
    Stopped,
}
