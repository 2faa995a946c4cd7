//! One place with rows, opened for oneself: read and written in great numbers, on either engine.

use uuid::Uuid;

use super::{COPYING_TABLE, Cell, Copying, Opening, Row, Table, cell::check, tables};
use crate::{
    Location, OpenError, StoreError,
    backend::{postgres::PostgresBulk, sqlite::SqliteBulk},
    clock,
    statement::{Value, values},
};

/// Rows in great numbers, straight into the tables: for filling a database, not for serving it.
///
/// Nothing decides here, no guard is asked and no cache hears of it: nobody may serve the place
/// meanwhile, and it is held as a server holds it. `schema/` says which rows make sense together,
/// and [`tables`] which columns a table has, in which order; foreign keys are kept by the database.
///
/// ```no_run
/// # async fn fill(location: jeton_store::Location, rows: Vec<jeton_store::copy::Row>) -> Result<(), Box<dyn std::error::Error>> {
/// use jeton_store::copy::Bulk;
/// let mut bulk = Bulk::open(&location).await?;
/// bulk.drop_indexes().await?; // many times faster for millions of rows
/// for page in rows.chunks(5000) {
///     bulk.write("authorizations", page).await?;
/// }
/// bulk.make_indexes().await?;
/// bulk.settle().await?;
/// bulk.close().await?;
/// # Ok(()) }
/// ```
pub struct Bulk(Side);

enum Side {
    Sqlite(SqliteBulk),
    Postgres(PostgresBulk),
}

impl Bulk {
    /// Opens what a server made and nobody serves; its schema must be the one that this program knows.
    pub async fn open(location: &Location) -> Result<Self, OpenError> {
        Self::open_as(location, Opening::Filling).await
    }

    /// Writes all of `rows` or none; thousands at a time cost the least. Where its primary key is
    /// taken, or a parent missing, it fails. What a power cut takes on SQLite is at most the last pages.
    pub async fn write(&mut self, table: &str, rows: &[Row]) -> Result<(), StoreError> {
        let table = super::table(table).ok_or(StoreError::Unstorable("rows of a table that there is not"))?;
        self.insert(table, rows).await
    }

    /// Takes away every index but those of primary and unique keys. Whoever opens it before
    /// [`Self::make_indexes`] has a slow database.
    pub async fn drop_indexes(&mut self) -> Result<(), StoreError> {
        let drops: Vec<String> = all_indexes().map(|(name, _)| format!("DROP INDEX IF EXISTS {name}")).collect();
        self.run(&drops.iter().map(|sql| (sql.as_str(), Vec::new())).collect::<Vec<_>>()).await
    }

    /// Makes every index that is missing.
    pub async fn make_indexes(&mut self) -> Result<(), StoreError> {
        for table in tables() {
            self.make_indexes_of(table).await?;
        }
        Ok(())
    }

