//! Refused bytes with the reason: kept for a supervisor, bounded for each device.

use model::ids::{ChangeHash, CompartmentCode, DeviceId, ProgramCode, RecordId, Scope, TypeName};
use model::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, count, count_at, name};
use crate::error::StoreError;

/// Most refused changes kept for one device.
pub(crate) const QUARANTINE_ROWS_MAX: u64 = 10_000;

/// Most bytes of refused changes kept for one device: two hundred and fifty of the largest.
pub(crate) const QUARANTINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What a refused change is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuarantineScope {
    pub(crate) scope: Scope,
    pub(crate) program: ProgramCode,
    pub(crate) record_type: TypeName,
}

/// A refused change.
pub(crate) struct RefusedChange<'a> {
    pub(crate) device: DeviceId,
    pub(crate) record: RecordId,
    pub(crate) hash: ChangeHash,
    /// The scope whose key seals the bytes; none for the quarantine's own key.
    pub(crate) scope: Option<i64>,
    /// What it is part of, when that can be told.
    pub(crate) home: Option<&'a QuarantineScope>,
    pub(crate) code: &'a str,
    pub(crate) reason: &'a str,
    /// What its bytes are known by.
    pub(crate) digest: [u8; 32],
    /// How long it is, opened.
    pub(crate) size: u64,
}

/// Whether there was room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is kept; the same bytes from the same device are kept once.
    Kept,
    /// The device has filled its part.
    Full,
}

/// Sealed bytes, and what they are bound to.
pub(crate) struct Sealed {
    pub(crate) id: i64,
    pub(crate) hash: ChangeHash,
    /// The scope whose key opens them; none for the quarantine's own key.
    pub(crate) scope: Option<Scope>,
    /// Why it was refused.
    pub(crate) code: String,
    /// How long it is, opened.
    bytes: u64,
    pub(crate) device: DeviceId,
    pub(crate) digest: [u8; 32],
    pub(crate) sealed: Vec<u8>,
}

/// A refused change, as listed. Holds none of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Its place in the list.
    pub id: i64,
    /// The first of those that the same device handed in for the same record and that wait for the
    /// same decision.
    pub entry: i64,
    /// The device that sent it.
    pub device: DeviceId,
    /// The record it was sent for.
    pub record: RecordId,
    /// Where that lives, when it is known.
    pub compartment: Option<CompartmentCode>,
    /// Its type, when it is known.
    pub record_type: Option<TypeName>,
    /// The program it was made for, when it is known.
    pub program: Option<ProgramCode>,
    /// The stable name of the reason.
    pub code: String,
    /// The reason as it was told to the device.
    pub reason: String,
    /// When it first came.
    pub received_at: Timestamp,
    /// How often it came.
    pub times: u64,
    /// Its size.
    pub bytes: u64,
}

