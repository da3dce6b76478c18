//! Which file a log belongs to.
//!
//! SQLite takes the log that lies beside a database for that database's, also when somebody has
//! put an older copy of the file back beside the log of a run that was killed; what comes of it is
//! neither. So every log begins with the mark of the file that it was written over: the file takes
//! a new mark, whole, before the first transaction of a run, and the first transaction notes it.

use std::fs;
use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension};

use super::StoreError;

/// The log of one open database.
#[derive(Debug)]
pub(super) struct Log {
    /// None where there is no file system, and nobody who copies files.
    path: Option<PathBuf>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was written in this run, or the log has grown long.
    Unmarked,
    /// The file has its mark; the log begins with the next transaction.
    Empty,
    /// The log names the file.
    Begun,
}

/// The two marks as one row, so that they are read from one place: the file's, and that of the
/// file which the log was written over.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marks {
    own: Vec<u8>,
    written_over: Vec<u8>,
}

impl Log {
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path, state: State::Unmarked }
    }

    /// Before a transaction: gives the file a mark of its own, and moves into it what the log holds.
    pub(super) fn prepare(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let Some(path) = &self.path else { return Ok(()) };
        let is_short = || fs::metadata(path).is_ok_and(|log| log.len() < BYTES_MAX);
        if self.state == State::Empty || (self.state == State::Begun && is_short()) {
            return Ok(());
        }
        connection.execute(MARK_THE_FILE, [])?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        self.state = State::Empty;
        Ok(())
    }

    /// In a transaction: the log's first names the file.
    pub(super) fn name_the_file(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.state == State::Empty {
            connection.execute(MARK_THE_LOG, [])?;
        }
        Ok(())
    }

    /// After it was committed.
    pub(super) fn has_begun(&mut self) {
        if self.state == State::Empty {
            self.state = State::Begun;
        }
    }
}

impl Marks {
    /// Reads the marks; none in a database that never had any.
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let sql = "SELECT value FROM meta WHERE key = 'log'";
        let row: Option<Vec<u8>> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(row.map(|mut own| {
            let written_over = own.split_off(own.len().min(MARK_BYTES));
            Self { own, written_over }
        }))
    }

    /// Returns whether what is read through the log was written over this file. The file's own mark
    /// is newer than the log's first while it is being moved into the file.
    pub(super) fn are_of(&self, file: &Self) -> bool {
        file.own == self.written_over || file.own == self.own
    }
}

const MARK_BYTES: usize = 16;

const MARK_THE_FILE: &str = "
    INSERT INTO meta (key, value) VALUES ('log', randomblob(16))
    ON CONFLICT (key) DO UPDATE SET value = CAST(randomblob(16) || substr(value, 17) AS BLOB)";

const MARK_THE_LOG: &str = "
    UPDATE meta SET value = CAST(substr(value, 1, 16) || substr(value, 1, 16) AS BLOB)
    WHERE key = 'log'";

/// After so many bytes the log is moved into the file: about a thousand pages.
const BYTES_MAX: u64 = 4 << 20;
