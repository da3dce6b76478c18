//! Documents out of their changes, with a snapshot now and then so that loading stays quick.

use std::collections::BTreeSet;

use rusqlite::params;

use model::catalogue::Catalogue;
use model::change::RawChange;
use model::document::Document;
use model::ids::{ChangeHash, RecordId, TypeName};
use model::record::HistoryEntry;
use model::time::Timestamp;

use super::rows::FromRow;
use super::{Reader, StoreError, Writer};

/// A document and how many changes it was loaded with besides the snapshot.
pub(super) struct Loaded {
    pub(super) document: Document,
    pub(super) tail: usize,
}

/// A change as its row holds it.
pub(super) struct ChangeRow {
    pub(super) number: i64,
    pub(super) hash: ChangeHash,
    pub(super) bytes: Vec<u8>,
    pub(super) acknowledged: bool,
}

impl Reader<'_> {
    /// Loads a record's document; `None` when the record is not here.
    pub(super) fn load_document(&self, record: RecordId) -> Result<Option<Loaded>, StoreError> {
        let sql = "SELECT through, bytes FROM snapshots WHERE record = ?1";
        let snapshot = self.query_row(sql, [record.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        if let Some((through, bytes)) = snapshot {
            let tail = self.change_bytes(record, through)?;
            let loaded = Document::load(&bytes).and_then(|mut document| {
                document.apply(&tail)?;
                Ok(document)
            });
            // A snapshot is a cache: when it does not load the changes still do.
            if let Ok(document) = loaded {
                return Ok(Some(Loaded { document, tail: tail.len() }));
            }
        }
        let changes = self.change_bytes(record, 0)?;
        if changes.is_empty() {
            return Ok(None);
        }
        let document = Document::from_changes(&changes)?;
        Ok(Some(Loaded { document, tail: changes.len() }))
    }

    /// Every change of a record, each after those it follows; `None` when it is not here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn history(&self, record: RecordId) -> Result<Option<Vec<HistoryEntry>>, StoreError> {
        let Some(loaded) = self.load_document(record)? else { return Ok(None) };
        let envelope = loaded.document.envelope()?;
        let record_type = self.catalogue().record_type(&envelope.record_type);
        Ok(Some(loaded.document.history(record_type)))
    }

    pub(super) fn change_rows(&self, record: RecordId) -> Result<Vec<ChangeRow>, StoreError> {
        let sql = "SELECT number, hash, bytes, acknowledged FROM changes
                   WHERE record = ?1 ORDER BY number";
        self.query(sql, [record.as_bytes()], |row| {
            Ok(ChangeRow {
                number: row.get(0)?,
                hash: ChangeHash::from_row(row, 1)?,
                bytes: row.get(2)?,
                acknowledged: row.get(3)?,
            })
        })
    }

    /// Which changes of the record are here.
    pub(super) fn held_hashes(&self, record: RecordId) -> Result<BTreeSet<ChangeHash>, StoreError> {
        let sql = "SELECT hash FROM changes WHERE record = ?1";
        let hashes = self.query(sql, [record.as_bytes()], |row| ChangeHash::from_row(row, 0))?;
        Ok(hashes.into_iter().collect())
    }

    fn change_bytes(&self, record: RecordId, after: i64) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT bytes FROM changes WHERE record = ?1 AND number > ?2 ORDER BY number";
        self.query(sql, params![record.as_bytes(), after], |row| row.get(0))
    }
}

impl Writer<'_> {
    /// Stores a change whose record has its row. Returns its number.
    pub(super) fn put_change(
        &self,
        record: RecordId,
        change: &RawChange,
        acknowledged: bool,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO changes (hash, record, device, bytes, acknowledged)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        self.execute(
            sql,
            params![
                change.hash().0,
                record.as_bytes(),
                change.actor().device.as_bytes(),
                change.bytes(),
                acknowledged
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Saves the document when enough changes have come since it was last saved.
    pub(super) fn snapshot_if_due(
        &self,
        record: RecordId,
        document: &Document,
        tail: usize,
    ) -> Result<(), StoreError> {
        if tail < CHANGES_BETWEEN_SNAPSHOTS {
            return Ok(());
        }
        let sql = "INSERT INTO snapshots (record, through, bytes)
            VALUES (?1, (SELECT max(number) FROM changes WHERE record = ?1), ?2)
            ON CONFLICT (record) DO UPDATE SET through = excluded.through, bytes = excluded.bytes";
        self.execute(sql, params![record.as_bytes(), document.save()]).map(drop)
    }

    /// Reads every record anew whose type the catalogue now describes differently.
    pub(super) fn reread_changed_types(&mut self, before: &Catalogue) -> Result<(), StoreError> {
        let types = self.query("SELECT DISTINCT type FROM records", [], |row| {
            super::rows::code::<TypeName>(row, 0)
        })?;
        let now = std::sync::Arc::clone(self.catalogue());
        let same_codes = before.code_lists == now.code_lists;
        let same_compartments = before.compartments == now.compartments;
        let same_zone = before.zone == now.zone;
        let changed = |name: &&TypeName| {
            !same_codes
                || !same_compartments
                || !same_zone
                || before.record_type(name) != now.record_type(name)
        };
        for name in types.iter().filter(changed) {
            let sql = "SELECT id FROM records WHERE type = ?1 ORDER BY number";
            let records = self.query(sql, [name.as_str()], |row| RecordId::from_row(row, 0))?;
            self.reread(records)?;
        }
        Ok(())
    }

    /// Reads every record anew: an earlier version of this program, which made other rows of them or
    /// folded their texts otherwise, wrote the store last.
    pub(super) fn reread_for_this_version(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT id FROM records ORDER BY number";
        let records = self.query(sql, [], |row| RecordId::from_row(row, 0))?;
        self.reread(records)?;
        self.set_read_by_this_version()
    }

    fn reread(&mut self, records: Vec<RecordId>) -> Result<(), StoreError> {
        for record in records {
            // A record that does not load keeps the rows it has; `verify` reports it.
            if let Ok(Some(loaded)) = self.load_document(record) {
                self.put_record(&loaded.document, Timestamp::from_millis(i64::MIN))?;
                // One by one: the texts of a whole store are too many to hold.
                self.put_texts()?;
            }
        }
        Ok(())
    }
}

/// Counts up whenever the same changes make other rows than before: other titles, texts or tasks.
pub(super) const ROWS_VERSION: u32 = 2;

/// Loading 64 changes costs about what loading a saved document does ten times over.
pub(super) const CHANGES_BETWEEN_SNAPSHOTS: usize = 64;

/// When a change was made, by its writer's clock, to the second.
pub(super) fn made_at(change: &RawChange) -> Timestamp {
    Timestamp::from_millis(change.time().saturating_mul(1_000))
}
