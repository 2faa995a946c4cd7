//! What PostgreSQL's errors mean to a unit. No value of a row is ever repeated.

use tokio_postgres::{
    Error,
    error::{DbError, Severity, SqlState},
};

use crate::StoreError;

/// What became of a statement that failed, and of its connection.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    /// A taken name or a missing parent: what the rows say now.
    Conflict,
    /// Others were in the way; the transaction is undone, and may succeed if it is tried again.
    Again(StoreError),
    /// The same would fail again.
    Failed(StoreError),
    /// The connection is of no use any more. What was sent last may have been done.
    Lost(StoreError),
}

pub(super) fn fault(error: &Error) -> Fault {
    match error.as_db_error() {
        Some(error) if fatal(error) => Fault::Lost(StoreError::Unreachable(said(error))),
        Some(error) => refused(error),
        None if error.is_closed() => Fault::Lost(StoreError::Unreachable("the connection was lost".to_owned())),
        None => Fault::Lost(StoreError::Unreachable(plain(error))),
    }
}

/// The same for one who only reads.
pub(super) fn store_error(error: &Error) -> StoreError {
    match fault(error) {
        Fault::Conflict => StoreError::Failed(plain(error)),
        Fault::Again(error) | Fault::Failed(error) | Fault::Lost(error) => error,
    }
}

fn fatal(error: &DbError) -> bool {
    matches!(error.parsed_severity(), Some(Severity::Fatal | Severity::Panic))
}

fn refused(error: &DbError) -> Fault {
    match error.code() {
        code if *code == SqlState::UNIQUE_VIOLATION || *code == SqlState::FOREIGN_KEY_VIOLATION => Fault::Conflict,
        code if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => Fault::Again(StoreError::Busy),
        code if *code == SqlState::QUERY_CANCELED || *code == SqlState::LOCK_NOT_AVAILABLE => Fault::Failed(StoreError::Busy),
        code if *code == SqlState::DISK_FULL => Fault::Failed(StoreError::NoSpace),
        code if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => Fault::Failed(StoreError::Damaged(said(error))),
        // A primary that has become a standby: the next connection finds the new one.
        code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Fault::Lost(StoreError::ReadOnly),
        code if *code == SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN => Fault::Lost(StoreError::Unknown),
        code if *code == SqlState::CHARACTER_NOT_IN_REPERTOIRE => Fault::Failed(StoreError::Unstorable("text with a NUL character")),
        _ => Fault::Failed(StoreError::Failed(said(error))),
    }
}

/// Its code and first line; the detail holds values.
fn said(error: &DbError) -> String {
    format!("{} ({})", error.message(), error.code().code())
}

/// An error of the driver, with what caused it.
pub(super) fn plain(error: &Error) -> String {
    match (error.as_db_error(), std::error::Error::source(error)) {
        (Some(error), _) => said(error),
        (None, Some(cause)) => format!("{error}: {cause}"),
        (None, None) => error.to_string(),
    }
}
