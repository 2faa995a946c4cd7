//! Which migrations a database still needs, and how each engine spells them.

use crate::OpenError;

pub(crate) struct Migration {
    pub version: u32,
    pub name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration { version: 1, name: "rows", sql: include_str!("../../../schema/0001_rows.sql") }];

/// The schema that this program writes.
pub(crate) const KNOWN: u32 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// Where it is written down what was done. The first thing in every database.
pub(crate) const MIGRATIONS_TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version {int} NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    applied_at {int} NOT NULL
) {wide}";

/// How an engine spells the types and layouts of `schema/`.
pub(crate) struct Spelling {
    pub placeholders: &'static [(&'static str, &'static str)],
}

impl Spelling {
    pub fn expand(&self, sql: &str) -> String {
        self.placeholders.iter().fold(sql.to_owned(), |text, (name, spelled)| text.replace(name, spelled))
    }
}

impl Migration {
    pub fn sql(&self, spelling: &Spelling) -> String {
        spelling.expand(self.sql)
    }
}

/// What is left to do for a database of schema `found` (0: none).
pub(crate) fn pending(found: u32) -> Result<&'static [Migration], OpenError> {
    if found > KNOWN {
        return Err(OpenError::TooNew { found, known: KNOWN });
    }
    let first = MIGRATIONS.iter().position(|migration| migration.version > found).unwrap_or(MIGRATIONS.len());
    Ok(&MIGRATIONS[first..])
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, MIGRATIONS, pending};
    use crate::OpenError;

    #[test]
    fn migrations_count_up_from_one() {
        assert!(MIGRATIONS.iter().zip(1..).all(|(migration, version)| migration.version == version));
    }

    #[test]
    fn only_what_is_missing_is_pending() {
        assert_eq!(pending(0).unwrap().len(), MIGRATIONS.len());
        assert!(pending(KNOWN).unwrap().is_empty());
    }

    #[test]
    fn a_newer_schema_is_refused() {
        assert!(matches!(pending(KNOWN + 1), Err(OpenError::TooNew { .. })));
    }
}
