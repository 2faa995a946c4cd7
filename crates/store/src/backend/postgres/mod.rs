//! Rows in a PostgreSQL that any number of nodes share.
//!
//! **Invariant**: nothing here remembers a row; what one node commits, the next read of every other finds.

mod bulk;
mod connection;
mod diagnosis;
mod failure;
mod hot;
mod looks;
mod open;
mod pool;
mod presence;
mod shapes;
mod tls;
mod unit;
mod url;
mod waiting;

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    runtime,
    time::{Instant, timeout_at},
};
use tokio_postgres::Row;

use crate::{
    CommitError, Diagnosis, OpenError, Role, StoreError, clock,
    migration::Migrations,
    noticed::{Announcer, Noticed},
    row::{Columns, Fields},
    statement::Value,
    work::{Outcome, Work},
};
pub(crate) use bulk::PostgresBulk;
use connection::Connection;
use failure::{Fault, fault};
use hot::Hot;
use looks::Looks;
use pool::{Pool, silent};
use tls::Tls;
pub use url::PostgresUrl;

#[derive(Clone)]
pub(crate) struct Postgres(Arc<Inner>);

struct Inner {
    pool: Arc<Pool>,
    batches: Arc<Pool>,
    hot: Arc<Hot>,
    look_ups: Arc<Pool>,
    looks: Arc<Looks>,
    announcer: Arc<Announcer>,
    /// What became of the last write: one of [`FINE`], [`FAILING`] and [`FULL`].
    state: AtomicU8,
    url: PostgresUrl,
    tls: Tls,
}

const FINE: u8 = 0;
const FAILING: u8 = 1;
/// There was no space for something. Rows that are changed in their place may be written all the
/// same: it is over once a probe, which needs space, was written.
const FULL: u8 = 2;

/// How long reading may take, a new connection and a second try included. A little more than the server
/// allows a statement: whoever does not answer in it is silent.
const READ: Duration = Duration::from_secs(6);

