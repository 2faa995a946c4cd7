//! A dialect that an operator wrote, as it is stored.

use crate::Timestamp;

/// Its text was checked when it was written; a later program may understand it otherwise, and checks it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDialect {
    /// What realms call it; unique in the installation.
    pub name: String,
    /// The file.
    pub toml: String,
    /// Counts how often it was written.
    pub version: u32,
    /// When it was written last.
    pub changed_at: Timestamp,
}
