//! Rows in great numbers: read in the order of their keys, written a page at a time by COPY. For
//! moving and filling a database that nobody serves.

use std::{collections::HashMap, env, pin::pin};

use aws_lc_rs::digest::{SHA256, digest};
use bytes::BytesMut;
use tokio_postgres::{
    Error, Statement,
    binary_copy::BinaryCopyInWriter,
    error::SqlState,
    types::{IsNull, ToSql, Type, to_sql_checked},
};
use uuid::Uuid;

use super::{
    connection::Connection,
    failure::store_error,
    open::{self, SPELLING},
    presence::Presence,
    tls::Tls,
    url::PostgresUrl,
};
use crate::{
    OpenError, StoreError,
    copy::{COPYING, Cell, Copying, Kind, Opening, Row, Table, read, tables},
    migration::{Found, Migrations},
    row::Column,
    statement::Value,
};

pub(crate) struct PostgresBulk {
    connection: Connection,
    prepared: HashMap<String, Statement>,
    presence: Presence,
}

/// Pages come by the key's index, whatever the planner thinks of a table that was never analysed.
const SESSION: &str = "SET statement_timeout = 0; SET lock_timeout = '4s'; SET idle_in_transaction_session_timeout = 0; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; \
    SELECT set_config(wanted.name, 'off', false) FROM (VALUES ('enable_seqscan'), ('enable_bitmapscan'), ('enable_sort'), ('jit')) AS wanted (name) \
    JOIN pg_settings known ON known.name = wanted.name";

impl PostgresBulk {
    pub async fn open(url: &PostgresUrl, opening: Opening) -> Result<Self, OpenError> {
        let url = &url.clone().with_password(env::var("PGPASSWORD").ok());
        let tls = Tls::new(url)?;
        let broken = |error: Error| open::broken(url, &error);
        let mut connection = Connection::bare(url, &tls).await.map_err(|error| open::unreachable(url, &error))?;
        fit(&mut connection, url, opening).await?;
        connection.client.batch_execute(SESSION).await.map_err(broken)?;
        let barred = |error: Error| match error.code() {
            Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => {
                OpenError::InUse { place: url.to_string(), by: "another copy, or a command that writes".to_owned() }
            }
            _ => broken(error),
        };
        take(&connection).await.map_err(barred)?;
        let presence = Presence::announce(url, &tls, opening).await?;
        if opening == Opening::Source {
            hold_still(&connection).await.map_err(barred)?;
        }
        Ok(Self { connection, prepared: HashMap::new(), presence })
    }

    /// The installation whose half a copy this is, and from where.
    pub async fn copying(&self) -> Result<Option<Copying>, StoreError> {
        copying(&self.connection).await.map_err(|error| store_error(&error))
    }

    pub async fn page(&mut self, table: &Table, after: Option<&[Cell]>, rows: usize) -> Result<Vec<Row>, StoreError> {
        self.rows(table, &table.select_page(rows, after.is_some()), after.unwrap_or_default()).await
    }

