//! What SQLite's errors mean to a unit.

use rusqlite::{Error, ErrorCode, ffi};

use crate::{CommitError, StoreError};

pub(super) fn store_error(error: &Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::NoSpace,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(error.to_string()),
        _ => StoreError::Failed(error.to_string()),
    }
}

/// A taken name and a missing parent are what the rows say now: look again.
pub(super) fn commit_error(error: &Error) -> CommitError {
    let taken = [ffi::SQLITE_CONSTRAINT_UNIQUE, ffi::SQLITE_CONSTRAINT_PRIMARYKEY, ffi::SQLITE_CONSTRAINT_FOREIGNKEY];
    match error.sqlite_error() {
        Some(failure) if taken.contains(&failure.extended_code) => CommitError::Conflict,
        _ => CommitError::Failed(store_error(error)),
    }
}
