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

#[cfg(test)]
mod tests {
    use jeton_oauth::{
        AuditId, Change, RealmId, Timestamp,
        change::{AuditEvent, AuditKind},
        manage::Actor,
    };
    use rusqlite::Connection;
    use tempfile::TempDir;

    use super::{Written, write};
    use crate::{
        CommitError, Role, StoreError,
        backend::sqlite::{connection, open},
        clock,
        migration::Migrations,
        work::Work,
    };

    const NOW: Timestamp = Timestamp::from_seconds(1_900_000_000);

    fn fresh() -> (TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let opened = open::open(Migrations::OURS, folder.path(), Role::Server).unwrap();
        (folder, opened.connection)
    }

    /// Two rows, of some three kilobytes each.
    fn pair() -> Work {
        let event = |id| AuditEvent::with_id(AuditId(id), AuditKind::SignedIn, &Actor::SYSTEM, RealmId(id), NOW).detail("x".repeat(3000));
        Work::Unit(vec![Change::Audit(event(clock::fresh_name())), Change::Audit(event(clock::fresh_name()))])
    }

    fn write_pairs(connection: &Connection, count: usize) -> Vec<Written> {
        let units: Vec<_> = (0..count).map(|_| pair()).collect();
        write(connection, units.iter(), NOW)
    }

    fn rows(connection: &Connection) -> i64 {
        connection.query_row("SELECT count(*) FROM audit_events", [], |row| row.get(0)).unwrap()
    }

    fn failed(why: StoreError) -> Written {
        Err(CommitError::Failed(why))
    }

    #[test]
    fn full_disk_fails_units_whole_and_passes() {
        let (_folder, connection) = fresh();
        let pages: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        connection.pragma_update(None, "max_page_count", pages + 40).unwrap();
        let mut written = 0i64;
        // Where eight do not fit any more, one may.
        for count in [8, 8, 8, 8, 8, 1, 1, 1, 1, 1, 1, 1, 1] {
            let results = write_pairs(&connection, count);
            assert!(results.iter().all(|result| *result == Ok(Vec::new()) || *result == failed(StoreError::NoSpace)), "{results:?}");
            assert!(connection.is_autocommit());
            written += results.iter().map(|result| i64::from(result.is_ok())).sum::<i64>();
        }
        assert!(written > 0);
        assert_eq!(write_pairs(&connection, 1), [failed(StoreError::NoSpace)]);
        assert_eq!(rows(&connection), written * 2);

        connection.pragma_update(None, "max_page_count", pages + 4000).unwrap();
        assert!(write_pairs(&connection, 8).iter().all(Result::is_ok));
        assert_eq!(rows(&connection), (written + 8) * 2);
        let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }

    #[test]
    fn transaction_that_is_lost_half_way_fails_every_unit_of_its_batch() {
        let (_folder, connection) = fresh();
        // What SQLite does of itself after some I/O errors, at a row of the third unit.
        connection
            .execute_batch("CREATE TEMP TRIGGER lost BEFORE INSERT ON audit_events WHEN (SELECT count(*) FROM audit_events) = 5 BEGIN SELECT RAISE(ROLLBACK, 'lost'); END")
            .unwrap();
        let results = write_pairs(&connection, 6);
        assert!(results.len() == 6 && results.iter().all(|result| matches!(result, Err(CommitError::Failed(_)))), "{results:?}");
        assert_eq!(rows(&connection), 0);
        connection.execute_batch("DROP TRIGGER lost").unwrap();
        assert!(write_pairs(&connection, 6).iter().all(Result::is_ok));
    }

    #[test]
    fn commit_that_fails_fails_every_unit_of_its_batch() {
        let (_folder, mut connection) = fresh();
        connection.commit_hook(Some(|| true)).unwrap();
        let results = write_pairs(&connection, 3);
        assert!(results.len() == 3 && results.iter().all(|result| matches!(result, Err(CommitError::Failed(_)))), "{results:?}");
        assert!(connection.is_autocommit());
        connection.commit_hook(None::<fn() -> bool>).unwrap();
        assert_eq!(rows(&connection), 0);
        assert!(write_pairs(&connection, 3).iter().all(Result::is_ok));
    }

    #[test]
    fn writer_gives_up_on_a_lock_that_is_never_given_up() {
        let (folder, mut connection) = fresh();
        connection::wait(&mut connection, 2).unwrap();
        let other = connection::writing(&folder.path().join("jeton.db")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert_eq!(write_pairs(&connection, 2), [failed(StoreError::Busy), failed(StoreError::Busy)]);
        other.execute_batch("ROLLBACK").unwrap();
        assert!(write_pairs(&connection, 2).iter().all(Result::is_ok));
    }
}
