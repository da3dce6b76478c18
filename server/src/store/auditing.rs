//! Looking for rows of the audit, and for what devices vouched for after a restore.

use std::collections::BTreeSet;

use model::ids::{CaseId, CompartmentCode, DeviceId, FeedSeq, RecordId, TypeName};
use model::time::Timestamp;
use rusqlite::params;

use super::acts::AuditAct;
use super::audit::{AuditRow, read_row};
use super::sqlite::Reading;
use super::{Column as _, count, name, seq};
use crate::error::StoreError;

/// Which rows of the audit are looked for. All that is set has to hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuditSearch {
    /// Only those of this actor: all of the actor's text, or its beginning up to a space.
    pub(crate) by: Option<String>,
    /// Only those whose object is one of these.
    pub(crate) objects: Option<Vec<String>>,
    pub(crate) act: Option<AuditAct>,
    pub(crate) from: Option<Timestamp>,
    /// Exclusive.
    pub(crate) until: Option<Timestamp>,
    /// Only those before the row at this place.
    pub(crate) before: Option<u64>,
    pub(crate) limit: u64,
}

/// A change that another device handed in than the one that wrote it, after the server had lost it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vouched {
    pub(crate) seq: FeedSeq,
    pub(crate) record: RecordId,
    pub(crate) record_type: TypeName,
    pub(crate) compartment: CompartmentCode,
    pub(crate) author: DeviceId,
    pub(crate) handed_in_by: DeviceId,
    pub(crate) at: Timestamp,
}

impl Reading<'_> {
    /// Returns the rows that are looked for, the newest first.
    pub(crate) fn search_audit(&self, asked: &AuditSearch) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, at, actor, act, object, outcome, hash, reason FROM audit
             WHERE seq < ?1
               AND (?2 IS NULL OR act = ?2)
               AND (?3 IS NULL OR actor = ?3 OR substr(actor, 1, length(?3) + 1) = ?3 || ' ')
               AND (?4 IS NULL OR at >= ?4)
               AND (?5 IS NULL OR at < ?5)
               AND (?6 IS NULL OR object IN (SELECT value FROM json_each(?6)))
             ORDER BY seq DESC LIMIT ?7",
        )?;
        let objects = asked.objects.as_ref().map(serde_json::to_string).transpose();
        let objects = objects.map_err(|_| StoreError::Damaged("names of objects"))?;
        let key = params![
            asked.before.map_or(i64::MAX, count),
            asked.act.map(AuditAct::name),
            asked.by,
            asked.from.map(Timestamp::as_millis),
            asked.until.map(Timestamp::as_millis),
            objects,
            count(asked.limit),
        ];
        let rows = statement.query_map(key, read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns rows of the audit after the one at this place, the oldest first.
    pub(crate) fn audit_rows_after(
        &self,
        after: u64,
        limit: u64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, at, actor, act, object, outcome, hash, reason FROM audit
             WHERE seq > ?1 ORDER BY seq LIMIT ?2",
        )?;
        let rows = statement.query_map(params![count(after), count(limit)], read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the records of a case.
    pub(crate) fn record_ids_of(&self, case: CaseId) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT id FROM records WHERE \"case\" = ?1")?;
        let rows = statement.query_map([case.as_bytes()], |row| RecordId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns the numbers of what was opened of a case in emergencies.
    pub(crate) fn emergencies_of(&self, case: CaseId) -> Result<Vec<i64>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id FROM emergencies WHERE \"case\" = ?1")?;
        let rows = statement.query_map([case.as_bytes()], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what devices vouched for, the newest first: so many of what came before an entry of the
    /// feed.
    pub(crate) fn vouched(&self, before: FeedSeq, limit: u64) -> Result<Vec<Vouched>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT changes.seq, changes.record, records.type, scopes.compartment,
                    changes.author_device, changes.vouched_by, changes.received_at
             FROM changes
             JOIN records ON records.id = changes.record
             JOIN scopes ON scopes.id = changes.scope
             WHERE changes.vouched_by IS NOT NULL AND changes.seq < ?1
             ORDER BY changes.seq DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![seq(before), count(limit)], |row| {
            Ok(Vouched {
                seq: FeedSeq::read(row, 0)?,
                record: RecordId::read(row, 1)?,
                record_type: name(row, 2)?,
                compartment: name(row, 3)?,
                author: DeviceId::read(row, 4)?,
                handed_in_by: DeviceId::read(row, 5)?,
                at: Timestamp::read(row, 6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

#[cfg(test)]
mod tests {
    use model::ids::UserId;

    use super::*;
    use crate::store::audit::{Actor, AuditHead, Note};
    use crate::store::sqlite::Database;

    #[test]
    fn rows_of_the_audit_are_found_by_who_what_about_what_and_when() {
        let db = Database::in_memory();
        let user = |byte| UserId::from_bytes([byte; 16]);
        let mut end = AuditHead::default();
        for number in 0..12 {
            let note = Note {
                at: Timestamp::from_millis(number * 10),
                actor: match number % 3 {
                    0 => Actor::Console(user(1)),
                    1 => Actor::Console(user(2)),
                    _ => Actor::Stranger,
                },
                act: if number % 2 == 0 { AuditAct::Read } else { AuditAct::Write },
                object: format!("case {}", number % 4),
                outcome: "done".into(),
                reason: None,
            };
            db.write(|db| db.append_to_audit(&mut end, &note)).unwrap();
        }
        let found = |search: AuditSearch| -> Vec<u64> {
            let search = AuditSearch { limit: 5, ..search };
            let rows = db.reading().search_audit(&search).unwrap();
            rows.into_iter().map(|row| row.seq).collect()
        };
        let all = AuditSearch::default;
        assert_eq!(found(all()), [12, 11, 10, 9, 8]);
        assert_eq!(found(AuditSearch { before: Some(8), ..all() }), [7, 6, 5, 4, 3]);
        let by = |actor: String| AuditSearch { by: Some(actor), ..all() };
        assert_eq!(found(by(format!("user {}", user(1)))), [10, 7, 4, 1]);
        assert_eq!(found(by("stranger".into())), [12, 9, 6, 3]);
        // The beginning of a name is not the name.
        assert_eq!(found(by("strange".into())), [0; 0]);
        assert_eq!(found(AuditSearch { act: Some(AuditAct::Read), ..all() }), [11, 9, 7, 5, 3]);
        let objects = Some(vec!["case 1".to_owned(), "case 3".to_owned()]);
        assert_eq!(found(AuditSearch { objects, ..all() }), [12, 10, 8, 6, 4]);
        let (from, until) = (Timestamp::from_millis(20), Timestamp::from_millis(50));
        assert_eq!(found(AuditSearch { from: Some(from), until: Some(until), ..all() }), [5, 4, 3]);
        assert_eq!(db.reading().audit_rows_after(9, 2).unwrap()[1].seq, 11);
    }
}
