//! Writing dialects. Each is checked: [`DialectFile`](jeton_oauth::dialect::DialectFile) comes no other way.

use jeton_oauth::change::DialectChange;

use crate::statement::{Statement, values};

pub(super) fn statements<'a>(change: &'a DialectChange, out: &mut Vec<Statement<'a>>) {
    out.push(match change {
        DialectChange::Store { file, version: 0, at } => Statement::guarded(
            "INSERT INTO dialects (name, toml, version, changed_at) VALUES (?1, ?2, 1, ?3)",
            values![file.name(), file.text(), *at],
        ),
        DialectChange::Store { file, version, at } => Statement::guarded(
            "UPDATE dialects SET toml = ?2, version = version + 1, changed_at = ?3 WHERE name = ?1 AND version = ?4",
            values![file.name(), file.text(), *at, *version],
        ),
        DialectChange::Remove { name, version } => Statement::guarded(
            "DELETE FROM dialects WHERE name = ?1 AND version = ?2 AND NOT EXISTS (SELECT 1 FROM realms WHERE dialect = ?1)",
            values![name, *version],
        ),
    });
}
