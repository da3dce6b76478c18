//! What SQLite's failures mean.

use rusqlite::ErrorCode;

use crate::error::StoreError;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // The index of the log could not grow.
        let is_index =
            error.sqlite_error().is_some_and(|e| e.extended_code == SQLITE_IOERR_SHMSIZE);
        if is_index || error.sqlite_error_code() == Some(ErrorCode::DiskFull) {
            return Self::DiskFull;
        }
        // Nothing else interrupts.
        if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) {
            return Self::TooLong;
        }
        Self::Backend(Box::new(error))
    }
}

/// Returns what SQLite calls the failure, if it is one of SQLite's.
pub(super) fn code_of(error: &StoreError) -> Option<ErrorCode> {
    let StoreError::Backend(source) = error else { return None };
    source.downcast_ref::<rusqlite::Error>()?.sqlite_error_code()
}

const SQLITE_IOERR_SHMSIZE: i32 = 4_874;
