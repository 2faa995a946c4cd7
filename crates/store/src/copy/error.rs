//! Why an installation was not copied, and what to do about it.

use uuid::Uuid;

use crate::{OpenError, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("source and destination are both {place}; name another destination")]
    SamePlace { place: String },
    #[error("the source: {0}")]
    Source(#[source] OpenError),
    #[error("the destination: {0}")]
    Destination(#[source] OpenError),
    #[error("{place} holds all of this installation already; nothing was written")]
    Complete { place: String },
    #[error("{place} holds rows of another installation ({found}); nothing was written: name an empty destination")]
    Occupied { place: String, found: Uuid },
    #[error(
        "{place} is half a copy of installation {begun} from {from}, and the source is installation {source_id}; name that source again, or throw the half away with --restart"
    )]
    OtherSource { place: String, begun: Uuid, from: String, source_id: Uuid },
    #[error("{table} of the source could not be read: {error}")]
    Read { table: &'static str, error: StoreError },
    #[error(
        "{table} of the destination could not be written: {error}; run the same command again once that is mended, and it goes on where it stopped"
    )]
    Write { table: &'static str, error: StoreError },
    #[error(
        "source and destination differ in {}; the destination is not usable: was the source served between two runs? Copy it anew with --restart",
        .tables.join(", ")
    )]
    Differs { tables: Vec<&'static str> },
    #[error("stopped; run the same command again, and it goes on where it stopped")]
    Stopped,
}
