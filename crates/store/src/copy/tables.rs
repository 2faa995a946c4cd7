//! Which tables there are, with their columns and keys: read from the schema's own text, so that
//! no table can be forgotten.

use std::sync::LazyLock;

use super::Cell;
use crate::migration::Migrations;

/// A table that is copied. Each stands behind those that it refers to.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// As SQL names it.
    pub name: String,
    /// In the order of the schema.
    pub columns: Vec<Column>,
    /// The columns of the primary key, by their places.
    pub(crate) key: Vec<usize>,
    pub(crate) indexes: Vec<Index>,
}

/// A column of a table that is copied.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// As SQL names it.
    pub name: String,
    /// What each of its values must be, unless it is NULL.
    pub kind: Kind,
}

/// What a column holds. Times, and yes or no, are numbers; JSON is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A UUID.
    Id,
    /// Bytes.
    Bytes,
    /// A whole number of 64 bits.
    Int,
    /// Text.
    Text,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub name: String,
    pub sql: String,
}

/// What is not copied: caches of new servers start empty, and none of them runs yet.
const LEFT_OUT: &[&str] = &["changes", "nodes"];

/// Every table that is copied, in an order in which parents come first.
pub fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
        let mut tables = Vec::new();
        for migration in Migrations::OURS.0 {
            read(migration.sql, &mut tables).expect("a test reads the same text");
        }
        tables.retain(|table: &Table| !LEFT_OUT.contains(&table.name.as_str()));
        tables
    });
    &TABLES
}

/// The table of this name.
pub fn table(name: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.name == name)
}

impl Table {
    pub(crate) fn select_page(&self, rows: usize, after: bool) -> String {
        let (columns, key) = (self.column_list(), self.key_list());
        let beyond = match (after, self.key.len()) {
            (false, _) => String::new(),
            (true, 1) => format!(" WHERE {key} > ?1"),
            (true, _) => format!(" WHERE ({key}) > ({})", self.parameters(self.key.len())),
        };
        format!("SELECT {columns} FROM {}{beyond} ORDER BY {key} LIMIT {rows}", self.name)
    }

    /// The greatest key.
    pub(crate) fn select_last(&self) -> String {
        let names: Vec<_> = self.key.iter().map(|column| format!("{} DESC", self.columns[*column].name)).collect();
        format!("SELECT {} FROM {} ORDER BY {} LIMIT 1", self.column_list(), self.name, names.join(", "))
    }

    pub(crate) fn insert(&self) -> String {
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, self.column_list(), self.parameters(self.columns.len()))
    }

    pub(crate) fn column_list(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The key of one of its rows.
    pub(crate) fn key_of(&self, row: &[Cell]) -> Vec<Cell> {
        self.key.iter().map(|column| row[*column].clone()).collect()
    }

    fn key_list(&self) -> String {
        self.key.iter().map(|column| self.columns[*column].name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn parameters(&self, count: usize) -> String {
        (1..=count).map(|number| format!("?{number}")).collect::<Vec<_>>().join(", ")
    }
}

/// Adds what a schema text makes. Knows the statements that ours consist of, and no others.
fn read(text: &str, tables: &mut Vec<Table>) -> Result<(), String> {
    let text: String = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
        let odd = || format!("not understood: {statement}");
        let words: Vec<&str> = statement.split_whitespace().collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => tables.push(create(name, statement).ok_or_else(odd)?),
            ["CREATE", "INDEX", index, "ON", name, ..] | ["CREATE", "UNIQUE", "INDEX", index, "ON", name, ..] => {
                let table = tables.iter_mut().find(|table| table.name == *name).ok_or_else(odd)?;
                table.indexes.push(Index { name: (*index).to_owned(), sql: statement.to_owned() });
            }
            ["ALTER", "TABLE", name, "ADD", "COLUMN", definition @ ..] => {
                let table = tables.iter_mut().find(|table| table.name == *name).ok_or_else(odd)?;
                table.columns.push(column(&definition.join(" ")).ok_or_else(odd)?);
            }
            _ => return Err(odd()),
        }
    }
    Ok(())
}

