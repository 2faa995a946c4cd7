//! How connections are set: durable, strict, small.

use std::{path::Path, thread, time::Duration};

use rusqlite::{
    Connection, OpenFlags, Result, Row, Statement, ToSql,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    StoreError,
    row::{Column, Columns},
    statement::Value,
};

/// Statements that a connection keeps prepared: more than there are.
const STATEMENTS: usize = 256;
/// Kibibytes of pages that each kind of connection may keep.
const WRITER_CACHE: i64 = 8 * 1024;
const READER_CACHE: i64 = 2 * 1024;

/// Milliseconds that a writer waits for another process's transaction.
pub(super) const PATIENCE: i32 = 10_000;

/// A connection that writes. `synchronous = FULL`: a commit is on the disk when it returns.
pub(super) fn writing(path: &Path) -> Result<Connection> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    wait(&mut connection, PATIENCE)?;
    prepare(&connection, WRITER_CACHE)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Where a sync alone leaves writes in the drive's own memory (macOS).
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // The checkpoint thread does it.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

pub(super) fn reading(path: &Path) -> Result<Connection> {
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    wait(&mut connection, 1000)?;
    prepare(&connection, READER_CACHE)?;
    Ok(connection)
}

/// Tries again every millisecond, for about `milliseconds`. SQLite's own waiting naps ten times as
/// long and would never get in between the batches of a busy server.
pub(super) fn wait(connection: &mut Connection, milliseconds: i32) -> Result<()> {
    connection.busy_handler(Some(move |tries| {
        thread::sleep(Duration::from_millis(1));
        tries < milliseconds
    }))
}

fn prepare(connection: &Connection, cache: i64) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on what is bound; otherwise a cached statement is prepared anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -cache)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)
}

/// Binds `values` to the parameters `?1`, `?2`…
pub(super) fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> Result<()> {
    for (index, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, value)?;
    }
    Ok(())
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Id(id) => ValueRef::Blob(id.as_bytes()),
        }))
    }
}

impl Columns for Row<'_> {
    fn column(&self, index: usize) -> Result<Column<'_>, StoreError> {
        let odd = |detail: &str| StoreError::Unreadable { noun: "any table", detail: format!("column {index}: {detail}") };
        match self.get_ref(index).map_err(|error| odd(&error.to_string()))? {
            ValueRef::Null => Ok(Column::Null),
            ValueRef::Integer(number) => Ok(Column::Int(number)),
            ValueRef::Text(text) => std::str::from_utf8(text).map(Column::Text).map_err(|_| odd("text that is not UTF-8")),
            ValueRef::Blob(bytes) => Ok(Column::Bytes(bytes)),
            ValueRef::Real(_) => Err(odd("a fraction, where none is ever stored")),
        }
    }
}