impl Reading<'_> {
    /// Returns what the earlier changes of this record are part of that the same device handed in.
    pub(crate) fn quarantine_scope(
        &self,
        device: DeviceId,
        record: RecordId,
    ) -> Result<Option<QuarantineScope>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT scopes.\"case\", scopes.compartment, kept.program, kept.type
             FROM quarantine AS kept JOIN scopes ON scopes.id = kept.scope
             WHERE kept.record = ?2 AND kept.device = ?1 AND kept.type IS NOT NULL
             ORDER BY kept.id LIMIT 1",
        )?;
        let found = statement.query_row([device.as_bytes(), record.as_bytes()], |row| {
            Ok(QuarantineScope {
                scope: Scope::read(row, 0)?,
                program: name(row, 2)?,
                record_type: name(row, 3)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Everything that is kept and was not erased.
    pub(crate) fn all_refused(&self) -> Result<Vec<Sealed>, StoreError> {
        self.refused_where("kept.bytes > 0", params![])
    }

    /// Lists what one device handed in for one record before anybody could tell where it belongs.
    pub(crate) fn refused_without_scope(
        &self,
        device: DeviceId,
        record: RecordId,
    ) -> Result<Vec<Sealed>, StoreError> {
        let of = "kept.device = ?1 AND kept.record = ?2 AND kept.scope IS NULL AND kept.bytes > 0";
        self.refused_where(of, params![device.as_bytes(), record.as_bytes()])
    }

    /// Lists what one device handed in for one record and nobody has decided about yet.
    pub(crate) fn refused_waiting(
        &self,
        device: DeviceId,
        record: RecordId,
    ) -> Result<Vec<Sealed>, StoreError> {
        let of = "kept.record = ?2 AND kept.device = ?1 AND kept.bytes > 0
                  AND kept.dismissed_at IS NULL";
        let mut kept = self.refused_where(of, params![device.as_bytes(), record.as_bytes()])?;
        kept.truncate(DECIDED_AT_ONCE_MAX);
        Ok(kept)
    }

    /// Returns the code with which this device's change of a record was refused; `None` if it does not
    /// wait for a decision.
    pub(crate) fn code_of_refused(
        &self,
        device: DeviceId,
        record: RecordId,
        hash: ChangeHash,
    ) -> Result<Option<String>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT code FROM quarantine WHERE hash = ?1 AND device = ?2 AND record = ?3
             AND bytes > 0 AND dismissed_at IS NULL",
        )?;
        let of_it = params![hash.0, device.as_bytes(), record.as_bytes()];
        Ok(statement.query_row(of_it, |row| row.get(0)).optional()?)
    }

    /// The device and the record of one that waits to be decided.
    pub(crate) fn refused(&self, id: i64) -> Result<Option<(DeviceId, RecordId)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT device, record FROM quarantine
             WHERE id = ?1 AND bytes > 0 AND dismissed_at IS NULL",
        )?;
        let found =
            statement.query_row([id], |row| Ok((DeviceId::read(row, 0)?, RecordId::read(row, 1)?)));
        Ok(found.optional()?)
    }

    fn refused_where(
        &self,
        of: &str,
        key: impl rusqlite::Params,
    ) -> Result<Vec<Sealed>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT kept.id, kept.hash, kept.device, kept.digest, kept.sealed,
                    scopes.\"case\", scopes.compartment, kept.bytes, kept.code
             FROM quarantine AS kept LEFT JOIN scopes ON scopes.id = kept.scope
             WHERE {of} ORDER BY kept.id"
        ))?;
        let rows = statement.query_map(key, read_sealed)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Lists what waits to be decided and came before the one with this place, newest first.
    pub(crate) fn quarantine_rows(&self, before: i64) -> Result<Vec<QuarantineRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT * FROM (
                 SELECT kept.id, kept.device, kept.record, kept.code, kept.reason, kept.received_at,
                        kept.times, kept.bytes, scopes.compartment, kept.type, kept.program,
                        min(kept.id) OVER (PARTITION BY kept.device, kept.record)
                 FROM quarantine AS kept LEFT JOIN scopes ON scopes.id = kept.scope
                 WHERE kept.dismissed_at IS NULL)
             WHERE id < ?1 ORDER BY id DESC",
        )?;
        let optional = |row: &Row<'_>, at| match row.get_ref(at)? {
            ValueRef::Null => Ok(None),
            _ => Ok::<_, rusqlite::Error>(Some(at)),
        };
        let rows = statement.query_map([before], |row| {
            Ok(QuarantineRow {
                id: row.get(0)?,
                device: DeviceId::read(row, 1)?,
                record: RecordId::read(row, 2)?,
                code: row.get(3)?,
                reason: row.get(4)?,
                received_at: Timestamp::read(row, 5)?,
                times: count_at(row, 6)?,
                bytes: count_at(row, 7)?,
                compartment: optional(row, 8)?.map(|at| name(row, at)).transpose()?,
                record_type: optional(row, 9)?.map(|at| name(row, at)).transpose()?,
                program: optional(row, 10)?.map(|at| name(row, at)).transpose()?,
                entry: row.get(11)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn quarantine_used(&self, device: DeviceId) -> Result<(u64, u64), StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT rows, bytes FROM quarantine_use WHERE device = ?1")?;
        let found = statement
            .query_row([device.as_bytes()], |row| Ok((count_at(row, 0)?, count_at(row, 1)?)));
        Ok(found.optional()?.unwrap_or_default())
    }
}

impl Writing<'_> {
    /// Keeps a refused change, if its device has room for it; `seal` is asked for its sealed bytes if
    /// they are not kept already.
    pub(crate) fn keep_refused(
        &self,
        now: Timestamp,
        refused: &RefusedChange<'_>,
        seal: impl FnOnce() -> Result<Vec<u8>, StoreError>,
    ) -> Result<Kept, StoreError> {
        let again = self
            .db
            .prepare_cached(
                "UPDATE quarantine SET times = times + 1, last_at = ?3, code = ?4, reason = ?5
                 WHERE device = ?1 AND digest = ?2",
            )?
            .execute(params![
                refused.device.as_bytes(),
                refused.digest,
                now.as_millis(),
                refused.code,
                refused.reason
            ])?;
        if again > 0 {
            return Ok(Kept::Kept);
        }
        let (rows, bytes) = self.quarantine_used(refused.device)?;
        if rows >= QUARANTINE_ROWS_MAX || bytes + refused.size > QUARANTINE_BYTES_MAX {
            return Ok(Kept::Full);
        }
        let sealed = seal()?;
        self.db.prepare_cached(
            "INSERT INTO quarantine (device, digest, record, hash, scope, code, reason, received_at,
                                     last_at, times, bytes, sealed, type, program)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 1, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            refused.device.as_bytes(),
            refused.digest,
            refused.record.as_bytes(),
            refused.hash.0,
            refused.scope,
            refused.code,
            refused.reason,
            now.as_millis(),
            count(refused.size),
            sealed,
            refused.home.map(|home| home.record_type.as_str()),
            refused.home.map(|home| home.program.as_str())
        ])?;
        self.set_quarantine_used(refused.device, rows + 1, bytes + refused.size)?;
        Ok(Kept::Kept)
    }

    /// Files a change, sealed anew, under the scope that it turned out to belong to.
    pub(crate) fn move_refused(
        &self,
        before: &Sealed,
        with: &RefusedChange<'_>,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        self.db.prepare_cached(
            "UPDATE quarantine SET scope = ?2, sealed = ?3, type = ?4, program = ?5 WHERE id = ?1",
        )?
        .execute(params![
            before.id,
            with.scope,
            sealed,
            with.home.map(|home| home.record_type.as_str()),
            with.home.map(|home| home.program.as_str())
        ])?;
        Ok(())
    }

    /// Notes where a change belongs that is about to be erased.
    pub(crate) fn set_scope_of_refused(&self, id: i64, scope: i64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE quarantine SET scope = ?2 WHERE id = ?1")?
            .execute(params![id, scope])?;
        Ok(())
    }

    /// Lets go of changes that were accepted after all: they are in their records now.
    pub(crate) fn release_refused(&self, hashes: &[ChangeHash]) -> Result<(), StoreError> {
        let mut released: Vec<(i64, DeviceId, u64, bool)> = Vec::new();
        let mut statement = self.db.prepare_cached(
            "SELECT id, device, bytes, dismissed_at IS NULL FROM quarantine WHERE hash = ?1",
        )?;
        for hash in hashes {
            let rows = statement.query_map([hash.0], |row| {
                Ok((row.get(0)?, DeviceId::read(row, 1)?, count_at(row, 2)?, row.get(3)?))
            })?;
            for row in rows {
                released.push(row?);
            }
        }
        for (id, device, size, counts) in released {
            self.db.prepare_cached("DELETE FROM quarantine WHERE id = ?1")?.execute([id])?;
            if !counts {
                continue;
            }
            let (rows, bytes) = self.quarantine_used(device)?;
            self.set_quarantine_used(device, rows.saturating_sub(1), bytes.saturating_sub(size))?;
        }
        Ok(())
    }

    /// Notes that a supervisor has dismissed a change. It stays readable, and makes room for others.
    pub(crate) fn dismiss_refused(&self, now: Timestamp, kept: &Sealed) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE quarantine SET dismissed_at = ?2 WHERE id = ?1")?
            .execute(params![kept.id, now.as_millis()])?;
        let (rows, bytes) = self.quarantine_used(kept.device)?;
        let size = kept.bytes;
        self.set_quarantine_used(kept.device, rows.saturating_sub(1), bytes.saturating_sub(size))
    }

    fn set_quarantine_used(
        &self,
        device: DeviceId,
        rows: u64,
        bytes: u64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO quarantine_use (device, rows, bytes) VALUES (?1, ?2, ?3)
             ON CONFLICT (device) DO UPDATE SET
                 rows = excluded.rows, bytes = excluded.bytes",
            )?
            .execute(params![device.as_bytes(), count(rows), count(bytes)])?;
        Ok(())
    }
}

/// Most changes of one record that are looked at or decided about together.
const DECIDED_AT_ONCE_MAX: usize = 1_000;

fn read_sealed(row: &Row<'_>) -> rusqlite::Result<Sealed> {
    Ok(Sealed {
        id: row.get(0)?,
        hash: ChangeHash::read(row, 1)?,
        device: DeviceId::read(row, 2)?,
        digest: row.get(3)?,
        sealed: row.get(4)?,
        scope: match row.get_ref(5)? {
            ValueRef::Null => None,
            _ => Some(Scope::read(row, 5)?),
        },
        bytes: count_at(row, 7)?,
        code: row.get(8)?,
    })
}