fn create(name: &str, statement: &str) -> Option<Table> {
    let body = statement.get(statement.find('(')? + 1..statement.rfind(')')?)?;
    let mut table = Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new(), indexes: Vec::new() };
    for definition in split(body) {
        if let Some(key) = definition.strip_prefix("PRIMARY KEY (") {
            let places =
                key.trim_end_matches(')').split(',').map(|name| table.columns.iter().position(|column| column.name == name.trim()));
            table.key = places.collect::<Option<_>>()?;
        } else if !["UNIQUE", "CHECK", "FOREIGN KEY"].iter().any(|constraint| definition.starts_with(constraint)) {
            // A number that the database counts up cannot be written; nothing that is copied has one.
            if definition.contains("PRIMARY KEY") || definition.contains("{serial}") {
                table.key = vec![table.columns.len()];
            }
            table.columns.push(column(definition)?);
        }
    }
    (!table.key.is_empty()).then_some(table)
}

fn column(definition: &str) -> Option<Column> {
    let mut words = definition.split_whitespace();
    let name = words.next()?.to_owned();
    let kind = match words.next()? {
        "{id}" => Kind::Id,
        "{bytes}" => Kind::Bytes,
        "{int}" | "{serial}" => Kind::Int,
        "{text}" | "{json}" => Kind::Text,
        _ => return None,
    };
    Some(Column { name, kind })
}

/// The parts between the commas that stand in no parentheses.
fn split(body: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0u32, 0);
    for (at, character) in body.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(body[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(body[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Kind, LEFT_OUT, read, table, tables};
    use crate::{Role, backend::sqlite::table_columns, migration::Migrations};

    #[test]
    fn every_table_and_column_of_the_schema_is_copied_or_left_out_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let mut real: BTreeMap<String, Vec<(String, bool)>> = table_columns(folder.path(), Role::Server);
        for name in LEFT_OUT.iter().chain(&["migrations", "sqlite_sequence"]) {
            real.remove(*name);
        }
        let known: BTreeMap<String, Vec<(String, bool)>> = tables()
            .iter()
            .map(|table| {
                let columns = table.columns.iter().enumerate().map(|(place, column)| (column.name.clone(), table.key.contains(&place)));
                (table.name.clone(), columns.collect())
            })
            .collect();
        assert_eq!(known, real);
    }

    #[test]
    fn parents_come_first_and_nothing_that_is_copied_is_counted_by_the_database() {
        let mut seen: Vec<&str> = Vec::new();
        for migration in Migrations::OURS.0 {
            for statement in migration.sql.split(';').filter(|statement| statement.contains("CREATE TABLE")) {
                let name = statement.split("CREATE TABLE ").nth(1).unwrap().split_whitespace().next().unwrap();
                seen.push(name);
                for parent in statement.split("REFERENCES ").skip(1) {
                    assert!(seen.contains(&parent.split_whitespace().next().unwrap()), "{name} refers to a later table");
                }
                assert!(!statement.contains("{serial}") || LEFT_OUT.contains(&name), "{name}");
            }
        }
    }

    #[test]
    fn a_statement_that_is_not_understood_is_an_error() {
        let mut tables = Vec::new();
        assert!(read("DROP TABLE users;", &mut tables).is_err());
        assert!(read("CREATE TABLE a (x {float} PRIMARY KEY)", &mut tables).is_err());
        assert!(read("CREATE TABLE a (x {int})", &mut tables).is_err(), "without a key there is no order");
        read("CREATE TABLE a (x {int} NOT NULL PRIMARY KEY) {lean}; ALTER TABLE a ADD COLUMN y {text};", &mut tables).unwrap();
        assert_eq!(tables[0].columns[1].kind, Kind::Text);
    }

    #[test]
    fn statements_follow_the_key() {
        let subjects = table("subjects").unwrap();
        assert_eq!(
            subjects.select_page(9, true),
            "SELECT realm_id, sub, number, user_id FROM subjects WHERE (realm_id, sub) > (?1, ?2) ORDER BY realm_id, sub LIMIT 9"
        );
        assert_eq!(subjects.select_last(), "SELECT realm_id, sub, number, user_id FROM subjects ORDER BY realm_id DESC, sub DESC LIMIT 1");
        assert_eq!(
            table("installation").unwrap().insert(),
            "INSERT INTO installation (one, id, epoch, master_key_check, oldest_schema, public_url) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        );
        assert_eq!(table("users").unwrap().indexes[0].sql, "CREATE INDEX users_of_realm ON users (realm_id, id)");
    }
}