    pub async fn last(&mut self, table: &Table) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(table, &table.select_last(), &[]).await?.pop())
    }

    pub async fn count(&self, table: &Table) -> Result<u64, StoreError> {
        let counted = self.connection.client.query_one(&format!("SELECT count(*) FROM {}", table.name), &[]).await;
        counted.map(|row| row.get::<_, i64>(0).unsigned_abs()).map_err(|error| store_error(&error))
    }

    /// All of them or none: COPY is one statement.
    pub async fn insert(&mut self, table: &Table, rows: &[Row]) -> Result<(), StoreError> {
        let copy = async {
            let sink = self.connection.client.copy_in(&format!("COPY {} ({}) FROM STDIN BINARY", table.name, table.column_list())).await?;
            let types: Vec<Type> = table.columns.iter().map(|column| type_of(column.kind)).collect();
            let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
            for row in rows {
                writer.as_mut().write_raw(row).await?;
            }
            writer.finish().await
        };
        copy.await.map(drop).map_err(|error| store_error(&error))
    }

    /// All of them or none; what `schema/` calls {int} is spelled for this engine.
    pub async fn run(&mut self, statements: &[(&str, Vec<Value<'_>>)]) -> Result<(), StoreError> {
        let run = async {
            let transaction = self.connection.client.transaction().await?;
            for (sql, values) in statements {
                let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
                transaction.execute(&SPELLING.expand(sql).replace('?', "$"), &parameters).await?;
            }
            transaction.commit().await
        };
        run.await.map_err(|error| store_error(&error))
    }

    /// Otherwise it would look through the new rows while it serves. A database that has no VACUUM gets
    /// what its planner wants to know.
    pub async fn vacuum(&self) -> Result<(), StoreError> {
        let client = &self.connection.client;
        for table in tables() {
            if client.batch_execute(&format!("VACUUM (ANALYZE) {}", table.name)).await.is_err() {
                client.batch_execute(&format!("ANALYZE {}", table.name)).await.map_err(|error| store_error(&error))?;
            }
        }
        Ok(())
    }

    /// Gives the place up, and waits until the database knows.
    pub async fn close(self) {
        self.presence.end().await;
        let released = "ROLLBACK; SELECT pg_advisory_unlock_all()";
        if let Err(error) = self.connection.client.batch_execute(released).await {
            tracing::debug!(%error, "the connection ended before its locks were given up");
        }
    }

    async fn rows(&mut self, table: &Table, sql: &str, key: &[Cell]) -> Result<Vec<Row>, StoreError> {
        if !self.prepared.contains_key(sql) {
            let statement = self.connection.client.prepare(&sql.replace('?', "$")).await.map_err(|error| store_error(&error))?;
            self.prepared.insert(sql.to_owned(), statement);
        }
        let parameters: Vec<&(dyn ToSql + Sync)> = key.iter().map(|cell| cell as _).collect();
        let rows = self.connection.client.query(&self.prepared[sql], &parameters).await.map_err(|error| store_error(&error))?;
        rows.iter().map(|row| read(table, row)).collect()
    }
}

/// Exactly the schema that this program knows: of another, columns would be missed.
async fn fit(connection: &mut Connection, url: &PostgresUrl, opening: Opening) -> Result<(), OpenError> {
    open::refuse_unfit(connection, url).await?;
    let known = Migrations::OURS.known();
    let Found { schema: found, oldest } = open::schema(&connection.client, url).await?;
    match found {
        0 if opening == Opening::Destination => return open::migrate(Migrations::OURS, connection, url).await,
        0 => return Err(OpenError::EmptyDatabase { url: url.to_string() }),
        found if found > known => return Err(OpenError::TooNew { found, oldest, known }),
        found if found < known => return Err(OpenError::OlderSchema { place: url.to_string(), found, known }),
        _ => {}
    }
    match copying(connection).await.map_err(|error| open::broken(url, &error))? {
        Some(copying) if opening != Opening::Destination => Err(OpenError::HalfCopied { place: url.to_string(), from: copying.from }),
        _ => Ok(()),
    }
}

/// What a database is half a copy of, if it is one.
pub(super) async fn copying(connection: &Connection) -> Result<Option<Copying>, Error> {
    let table = "SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'copying'";
    if connection.client.query_opt(table, &[]).await?.is_none() {
        return Ok(None);
    }
    let row = connection.client.query_opt(COPYING, &[]).await?;
    Ok(row.map(|row| {
        let source = if let Column::Bytes(bytes) = row.get(0) { Uuid::from_slice(bytes).unwrap_or_default() } else { Uuid::nil() };
        Copying { source, from: row.get(1) }
    }))
}

/// One copy at a time; a database and its schema are one place. Given up with the connection: of a
/// copy that was killed, the database may take a moment to notice.
async fn take(connection: &Connection) -> Result<(), Error> {
    let row = connection.client.query_one("SELECT current_database()::text || '.' || current_schema()::text", &[]).await?;
    let sum = digest(&SHA256, format!("jeton copy {}", row.get::<_, &str>(0)).as_bytes());
    let mut number = [0; 8];
    number.copy_from_slice(&sum.as_ref()[..8]);
    connection.client.query("SELECT pg_advisory_lock($1)", &[&i64::from_be_bytes(number)]).await.map(drop)
}

/// Nobody writes until this connection ends; it sees one moment. A compatible database that cannot
/// lock tables still gives the one moment.
async fn hold_still(connection: &Connection) -> Result<(), Error> {
    let tables: Vec<&str> = tables().iter().map(|table| table.name.as_str()).collect();
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
    connection.client.batch_execute(begin).await?;
    let locked = connection.client.batch_execute(&format!("LOCK TABLE {} IN SHARE MODE", tables.join(", "))).await;
    match locked {
        Err(error) if [&SqlState::SYNTAX_ERROR, &SqlState::FEATURE_NOT_SUPPORTED].iter().any(|code| error.code() == Some(code)) => {
            tracing::warn!("this database cannot lock tables; run no command on the source until the copy is done");
            connection.client.batch_execute(&format!("ROLLBACK; {begin}")).await
        }
        locked => locked,
    }
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Id => Type::UUID,
        Kind::Bytes => Type::BYTEA,
        Kind::Int => Type::INT8,
        Kind::Text => Type::TEXT,
    }
}

impl ToSql for Cell {
    fn to_sql(&self, expected: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        self.value().to_sql(expected, out)
    }

    /// Whoever writes has checked that it fits the column.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
