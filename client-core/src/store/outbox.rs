//! What the server has not acknowledged, in the order it must be sent.

use std::collections::BTreeSet;

use rusqlite::params;
use serde::{Deserialize, Serialize};

use model::change::RawChange;
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

/// Which changes of the outbox are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that the server has not refused, and that follow none it refused.
    Fresh,
    /// Those that it refused until the device has pulled as well.
    All,
    /// Fresh ones that the server once had and lost.
    Reoffered,
}

/// What became of a change that the server refused until the device has pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The change does not wait here (any more): nothing was done.
    Unknown,
    /// It waits until the pull is through.
    Now,
    /// It had waited already.
    Before,
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
    /// Of a change that says nothing, and only joins what others wrote side by side.
    pub(super) fn nothing(at: Timestamp) -> Self {
        Self { at, creates: false, edits: Vec::new() }
    }

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
        wanted: Wanted,
        changes_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        let sql = "SELECT changes.hash, changes.record, changes.bytes
                   FROM outbox JOIN changes USING (number)
                   WHERE (?1 OR NOT EXISTS (SELECT 1 FROM outbox AS before
                            WHERE before.record = outbox.record AND before.held = 1
                                AND before.number <= outbox.number))
                        AND (?2 OR outbox.intent IS NULL)
                        AND (?4 OR NOT EXISTS (SELECT 1 FROM outbox AS stuck
                            WHERE stuck.record = outbox.record AND stuck.held = 2))
                   ORDER BY outbox.number LIMIT ?3";
        let limit = i64::try_from(changes_max).unwrap_or(i64::MAX);
        let (held_too, own_too) = (wanted == Wanted::All, wanted != Wanted::Reoffered);
        let mut statement = self.connection.prepare_cached(sql)?;
        let none_stuck = self.stuck_records()?.is_empty();
        let mut rows = statement.query(params![held_too, own_too, limit, none_stuck])?;
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

    /// How many of them can be sent: not those of records that are stuck.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sendable_size(&self) -> Result<u64, StoreError> {
        let stuck = "SELECT record FROM outbox WHERE held = 2";
        self.count(&format!("SELECT count(*) FROM outbox WHERE record NOT IN ({stuck})"), [])
    }

    /// The records that are set aside, in this run or the last: something on the way takes nothing
    /// as large as a change of theirs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn stuck_records(&self) -> Result<BTreeSet<RecordId>, StoreError> {
        let sql = "SELECT DISTINCT record FROM outbox WHERE held = 2";
        let records = self.query(sql, [], |row| RecordId::from_row(row, 0))?;
        Ok(records.into_iter().collect())
    }

    /// How many of them the server refused until the device has pulled.
    ///
    /// # Errors
    /// When the store fails.
    pub fn held_size(&self) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM outbox WHERE held = 1", [])
    }

    /// How many of them the server once had and lost, and must come before a reconcile ends. What
    /// the owner wrote and is kept back may come later as well.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reoffered_size(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM outbox JOIN changes USING (number)
                   WHERE outbox.intent IS NULL AND NOT (outbox.held <> 0 AND changes.device = ?1)";
        self.count(sql, [self.device().as_bytes()])
    }
}

