//! Opening a PostgreSQL: whether it can serve, and the schema that it must have.

use tokio_postgres::{Error, GenericClient, Transaction, error::SqlState};

use super::{bulk, connection::Connection, failure::plain, tls::Tls, url::PostgresUrl};
use crate::{
    OpenError, Role, clock,
    migration::{Found, MIGRATIONS_TABLE, Migrations, OLDEST_SCHEMA, SAYS_OLDEST, Spelling},
    nodes::LIVE_EXCLUSIVE,
    statement::Value,
};

/// What the change table held when the caches were still empty.
pub(super) struct Opened {
    pub settled: i64,
    pub seen: Vec<i64>,
}

pub(super) const SPELLING: Spelling = Spelling {
    placeholders: &[
        ("{id}", "UUID"),
        ("{bytes}", "BYTEA"),
        ("{int}", "BIGINT"),
        ("{text}", "TEXT COLLATE \"C\""),
        ("{json}", "TEXT"),
        ("{serial}", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
        ("{wide}", ""),
        ("{lean}", ""),
    ],
};

const OLDEST: i32 = 130_000;
/// `JTON`: whoever migrates holds it, so that nodes that start together migrate once.
const LOCK: i64 = 0x4a54_4f4e;
/// Milliseconds; a transaction that began this long ago has ended.
const RECENT: i64 = 300_000;

pub(super) async fn open(migrations: Migrations, url: &PostgresUrl, tls: &Tls, role: Role) -> Result<Opened, OpenError> {
    let mut connection = Connection::bare(url, tls).await.map_err(|error| unreachable(url, &error))?;
    prepare(migrations, &mut connection, url, role).await
}

async fn prepare(migrations: Migrations, connection: &mut Connection, url: &PostgresUrl, role: Role) -> Result<Opened, OpenError> {
    let broken = |error: Error| broken(url, &error);
    refuse_unfit(connection, url).await?;
    let found = schema(&connection.client, url).await?;
    let making = matches!(role, Role::Server | Role::Command { create: true });
    if found.schema == 0 && !making {
        return Err(OpenError::EmptyDatabase { url: url.to_string() });
    }
    if !migrations.pending(found)?.is_empty() {
        if !making {
            return Err(OpenError::NeedsMigration { found: found.schema, known: migrations.known() });
        }
        migrate(migrations, connection, url).await?;
    }
    if let Some(copying) = bulk::copying(connection).await.map_err(broken)? {
        return Err(OpenError::HalfCopied { place: url.to_string(), from: copying.from });
    }
    let recent = Value::Int(clock::now().as_millis() - RECENT);
    let settled = connection.query("SELECT max(id) FROM changes WHERE at < ?1", std::slice::from_ref(&recent)).await.map_err(broken)?;
    let settled = settled.first().and_then(|row| row.get::<_, Option<i64>>(0)).unwrap_or(0);
    let seen = connection.query("SELECT id FROM changes WHERE id > ?1", &[settled.into()]).await.map_err(broken)?;
    Ok(Opened { settled, seen: seen.iter().map(|row| row.get(0)).collect() })
}

pub(super) async fn refuse_unfit(connection: &Connection, url: &PostgresUrl) -> Result<(), OpenError> {
    let show = async |name: &str| -> Result<String, OpenError> {
        let row =
            connection.client.query_one(&format!("SELECT current_setting('{name}')"), &[]).await.map_err(|error| broken(url, &error))?;
        Ok(row.get(0))
    };
    let version = show("server_version_num").await?;
    if version.parse::<i32>().is_ok_and(|version| version < OLDEST) {
        return Err(OpenError::TooOld { found: show("server_version").await?, needed: OLDEST / 10_000 });
    }
    if show("transaction_read_only").await? == "on" {
        return Err(OpenError::Replica { url: url.to_string() });
    }
    match show("server_encoding").await?.as_str() {
        "UTF8" => Ok(()),
        found => Err(OpenError::NotUtf8 { url: url.to_string(), found: found.to_owned() }),
    }
}

pub(super) async fn schema(client: &impl GenericClient, url: &PostgresUrl) -> Result<Found, OpenError> {
    let tables = "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    let rows = client.query(tables, &[]).await.map_err(|error| broken(url, &error))?;
    let tables: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let has = |name: &str| tables.iter().any(|table| table == name);
    if tables.is_empty() {
        return Ok(Found::default());
    }
    if !has("migrations") || !has("installation") {
        return Err(OpenError::ForeignTables { url: url.to_string() });
    }
    let row = client.query_one("SELECT max(version) FROM migrations", &[]).await.map_err(|error| broken(url, &error))?;
    let schema = number(row.get(0));
    if schema < SAYS_OLDEST {
        return Ok(Found { schema, oldest: schema });
    }
    let row = client.query_one(OLDEST_SCHEMA, &[]).await.map_err(|error| broken(url, &error))?;
    Ok(Found { schema, oldest: number(row.get(0)) })
}

fn number(column: Option<i64>) -> u32 {
    u32::try_from(column.unwrap_or(0)).unwrap_or(u32::MAX)
}

/// How rows are laid out and cleared away. Databases that speak PostgreSQL's language but keep rows
/// in their own way may refuse it: they serve as well without.
const TUNING: &[&str] = &[
    // Room in each page for the rows that rotating writes anew: their indexes need not change.
    "ALTER TABLE authorizations SET (fillfactor = 75)",
    // Many short lives: cleared away as they go, not once a fifth of a large table is dead.
    "ALTER TABLE authorizations SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)",
    "ALTER TABLE codes SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)",
    "ALTER TABLE access_tokens SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)",
    "ALTER TABLE sessions SET (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)",
    "ALTER TABLE attempts SET (fillfactor = 75, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)",
    "ALTER TABLE changes SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000)",
];

async fn tune(transaction: &mut Transaction<'_>) -> Result<(), Error> {
    for sql in TUNING {
        // Undone when it is dropped.
        let point = transaction.savepoint("tuning").await?;
        match point.batch_execute(sql).await {
            Ok(()) => point.commit().await?,
            Err(error) => tracing::info!("the database keeps its own way, and refused {sql}: {}", plain(&error)),
        }
    }
    Ok(())
}

/// All that is pending in one transaction. What is pending is asked again behind the lock: another
/// node may have been faster.
pub(super) async fn migrate(migrations: Migrations, connection: &mut Connection, url: &PostgresUrl) -> Result<(), OpenError> {
    let failed = |error: Error| broken(url, &error);
    let mut transaction = connection.client.transaction().await.map_err(failed)?;
    transaction.query("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await.map_err(failed)?;
    // Whoever waits for a table makes everybody wait who comes after: not for longer than they will.
    transaction.batch_execute("SET LOCAL lock_timeout = '3s'").await.map_err(failed)?;
    let found = schema(&transaction, url).await?;
    if found.schema >= SAYS_OLDEST
        && let Some(held) = transaction.query_opt(LIVE_EXCLUSIVE, &[]).await.map_err(failed)?
    {
        return Err(OpenError::Held { place: held.get(0), program: held.get(1) });
    }
    if found.schema == 0 {
        transaction.batch_execute(&SPELLING.expand(MIGRATIONS_TABLE)).await.map_err(failed)?;
    }
    for migration in migrations.pending(found)? {
        transaction.batch_execute(&migration.sql(&SPELLING)).await.map_err(failed)?;
        let done = "INSERT INTO migrations (version, name, applied_at) VALUES ($1, $2, $3)";
        transaction.execute(done, &[&i64::from(migration.version), &migration.name, &clock::now().as_millis()]).await.map_err(failed)?;
    }
    let installation = "INSERT INTO installation (one, id, epoch) VALUES (1, $1, 0) ON CONFLICT DO NOTHING";
    transaction.execute(installation, &[&Value::Id(clock::fresh_name())]).await.map_err(failed)?;
    tune(&mut transaction).await.map_err(failed)?;
    let oldest = "UPDATE installation SET oldest_schema = $1 WHERE oldest_schema < $1";
    transaction.execute(oldest, &[&i64::from(migrations.oldest())]).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

pub(super) fn unreachable(url: &PostgresUrl, error: &Error) -> OpenError {
    let (url_text, detail) = (url.to_string(), plain(error));
    match error.code() {
        Some(code) if *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            OpenError::LoginRefused { url: url_text, detail }
        }
        Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
            OpenError::NoSuchPostgres { url: url_text, database: url.database().to_owned() }
        }
        Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => OpenError::TooManyConnections { url: url_text },
        _ if detail.contains("does not allow writes") => OpenError::Replica { url: url_text },
        _ => OpenError::Unreachable { url: url_text, detail },
    }
}

pub(super) fn broken(url: &PostgresUrl, error: &Error) -> OpenError {
    match error.code() {
        Some(code) if *code == SqlState::INSUFFICIENT_PRIVILEGE => OpenError::NoPrivilege { url: url.to_string(), detail: plain(error) },
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => OpenError::Replica { url: url.to_string() },
        Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE => OpenError::Blocked { url: url.to_string() },
        _ => OpenError::Unreachable { url: url.to_string(), detail: plain(error) },
    }
}
