//! An open database, and the two hands that others get on it: one that reads, one that writes.

use std::ops::Deref;
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::{CachedStatement, Connection};

use crate::error::StoreError;

/// A database that is open.
pub(crate) struct Database {
    pub(super) connection: Connection,
}

/// One state of the database, to be read: the methods stand with what they read.
pub(crate) struct Reading<'a> {
    pub(in crate::store) db: &'a Connection,
}

/// One transaction: what it wrote is read by it already, and by others once it is committed. The
/// methods stand with what they write.
pub(crate) struct Writing<'a> {
    reading: Reading<'a>,
}

impl<'a> Deref for Writing<'a> {
    type Target = Reading<'a>;

    fn deref(&self) -> &Reading<'a> {
        &self.reading
    }
}

impl Database {
    /// Returns a hand that reads; each statement sees what was committed last.
    pub(crate) fn reading(&self) -> Reading<'_> {
        Reading { db: &self.connection }
    }

    /// Reads one state of the database: nothing changes under `work`.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Reading<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let snapshot = self.connection.unchecked_transaction().map_err(StoreError::from)?;
        work(&Reading { db: &snapshot })
    }

    /// Does `work` in one transaction, and commits it unless that fails.
    pub(crate) fn write<T>(
        &self,
        work: impl FnOnce(&Writing<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let writing = Writing { reading: self.reading() };
        writing.run("BEGIN IMMEDIATE")?;
        let committed = work(&writing).and_then(|done| {
            writing.run("COMMIT")?;
            Ok(done)
        });
        if committed.is_err() && writing.check_open().is_ok() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        committed
    }

    /// Returns a number that changes whenever another connection, of whichever process, has committed.
    pub(crate) fn version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Moves everything into the database's one file, so that what was removed does not live on in its
    /// log. Waits for those who read, as long as for another writer.
    pub(crate) fn overwrite_log(&self) -> Result<(), StoreError> {
        let busy: i64 =
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 { Ok(()) } else { Err(StoreError::Busy) }
    }

    /// Keeps everything in one file from now on, without a log beside it.
    pub(crate) fn keep_in_one_file(&self) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "journal_mode", "DELETE")?)
    }

    /// Takes the place of what is in this database with all that is in another one.
    pub(crate) fn replace_with(&mut self, other: &Self) -> Result<(), StoreError> {
        Backup::new(&other.connection, &mut self.connection)?.run_to_completion(
            PAGES_AT_ONCE,
            Duration::ZERO,
            None,
        )?;
        Ok(())
    }

    /// Removes what is derived and in plain: a database that is set aside must not show what is erased
    /// later.
    pub(crate) fn remove_derived(&self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM summaries", [])?;
        self.connection.execute("DELETE FROM marks", [])?;
        self.connection.execute("DELETE FROM tasks", [])?;
        self.connection.execute("DELETE FROM read_model", [])?;
        Ok(())
    }
}

impl Reading<'_> {
    /// Prepares a statement whose tables are joined in the order in which they stand. Left to itself
    /// SQLite may begin with what is large, and a look-up of microseconds takes as long as the table.
    /// Where a name follows a table as `/*+ index */`, it is looked through by that index.
    pub(in crate::store) fn prepare_in_order(
        &self,
        sql: &str,
    ) -> Result<CachedStatement<'_>, StoreError> {
        let sql = sql.replace("JOIN ", "CROSS JOIN ");
        let sql = sql.replace("/*+", "INDEXED BY").replace("*/", "");
        Ok(self.db.prepare_cached(&sql)?)
    }
}

impl Writing<'_> {
    /// Begins a part of the transaction that can be undone alone.
    pub(crate) fn step(&self) -> Result<Step<'_>, StoreError> {
        self.check_open()?;
        self.run("SAVEPOINT job")?;
        Ok(Step { writing: self })
    }

    /// Fails if the transaction is over: on a full disk SQLite rolls the whole transaction back by
    /// itself, and nothing may be written then as if it were still there.
    pub(crate) fn check_open(&self) -> Result<(), StoreError> {
        if self.db.is_autocommit() { Err(StoreError::NotCommitted) } else { Ok(()) }
    }

    fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.db.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

/// A part of a transaction that stands or falls alone.
#[must_use = "it is kept or undone"]
pub(crate) struct Step<'a> {
    writing: &'a Writing<'a>,
}

/// What fell with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undone {
    /// The step alone.
    Step,
    /// The whole transaction, which is over.
    Everything,
}

impl Step<'_> {
    /// Leaves what was written for the transaction to commit.
    pub(crate) fn keep(self) -> Result<(), StoreError> {
        self.writing.run("RELEASE job")
    }

    /// Undoes what was written since it began. Returns what fell with it.
    pub(crate) fn undo(self) -> Result<Undone, StoreError> {
        if self.writing.check_open().is_err() {
            return Ok(Undone::Everything);
        }
        self.writing.run("ROLLBACK TO job")?;
        self.writing.run("RELEASE job")?;
        Ok(Undone::Step)
    }
}

/// Pages copied at once; nobody waits for the file meanwhile.
const PAGES_AT_ONCE: i32 = 1_024;
