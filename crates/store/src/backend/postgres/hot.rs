//! Units that come many at a time, written by one statement together: one look at the rows and one
//! wait for the disk for all of them.
//!
//! A batch is whatever waits when a connection is free; nobody waits for it to fill. Each unit
//! carries its number, and those that were written come back: a guard that held no more is a
//! conflict of that unit alone.

use std::{collections::HashSet, sync::Arc, time::Duration};

use jeton_oauth::{
    Change,
    change::{AuthorizationChange, CodeChange},
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout},
};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::{
    failure::{Fault, fault},
    pool::{Pool, SILENT, silent},
    shapes::{self, Shape},
    unit,
    waiting::{Waiting, work},
};
use crate::{
    CommitError, StoreError, clock,
    deaths::Deaths,
    statement::{Statement, Value},
    work::{Outcome, Work},
};

/// Units of one statement at most.
const BATCH: usize = 128;
/// Connections for batches; more of them make batches smaller, not faster.
pub(super) const CONNECTIONS: usize = 2;
const TRIES: usize = 4;
/// How long a batch may take, its COMMIT included.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the database may take to prepare its statement.
const PREPARE: Duration = Duration::from_secs(6);

pub(super) struct Hot {
    /// Of its own, so that batches never wait for readers.
    pool: Arc<Pool>,
    /// For a unit whose batch failed.
    others: Arc<Pool>,
    waiting: Waiting<Job>,
    deaths: Arc<Deaths>,
}

struct Job {
    work: Work,
    shape: &'static Shape,
    /// The row that it is about.
    row: Uuid,
    answer: oneshot::Sender<Result<Outcome, CommitError>>,
}

impl Hot {
    pub fn new(pool: Arc<Pool>, others: Arc<Pool>, deaths: Arc<Deaths>) -> Arc<Self> {
        Arc::new(Self { pool, others, waiting: Waiting::new(CONNECTIONS), deaths })
    }

    /// What shares a statement with others of its shape, and about which row it is.
    pub fn shape(work: &Work) -> Option<(&'static Shape, Uuid)> {
        let Work::Unit(unit) = work else { return None };
        match unit.as_slice() {
            [Change::Authorization(AuthorizationChange::Rotate { id, .. })] => Some((&shapes::ROTATE, id.0)),
            [Change::Code(CodeChange::Redeem { id, .. }), Change::Authorization(AuthorizationChange::Create(_))] => {
                Some((&shapes::REDEEM, id.0))
            }
            _ => None,
        }
    }

