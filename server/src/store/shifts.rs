//! Who is out on a shift, and what they said of their safety.

use model::ids::{DeviceId, ShiftId, UserId};
use model::time::{Span, Timestamp};
use model::wire::StampKindV1;
use rusqlite::{OptionalExtension as _, params};

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

/// A shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shift {
    pub(crate) id: ShiftId,
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) partner: String,
    /// An option of the list `zone`; empty if it was not said.
    pub(crate) zone: String,
    pub(crate) begun_at: Timestamp,
    pub(crate) armed_at: Timestamp,
    pub(crate) back_by: Timestamp,
    /// None while they are out.
    pub(crate) ended_at: Option<Timestamp>,
}

/// Something that was tapped on a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) kind: StampKindV1,
    /// When it was tapped, by the server's clock as far as that is known.
    pub(crate) tapped_at: Timestamp,
    pub(crate) received_at: Timestamp,
}

/// What tells whether somebody's page of shifts would be another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SafetyMark {
    /// Grows with everything that is written of shifts.
    number: i64,
    /// How many are late.
    late: i64,
}

impl Reading<'_> {
    /// Returns a shift.
    pub(crate) fn shift(&self, id: ShiftId) -> Result<Option<Shift>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM shifts WHERE id = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row([id.as_bytes()], read).optional()?)
    }

    /// Returns everybody who is out, by when they mean to be back.
    pub(crate) fn shifts_out(&self) -> Result<Vec<Shift>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM shifts WHERE ended_at IS NULL ORDER BY back_by, id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what was tapped last of each kind on a shift.
    pub(crate) fn last_stamps(&self, shift: ShiftId) -> Result<Vec<Stamp>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT kind, max(tapped_at), received_at FROM safety_stamps WHERE shift = ?1
             GROUP BY kind",
        )?;
        let rows = statement.query_map([shift.as_bytes()], |row| {
            let kind: String = row.get(0)?;
            let (tapped_at, received_at) = (Timestamp::read(row, 1)?, Timestamp::read(row, 2)?);
            Ok(kind_of(&kind).map(|kind| Stamp { kind, tapped_at, received_at }))
        })?;
        let stamps: Vec<Option<Stamp>> = rows.collect::<rusqlite::Result<_>>()?;
        Ok(stamps.into_iter().flatten().collect())
    }

    /// Returns what changes whenever a page of shifts would.
    pub(crate) fn safety_mark(&self, now: Timestamp) -> Result<SafetyMark, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT (SELECT value FROM meta WHERE name = 'safety_number'),
                    (SELECT count(*) FROM shifts WHERE ended_at IS NULL AND back_by < ?1)",
        )?;
        Ok(statement.query_row([now.as_millis()], |row| {
            let number: Option<i64> = row.get(0)?;
            Ok(SafetyMark { number: number.unwrap_or(0), late: row.get(1)? })
        })?)
    }
}

impl Writing<'_> {
    /// Begins a shift, and ends what the device has open besides. What ended long ago is forgotten.
    pub(crate) fn begin_shift(&self, shift: &Shift) -> Result<(), StoreError> {
        let end = "UPDATE shifts SET ended_at = ?2 WHERE device = ?1 AND ended_at IS NULL";
        let (device, armed) = (shift.device.as_bytes(), shift.armed_at.as_millis());
        self.db.prepare_cached(end)?.execute(params![device, armed])?;
        let forget = "DELETE FROM shifts WHERE ended_at < ?1";
        let kept_from = shift.armed_at - SHIFTS_KEPT;
        self.db.prepare_cached(forget)?.execute([kept_from.as_millis()])?;
        let sql =
            format!("INSERT INTO shifts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)");
        self.db.prepare_cached(&sql)?.execute(params![
            shift.id.as_bytes(),
            shift.user.as_bytes(),
            device,
            shift.partner,
            shift.zone,
            shift.begun_at.as_millis(),
            armed,
            shift.back_by.as_millis(),
        ])?;
        self.count_safety()
    }

    /// Notes when they mean to be back.
    pub(crate) fn extend_shift(&self, id: ShiftId, back_by: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE shifts SET back_by = ?2 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![id.as_bytes(), back_by.as_millis()])?;
        self.count_safety()
    }

    /// Notes that they are back.
    pub(crate) fn end_shift(&self, id: ShiftId, at: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE shifts SET ended_at = ?2 WHERE id = ?1";
        self.db.prepare_cached(sql)?.execute(params![id.as_bytes(), at.as_millis()])?;
        self.count_safety()
    }

    /// Keeps what was tapped. Returns false if it is known already.
    pub(crate) fn keep_stamp(
        &self,
        shift: ShiftId,
        said_at: Timestamp,
        stamp: Stamp,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT OR IGNORE INTO safety_stamps
                       (shift, said_at, kind, tapped_at, received_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let kept = self.db.prepare_cached(sql)?.execute(params![
            shift.as_bytes(),
            said_at.as_millis(),
            name_of(stamp.kind),
            stamp.tapped_at.as_millis(),
            stamp.received_at.as_millis(),
        ])?;
        if kept > 0 {
            self.count_safety()?;
        }
        Ok(kept > 0)
    }

    fn count_safety(&self) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta (name, value) VALUES ('safety_number', 1)
                   ON CONFLICT (name) DO UPDATE SET value = value + 1";
        self.db.prepare_cached(sql)?.execute([])?;
        Ok(())
    }
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Shift> {
    let ended: Option<i64> = row.get(8)?;
    Ok(Shift {
        id: ShiftId::read(row, 0)?,
        user: UserId::read(row, 1)?,
        device: DeviceId::read(row, 2)?,
        partner: row.get(3)?,
        zone: row.get(4)?,
        begun_at: Timestamp::read(row, 5)?,
        armed_at: Timestamp::read(row, 6)?,
        back_by: Timestamp::read(row, 7)?,
        ended_at: ended.map(Timestamp::from_millis),
    })
}

fn name_of(kind: StampKindV1) -> &'static str {
    match kind {
        StampKindV1::Safe => "safe",
        StampKindV1::SafeLocked => "safe_locked",
        StampKindV1::Help => "help",
    }
}

fn kind_of(name: &str) -> Option<StampKindV1> {
    let all = [StampKindV1::Safe, StampKindV1::SafeLocked, StampKindV1::Help];
    all.into_iter().find(|kind| name_of(*kind) == name)
}

const COLUMNS: &str = "id, user_id, device, partner, zone, begun_at, armed_at, back_by, ended_at";

/// How long a shift is known after its end: who was where is nobody's business for ever.
const SHIFTS_KEPT: Span = Span::from_days(30);
