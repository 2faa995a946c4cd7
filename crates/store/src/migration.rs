//! Which migrations a database still needs, which programs may work on it, and how each engine
//! spells them.
//!
//! Migrations expand, then contract: one that only adds leaves older programs working beside it;
//! what they need is taken away by a later one, which raises the oldest schema that may.

use crate::OpenError;

#[derive(Clone, Copy)]
pub(crate) struct Migration {
    pub version: u32,
    pub name: &'static str,
    /// The oldest schema whose programs keep working once this is done; its own where none does.
    pub oldest: u32,
    pub sql: &'static str,
}

/// All that a program knows, in order.
#[derive(Clone, Copy)]
pub(crate) struct Migrations(pub &'static [Migration]);

impl Migrations {
    /// Those of this program.
    pub const OURS: Self = Self(&[
        Migration { version: 1, name: "rows", oldest: 1, sql: include_str!("../../../schema/0001_rows.sql") },
        Migration { version: 2, name: "nodes", oldest: 1, sql: include_str!("../../../schema/0002_nodes.sql") },
        Migration { version: 3, name: "actors", oldest: 1, sql: include_str!("../../../schema/0003_actors.sql") },
        Migration {
            version: 4,
            name: "personal access tokens of applications",
            oldest: 1,
            sql: include_str!("../../../schema/0004_personal_access_tokens_of_applications.sql"),
        },
        Migration { version: 5, name: "strangers", oldest: 1, sql: include_str!("../../../schema/0005_strangers.sql") },
        Migration { version: 6, name: "password kinds", oldest: 1, sql: include_str!("../../../schema/0006_password_kinds.sql") },
        Migration { version: 7, name: "longest tokens", oldest: 1, sql: include_str!("../../../schema/0007_longest_tokens.sql") },
        Migration { version: 8, name: "client_metadata", oldest: 1, sql: include_str!("../../../schema/0008_client_metadata.sql") },
        Migration { version: 9, name: "public_url", oldest: 1, sql: include_str!("../../../schema/0009_public_url.sql") },
        Migration { version: 10, name: "pending requests", oldest: 1, sql: include_str!("../../../schema/0010_pending_requests.sql") },
        Migration { version: 11, name: "leaving", oldest: 1, sql: include_str!("../../../schema/0011_leaving.sql") },
        Migration { version: 12, name: "account", oldest: 1, sql: include_str!("../../../schema/0012_account.sql") },
        Migration { version: 13, name: "dialects", oldest: 1, sql: include_str!("../../../schema/0013_dialects.sql") },
        Migration { version: 14, name: "registration", oldest: 1, sql: include_str!("../../../schema/0014_registration.sql") },
        Migration { version: 15, name: "administrators", oldest: 1, sql: include_str!("../../../schema/0015_administrators.sql") },
        Migration { version: 16, name: "factors", oldest: 1, sql: include_str!("../../../schema/0016_factors.sql") },
        Migration { version: 17, name: "locks", oldest: 1, sql: include_str!("../../../schema/0017_locks.sql") },
        Migration { version: 18, name: "developers", oldest: 1, sql: include_str!("../../../schema/0018_developers.sql") },
        Migration { version: 19, name: "passkeys", oldest: 1, sql: include_str!("../../../schema/0019_passkeys.sql") },
        Migration { version: 20, name: "amr of refreshes", oldest: 1, sql: include_str!("../../../schema/0020_amr_of_refreshes.sql") },
        Migration { version: 21, name: "activity", oldest: 1, sql: include_str!("../../../schema/0021_activity.sql") },
        Migration {
            version: 22,
            name: "passkeys are unique",
            oldest: 1,
            sql: include_str!("../../../schema/0022_passkeys_are_unique.sql"),
        },
    ]);
}

/// How far a database has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// 0: it is empty.
    pub schema: u32,
    /// Programs that know less may not work on it.
    pub oldest: u32,
}

/// From here on a database says itself which programs may work on it: [`OLDEST_SCHEMA`].
pub(crate) const SAYS_OLDEST: u32 = 2;
pub(crate) const OLDEST_SCHEMA: &str = "SELECT oldest_schema FROM installation";

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

impl Migrations {
    /// The schema that a program with these writes.
    pub const fn known(self) -> u32 {
        self.0[self.0.len() - 1].version
    }

    /// What is left to do. Nothing for a newer schema that says that programs like this one keep working.
    pub fn pending(self, found: Found) -> Result<&'static [Migration], OpenError> {
        let known = self.known();
        if found.schema > known && found.oldest > known {
            return Err(OpenError::TooNew { found: found.schema, oldest: found.oldest, known });
        }
        let first = self.0.iter().position(|migration| migration.version > found.schema).unwrap_or(self.0.len());
        Ok(&self.0[first..])
    }

    /// The oldest schema whose programs work once all of these are done.
    pub fn oldest(self) -> u32 {
        self.0.iter().map(|migration| migration.oldest).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Migration, Migrations};
    use crate::{Location, OpenError, Role, Store};

    const OURS: Migrations = Migrations::OURS;

    #[test]
    fn migrations_count_up_from_one_and_never_ask_for_what_is_newer() {
        assert!(OURS.0.iter().zip(1..).all(|(migration, version)| migration.version == version && migration.oldest <= version));
    }

    #[test]
    fn only_what_is_missing_is_pending() {
        assert_eq!(OURS.pending(Found::default()).unwrap().len(), OURS.0.len());
        assert!(OURS.pending(Found { schema: OURS.known(), oldest: 1 }).unwrap().is_empty());
    }

    #[test]
    fn a_newer_schema_is_served_for_as_long_as_it_says_so() {
        let newer = OURS.known() + 2;
        assert!(OURS.pending(Found { schema: newer, oldest: OURS.known() }).unwrap().is_empty());
        let refused = OURS.pending(Found { schema: newer, oldest: OURS.known() + 1 });
        assert!(matches!(refused, Err(OpenError::TooNew { .. })));
    }

    /// This program, with one migration more.
    fn tomorrow(oldest: u32) -> Migrations {
        let more = Migration { version: OURS.known() + 1, name: "of tomorrow", oldest, sql: "CREATE TABLE tomorrow (x {int}) {wide}" };
        Migrations(Vec::leak([OURS.0, &[more]].concat()))
    }

    #[test]
    fn what_a_newer_program_wrote_is_opened_or_refused_by_what_its_migration_says() {
        for (oldest, opens) in [(1, true), (OURS.known(), true), (OURS.known() + 1, false)] {
            let folder = tempfile::tempdir().unwrap();
            let location = Location::Sqlite { folder: folder.path().join("data") };
            drop(Store::open(&location, Role::Server).unwrap());
            drop(Store::open_knowing(tomorrow(oldest), &location, Role::Server).unwrap());
            assert_eq!(Store::open(&location, Role::Server).is_ok(), opens, "{oldest}");
            drop(Store::open_knowing(tomorrow(oldest), &location, Role::Server).unwrap());
        }
    }
}
