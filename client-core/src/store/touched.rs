//! Which records changed: for screens that show them.

use std::collections::BTreeSet;

use model::ids::RecordId;

use super::rows::FromRow;
use super::{Store, StoreError};

impl Store {
    /// From now on notes which records change, whoever changes them: an edit, a pull, an
    /// acknowledgement, a scope that goes. Each is noted once until it is taken, in memory, and
    /// what is rolled back is not noted.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_touched(&mut self) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(NOTE)?)
    }

    /// Takes the records that changed since this was last called; none before
    /// [`Store::note_touched`].
    ///
    /// # Errors
    /// When the store fails; then they are still there.
    pub fn take_touched(&mut self) -> Result<BTreeSet<RecordId>, StoreError> {
        let noting = "SELECT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE name = 'touched')";
        if self.read().count(noting, [])? == 0 {
            return Ok(BTreeSet::new());
        }
        let taken = self
            .read()
            .query("SELECT id FROM temp.touched", [], |row| RecordId::from_row(row, 0))?;
        if !taken.is_empty() {
            self.connection.execute("DELETE FROM temp.touched", [])?;
        }
        Ok(taken.into_iter().collect())
    }
}

/// Triggers see every way a row changes, and a transaction that is rolled back takes their rows
/// with it.
const NOTE: &str = "
    CREATE TEMP TABLE IF NOT EXISTS touched (id BLOB PRIMARY KEY) WITHOUT ROWID;
    CREATE TEMP TRIGGER IF NOT EXISTS touched_insert AFTER INSERT ON main.records
        BEGIN INSERT OR IGNORE INTO touched VALUES (new.id); END;
    CREATE TEMP TRIGGER IF NOT EXISTS touched_update AFTER UPDATE ON main.records
        BEGIN INSERT OR IGNORE INTO touched VALUES (new.id); END;
    CREATE TEMP TRIGGER IF NOT EXISTS touched_delete AFTER DELETE ON main.records
        BEGIN INSERT OR IGNORE INTO touched VALUES (old.id); END;
";
