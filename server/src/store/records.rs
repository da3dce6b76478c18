//! Records, their changes and snapshots, and the read model.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{
    CaseId, ChangeHash, DeviceId, FeedSeq, ProgramCode, RecordId, Scope, TypeName, UserId,
};
use model::record::{Envelope, Record};
use model::time::Timestamp;
use model::wire::CheckV1;
use rusqlite::{OptionalExtension, Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, count, count_at, name, seq};
use crate::error::StoreError;

/// What the database knows of a record without opening anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordRow {
    pub(crate) id: RecordId,
    pub(crate) record_type: TypeName,
    pub(crate) scope_number: i64,
    pub(crate) scope: Scope,
    /// None when it stands alone.
    pub(crate) case: Option<CaseId>,
    pub(crate) program: ProgramCode,
    pub(crate) created_by: UserId,
    pub(crate) received_at: Timestamp,
    pub(crate) check: CheckV1,
    pub(crate) first_seq: FeedSeq,
    pub(crate) last_seq: FeedSeq,
}

/// A change about to be stored, sealed.
pub(crate) struct NewChange {
    pub(crate) seq: FeedSeq,
    pub(crate) hash: ChangeHash,
    pub(crate) author: DeviceId,
    pub(crate) vouched_by: Option<DeviceId>,
    pub(crate) sealed: Vec<u8>,
}

/// A change as it is stored.
pub(crate) struct SealedChange<'a> {
    pub(crate) seq: FeedSeq,
    pub(crate) author: DeviceId,
    pub(crate) hash: ChangeHash,
    pub(crate) sealed: &'a [u8],
}

impl<'a> SealedChange<'a> {
    fn read(row: &'a Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            seq: FeedSeq::read(row, 0)?,
            author: DeviceId::read(row, 1)?,
            hash: ChangeHash::read(row, 2)?,
            sealed: row.get_ref(3)?.as_blob().map_err(rusqlite::Error::from)?,
        })
    }
}

/// A snapshot, without its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Snapshot {
    /// It holds every change up to this number.
    pub(crate) made_seq: FeedSeq,
    /// How many these are.
    pub(crate) count: u64,
}

/// A record as the read model shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) fields: String,
    /// The same where dates are counted from, if one of them cannot be.
    pub(crate) counted: Option<String>,
    pub(crate) occurred_at: Timestamp,
    pub(crate) to_review: i64,
}

impl View {
    pub(crate) fn of(record: &Record) -> Self {
        let (fields, counted) = (record.fields_json(), record.counted_json());
        let counted = (counted != fields).then(|| serde_json::Value::Object(counted).to_string());
        Self {
            fields: serde_json::Value::Object(fields).to_string(),
            counted,
            occurred_at: record.occurred_at(),
            to_review: i64::try_from(record.to_review().count()).unwrap_or(i64::MAX),
        }
    }
}

impl RecordRow {
    /// The columns that [`RecordRow::read`] reads, of `records` joined with `scopes`.
    pub(super) const COLUMNS: &str = "records.type, records.scope, scopes.\"case\",
        scopes.compartment, records.\"case\", records.program, records.created_by, records.count,
        records.xor, records.first_seq, records.last_seq, records.received_at, records.id";

    /// How many columns these are.
    pub(super) const COUNT: usize = 13;

    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            record_type: name(row, 0)?,
            scope_number: row.get(1)?,
            scope: Scope::read(row, 2)?,
            case: Column::read(row, 4)?,
            program: name(row, 5)?,
            created_by: UserId::read(row, 6)?,
            check: CheckV1 { count: count_at(row, 7)?, xor: row.get(8)? },
            first_seq: FeedSeq::read(row, 9)?,
            last_seq: FeedSeq::read(row, 10)?,
            received_at: Timestamp::read(row, 11)?,
            id: RecordId::read(row, 12)?,
        })
    }
}

