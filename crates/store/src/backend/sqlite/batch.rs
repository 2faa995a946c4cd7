//! Writes many units in one transaction: each whole or not at all, durable together.

use jeton_oauth::Timestamp;
use rusqlite::Connection;

use super::{
    connection::bind,
    failure::{commit_error, store_error},
};
use crate::{
    CommitError, StoreError,
    statement::{Guard, Statement},
    work::{Outcome, Work},
};

type Written = Result<Outcome, CommitError>;

/// One result for each unit, in order. Nothing is written of a unit whose result is an error.
pub(super) fn write<'a>(connection: &Connection, units: impl ExactSizeIterator<Item = &'a Work>, now: Timestamp) -> Vec<Written> {
    let count = units.len();
    match transaction(connection, units, now) {
        Ok(results) => results,
        Err(error) => {
            if !connection.is_autocommit()
                && let Err(error) = run(connection, "ROLLBACK")
            {
                tracing::error!(%error, "a failed transaction could not be rolled back");
            }
            vec![Err(CommitError::Failed(error)); count]
        }
    }
}

/// An error means that the whole transaction is lost, or must be.
fn transaction<'a>(connection: &Connection, units: impl Iterator<Item = &'a Work>, now: Timestamp) -> Result<Vec<Written>, StoreError> {
    run(connection, "BEGIN IMMEDIATE")?;
    let mut results = Vec::with_capacity(units.size_hint().0);
    for unit in units {
        let result = write_unit(connection, unit, now);
        // A full disk or a failed read may take the transaction with it, units before this one too.
        if connection.is_autocommit() {
            return Err(match result {
                Err(CommitError::Failed(error)) => error,
                _ => StoreError::Failed("the transaction was lost".to_owned()),
            });
        }
        results.push(result);
    }
    run(connection, "COMMIT")?;
    Ok(results)
}

fn write_unit(connection: &Connection, unit: &Work, now: Timestamp) -> Written {
    let mut statements = Vec::with_capacity(unit.changes().len() + 1);
    unit.statements(now, &mut statements)?;
    // One statement is whole or nothing by itself.
    if let [only] = statements.as_slice() {
        return execute(connection, only).map(|touched| vec![touched; usize::from(unit.counts())]);
    }
    run(connection, "SAVEPOINT unit")?;
    let mut outcome = Outcome::new();
    for statement in &statements {
        match execute(connection, statement) {
            Ok(touched) if unit.counts() => outcome.push(touched),
            Ok(_) => {}
            Err(error) => {
                undo(connection);
                return Err(error);
            }
        }
    }
    run(connection, "RELEASE unit")?;
    Ok(outcome)
}

/// If even this fails, the unit's half cannot be told from the others' writes: everything goes.
fn undo(connection: &Connection) {
    if connection.is_autocommit() {
        return;
    }
    let undone = run(connection, "ROLLBACK TO unit").and_then(|()| run(connection, "RELEASE unit"));
    if undone.is_err()
        && let Err(error) = run(connection, "ROLLBACK")
    {
        tracing::error!(%error, "a failed transaction could not be rolled back");
    }
}

fn execute(connection: &Connection, statement: &Statement<'_>) -> Result<u64, CommitError> {
    let touched = connection
        .prepare_cached(statement.sql)
        .and_then(|mut prepared| {
            bind(&mut prepared, &statement.values)?;
            prepared.raw_execute()
        })
        .map_err(|error| commit_error(&error))?;
    if touched == 0 && statement.guard == Guard::Touches {
        return Err(CommitError::Conflict);
    }
    Ok(touched as u64)
}

fn run(connection: &Connection, sql: &'static str) -> Result<(), StoreError> {
    connection.prepare_cached(sql).and_then(|mut prepared| prepared.raw_execute()).map(|_| ()).map_err(|error| store_error(&error))
}
