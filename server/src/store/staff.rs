//! People and devices as lists for those who look after them show them: nothing of any case.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{DeviceId, UserId};
use model::time::Timestamp;
use model::wire::{DraftsV1, MembershipV1};
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension as _, Row, params};

use super::device_reports::{self, DeviceReport};
use super::orders::{self, LOCK_COLUMNS, LockOrder};
use super::sqlite::{Reading, Writing};
use super::{Column, count_at, name};
use crate::error::StoreError;

/// A member of staff, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub(crate) id: UserId,
    pub(crate) name: String,
    pub(crate) added_at: Timestamp,
    pub(crate) has_account: bool,
    /// When the account was closed; none while it is open, and where there is none.
    pub(crate) closed_at: Option<Timestamp>,
    /// Until when a code can be used that was given to them and was not used.
    pub(crate) invited_until: Option<Timestamp>,
    pub(crate) signed_in_at: Option<Timestamp>,
    /// Devices that may sync.
    pub(crate) devices: u64,
    /// When one of them came last.
    pub(crate) seen_at: Option<Timestamp>,
}

/// A device, as those who look after it are shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptDevice {
    pub(crate) id: DeviceId,
    pub(crate) user: UserId,
    pub(crate) user_name: String,
    pub(crate) platform: String,
    pub(crate) enrolled_at: Timestamp,
    pub(crate) last_seen: Option<Timestamp>,
    pub(crate) drafts: DraftsV1,
    pub(crate) revoked_at: Option<Timestamp>,
    /// When it was first told to wipe itself.
    pub(crate) wipe_told_at: Option<Timestamp>,
    /// When it said that it had wiped itself.
    pub(crate) wiped_at: Option<Timestamp>,
    /// The digest of the catalogue that it last worked by.
    pub(crate) catalogue: Option<Vec<u8>>,
    pub(crate) lock: Option<LockOrder>,
    /// What it said of itself; none from a device of an earlier version.
    pub(crate) report: Option<DeviceReport>,
}