impl Writer<'_> {
    /// Notes that these changes are on their way.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_sent(&mut self, hashes: &[ChangeHash]) -> Result<(), StoreError> {
        self.set_sent(hashes, true)
    }

    /// Notes that these changes never left: there was no way to the server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_not_sent(&mut self, hashes: &[ChangeHash]) -> Result<(), StoreError> {
        self.set_sent(hashes, false)
    }

    fn set_sent(&mut self, hashes: &[ChangeHash], sent: bool) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET sent = ?2
                   WHERE number = (SELECT number FROM changes WHERE hash = ?1) RETURNING record";
        let mut touched = Touched::default();
        for hash in hashes {
            let record =
                self.query_row(sql, params![hash.0, sent], |row| RecordId::from_row(row, 0))?;
            touched.extend(record);
        }
        self.refresh_states(touched)
    }

    /// Notes that the server has these changes durably. Hashes that are not here are passed over.
    /// Returns how many had waited in the outbox.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_acknowledged(&mut self, hashes: &[ChangeHash]) -> Result<usize, StoreError> {
        let (mut touched, mut waited) = (Touched::default(), 0);
        for hash in hashes {
            if let Some(acknowledged) = self.acknowledge(hash)? {
                touched.insert(acknowledged.record);
                waited += usize::from(acknowledged.waited);
            }
        }
        self.refresh_states(touched)?;
        Ok(waited)
    }

    /// Keeps a change back that the server refused until the device has pulled.
    ///
    /// # Errors
    /// When the store fails.
    pub fn hold(&mut self, hash: &ChangeHash) -> Result<Held, StoreError> {
        let sql = "SELECT number, held FROM outbox
                   WHERE number = (SELECT number FROM changes WHERE hash = ?1)";
        let found = self
            .query_row(sql, [hash.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        match found {
            None => Ok(Held::Unknown),
            Some((_, HELD)) => Ok(Held::Before),
            Some((number, _)) => {
                self.execute("UPDATE outbox SET held = 1 WHERE number = ?1", [number])?;
                Ok(Held::Now)
            }
        }
    }

    /// Forgets which changes were kept back: the server is no longer the one that refused them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn release_held(&mut self) -> Result<(), StoreError> {
        self.execute("UPDATE outbox SET held = 0 WHERE held = 1", []).map(drop)
    }

    /// Sets records aside: something on the way takes nothing as large as what waits of them.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_stuck(&mut self, records: &BTreeSet<RecordId>) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET held = 2 WHERE record = ?1";
        records.iter().try_for_each(|id| self.execute(sql, [id.as_bytes()]).map(drop))
    }

    /// Forgets which records were set aside: they are tried again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_stuck(&mut self) -> Result<(), StoreError> {
        self.execute("UPDATE outbox SET held = 0 WHERE held = 2", []).map(drop)
    }

    /// Puts every change of the record that the server once had and lost back into the outbox.
    /// `have` are the hashes it still has. Returns how many were put back.
    ///
    /// # Errors
    /// When the store fails.
    pub fn reoffer(&mut self, record: RecordId, have: &[ChangeHash]) -> Result<usize, StoreError> {
        let have: BTreeSet<_> = have.iter().collect();
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

    /// `None` when the change is not here.
    pub(super) fn acknowledge(
        &self,
        hash: &ChangeHash,
    ) -> Result<Option<Acknowledged>, StoreError> {
        let sql = "SELECT number, record, acknowledged FROM changes WHERE hash = ?1";
        let found = self.query_row(sql, [hash.0], |row| {
            Ok((row.get::<_, i64>(0)?, RecordId::from_row(row, 1)?, row.get::<_, bool>(2)?))
        })?;
        let Some((number, record, known)) = found else { return Ok(None) };
        let waited = self.execute("DELETE FROM outbox WHERE number = ?1", [number])? > 0;
        self.execute("DELETE FROM quarantine WHERE hash = ?1", [hash.0])?;
        if !known {
            self.execute("UPDATE changes SET acknowledged = 1 WHERE number = ?1", [number])?;
            self.add_to_check(record, hash)?;
        }
        self.take_up(record)?;
        Ok(Some(Acknowledged { record, waited }))
    }

    /// Stores a change that the server has and this device had not.
    pub(super) fn put_acknowledged(
        &self,
        record: RecordId,
        change: &RawChange,
    ) -> Result<(), StoreError> {
        let hash = change.hash();
        self.put_change(record, change, true)?;
        self.execute("DELETE FROM quarantine WHERE hash = ?1", [hash.0])?;
        self.add_to_check(record, &hash)?;
        self.take_up(record)
    }

    /// Takes a record up that was set aside: the server took a change of it, and so the record. What
    /// others wrote there and the server has not got is handed over once more.
    fn take_up(&self, record: RecordId) -> Result<(), StoreError> {
        let sql = "UPDATE records SET refused = 0 WHERE id = ?1 AND refused = 1";
        if self.execute(sql, [record.as_bytes()])? == 0 {
            return Ok(());
        }
        let sql = "INSERT OR IGNORE INTO outbox (number, record, intent, sent)
                   SELECT number, record, NULL, 0 FROM changes
                   WHERE record = ?1 AND acknowledged = 0 AND device <> ?2
                   ORDER BY number";
        self.execute(sql, params![record.as_bytes(), self.device().as_bytes()]).map(drop)
    }

    fn add_to_check(&self, record: RecordId, hash: &ChangeHash) -> Result<(), StoreError> {
        let sql = "SELECT check_count, check_xor FROM records WHERE id = ?1";
        let Some(mut sum) = self.query_row(sql, [record.as_bytes()], |row| check(row, 0))? else {
            return Ok(());
        };
        sum.add(hash);
        let count = i64::try_from(sum.count).unwrap_or(i64::MAX);
        let sql = "UPDATE records SET check_count = ?2, check_xor = ?3 WHERE id = ?1";
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

/// The outbox's `held` of a change that the server refused until the device has pulled. 2 is that of
/// one that something on the way is too narrow for.
const HELD: i64 = 1;

/// A change of ours that the server has.
pub(super) struct Acknowledged {
    pub(super) record: RecordId,
    /// Whether it stood in the outbox.
    pub(super) waited: bool,
}

/// Records whose state may have changed.
pub(super) type Touched = BTreeSet<RecordId>;
