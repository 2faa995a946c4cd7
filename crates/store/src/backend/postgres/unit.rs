//! Writes one unit in one transaction. What is tried again is what is known not to have happened.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::time::{sleep, timeout};
use tokio_postgres::{Error, Statement as Prepared};

use super::{
    failure::{Fault, fault},
    pool::{Lent, Pool, silent},
};
use crate::{
    CommitError, StoreError,
    statement::{Guard, Statement},
    work::Outcome,
};

/// How often a unit that met others is tried.
const TRIES: u32 = 6;
/// From BEGIN until COMMIT is sent. Less than the overlap of the change table's poll.
const BODY: Duration = Duration::from_secs(6);
/// How long COMMIT may wait for the disk, and for a standby.
const COMMIT: Duration = Duration::from_secs(10);
/// Statements that are sent before the first is answered.
const PIPELINE: usize = 16;

pub(super) async fn write(pool: &Arc<Pool>, statements: &[Statement<'_>], counts: bool) -> Result<Outcome, CommitError> {
    let mut tried = 0;
    loop {
        tried += 1;
        let lent = pool.lend().await?;
        let fault = match attempt(lent, statements).await {
            Ok(touched) => return Ok(if counts { touched } else { Outcome::new() }),
            Err(fault) => fault,
        };
        let error = match fault {
            Fault::Conflict => return Err(CommitError::Conflict),
            Fault::Failed(error) => return Err(error.into()),
            Fault::Again(error) | Fault::Lost(error) => error,
        };
        if error == StoreError::Unknown || tried == TRIES {
            return Err(error.into());
        }
        if error == StoreError::ReadOnly {
            pool.forget_idle();
        }
        // Not all at once again: two that met would meet again.
        sleep(Duration::from_millis(u64::from(tried * tried) + u64::from(std::process::id() % 3))).await;
    }
}

/// An error that is not [`StoreError::Unknown`] says that nothing was written.
async fn attempt(mut lent: Lent, statements: &[Statement<'_>]) -> Result<Outcome, Fault> {
    let mut prepared = Vec::with_capacity(statements.len());
    for statement in statements {
        match timeout(BODY, lent.prepare(statement.sql, &statement.values)).await {
            Ok(Ok(one)) => prepared.push(one),
            Ok(Err(error)) => return Err(before(lent, &error)),
            Err(_) => return Err(slow(lent)),
        }
    }
    match (statements, prepared.as_slice()) {
        ([only], [prepared]) => alone(lent, prepared, only).await,
        _ => transaction(lent, &prepared, statements).await,
    }
}

/// One statement is a transaction by itself: it is committed before it is answered.
async fn alone(lent: Lent, prepared: &Prepared, statement: &Statement<'_>) -> Result<Outcome, Fault> {
    let Ok(executed) = timeout(COMMIT, lent.client.execute_raw(prepared, statement.values.iter())).await else {
        lent.give_up();
        return Err(Fault::Lost(StoreError::Unknown));
    };
    match executed.map_err(|error| at_commit(lent, &error))? {
        0 if statement.guard == Guard::Touches => Err(Fault::Conflict),
        touched => Ok(vec![touched]),
    }
}

async fn transaction(lent: Lent, prepared: &[Prepared], statements: &[Statement<'_>]) -> Result<Outcome, Fault> {
    let body = timeout(BODY, async {
        // Answered before anything follows: outside a transaction the rest would be written bit by bit.
        lent.client.batch_execute("BEGIN").await.map_err(|error| fault(&error))?;
        run(&lent, prepared, statements).await
    });
    match body.await {
        Ok(Ok(touched)) => commit(lent).await.map(|()| touched),
        Ok(Err(fault)) => {
            undo(lent, &fault).await;
            Err(fault)
        }
        Err(_) => Err(slow(lent)),
    }
}

/// How many rows each touched; the first fault in their order, if any failed or missed its guard.
async fn run(lent: &Lent, prepared: &[Prepared], statements: &[Statement<'_>]) -> Result<Outcome, Fault> {
    let mut outcome = Outcome::with_capacity(statements.len());
    for (prepared, statements) in prepared.chunks(PIPELINE).zip(statements.chunks(PIPELINE)) {
        let sent = prepared.iter().zip(statements).map(|(prepared, statement)| lent.client.execute_raw(prepared, statement.values.iter()));
        for (answer, statement) in join_all(sent).await.into_iter().zip(statements) {
            match answer.map_err(|error| fault(&error))? {
                0 if statement.guard == Guard::Touches => return Err(Fault::Conflict),
                touched => outcome.push(touched),
            }
        }
    }
    Ok(outcome)
}

/// Sent only after every statement succeeded: the COMMIT of a transaction that failed answers
/// without an error. It is never cancelled: one that waits for a standby would answer success.
async fn commit(lent: Lent) -> Result<(), Fault> {
    match timeout(COMMIT, lent.client.batch_execute("COMMIT")).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(at_commit(lent, &error)),
        Err(_) => {
            lent.give_up();
            Err(Fault::Lost(StoreError::Unknown))
        }
    }
}

async fn undo(lent: Lent, fault: &Fault) {
    let undone = !matches!(fault, Fault::Lost(_)) && matches!(timeout(BODY, lent.client.batch_execute("ROLLBACK")).await, Ok(Ok(())));
    if !undone {
        lent.give_up();
    }
}

/// Nothing was committed by what failed.
fn before(lent: Lent, error: &Error) -> Fault {
    let fault = fault(error);
    if matches!(fault, Fault::Lost(_)) {
        lent.give_up();
    }
    fault
}

/// An ERROR says that the transaction is undone; anything worse says nothing about it.
fn at_commit(lent: Lent, error: &Error) -> Fault {
    match before(lent, error) {
        Fault::Lost(StoreError::ReadOnly) => Fault::Lost(StoreError::ReadOnly),
        Fault::Lost(_) => Fault::Lost(StoreError::Unknown),
        fault => fault,
    }
}

/// Without a COMMIT the server undoes what it has, once it finds the connection gone. It ends a slow
/// statement before this: whoever says nothing at all is silent on the other connections too.
fn slow(lent: Lent) -> Fault {
    lent.forget_idle();
    lent.give_up();
    Fault::Failed(silent())
}
