//! A dialect that an operator wrote, as it is stored.

use crate::Timestamp;

/// Its text was checked when it was written; a later program may understand it otherwise, and checks it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDialect {
    pub name: String,
    /// The file.
    pub toml: String,
    /// Counts how often it was written.
    pub version: u32,
    pub changed_at: Timestamp,
}
