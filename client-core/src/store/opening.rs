//! How the database is opened, what it turns out to be, and why there is none.

use rusqlite::ErrorCode;

use model::catalogue::Mistake;

use super::StoreError;
use crate::keys::KeyError;
use crate::vault::{VaultError, is_full};

/// How the database is opened.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// Whether a save waits until it is on the disk. Only tests and simulations that never cut the
    /// power may leave it out.
    pub durable: bool,
    /// How long SQLite waits for the lock of a process that is just ending. Nobody else has it
    /// while the store's own guard is held; who waits for that is [`crate::driver::in_turn`].
    pub wait_ms: u32,
    /// Memory for pages that were read, in KiB.
    pub cache_kib: u32,
    /// Another SQLite file layer, where there is no file system: the path is only its name there.
    pub vfs: Option<String>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { durable: true, wait_ms: 2_000, cache_kib: 16 * 1_024, vfs: None }
    }
}

/// Whether the database is the one that this installation left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It is.
    AsLeft,
    /// It was restored from a backup or copied here. New edits are written by new actors, and the
    /// next sync pulls everything; unsent changes are sent as they are, since the server knows
    /// those it has by their hashes.
    Restored,
}

/// Why there is no open database. The files are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no database here.
    #[error("there is no store at this place")]
    NotFound,
    /// A new database was asked for, and one is here.
    #[error("there is a store at this place already")]
    AlreadyExists,
    /// The key store gives no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file is encrypted with another key.
    #[error("the store's key does not open the store: it belongs to another installation")]
    WrongKey,
    /// The key is right and the file does not read back.
    #[error("the store is damaged: {what}")]
    Corrupt {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A newer program wrote it.
    #[error("the store is of version {have}; this program knows up to {know}: update it")]
    FromTheFuture {
        /// Its version.
        have: u32,
        /// Ours.
        know: u32,
    },
    /// Another process has it open.
    #[error("the store is open in another process")]
    Locked,
    /// The SQLite that is linked in has a bug that can damage databases.
    #[error("SQLite {have} is too old; at least 3.51.3 is needed")]
    OldSqlite {
        /// Its version.
        have: &'static str,
    },
    /// The catalogue that came with the enrollment has mistakes.
    #[error("the catalogue has mistakes; the first: {0}")]
    Catalogue(Mistake),
    /// The file system failed.
    #[error("the store's files cannot be read or written")]
    Io(#[source] std::io::Error),
    /// The database failed in another way.
    #[error(transparent)]
    Store(StoreError),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            _ => StoreError::from(error).into(),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Corrupt(_) => Self::Corrupt { what: "a page does not read back" },
            StoreError::Unreadable { what } => Self::Corrupt { what },
            other => Self::Store(other),
        }
    }
}

impl From<std::io::Error> for OpenError {
    fn from(error: std::io::Error) -> Self {
        if is_full(&error) { Self::Store(StoreError::DiskFull) } else { Self::Io(error) }
    }
}

impl From<VaultError> for OpenError {
    fn from(error: VaultError) -> Self {
        Self::Key(error.into())
    }
}
