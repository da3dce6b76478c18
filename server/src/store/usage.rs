//! What devices have the server keep: so much a day, and which views were noted when.

use model::ids::{DeviceId, RecordId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::sqlite::{Reading, Writing};
use super::{count, count_at};
use crate::error::StoreError;

/// What a device used of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Used {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    /// Changes that it brought back after a restore, and their bytes.
    pub(crate) brought: u64,
    pub(crate) brought_bytes: u64,
    /// Changes past its budget that must always be possible.
    pub(crate) always: u64,
    pub(crate) reads: u64,
    /// Whether the administrator was told that it was not enough.
    pub(crate) is_told: bool,
}

impl Reading<'_> {
    /// Returns what a device has used of the day until now.
    pub(crate) fn used_of_day(&self, now: Timestamp, device: DeviceId) -> Result<Used, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT rows, bytes, reads, told, brought, brought_bytes, always
             FROM device_days WHERE device = ?1 AND day = ?2",
        )?;
        let found = statement.query_row(params![device.as_bytes(), day(now)], |row| {
            Ok(Used {
                rows: count_at(row, 0)?,
                bytes: count_at(row, 1)?,
                reads: count_at(row, 2)?,
                is_told: row.get(3)?,
                brought: count_at(row, 4)?,
                brought_bytes: count_at(row, 5)?,
                always: count_at(row, 6)?,
            })
        });
        Ok(found.optional()?.unwrap_or_default())
    }
}

impl Writing<'_> {
    /// Sets what a device has used of the day; what it used of another one is forgotten.
    pub(crate) fn set_used_of_day(
        &self,
        now: Timestamp,
        device: DeviceId,
        used: Used,
    ) -> Result<(), StoreError> {
        let Used { rows, bytes, brought, brought_bytes, always, reads, is_told } = used;
        self.db
            .prepare_cached(
                "INSERT INTO device_days (device, day, rows, bytes, reads, told, brought,
                                                 brought_bytes, always)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (device) DO UPDATE SET
                 day = excluded.day, rows = excluded.rows,
                 bytes = excluded.bytes, reads = excluded.reads,
                 told = excluded.told, brought = excluded.brought,
                 brought_bytes = excluded.brought_bytes,
                 always = excluded.always",
            )?
            .execute(params![
                device.as_bytes(),
                day(now),
                count(rows),
                count(bytes),
                count(reads),
                is_told,
                count(brought),
                count(brought_bytes),
                count(always)
            ])?;
        Ok(())
    }

    /// Says whether this minute's view of a record on a device is still to be noted, and that it is.
    pub(crate) fn note_view(
        &self,
        now: Timestamp,
        device: DeviceId,
        record: RecordId,
    ) -> Result<bool, StoreError> {
        let noted = self
            .db
            .prepare_cached(
                "INSERT INTO viewed (device, record, minute) VALUES (?1, ?2, ?3)
                 ON CONFLICT (device, record) DO UPDATE SET minute = excluded.minute
                 WHERE minute <> excluded.minute",
            )?
            .execute(params![device.as_bytes(), record.as_bytes(), minute(now)])?;
        Ok(noted > 0)
    }
}

fn day(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(24 * 60 * 60 * 1_000)
}

fn minute(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(60 * 1_000)
}
