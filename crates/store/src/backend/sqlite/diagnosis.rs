//! What a doctor wants to know of the file; reads all of it.

use std::{fs, path::Path};

use super::{connection::reading, failure::store_error};
use crate::{Diagnosis, StoreError};

pub(super) fn diagnose(path: &Path) -> Result<Diagnosis, StoreError> {
    read(path).map_err(|error| store_error(&error))
}

fn read(path: &Path) -> rusqlite::Result<Diagnosis> {
    let connection = reading(path)?;
    let mut check = connection.prepare("PRAGMA quick_check(20)")?;
    let said: Vec<String> = check.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0).map(i64::unsigned_abs));
    let mut tables =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")?;
    let tables: Vec<String> = tables.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        // The name comes from the schema, not from anybody's input.
        let count = connection.query_row(&format!("SELECT count(*) FROM \"{table}\""), [], |row| row.get(0).map(i64::unsigned_abs))?;
        rows.push((table, count));
    }
    let log = path.with_extension("db-wal");
    Ok(Diagnosis {
        engine: format!("SQLite {}", rusqlite::version()),
        schema: connection.query_row("SELECT max(version) FROM migrations", [], |row| row.get(0))?,
        faults: said.into_iter().filter(|line| line != "ok").collect(),
        bytes: fs::metadata(path).map_or(0, |file| file.len()),
        log_bytes: fs::metadata(log).map_or(0, |file| file.len()),
        pages: pragma("page_count")?,
        free_pages: pragma("freelist_count")?,
        rows,
    })
}