    /// Queued once this is polled; what then becomes of the future does not matter.
    pub async fn write(self: &Arc<Self>, work: Work, (shape, row): (&'static Shape, Uuid)) -> Result<Outcome, CommitError> {
        let (answer, answered) = oneshot::channel();
        match self.waiting.push(Job { work, shape, row, answer }) {
            None => return Err(StoreError::Overloaded.into()),
            Some(true) => drop(tokio::spawn(self.clone().empty())),
            Some(false) => {}
        }
        answered.await.unwrap_or(Err(CommitError::Failed(StoreError::Unknown)))
    }

    async fn empty(self: Arc<Self>) {
        work(&self.deaths, "a worker that writes to the database", || self.next()).await;
    }

    async fn next(&self) -> bool {
        // No two of one row: each is to see what the other did.
        let mut rows = HashSet::new();
        let apart = |first: &Job, job: &Job| {
            rows.insert(first.row);
            std::ptr::eq(first.shape, job.shape) && rows.insert(job.row)
        };
        let Some(jobs) = self.waiting.take(BATCH, apart) else { return false };
        self.batch(jobs).await;
        true
    }

    async fn batch(&self, jobs: Vec<Job>) {
        let began = Instant::now();
        let units: Vec<&Work> = jobs.iter().map(|job| &job.work).collect();
        match write(&self.pool, jobs[0].shape, &units).await {
            Ok(written) => {
                for (job, written) in jobs.into_iter().zip(written) {
                    // Whoever hung up has no use for the answer; the unit is written all the same.
                    let _ = job.answer.send(if written { Ok(Outcome::new()) } else { Err(CommitError::Conflict) });
                }
            }
            // One of them may be the reason: each by itself.
            Err(Fault::Conflict | Fault::Failed(_) | Fault::Again(_)) => jobs.into_iter().for_each(|job| self.alone(job)),
            Err(Fault::Lost(error)) => {
                for job in jobs {
                    let _ = job.answer.send(Err(error.clone().into()));
                }
                if began.elapsed() >= SILENT {
                    // Nothing of these was sent. Each batch of them would wait as long, one after the other.
                    for job in self.waiting.take_all() {
                        let _ = job.answer.send(Err(silent().into()));
                    }
                }
            }
        }
    }

    fn alone(&self, job: Job) {
        let pool = self.others.clone();
        tokio::spawn(async move {
            let mut statements = Vec::new();
            let written = match job.work.statements(clock::now(), &mut statements) {
                Ok(()) => unit::write(&pool, &statements, false).await,
                Err(error) => Err(error.into()),
            };
            let _ = job.answer.send(written);
        });
    }
}

/// Which of `units` were written, in their order. Nothing of any was, if this fails otherwise than
/// as [`StoreError::Unknown`].
async fn write(pool: &Arc<Pool>, shape: &Shape, units: &[&Work]) -> Result<Vec<bool>, Fault> {
    let mut statements: Vec<Vec<Statement<'_>>> = Vec::with_capacity(units.len());
    for unit in units {
        let mut own = Vec::new();
        unit.statements(clock::now(), &mut own).map_err(Fault::Failed)?;
        statements.push(own);
    }
    let numbers: Vec<i64> = (0..).take(units.len()).collect();
    let values: Vec<Vec<&Value<'_>>> = statements.iter().map(|own| own.iter().flat_map(|statement| &statement.values).collect()).collect();
    let columns: Vec<Vec<&Value<'_>>> = (0..values[0].len()).map(|column| values.iter().map(|row| row[column]).collect()).collect();
    let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&numbers];
    parameters.extend(columns.iter().map(|column| column as &(dyn ToSql + Sync)));

    let mut tried = 0;
    loop {
        tried += 1;
        match send(pool, shape, &parameters).await {
            Ok(found) => {
                let mut written = vec![false; units.len()];
                for number in found {
                    if let Some(unit) = usize::try_from(number).ok().and_then(|number| written.get_mut(number)) {
                        *unit = true;
                    }
                }
                return Ok(written);
            }
            Err(Fault::Again(_)) if tried < TRIES => {}
            Err(Fault::Lost(StoreError::ReadOnly)) if tried < TRIES => pool.forget_idle(),
            Err(fault) => return Err(fault),
        }
    }
}

/// The numbers of those that were written. The statement is a transaction by itself.
async fn send(pool: &Arc<Pool>, shape: &Shape, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<i64>, Fault> {
    let mut lent = pool.lend().await.map_err(Fault::Lost)?;
    let prepared = match timeout(PREPARE, lent.prepare(shape.sql, &[])).await {
        Ok(Ok(prepared)) => prepared,
        Err(_) => {
            lent.give_up();
            pool.forget_idle();
            return Err(Fault::Lost(silent()));
        }
        Ok(Err(error)) => {
            lent.give_up();
            // Nothing was asked yet: one by one they may find a connection that works.
            return Err(match fault(&error) {
                Fault::Lost(error) => Fault::Failed(error),
                fault => fault,
            });
        }
    };
    let Ok(answer) = timeout(PATIENCE, lent.client.query(&prepared, parameters)).await else {
        lent.give_up();
        pool.forget_idle();
        return Err(Fault::Lost(StoreError::Unknown));
    };
    match answer.map_err(|error| fault(&error)) {
        Ok(rows) => Ok(rows.iter().map(|row| row.get(0)).collect()),
        Err(Fault::Lost(error)) => {
            lent.give_up();
            Err(Fault::Lost(if error == StoreError::ReadOnly { error } else { StoreError::Unknown }))
        }
        Err(fault) => Err(fault),
    }
}
