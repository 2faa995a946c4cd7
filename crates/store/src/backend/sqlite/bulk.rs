//! Rows in great numbers: read in the order of their keys, written a page at a time. For moving
//! and filling a folder that nobody serves.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::{
    connection::{self, bind},
    failure::store_error,
    open::{self, SPELLING},
};
use crate::{
    OpenError, StoreError,
    copy::{COPYING, Cell, Copying, Opening, Row, Table, read},
    migration::{Found, Migrations},
    statement::Value,
};

pub(crate) struct SqliteBulk {
    connection: Connection,
    /// The folder is ours until this is dropped.
    _lock: File,
}

/// Kibibytes of pages: keys come in order, so the table's own pages are few, but indexes are many.
const CACHE: i64 = 128 * 1024;
/// Pages of the log, after which it is folded in.
const CHECKPOINT: i64 = 16_384;

impl SqliteBulk {
    pub fn open(folder: &Path, opening: Opening) -> Result<Self, OpenError> {
        let (path, lock) = hold(folder, opening)?;
        let mut connection = connection::writing(&path).map_err(|error| open::open_error(&path, &error))?;
        fit(&mut connection, folder, &path, opening)?;
        let set = || -> rusqlite::Result<()> {
            if opening == Opening::Source {
                // Nobody writes until this connection ends; it sees one moment.
                return connection.execute_batch("BEGIN IMMEDIATE");
            }
            connection.pragma_update(None, "journal_mode", "WAL")?;
            connection.pragma_update(None, "cache_size", -CACHE)?;
            // What sorts for a new index may be larger than the memory.
            connection.pragma_update(None, "temp_store", "FILE")?;
            // A power cut may take the last pages, and never a half of one: they are written again.
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)
        };
        set().map_err(|error| open::open_error(&path, &error))?;
        Ok(Self { connection, _lock: lock })
    }

    /// The installation whose half a copy this is, and from where.
    pub fn copying(&self) -> Result<Option<Copying>, StoreError> {
        copying(&self.connection).map_err(|error| store_error(&error))
    }

    pub fn page(&self, table: &Table, after: Option<&[Cell]>, rows: usize) -> Result<Vec<Row>, StoreError> {
        self.rows(table, &table.select_page(rows, after.is_some()), after.unwrap_or_default(), rows)
    }

    pub fn last(&self, table: &Table) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(table, &table.select_last(), &[], 1)?.pop())
    }

    pub fn count(&self, table: &Table) -> Result<u64, StoreError> {
        let count = self.connection.query_row(&format!("SELECT count(*) FROM {}", table.name), [], |row| row.get(0).map(i64::unsigned_abs));
        count.map_err(|error| store_error(&error))
    }

    /// All of them or none.
    pub fn insert(&self, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
        self.transaction(|connection| {
            let mut statement = connection.prepare_cached(&table.insert())?;
            for row in rows {
                for (place, cell) in row.iter().enumerate() {
                    statement.raw_bind_parameter(place + 1, cell.value())?;
                }
                statement.raw_execute()?;
            }
            Ok(())
        })
    }

    /// All of them or none; what `schema/` calls {int} is spelled for this engine.
    pub fn run(&self, statements: &[(&str, Vec<Value<'_>>)]) -> Result<(), StoreError> {
        self.transaction(|connection| {
            statements.iter().try_for_each(|(sql, values)| {
                let mut statement = connection.prepare(&SPELLING.expand(sql))?;
                bind(&mut statement, values)?;
                statement.raw_execute().map(drop)
            })
        })
    }

    /// Folds the log in, and waits for the disk.
    pub fn close(self) -> Result<(), StoreError> {
        let close = || -> rusqlite::Result<()> {
            if !self.connection.is_autocommit() {
                return self.connection.execute_batch("ROLLBACK");
            }
            self.connection.pragma_update(None, "synchronous", "FULL")?;
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        };
        close().map_err(|error| store_error(&error))
    }

    fn rows(&self, table: &Table, sql: &str, key: &[Cell], most: usize) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(|error| store_error(&error))?;
        for (place, cell) in key.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, cell.value()).map_err(|error| store_error(&error))?;
        }
        let (mut found, mut all) = (statement.raw_query(), Vec::with_capacity(most));
        while let Some(row) = found.next().map_err(|error| store_error(&error))? {
            all.push(read(table, row)?);
        }
        Ok(all)
    }

    fn transaction(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<(), StoreError> {
        let written = self
            .connection
            .execute_batch("BEGIN IMMEDIATE")
            .and_then(|()| run(&self.connection))
            .and_then(|()| self.connection.execute_batch("COMMIT"));
        written.map_err(|error| {
            // Some failures have undone it already.
            if !self.connection.is_autocommit()
                && let Err(error) = self.connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "a failed transaction could not be rolled back");
            }
            store_error(&error)
        })
    }
}

