//! Look-ups of one row that come many at a time, asked by one statement together.
//!
//! The statement is made of the look-up itself: what it binds comes from arrays, a row of them for
//! each who asks.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};
use tokio_postgres::{Row, types::ToSql};
use uuid::Uuid;

use super::{
    failure::{Fault, fault},
    pool::{Pool, SILENT, silent},
    waiting::{Waiting, work},
};
use crate::{
    StoreError,
    deaths::Deaths,
    row::{Column, Columns},
    statement::Value,
};

/// Who asks in one statement at most.
const BATCH: usize = 64;
/// Connections for look-ups; more of them make batches smaller, not faster.
pub(super) const CONNECTIONS: usize = 2;
/// How long a look may take, a new connection and a second try included. A little more than the server
/// allows a statement: whoever does not answer in it is silent.
const PATIENCE: Duration = Duration::from_secs(6);

pub(super) struct Looks {
    /// Of its own, so that look-ups never wait for lists.
    pool: Arc<Pool>,
    waiting: Waiting<Look>,
    deaths: Arc<Deaths>,
}

struct Look {
    sql: &'static str,
    values: Vec<Bound>,
    answer: oneshot::Sender<Result<Option<Found>, StoreError>>,
}

/// A value that outlives its caller.
enum Bound {
    Int(i64),
    Id(Uuid),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, behind the number of who asked for it.
pub(super) struct Found(Row);

impl Columns for Found {
    fn column(&self, index: usize) -> Result<Column<'_>, StoreError> {
        self.0.column(index + 1)
    }
}

impl Looks {
    pub fn new(pool: Arc<Pool>, deaths: Arc<Deaths>) -> Arc<Self> {
        Arc::new(Self { pool, waiting: Waiting::new(CONNECTIONS), deaths })
    }

    pub async fn look(self: &Arc<Self>, sql: &'static str, values: &[Value<'_>]) -> Result<Option<Found>, StoreError> {
        // No text in the database has a NUL: nothing is like one that does.
        let Some(values) = values.iter().map(Bound::of).collect() else { return Ok(None) };
        let (answer, answered) = oneshot::channel();
        match self.waiting.push(Look { sql, values, answer }) {
            None => return Err(StoreError::NoConnection),
            Some(true) => drop(tokio::spawn(self.clone().empty())),
            Some(false) => {}
        }
        answered.await.unwrap_or_else(|_| Err(StoreError::Failed("whoever was to look stopped because of a bug".to_owned())))
    }

    async fn empty(self: Arc<Self>) {
        work(&self.deaths, "a worker that reads from the database", || self.next()).await;
    }

    async fn next(&self) -> bool {
        let Some(looks) = self.waiting.take(BATCH, |first, look| std::ptr::eq(first.sql, look.sql)) else { return false };
        let began = Instant::now();
        match self.ask(&looks, began + PATIENCE).await {
            Ok(rows) => {
                let mut found: Vec<Option<Found>> = looks.iter().map(|_| None).collect();
                for row in rows {
                    if let Some(first @ None) = usize::try_from(row.get::<_, i64>(0)).ok().and_then(|number| found.get_mut(number)) {
                        *first = Some(Found(row));
                    }
                }
                for (look, found) in looks.into_iter().zip(found) {
                    // Whoever hung up has no use for it.
                    let _ = look.answer.send(Ok(found));
                }
            }
            Err(error) => {
                // Each batch of those that wait would wait as long, one after the other.
                let others = if began.elapsed() >= SILENT { self.waiting.take_all() } else { VecDeque::new() };
                for look in looks.into_iter().chain(others) {
                    let _ = look.answer.send(Err(error.clone()));
                }
            }
        }
        true
    }

    /// A lost connection loses nothing: what only reads is read again, once.
    async fn ask(&self, looks: &[Look], until: Instant) -> Result<Vec<Row>, StoreError> {
        let numbers: Vec<i64> = (0..).take(looks.len()).collect();
        let values: Vec<Vec<Value<'_>>> = looks.iter().map(|look| look.values.iter().map(Bound::value).collect()).collect();
        let columns: Vec<Vec<&Value<'_>>> = (0..values[0].len()).map(|column| values.iter().map(|row| &row[column]).collect()).collect();
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&numbers];
        parameters.extend(columns.iter().map(|column| column as &(dyn ToSql + Sync)));
        let mut again = true;
        loop {
            let mut lent = timeout_at(until, self.pool.lend()).await.unwrap_or_else(|_| Err(silent()))?;
            let asked = timeout_at(until, async {
                let prepared = lent.prepare_together(looks[0].sql, &values[0]).await?;
                lent.client.query(&prepared, &parameters).await
            });
            let Ok(asked) = asked.await else {
                lent.give_up();
                self.pool.forget_idle();
                return Err(silent());
            };
            match asked.map_err(|error| fault(&error)) {
                Ok(rows) => return Ok(rows),
                Err(Fault::Lost(_)) if again => lent.give_up(),
                Err(Fault::Again(_)) if again => {}
                Err(Fault::Lost(error) | Fault::Again(error) | Fault::Failed(error)) => return Err(error),
                Err(Fault::Conflict) => return Err(StoreError::Failed("a query met a constraint".to_owned())),
            }
            again = false;
        }
    }
}

impl Bound {
    /// `None`: no row is like this.
    fn of(value: &Value<'_>) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Int(number) => Self::Int(*number),
            Value::Id(id) => Self::Id(*id),
            Value::Text(text) if text.contains('\0') => return None,
            Value::Text(text) => Self::Text(text.to_string()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
        })
    }

    fn value(&self) -> Value<'_> {
        match self {
            Self::Int(number) => Value::Int(*number),
            Self::Id(id) => Value::Id(*id),
            Self::Text(text) => text.into(),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        }
    }
}

/// `sql`, asked by each row of the arrays that it is then given; the first numbers them.
pub(super) fn together(sql: &str, values: &[Value<'_>]) -> String {
    let (mut arrays, mut names, mut look) = ("$1::bigint[]".to_owned(), "asked (number".to_owned(), sql.to_owned());
    for (index, value) in values.iter().enumerate() {
        arrays.push_str(&format!(", ${}::{}[]", index + 2, kind(value)));
        names.push_str(&format!(", p{}", index + 1));
    }
    // From the last: ?1 is the beginning of ?10.
    for index in (1..=values.len()).rev() {
        look = look.replace(&format!("?{index}"), &format!("asked.p{index}"));
    }
    format!("SELECT asked.number, found.* FROM unnest({arrays}) AS {names}), LATERAL ({look}) AS found")
}

fn kind(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null | Value::Text(_) => "text",
        Value::Int(_) => "bigint",
        Value::Bytes(_) => "bytea",
        Value::Id(_) => "uuid",
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::together;

    #[test]
    fn a_look_up_of_one_becomes_one_of_many() {
        let sql = together("SELECT a FROM t WHERE id = ?1 AND name = ?2", &[Uuid::nil().into(), "x".into()]);
        assert_eq!(
            sql,
            "SELECT asked.number, found.* FROM unnest($1::bigint[], $2::uuid[], $3::text[]) AS asked (number, p1, p2), \
             LATERAL (SELECT a FROM t WHERE id = asked.p1 AND name = asked.p2) AS found"
        );
    }
}