    /// Lets the database look at what was written, so that it need not do so while it serves.
    pub async fn settle(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            Side::Sqlite(_) => Ok(()),
            Side::Postgres(postgres) => postgres.vacuum().await,
        }
    }

    /// Waits until everything is on the disk, and gives the place up.
    pub async fn close(self) -> Result<(), StoreError> {
        match self.0 {
            Side::Sqlite(sqlite) => sqlite.close(),
            Side::Postgres(postgres) => {
                postgres.close().await;
                Ok(())
            }
        }
    }

    pub(super) async fn open_as(location: &Location, opening: Opening) -> Result<Self, OpenError> {
        Ok(Self(match location {
            Location::Sqlite { folder } => Side::Sqlite(SqliteBulk::open(folder, opening)?),
            Location::Postgres { url } => Side::Postgres(PostgresBulk::open(url, opening).await?),
        }))
    }

    pub(super) async fn copying(&mut self) -> Result<Option<Copying>, StoreError> {
        match &mut self.0 {
            Side::Sqlite(sqlite) => sqlite.copying(),
            Side::Postgres(postgres) => postgres.copying().await,
        }
    }

    pub(super) async fn page(&mut self, table: &Table, after: Option<&[Cell]>, rows: usize) -> Result<Vec<Row>, StoreError> {
        match &mut self.0 {
            Side::Sqlite(sqlite) => sqlite.page(table, after, rows),
            Side::Postgres(postgres) => postgres.page(table, after, rows).await,
        }
    }

    /// The row with the greatest key.
    pub(super) async fn last(&mut self, table: &Table) -> Result<Option<Row>, StoreError> {
        match &mut self.0 {
            Side::Sqlite(sqlite) => sqlite.last(table),
            Side::Postgres(postgres) => postgres.last(table).await,
        }
    }

    pub(super) async fn count(&mut self, table: &Table) -> Result<u64, StoreError> {
        match &mut self.0 {
            Side::Sqlite(sqlite) => sqlite.count(table),
            Side::Postgres(postgres) => postgres.count(table).await,
        }
    }

    pub(super) async fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
        check(table, rows)?;
        match &mut self.0 {
            Side::Sqlite(sqlite) => sqlite.insert(table, rows),
            Side::Postgres(postgres) => postgres.insert(table, rows).await,
        }
    }

    pub(super) async fn make_indexes_of(&mut self, table: &Table) -> Result<(), StoreError> {
        for index in &table.indexes {
            let sql = index.sql.replacen(" INDEX ", " INDEX IF NOT EXISTS ", 1);
            self.run(&[(&sql, Vec::new())]).await?;
        }
        Ok(())
    }

    /// Marks the place as half a copy, and throws away what it holds of another half.
    pub(super) async fn begin(&mut self, source: Uuid, from: &str, half: bool) -> Result<(), StoreError> {
        let mut sql: Vec<String> = all_indexes().map(|(name, _)| format!("DROP INDEX IF EXISTS {name}")).collect();
        if half {
            sql.push("DROP TABLE copying".to_owned());
            // The installation's own row stays until it is replaced.
            let names = tables().iter().rev().map(|table| table.name.as_str()).filter(|name| *name != INSTALLATION);
            match self.0 {
                Side::Sqlite(_) => sql.extend(names.map(|name| format!("DELETE FROM {name}"))),
                Side::Postgres(_) => sql.push(format!("TRUNCATE {}", names.collect::<Vec<_>>().join(", "))),
            }
        }
        sql.push(COPYING_TABLE.to_owned());
        let mut statements: Vec<(&str, Vec<Value<'_>>)> = sql.iter().map(|sql| (sql.as_str(), Vec::new())).collect();
        let mark = "INSERT INTO copying (one, source, place, began_at) VALUES (1, ?1, ?2, ?3)";
        statements.push((mark, values![source, from, clock::now()]));
        self.run(&statements).await
    }

    /// Puts the source's own row in place of the one that the destination was made with.
    pub(super) async fn replace_installation(&mut self, table: &Table, row: &[Cell]) -> Result<(), StoreError> {
        let insert = table.insert();
        self.run(&[("DELETE FROM installation", Vec::new()), (&insert, row.iter().map(Cell::value).collect())]).await
    }

    /// From now on it is an installation like any other.
    pub(super) async fn finish(&mut self) -> Result<(), StoreError> {
        self.run(&[("DROP TABLE copying", Vec::new())]).await?;
        self.settle().await
    }

    async fn run(&mut self, statements: &[(&str, Vec<Value<'_>>)]) -> Result<(), StoreError> {
        match &mut self.0 {
            Side::Sqlite(sqlite) => sqlite.run(statements),
            Side::Postgres(postgres) => postgres.run(statements).await,
        }
    }
}

/// Its table has one row, which says whose the rows are.
pub(super) const INSTALLATION: &str = "installation";

fn all_indexes() -> impl Iterator<Item = (&'static str, &'static str)> {
    tables().iter().flat_map(|table| &table.indexes).map(|index| (index.name.as_str(), index.sql.as_str()))
}

impl std::fmt::Debug for Bulk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bulk").finish_non_exhaustive()
    }
}