/// The database of `folder` and the lock on the folder, made where `opening` may.
fn hold(folder: &Path, opening: Opening) -> Result<(PathBuf, File), OpenError> {
    let path = folder.join("jeton.db");
    let making = opening == Opening::Destination;
    if making {
        open::make_folder(folder)?;
    } else if !folder.is_dir() {
        return Err(OpenError::NoSuchFolder { folder: folder.to_owned() });
    } else if !path.exists() {
        return Err(OpenError::NoSuchDatabase { folder: folder.to_owned() });
    }
    open::refuse_strangers(folder)?;
    let lock = open::lock(folder)?.ok_or_else(|| {
        let by = "a server, or a command that needs it to itself".to_owned();
        OpenError::InUse { place: folder.display().to_string(), by }
    })?;
    if making {
        open::make_file(&path)?;
    }
    Ok((path, lock))
}

/// Exactly the schema that this program knows: of another, columns would be missed.
fn fit(connection: &mut Connection, folder: &Path, path: &Path, opening: Opening) -> Result<(), OpenError> {
    let place = || format!("sqlite://{}", folder.display());
    let known = Migrations::OURS.known();
    let Found { schema: found, oldest } = open::schema(connection, path)?;
    match found {
        0 if opening == Opening::Destination => return open::make(Migrations::OURS, connection, path),
        0 => return Err(OpenError::NoSuchDatabase { folder: folder.to_owned() }),
        found if found > known => return Err(OpenError::TooNew { found, oldest, known }),
        found if found < known => return Err(OpenError::OlderSchema { place: place(), found, known }),
        _ => {}
    }
    match copying(connection).map_err(|error| open::open_error(path, &error))? {
        Some(copying) if opening != Opening::Destination => Err(OpenError::HalfCopied { place: place(), from: copying.from }),
        _ => Ok(()),
    }
}

/// What a folder is half a copy of, if it is one.
pub(super) fn copying(connection: &Connection) -> rusqlite::Result<Option<Copying>> {
    let table = connection.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'copying'", [], |_| Ok(())).optional()?;
    if table.is_none() {
        return Ok(None);
    }
    let read = |row: &rusqlite::Row<'_>| Ok(Copying { source: Uuid::from_bytes(row.get(0)?), from: row.get(1)? });
    connection.query_row(COPYING, [], read).optional()
}

/// Every table with its columns, and which of them are the key's.
#[cfg(test)]
pub(crate) fn table_columns(folder: &Path, role: crate::Role) -> std::collections::BTreeMap<String, Vec<(String, bool)>> {
    let connection = open::open(Migrations::OURS, folder, role).unwrap().connection;
    let sql = "SELECT t.name, c.name, c.pk > 0 FROM pragma_table_list t JOIN pragma_table_info(t.name) c WHERE t.schema = 'main' AND t.name <> 'sqlite_schema' \
        ORDER BY t.name, c.cid";
    let mut tables = std::collections::BTreeMap::<String, Vec<(String, bool)>>::new();
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))).unwrap();
    for (table, column) in rows.map(Result::unwrap) {
        tables.entry(table).or_default().push(column);
    }
    tables
}
