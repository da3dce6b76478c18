//! How devices are, as they said themselves when they last came.

use model::ids::DeviceId;
use model::time::{Span, Timestamp};
use model::wire::AboutDeviceV1;
use rusqlite::{OptionalExtension as _, Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, count_at};
use crate::error::StoreError;

/// What a device said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeviceReport {
    /// When, by the server's clock.
    pub(crate) at: Timestamp,
    /// The version of its program.
    pub(crate) app: String,
    /// Its clock less the server's.
    pub(crate) skew: Span,
    /// How many records it held.
    pub(crate) records: u64,
    /// How many changes it had not sent.
    pub(crate) waiting: u64,
    pub(crate) store_bytes: u64,
    /// None where its platform does not say.
    pub(crate) free_bytes: Option<u64>,
}

impl DeviceReport {
    /// Takes a device at its word.
    pub(crate) fn of(now: Timestamp, about: AboutDeviceV1) -> Self {
        let AboutDeviceV1 { app, clock, records, waiting, store_bytes, free_bytes, locked: _ } =
            about;
        let skew = clock.since(now);
        Self { at: now, app, skew, records, waiting, store_bytes, free_bytes }
    }
}

impl Reading<'_> {
    /// Returns what a device said of itself; `None` if it never did.
    pub(crate) fn device_report(
        &self,
        device: DeviceId,
    ) -> Result<Option<DeviceReport>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM device_reports WHERE device = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row([device.as_bytes()], |row| read(row, 0)).optional()?)
    }
}

impl Writing<'_> {
    /// Keeps what a device says of itself in the place of what it said before.
    pub(crate) fn set_device_report(
        &self,
        device: DeviceId,
        report: &DeviceReport,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "INSERT OR REPLACE INTO device_reports (device, {COLUMNS})
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        );
        self.db.prepare_cached(&sql)?.execute(params![
            device.as_bytes(),
            report.at.as_millis(),
            report.app,
            report.skew.as_millis(),
            kept(report.records),
            kept(report.waiting),
            kept(report.store_bytes),
            report.free_bytes.map(kept),
        ])?;
        Ok(())
    }
}

/// Reads what stands from this column on.
pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<DeviceReport> {
    let free: Option<i64> = row.get(first + 6)?;
    Ok(DeviceReport {
        at: Timestamp::read(row, first)?,
        app: row.get(first + 1)?,
        skew: Span::from_millis(row.get(first + 2)?),
        records: count_at(row, first + 3)?,
        waiting: count_at(row, first + 4)?,
        store_bytes: count_at(row, first + 5)?,
        free_bytes: free.and_then(|free| u64::try_from(free).ok()),
    })
}

/// A device may say any number; so many are as good as endless.
fn kept(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) const COLUMNS: &str = "at, app, skew, records, waiting, store_bytes, free_bytes";
