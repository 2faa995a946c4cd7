//! Reading on the calling thread, from connections that are lent for one query each.
//!
//! A point look-up takes microseconds, less than handing it to another thread would. There are
//! never more connections than threads that read at once.

use std::{
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::Connection;

use super::{
    connection::{bind, reading},
    failure::store_error,
};
use crate::{StoreError, row::Columns, statement::Value};

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    closed: AtomicBool,
}

impl Readers {
    pub fn new(path: PathBuf) -> Self {
        Self { path, idle: Mutex::new(Vec::new()), closed: AtomicBool::new(false) }
    }

    pub fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(sql).map_err(|error| store_error(&error))?;
            bind(&mut statement, values).map_err(|error| store_error(&error))?;
            let mut rows = statement.raw_query();
            let mut all = Vec::new();
            while let Some(row) = rows.next().map_err(|error| store_error(&error))? {
                all.push(read(row)?);
            }
            Ok(all)
        })
    }

    pub fn one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnOnce(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.lend(|connection| {
            let mut statement = connection.prepare_cached(sql).map_err(|error| store_error(&error))?;
            bind(&mut statement, values).map_err(|error| store_error(&error))?;
            let mut rows = statement.raw_query();
            let row = rows.next().map_err(|error| store_error(&error))?;
            row.map(|row| read(row)).transpose()
        })
    }

    /// Closes what is idle, and what comes back from now on.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn lend<T>(&self, run: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => reading(&self.path).map_err(|error| store_error(&error))?,
        };
        let result = run(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.closed.load(Ordering::SeqCst) {
            idle.push(connection);
        }
        result
    }
}
