//! What the server has not acknowledged, in the order it must be sent.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use model::ids::{ChangeHash, RecordId};
use model::record::Edit;
use model::time::Timestamp;

use super::feed::check;
use super::rows::FromRow;
use super::{Reader, RecordState, StoreError, Writer};

/// One change to push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// The change.
    pub hash: ChangeHash,
    /// Its record.
    pub record: RecordId,
    /// The raw change.
    pub bytes: Vec<u8>,
}

/// What somebody meant to do: enough to make the change anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Intent {
    /// When, by this device's clock.
    pub(super) at: Timestamp,
    /// Whether it made the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) creates: bool,
    /// What was edited.
    pub(super) edits: Vec<Edit>,
}

impl Intent {
    pub(super) fn to_text(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(|_| StoreError::Unreadable { what: "an intent" })
    }
}

impl Reader<'_> {
    /// The oldest changes to push, each after those it depends on: at most `changes_max`, and no
    /// more bytes than `bytes_max` unless the first alone has more.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_page(
        &self,
        changes_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let sql = "SELECT changes.hash, changes.record, changes.bytes
                   FROM outbox JOIN changes USING (number) ORDER BY outbox.number LIMIT ?1";
        let limit = i64::try_from(changes_max).unwrap_or(i64::MAX);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query([limit])?;
        let (mut page, mut bytes) = (Vec::new(), 0usize);
        while let Some(row) = rows.next()? {
            let item = OutboxItem {
                hash: ChangeHash::from_row(row, 0)?,
                record: RecordId::from_row(row, 1)?,
                bytes: row.get(2)?,
            };
            bytes = bytes.saturating_add(item.bytes.len());
            if bytes > bytes_max && !page.is_empty() {
                break;
            }
            page.push(item);
        }
        Ok(page)
    }

    /// How many changes wait to be acknowledged.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outbox_size(&self) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM outbox", [])
    }
}

impl Writer<'_> {
    /// Notes that these changes are on their way.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_sent(&mut self, hashes: &[ChangeHash]) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET sent = 1
                   WHERE number = (SELECT number FROM changes WHERE hash = ?1) RETURNING record";
        let mut touched = Touched::default();
        for hash in hashes {
            touched.extend(self.query_row(sql, [hash.0], |row| RecordId::from_row(row, 0))?);
        }
        self.refresh_states(touched)
    }

    /// Notes that the server has these changes durably. Hashes that are not here are passed over.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_acknowledged(&mut self, hashes: &[ChangeHash]) -> Result<(), StoreError> {
        let mut touched = Touched::default();
        for hash in hashes {
            touched.extend(self.acknowledge(hash)?);
        }
        self.refresh_states(touched)
    }

    /// Puts every change of the record that the server once had and lost back into the outbox.
    /// `have` are the hashes it still has. Returns how many were put back.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reoffer(&mut self, record: RecordId, have: &[ChangeHash]) -> Result<usize, StoreError> {
        let have: std::collections::BTreeSet<_> = have.iter().collect();
        let sql = "SELECT number, hash FROM changes
                   WHERE record = ?1 AND acknowledged = 1 ORDER BY number";
        let held = self.query(sql, [record.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, ChangeHash::from_row(row, 1)?))
        })?;
        let sql = "INSERT OR IGNORE INTO outbox (number, record, intent, sent)
                   VALUES (?1, ?2, NULL, 0)";
        let mut offered = 0;
        for (number, hash) in held {
            if !have.contains(&hash) {
                offered += self.execute(sql, params![number, record.as_bytes()])?;
            }
        }
        self.refresh_states(Touched::from([record]))?;
        Ok(offered)
    }

    /// Returns the record when the change is here.
    pub(super) fn acknowledge(&self, hash: &ChangeHash) -> Result<Option<RecordId>, StoreError> {
        let sql = "SELECT number, record, acknowledged FROM changes WHERE hash = ?1";
        let found = self.query_row(sql, [hash.0], |row| {
            Ok((row.get::<_, i64>(0)?, RecordId::from_row(row, 1)?, row.get::<_, bool>(2)?))
        })?;
        let Some((number, record, known)) = found else { return Ok(None) };
        self.execute("DELETE FROM outbox WHERE number = ?1", [number])?;
        self.execute("DELETE FROM quarantine WHERE hash = ?1", [hash.0])?;
        if !known {
            self.execute("UPDATE changes SET acknowledged = 1 WHERE number = ?1", [number])?;
            self.add_to_check(record, hash)?;
        }
        Ok(Some(record))
    }

    fn add_to_check(&self, record: RecordId, hash: &ChangeHash) -> Result<(), StoreError> {
        let sql = "SELECT check_count, check_xor FROM records WHERE id = ?1";
        let Some(mut sum) = self.query_row(sql, [record.as_bytes()], |row| check(row, 0))? else {
            return Ok(());
        };
        sum.add(hash);
        let count = i64::try_from(sum.count).unwrap_or(i64::MAX);
        // The server took a change of a record that it had refused: it took the record as well.
        let sql = "UPDATE records SET check_count = ?2, check_xor = ?3, refused = 0 WHERE id = ?1";
        self.execute(sql, params![record.as_bytes(), count, sum.xor]).map(drop)
    }

    /// Works out anew where the newest word about these records is.
    pub(super) fn refresh_states(&self, records: Touched) -> Result<(), StoreError> {
        let sql = "SELECT
                (SELECT count(*) FROM outbox WHERE record = ?1 AND sent = 0),
                (SELECT count(*) FROM outbox WHERE record = ?1),
                refused OR EXISTS (SELECT 1 FROM quarantine
                    WHERE record = ?1 AND kind = 'own' AND dismissed = 0),
                state
            FROM records WHERE id = ?1";
        for record in records {
            let row = self.query_row(sql, [record.as_bytes()], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, i64>(1)?,
                    row.get::<_, bool>(2)?,
                    row.get::<_, RecordState>(3)?,
                ))
            })?;
            let Some((waiting, unanswered, refused, before)) = row else { continue };
            let state = match (refused, waiting, unanswered) {
                (true, _, _) => RecordState::Refused,
                (false, 0, 0) => RecordState::OnServer,
                (false, 0, _) => RecordState::Sent,
                (false, _, _) => RecordState::OnPhone,
            };
            if state != before {
                let row = params![record.as_bytes(), state];
                self.execute("UPDATE records SET state = ?2 WHERE id = ?1", row)?;
            }
        }
        Ok(())
    }
}

/// Records whose state may have changed.
pub(super) type Touched = std::collections::BTreeSet<RecordId>;
