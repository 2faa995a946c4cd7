//! Which engine keeps the rows. Reads and writes come as SQL and values, the same for each.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use std::path::Path;

use crate::{
    BackupError, CommitError, Diagnosis, StoreError,
    row::Columns,
    statement::Value,
    work::{Outcome, Work},
};

pub(crate) enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Backend {
    /// Every row of a query, read by `read`.
    pub async fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnMut(&dyn Columns) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.all(sql, values, read),
            Self::Postgres(postgres) => postgres.all(sql, values, read).await,
        }
    }

    /// The first row of a query, if there is one. No value is NULL: PostgreSQL looks up many at once, by what they equal.
    pub async fn one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnOnce(&dyn Columns) -> Result<T, StoreError> + Send,
    ) -> Result<Option<T>, StoreError> {
        debug_assert!(!values.iter().any(|value| matches!(value, Value::Null)), "NULL is looked for in {sql}");
        match self {
            Self::Sqlite(sqlite) => sqlite.one(sql, values, read),
            Self::Postgres(postgres) => postgres.one(sql, values, read).await,
        }
    }

    /// Writes a unit. It runs to its end even if nobody waits for the answer.
    pub async fn write(&self, work: Work) -> Result<Outcome, CommitError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(work).await,
            Self::Postgres(postgres) => postgres.write(work).await,
        }
    }

    /// Writes what has no guard.
    pub async fn chore(&self, work: Work) -> Result<Outcome, StoreError> {
        self.write(work).await.map_err(|error| match error {
            CommitError::Failed(error) => error,
            CommitError::Conflict => StoreError::Failed("a chore met rows that hold each other".to_owned()),
        })
    }

    pub async fn give_space_back(&self) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.give_space_back().await,
            Self::Postgres(_) => Ok(false),
        }
    }

    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.backup(to).await,
            Self::Postgres(_) => Err(BackupError::NotOurs),
        }
    }

    pub async fn check(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.check().await,
            Self::Postgres(postgres) => postgres.check().await,
        }
    }

    pub async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        match self {
            Self::Sqlite(sqlite) => sqlite.diagnose().await,
            Self::Postgres(postgres) => postgres.diagnose().await,
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }
}
