//! Refused bytes with the reason: kept for a supervisor, bounded for each device.

use model::ids::{ChangeHash, CompartmentCode, DeviceId, RecordId};
use model::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::{Column, count, count_at, name};
use crate::error::StoreError;
use crate::seal::SealingKey;

/// Most refused changes kept for one device.
pub(crate) const QUARANTINE_ROWS_MAX: u64 = 10_000;

/// Most bytes of refused changes kept for one device: two hundred and fifty of the largest.
pub(crate) const QUARANTINE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// A refused change.
pub(crate) struct RefusedChange<'a> {
    pub(crate) device: DeviceId,
    pub(crate) record: RecordId,
    pub(crate) hash: ChangeHash,
    /// The scope whose key seals the bytes; none for the quarantine's own key.
    pub(crate) scope: Option<i64>,
    pub(crate) code: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) bytes: &'a [u8],
}

/// Whether there was room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// It is kept; the same bytes from the same device are kept once.
    Kept,
    /// The device has filled its part.
    Full,
}

pub(crate) fn keep(
    db: &Connection,
    now: Timestamp,
    key: &SealingKey,
    refused: &RefusedChange<'_>,
) -> Result<Kept, StoreError> {
    let digest: [u8; 32] = Sha256::digest(refused.bytes).into();
    let again = db
        .prepare_cached(
            "UPDATE quarantine SET times = times + 1, last_at = ?3, code = ?4, reason = ?5
             WHERE device = ?1 AND digest = ?2",
        )?
        .execute(params![
            refused.device.as_bytes(),
            digest,
            now.as_millis(),
            refused.code,
            refused.reason
        ])?;
    if again > 0 {
        return Ok(Kept::Kept);
    }
    let (rows, bytes) = used(db, refused.device)?;
    let added = refused.bytes.len() as u64;
    if rows >= QUARANTINE_ROWS_MAX || bytes + added > QUARANTINE_BYTES_MAX {
        return Ok(Kept::Full);
    }
    let sealed = key.seal(&[&bound_to(refused.device, &digest)], refused.bytes)?;
    db.prepare_cached(
        "INSERT INTO quarantine (device, digest, record, hash, scope, code, reason, received_at,
                                 last_at, times, bytes, sealed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 1, ?9, ?10)",
    )?
    .execute(params![
        refused.device.as_bytes(),
        digest,
        refused.record.as_bytes(),
        refused.hash.0,
        refused.scope,
        refused.code,
        refused.reason,
        now.as_millis(),
        count(added),
        sealed
    ])?;
    set_used(db, refused.device, rows + 1, bytes + added)?;
    Ok(Kept::Kept)
}

/// Lets go of a change that was accepted after all: it is in its record now.
pub(crate) fn release(db: &Connection, hash: ChangeHash) -> Result<(), StoreError> {
    let released: Vec<(i64, DeviceId, u64)> = {
        let mut statement =
            db.prepare_cached("SELECT id, device, bytes FROM quarantine WHERE hash = ?1")?;
        let rows = statement.query_map([hash.0], |row| {
            Ok((row.get(0)?, DeviceId::read(row, 1)?, count_at(row, 2)?))
        })?;
        rows.collect::<rusqlite::Result<_>>()?
    };
    for (id, device, size) in released {
        db.prepare_cached("DELETE FROM quarantine WHERE id = ?1")?.execute([id])?;
        let (rows, bytes) = used(db, device)?;
        set_used(db, device, rows.saturating_sub(1), bytes.saturating_sub(size))?;
    }
    Ok(())
}

/// A refused change, as listed. Holds none of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRow {
    /// Its place in the list.
    pub id: i64,
    /// The device that sent it.
    pub device: DeviceId,
    /// The record it was sent for.
    pub record: RecordId,
    /// Where that lives, when it is known.
    pub compartment: Option<CompartmentCode>,
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

/// What is kept, newest first.
pub(crate) fn rows(db: &Connection) -> Result<Vec<QuarantineRow>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT kept.id, kept.device, kept.record, kept.code, kept.reason, kept.received_at,
                kept.times, kept.bytes, scopes.compartment
         FROM quarantine AS kept LEFT JOIN scopes ON scopes.id = kept.scope
         ORDER BY kept.id DESC",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(QuarantineRow {
            id: row.get(0)?,
            device: DeviceId::read(row, 1)?,
            record: RecordId::read(row, 2)?,
            code: row.get(3)?,
            reason: row.get(4)?,
            received_at: Timestamp::read(row, 5)?,
            times: count_at(row, 6)?,
            bytes: count_at(row, 7)?,
            compartment: match row.get_ref(8)? {
                ValueRef::Null => None,
                _ => Some(name(row, 8)?),
            },
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn used(db: &Connection, device: DeviceId) -> Result<(u64, u64), StoreError> {
    let mut statement =
        db.prepare_cached("SELECT rows, bytes FROM quarantine_use WHERE device = ?1")?;
    let found =
        statement.query_row([device.as_bytes()], |row| Ok((count_at(row, 0)?, count_at(row, 1)?)));
    Ok(found.optional()?.unwrap_or_default())
}

fn set_used(db: &Connection, device: DeviceId, rows: u64, bytes: u64) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO quarantine_use (device, rows, bytes) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![device.as_bytes(), count(rows), count(bytes)])?;
    Ok(())
}

/// What refused bytes are bound to.
pub(crate) fn bound_to(device: DeviceId, digest: &[u8; 32]) -> Vec<u8> {
    [b"quarantine".as_slice(), device.as_bytes(), digest].concat()
}