impl Reading<'_> {
    /// Every member of staff.
    pub(crate) fn staff(&self) -> Result<Vec<MemberRow>, StoreError> {
        let mut statement = self.db.prepare_cached(&members("TRUE"))?;
        let rows = statement.query_map([], read_member)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// A member of staff; `None` if there is none of this id.
    pub(crate) fn member(&self, user: UserId) -> Result<Option<MemberRow>, StoreError> {
        let mut statement = self.db.prepare_cached(&members("users.id = ?1"))?;
        Ok(statement.query_row([user.as_bytes()], read_member).optional()?)
    }

    /// Every role that is held, by who holds it.
    pub(crate) fn all_memberships(
        &self,
    ) -> Result<BTreeMap<UserId, BTreeSet<MembershipV1>>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT user_id, role, program FROM memberships")?;
        let rows = statement.query_map([], |row| {
            let held = MembershipV1 { role: name(row, 1)?, program: name(row, 2)? };
            Ok((UserId::read(row, 0)?, held))
        })?;
        let mut held: BTreeMap<UserId, BTreeSet<MembershipV1>> = BTreeMap::new();
        for row in rows {
            let (user, membership) = row?;
            held.entry(user).or_default().insert(membership);
        }
        Ok(held)
    }

    /// The version of the database's tables.
    pub(crate) fn tables_version(&self) -> Result<u64, StoreError> {
        Ok(self.db.query_row("PRAGMA user_version", [], |row| count_at(row, 0))?)
    }

    /// How large the database is, in bytes.
    pub(crate) fn size(&self) -> Result<u64, StoreError> {
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        Ok(self.db.query_row(sql, [], |row| count_at(row, 0))?)
    }

    /// How many cases are open to somebody.
    pub(crate) fn count_open_cases(&self, user: UserId) -> Result<u64, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(DISTINCT scopes.\"case\") FROM grants
             JOIN scopes ON scopes.id = grants.scope
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL
               AND EXISTS (SELECT 1 FROM records WHERE records.\"case\" = scopes.\"case\")",
        )?;
        Ok(statement.query_row([user.as_bytes()], |row| count_at(row, 0))?)
    }

    /// Every device of somebody, or of everybody, those first that came longest ago.
    pub(crate) fn kept_devices(&self, of: Option<UserId>) -> Result<Vec<KeptDevice>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT devices.id, devices.user_id, users.name, devices.platform, devices.enrolled_at,
                    devices.last_seen, devices.drafts, devices.drafts_since, devices.revoked_at,
                    devices.wipe_told_at, devices.wiped_at, devices.catalogue, {LOCK_COLUMNS},
                    {}
             FROM devices JOIN users ON users.id = devices.user_id
             LEFT JOIN device_reports ON device_reports.device = devices.id
             WHERE (?1 IS NULL OR devices.user_id = ?1)
               AND devices.id NOT IN (SELECT console FROM accounts)
               AND devices.id NOT IN (SELECT value FROM meta WHERE name = 'system_device')
             ORDER BY coalesce(devices.last_seen, devices.enrolled_at), devices.id",
            device_reports::COLUMNS
        ))?;
        let rows = statement.query_map([of.map(|user| *user.as_bytes())], |row| {
            Ok(KeptDevice {
                id: DeviceId::read(row, 0)?,
                user: UserId::read(row, 1)?,
                user_name: row.get(2)?,
                platform: row.get(3)?,
                enrolled_at: Timestamp::read(row, 4)?,
                last_seen: Column::read(row, 5)?,
                drafts: super::people::read_drafts(row, 6)?,
                revoked_at: Column::read(row, 8)?,
                wipe_told_at: Column::read(row, 9)?,
                wiped_at: Column::read(row, 10)?,
                catalogue: row.get(11)?,
                lock: orders::read_lock(row, 12)?,
                report: match row.get_ref(15)? {
                    ValueRef::Null => None,
                    _ => Some(device_reports::read(row, 15)?),
                },
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    /// Notes which catalogue a device works by.
    pub(crate) fn set_device_catalogue(
        &self,
        device: DeviceId,
        digest: &[u8],
    ) -> Result<(), StoreError> {
        let sql = "UPDATE devices SET catalogue = ?2 WHERE id = ?1 AND catalogue IS NOT ?2";
        self.db.prepare_cached(sql)?.execute(params![device.as_bytes(), digest])?;
        Ok(())
    }
}

fn members(which: &str) -> String {
    format!(
        "SELECT users.id, users.name, users.created_at, accounts.user_id IS NOT NULL,
                accounts.closed_at, invited.expires_at, accounts.signed_in_at,
                (SELECT count(*) FROM devices WHERE devices.user_id = users.id
                     AND devices.revoked_at IS NULL AND devices.id IS NOT accounts.console),
                (SELECT max(last_seen) FROM devices WHERE devices.user_id = users.id
                     AND devices.id IS NOT accounts.console)
         FROM users LEFT JOIN accounts ON accounts.user_id = users.id
         LEFT JOIN account_invitations AS invited
             ON invited.user_id = users.id AND invited.used_at IS NULL
         WHERE {which} AND users.id NOT IN (SELECT devices.user_id FROM devices
             JOIN meta ON meta.name = 'system_device' AND meta.value = devices.id)"
    )
}

fn read_member(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
    Ok(MemberRow {
        id: UserId::read(row, 0)?,
        name: row.get(1)?,
        added_at: Timestamp::read(row, 2)?,
        has_account: row.get(3)?,
        closed_at: Column::read(row, 4)?,
        invited_until: Column::read(row, 5)?,
        signed_in_at: Column::read(row, 6)?,
        devices: count_at(row, 7)?,
        seen_at: Column::read(row, 8)?,
    })
}