impl Postgres {
    /// Looks at the database, and migrates it as `role` may. Also says which changes are older than
    /// every cache of this process: all up to an id, and some above it.
    pub fn open(
        migrations: Migrations,
        url: &PostgresUrl,
        role: Role,
        announcer: Arc<Announcer>,
    ) -> Result<(Self, i64, Vec<i64>), OpenError> {
        let url = url.clone().with_password(env::var("PGPASSWORD").ok());
        let tls = Tls::new(&url)?;
        // The caller may stand in a runtime that it must not block for; connections are made anew in that.
        let opened = thread::scope(|scope| {
            let opening = scope.spawn(|| match runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime.block_on(open::open(migrations, &url, &tls, role)),
                Err(error) => Err(OpenError::Unreachable { url: url.to_string(), detail: error.to_string() }),
            });
            opening
                .join()
                .unwrap_or_else(|_| Err(OpenError::Unreachable { url: url.to_string(), detail: "opening it panicked".to_owned() }))
        })?;
        let make = |size| Pool::new(url.clone(), tls.clone(), size);
        let (batches, look_ups) = (make(hot::CONNECTIONS), make(looks::CONNECTIONS));
        let pool = make(url.connections - hot::CONNECTIONS - looks::CONNECTIONS);
        let deaths = &announcer.deaths;
        let hot = Hot::new(batches.clone(), pool.clone(), deaths.clone());
        let looks = Looks::new(look_ups.clone(), deaths.clone());
        let inner = Inner { pool, batches, hot, look_ups, looks, announcer, state: AtomicU8::new(FINE), url, tls };
        Ok((Self(Arc::new(inner)), opened.settled, opened.seen))
    }

    pub async fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        mut read: impl FnMut(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, values).await?.iter().map(|row| read(row)).collect()
    }

    pub async fn one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        read: impl FnOnce(&dyn Columns) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        self.0.looks.look(sql, values).await?.map(|found| read(&found)).transpose()
    }

    /// In a task of its own: whoever hangs up stops nothing half-way.
    pub async fn write(&self, work: Work) -> Result<Outcome, CommitError> {
        // What is hot makes no cache forget anything: there is nothing to announce.
        if let Some(shape) = Hot::shape(&work) {
            let written = self.0.hot.write(work, shape).await;
            self.remember(false, &written);
            return written;
        }
        let this = self.clone();
        let task = tokio::spawn(async move { this.write_here(work).await });
        // A task ends without an answer only when the process ends, or because of a bug.
        task.await.unwrap_or_else(|ended| {
            if ended.is_panic() {
                self.0.announcer.deaths.count("a task that writes to the database");
                // It may have been committed and told to nobody.
                self.0.announcer.announce(&[Noticed::Everything]);
                self.0.state.fetch_max(FAILING, Ordering::Relaxed);
            }
            Err(CommitError::Failed(StoreError::Unknown))
        })
    }

    /// Reads a row; and writes one if the last write failed, as nothing else might try again.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.one("SELECT one FROM installation", &[], |row| Fields::new(row, "installation").int()).await?;
        if self.0.state.load(Ordering::Relaxed) == FINE {
            return Ok(());
        }
        match self.write(Work::probe()).await {
            Ok(_) | Err(CommitError::Conflict) => Ok(()),
            Err(CommitError::Failed(error)) => Err(error),
        }
    }

    /// On a connection of its own, which may take its time.
    pub async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        let connection = Connection::bare(&self.0.url, &self.0.tls).await.map_err(|error| failure::store_error(&error))?;
        diagnosis::diagnose(&connection.client).await
    }

    pub async fn close(&self) {
        self.0.batches.close().await;
        self.0.look_ups.close().await;
        self.0.pool.close().await;
    }

    /// A lost connection loses nothing: what only reads is read again, once.
    async fn rows(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let until = Instant::now() + READ;
        for last in [false, true] {
            let mut lent = timeout_at(until, self.0.pool.lend()).await.unwrap_or_else(|_| Err(silent()))?;
            let Ok(queried) = timeout_at(until, lent.query(sql, values)).await else {
                lent.give_up();
                self.0.pool.forget_idle();
                return Err(silent());
            };
            match queried.map_err(|error| fault(&error)) {
                Ok(rows) => return Ok(rows),
                // No text in the database has a NUL: nothing is like one that does.
                Err(Fault::Failed(StoreError::Unstorable(_))) => return Ok(Vec::new()),
                Err(Fault::Lost(error) | Fault::Again(error)) if last => return Err(error),
                Err(Fault::Lost(_)) => lent.give_up(),
                Err(Fault::Again(_)) => {}
                Err(Fault::Failed(error)) => return Err(error),
                Err(Fault::Conflict) => return Err(StoreError::Failed("a query met a constraint".to_owned())),
            }
        }
        Err(StoreError::NoConnection)
    }

    async fn write_here(&self, work: Work) -> Result<Outcome, CommitError> {
        let mut statements = Vec::with_capacity(work.changes().len() + 1);
        work.statements(clock::now(), &mut statements)?;
        let written = unit::write(&self.0.pool, &statements, work.counts()).await;
        drop(statements);
        self.remember(matches!(work, Work::Probe(_)), &written);
        // Where it is not known whether it was written, forgetting is right in both cases.
        if matches!(written, Ok(_) | Err(CommitError::Failed(StoreError::Unknown))) {
            let noticed: Vec<Noticed> = work.changes().iter().filter_map(Noticed::of).collect();
            self.0.announcer.announce(&noticed);
        }
        written
    }

    fn remember(&self, probed: bool, written: &Result<Outcome, CommitError>) {
        let before = self.0.state.load(Ordering::Relaxed);
        let state = match written {
            Err(CommitError::Failed(StoreError::Unstorable(_) | StoreError::Closed) | CommitError::Conflict) => return,
            Err(CommitError::Failed(StoreError::NoSpace)) => FULL,
            Err(CommitError::Failed(_)) => FAILING.max(before),
            Ok(_) if before == FULL && !probed => return,
            Ok(_) => FINE,
        };
        // Whoever changed it says so.
        if before == state || self.0.state.swap(state, Ordering::Relaxed) == state {
            return;
        }
        match written {
            Err(error) => tracing::error!(%error, "the database cannot be written"),
            Ok(_) => tracing::info!("the database can be written again"),
        }
    }
}
