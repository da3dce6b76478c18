//! What a reconciling device holds without a right to it that the server knows of: the right may
//! be among what the server lost. It may hand these records in, and then drops them. Noted for
//! good: the device's store may be put back to the middle of the reconcile. Only records that are
//! here are noted: an id costs nothing to invent.

use model::ids::{DeviceId, RecordId, Scope};
use rusqlite::{Connection, params};

use super::Column;
use crate::error::StoreError;

/// Notes that a device says it holds this record, and whether it has shown that it does.
pub(crate) fn add(
    db: &Connection,
    device: DeviceId,
    record: RecordId,
    is_proven: bool,
) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO reconcile_offers (device, record, proven) VALUES (?1, ?2, ?3)
         ON CONFLICT (device, record) DO UPDATE SET proven = max(proven, excluded.proven)",
    )?
    .execute(params![device.as_bytes(), record.as_bytes(), is_proven])?;
    Ok(())
}

pub(crate) fn has(db: &Connection, device: DeviceId, record: RecordId) -> Result<bool, StoreError> {
    Ok(db
        .prepare_cached("SELECT 1 FROM reconcile_offers WHERE device = ?1 AND record = ?2")?
        .exists(params![device.as_bytes(), record.as_bytes()])?)
}

/// The scopes of what the device offered that are still not open to its owner. A scope tells whose
/// records are in it and of what kind: only of those that were ever open to them, and of records that
/// the device has handed in or has shown that it holds.
pub(crate) fn without_right(db: &Connection, device: DeviceId) -> Result<Vec<Scope>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT scopes.\"case\", scopes.compartment
         FROM reconcile_offers AS offers
         JOIN records ON records.id = offers.record
         JOIN scopes ON scopes.id = records.scope
         JOIN devices ON devices.id = offers.device
         WHERE offers.device = ?1
           AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.scope = records.scope
                           AND grants.user = devices.user AND grants.revoked_seq IS NULL)
           AND (offers.proven = 1
                OR EXISTS (SELECT 1 FROM grants WHERE grants.scope = records.scope
                           AND grants.user = devices.user)
                OR EXISTS (SELECT 1 FROM changes WHERE changes.record = offers.record
                           AND coalesce(changes.vouched_by, changes.author_device) = ?1))
         ORDER BY scopes.id",
    )?;
    let rows = statement.query_map([device.as_bytes()], |row| Scope::read(row, 0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
