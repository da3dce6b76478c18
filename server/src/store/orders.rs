//! Orders to devices, and how far they got: given, told, carried out.

use model::ids::DeviceId;
use model::time::Timestamp;
use rusqlite::{Row, params};

use super::Column;
use super::sqlite::Writing;
use crate::error::StoreError;

/// An order to show nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LockOrder {
    pub(crate) ordered_at: Timestamp,
    /// When the device was first told.
    pub(crate) told_at: Option<Timestamp>,
    /// When the device first said that it shows nothing.
    pub(crate) confirmed_at: Option<Timestamp>,
}

impl Writing<'_> {
    /// Orders a device to show nothing. Returns false if it is ordered already.
    pub(crate) fn order_lock(&self, device: DeviceId, at: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE devices SET lock_ordered_at = ?2
                   WHERE id = ?1 AND lock_ordered_at IS NULL AND revoked_at IS NULL";
        let key = params![device.as_bytes(), at.as_millis()];
        Ok(self.db.prepare_cached(sql)?.execute(key)? > 0)
    }

    /// Takes the order back. Returns false if there is none.
    pub(crate) fn release_lock(&self, device: DeviceId) -> Result<bool, StoreError> {
        let sql = "UPDATE devices SET lock_ordered_at = NULL, lock_told_at = NULL, locked_at = NULL
                   WHERE id = ?1 AND lock_ordered_at IS NOT NULL";
        Ok(self.db.prepare_cached(sql)?.execute([device.as_bytes()])? > 0)
    }

    /// Notes when a device was first told to show nothing.
    pub(crate) fn note_lock_told(&self, device: DeviceId, at: Timestamp) -> Result<(), StoreError> {
        self.note_first(LOCK_TOLD, device, at).map(drop)
    }

    /// Notes when a device first said that it shows nothing. Returns whether it was the first time.
    pub(crate) fn note_locked(&self, device: DeviceId, at: Timestamp) -> Result<bool, StoreError> {
        self.note_first(LOCKED, device, at)
    }

    /// Notes when a revoked device was first told to wipe itself.
    pub(crate) fn note_wipe_told(&self, device: DeviceId, at: Timestamp) -> Result<(), StoreError> {
        self.note_first(WIPE_TOLD, device, at).map(drop)
    }

    /// Notes when a revoked device first said that it had wiped itself. Returns whether it was the
    /// first time.
    pub(crate) fn note_wiped(&self, device: DeviceId, at: Timestamp) -> Result<bool, StoreError> {
        self.note_first(WIPED, device, at)
    }

    fn note_first(
        &self,
        column: &str,
        device: DeviceId,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = format!("UPDATE devices SET {column} = ?2 WHERE id = ?1 AND {column} IS NULL");
        let key = params![device.as_bytes(), at.as_millis()];
        Ok(self.db.prepare_cached(&sql)?.execute(key)? > 0)
    }
}

/// Reads [`LOCK_COLUMNS`] from this column on.
pub(super) fn read_lock(row: &Row<'_>, first: usize) -> rusqlite::Result<Option<LockOrder>> {
    let ordered_at: Option<Timestamp> = Column::read(row, first)?;
    let (told_at, confirmed_at) = (Column::read(row, first + 1)?, Column::read(row, first + 2)?);
    Ok(ordered_at.map(|ordered_at| LockOrder { ordered_at, told_at, confirmed_at }))
}

pub(super) const LOCK_COLUMNS: &str =
    "devices.lock_ordered_at, devices.lock_told_at, devices.locked_at";

const LOCK_TOLD: &str = "lock_told_at";
const LOCKED: &str = "locked_at";
const WIPE_TOLD: &str = "wipe_told_at";
const WIPED: &str = "wiped_at";
