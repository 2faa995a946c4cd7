//! One connection: its session, its prepared statements, what they bind and what they give.

use std::{collections::HashMap, error::Error as StdError};

use bytes::BytesMut;
use tokio_postgres::{
    Client, Error, Row, Statement,
    types::{FromSql, IsNull, ToSql, Type, to_sql_checked},
};

use super::{looks::together, tls::Tls, url::PostgresUrl};
use crate::{
    StoreError,
    row::{Column, Columns},
    statement::Value,
};

pub(super) struct Connection {
    pub client: Client,
    prepared: HashMap<&'static str, Statement>,
    /// The same look-ups, asked by many at once.
    together: HashMap<&'static str, Statement>,
}

/// No statement and no lock may outlast the overlap of the change table's poll, nor the patience of
/// whoever asked. Whoever runs the database may have turned off waiting for the disk; we wait.
///
/// Every statement finds its rows by an index, however many there are: planned once, it is planned
/// for good. A plan for arrays of one length would be made anew each time, at three times the cost of running it.
const SESSION: &str = "SET statement_timeout = '5s'; SET lock_timeout = '4s'; SET idle_in_transaction_session_timeout = '8s'; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'; \
    SELECT set_config(wanted.name, wanted.value, false) \
    FROM (VALUES ('plan_cache_mode', 'force_generic_plan'), ('enable_seqscan', 'off'), ('jit', 'off')) AS wanted (name, value) \
    JOIN pg_settings known ON known.name = wanted.name";

impl Connection {
    pub async fn open(url: &PostgresUrl, tls: &Tls) -> Result<Self, Error> {
        let connection = Self::bare(url, tls).await?;
        connection.client.batch_execute(SESSION).await?;
        Ok(connection)
    }

    /// Without limits to how long anything may take.
    pub async fn bare(url: &PostgresUrl, tls: &Tls) -> Result<Self, Error> {
        let (client, driver) = url.config.connect(tls.clone()).await?;
        tokio::spawn(async move {
            if let Err(error) = driver.await {
                tracing::debug!(%error, "a connection to the database ended");
            }
        });
        Ok(Self { client, prepared: HashMap::new(), together: HashMap::new() })
    }

    /// Prepared once; its parameters have the types of the first values that are bound.
    pub async fn prepare(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let types: Vec<Type> = values.iter().map(type_of).collect();
        let statement = self.client.prepare_typed(&sql.replace('?', "$"), &types).await?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }

    /// As [`Self::prepare`], for many at once: an array for each parameter, behind their numbers.
    pub async fn prepare_together(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Statement, Error> {
        if let Some(statement) = self.together.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&together(sql, values)).await?;
        self.together.insert(sql, statement.clone());
        Ok(statement)
    }

    pub async fn query(&mut self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        let statement = self.prepare(sql, values).await?;
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        self.client.query(&statement, &parameters).await
    }
}

/// What the database is told; for NULL it finds out by itself.
fn type_of(value: &Value<'_>) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Int(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
        Value::Id(_) => Type::UUID,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, expected: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Int(number) if *expected == Type::INT4 => i32::try_from(*number)?.to_sql(expected, out)?,
            Self::Int(number) => number.to_sql(expected, out)?,
            Self::Text(text) => text.as_ref().to_sql(expected, out)?,
            Self::Bytes(bytes) => bytes.to_sql(expected, out)?,
            Self::Id(id) => {
                out.extend_from_slice(id.as_bytes());
                IsNull::No
            }
        };
        Ok(IsNull::No)
    }

    /// The types come from the values themselves, or from the column that a NULL stood for first.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl Columns for Row {
    fn column(&self, index: usize) -> Result<Column<'_>, StoreError> {
        let odd = |detail: String| StoreError::Unreadable { noun: "any table", detail: format!("column {index}: {detail}") };
        self.try_get(index).map_err(|error| odd(error.to_string()))
    }
}

impl<'r> FromSql<'r> for Column<'r> {
    fn from_sql(found: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(match *found {
            Type::INT8 => Self::Int(FromSql::from_sql(found, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(found, raw)?.into()),
            Type::UUID | Type::BYTEA => Self::Bytes(raw),
            _ => Self::Text(std::str::from_utf8(raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(found: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::UUID, Type::BYTEA, Type::TEXT, Type::VARCHAR, Type::BPCHAR].contains(found)
    }
}