impl Reading<'_> {
    pub(crate) fn record_row(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM records JOIN scopes ON scopes.id = records.scope WHERE records.id = ?1",
            RecordRow::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        Ok(statement.query_row([id.as_bytes()], RecordRow::read).optional()?)
    }

    /// Returns what is known of these records; those that are not here are left out.
    pub(crate) fn record_rows(
        &self,
        ids: impl IntoIterator<Item = RecordId>,
    ) -> Result<BTreeMap<RecordId, RecordRow>, StoreError> {
        let ids: BTreeSet<RecordId> = ids.into_iter().collect();
        let rows = ids.into_iter().map(|id| self.record_row(id)).filter_map(Result::transpose);
        rows.map(|row| row.map(|row| (row.id, row))).collect()
    }

    /// Returns whether there are records in a scope, or drafts or refused changes of it, that were
    /// sealed under its key.
    pub(crate) fn is_scope_used(&self, scope: &Scope) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT 1 FROM scopes
                 WHERE scopes.\"case\" = ?1 AND scopes.compartment = ?2
                   AND (EXISTS (SELECT 1 FROM records WHERE records.scope = scopes.id)
                        OR EXISTS (SELECT 1 FROM drafts WHERE drafts.scope = scopes.id)
                        OR EXISTS (SELECT 1 FROM quarantine WHERE quarantine.scope = scopes.id))",
            )?
            .exists(params![scope.case.as_bytes(), scope.compartment.as_str()])?)
    }

    /// Calls `each` with one change by its number, and returns what that returns.
    pub(crate) fn change_at<T>(
        &self,
        at: FeedSeq,
        each: impl FnOnce(SealedChange<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, author_device, hash, sealed FROM changes WHERE seq = ?1",
        )?;
        let mut rows = statement.query([seq(at)])?;
        let row = rows.next()?.ok_or(StoreError::Damaged("a change is missing"))?;
        each(SealedChange::read(row)?)
    }

    /// Calls `each` with every change of a record after a number, in order.
    pub(crate) fn each_change_after(
        &self,
        record: RecordId,
        after: FeedSeq,
        mut each: impl FnMut(SealedChange<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, author_device, hash, sealed FROM changes
             WHERE record = ?1 AND seq > ?2 ORDER BY seq",
        )?;
        let mut rows = statement.query(params![record.as_bytes(), seq(after)])?;
        while let Some(row) = rows.next()? {
            each(SealedChange::read(row)?)?;
        }
        Ok(())
    }

    /// Returns whether this change is here, in this record.
    pub(crate) fn has_change(
        &self,
        record: RecordId,
        hash: ChangeHash,
    ) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached("SELECT 1 FROM changes WHERE hash = ?1 AND record = ?2")?
            .exists(params![hash.0, record.as_bytes()])?)
    }

    /// Returns which of these changes are here, in this record, each with the device that handed it
    /// in.
    pub(crate) fn changes_here(
        &self,
        record: RecordId,
        hashes: impl IntoIterator<Item = ChangeHash>,
    ) -> Result<BTreeMap<ChangeHash, DeviceId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT coalesce(vouched_by, author_device) FROM changes
             WHERE hash = ?1 AND record = ?2",
        )?;
        let mut here = BTreeMap::new();
        for hash in hashes {
            let found = statement
                .query_row(params![hash.0, record.as_bytes()], |row| DeviceId::read(row, 0));
            if let Some(device) = found.optional()? {
                here.insert(hash, device);
            }
        }
        Ok(here)
    }

    /// The hashes that are here of a record, in order.
    pub(crate) fn hashes_of_record(&self, record: RecordId) -> Result<Vec<ChangeHash>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT hash FROM changes WHERE record = ?1 ORDER BY seq")?;
        let rows = statement.query_map([record.as_bytes()], |row| ChangeHash::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The newest snapshot made before a number.
    pub(crate) fn snapshot_before(
        &self,
        record: RecordId,
        before: FeedSeq,
    ) -> Result<Option<Snapshot>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT made_seq, count FROM snapshots WHERE record = ?1 AND made_seq < ?2
             ORDER BY made_seq DESC LIMIT 1",
        )?;
        let found = statement.query_row(params![record.as_bytes(), seq(before)], |row| {
            Ok(Snapshot { made_seq: FeedSeq::read(row, 0)?, count: count_at(row, 1)? })
        });
        Ok(found.optional()?)
    }

    /// Returns the bytes of a snapshot, sealed.
    pub(crate) fn sealed_snapshot(
        &self,
        record: RecordId,
        snapshot: Snapshot,
    ) -> Result<Vec<u8>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT sealed FROM snapshots WHERE record = ?1 AND made_seq = ?2")?;
        let key = params![record.as_bytes(), seq(snapshot.made_seq)];
        Ok(statement.query_row(key, |row| row.get(0))?)
    }

    /// Returns the fields of these records by the read model, as JSON; those that it does not show
    /// are left out.
    pub(crate) fn fields_of(
        &self,
        records: impl IntoIterator<Item = RecordId>,
    ) -> Result<BTreeMap<RecordId, String>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT fields FROM read_model WHERE record = ?1")?;
        let mut fields = BTreeMap::new();
        for record in records {
            let found = statement.query_row([record.as_bytes()], |row| row.get(0)).optional()?;
            fields.extend(found.map(|found| (record, found)));
        }
        Ok(fields)
    }

    pub(crate) fn view(&self, record: RecordId) -> Result<Option<View>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT fields, occurred_at, to_review, counted FROM read_model WHERE record = ?1",
        )?;
        let found = statement.query_row([record.as_bytes()], |row| {
            Ok(View {
                fields: row.get(0)?,
                occurred_at: Timestamp::read(row, 1)?,
                to_review: row.get(2)?,
                counted: row.get(3)?,
            })
        });
        Ok(found.optional()?)
    }

    /// When a record happened, by what the read model says of it so far.
    pub(crate) fn occurred_at(&self, record: RecordId) -> Result<Option<Timestamp>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT occurred_at FROM read_model WHERE record = ?1")?;
        let found = statement.query_row([record.as_bytes()], |row| Timestamp::read(row, 0));
        Ok(found.optional()?)
    }

    /// Every record's id, in their order.
    pub(crate) fn record_ids(&self) -> Result<Vec<RecordId>, StoreError> {
        let mut statement = self.db.prepare("SELECT id FROM records ORDER BY id")?;
        let rows = statement.query_map([], |row| RecordId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The records of a type, in their order. Looks through all of them.
    pub(crate) fn record_ids_of_type(
        &self,
        record_type: &TypeName,
    ) -> Result<Vec<RecordId>, StoreError> {
        let mut statement =
            self.db.prepare("SELECT id FROM records WHERE type = ?1 ORDER BY id")?;
        let rows = statement.query_map([record_type.as_str()], |row| RecordId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether any record belongs to this case.
    pub(crate) fn case_exists(&self, case: CaseId) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached("SELECT 1 FROM records WHERE \"case\" = ?1")?
            .exists([case.as_bytes()])?)
    }
}

impl Writing<'_> {
    /// Adds a record that has no changes yet.
    pub(crate) fn add_record(
        &self,
        now: Timestamp,
        scope_number: i64,
        envelope: &Envelope,
    ) -> Result<RecordRow, StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO records (id, type, scope, \"case\", program, created_by, created_at,
                                  received_at, count, xor, first_seq, last_seq, heads)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9, 0, 0, ?10)",
            )?
            .execute(params![
                envelope.record.as_bytes(),
                envelope.record_type.as_str(),
                scope_number,
                envelope.case.as_ref().map(CaseId::as_bytes),
                envelope.program.as_str(),
                envelope.created_by.as_bytes(),
                envelope.created_at.as_millis(),
                now.as_millis(),
                CheckV1::default().xor,
                [0_u8; 0]
            ])?;
        Ok(RecordRow {
            id: envelope.record,
            record_type: envelope.record_type.clone(),
            scope_number,
            scope: envelope.scope(),
            case: envelope.case,
            program: envelope.program.clone(),
            created_by: envelope.created_by,
            received_at: now,
            check: CheckV1::default(),
            first_seq: FeedSeq(0),
            last_seq: FeedSeq(0),
        })
    }

    /// Writes where a record stands after changes were added to it.
    pub(crate) fn advance_record(
        &self,
        known: &RecordRow,
        heads: &[ChangeHash],
    ) -> Result<(), StoreError> {
        let heads: Vec<u8> = heads.iter().flat_map(|head| head.0).collect();
        self.db
            .prepare_cached(
                "UPDATE records SET count = ?2, xor = ?3, first_seq = ?4, last_seq = ?5, heads = ?6
             WHERE id = ?1",
            )?
            .execute(params![
                known.id.as_bytes(),
                count(known.check.count),
                known.check.xor,
                seq(known.first_seq),
                seq(known.last_seq),
                heads
            ])?;
        Ok(())
    }

    /// Adds changes to a record that stand in the feed already.
    pub(crate) fn add_changes(
        &self,
        now: Timestamp,
        known: &RecordRow,
        changes: &[NewChange],
    ) -> Result<(), StoreError> {
        let mut statement = self.db.prepare_cached(
            "INSERT INTO changes (seq, record, scope, author_device, vouched_by, received_at, hash,
                                  sealed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        for change in changes {
            statement.execute(params![
                seq(change.seq),
                known.id.as_bytes(),
                known.scope_number,
                change.author.as_bytes(),
                change.vouched_by.as_ref().map(DeviceId::as_bytes),
                now.as_millis(),
                change.hash.0,
                change.sealed
            ])?;
        }
        Ok(())
    }

    /// Adds a snapshot of a record as it stands, sealed, and lets go of those that are too old.
    pub(crate) fn add_snapshot(&self, known: &RecordRow, sealed: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO snapshots (record, made_seq, count, sealed) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (record, made_seq) DO UPDATE SET
                 count = excluded.count, sealed = excluded.sealed",
            )?
            .execute(params![
                known.id.as_bytes(),
                seq(known.last_seq),
                count(known.check.count),
                sealed
            ])?;
        self.db
            .prepare_cached(
                "DELETE FROM snapshots WHERE record = ?1 AND made_seq NOT IN (
                 SELECT made_seq FROM snapshots WHERE record = ?1 ORDER BY made_seq DESC LIMIT ?2)",
            )?
            .execute(params![known.id.as_bytes(), SNAPSHOTS_KEPT])?;
        Ok(())
    }

    pub(crate) fn set_view(&self, known: &RecordRow, view: &View) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO read_model (record, type, \"case\", program, occurred_at, updated_seq,
                                     to_review, fields, counted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (record) DO UPDATE SET occurred_at = excluded.occurred_at,
                updated_seq = excluded.updated_seq, to_review = excluded.to_review,
                fields = excluded.fields, counted = excluded.counted",
            )?
            .execute(params![
                known.id.as_bytes(),
                known.record_type.as_str(),
                known.case.as_ref().map(CaseId::as_bytes),
                known.program.as_str(),
                view.occurred_at.as_millis(),
                seq(known.last_seq),
                view.to_review,
                view.fields,
                view.counted
            ])?;
        Ok(())
    }
}

/// The newest, and the one before it for pages that began before it was made: each is as large as
/// the record.
const SNAPSHOTS_KEPT: i64 = 2;
