//! What was decided about refused work, for the devices that handed it in.

use model::ids::{ChangeHash, DeviceId, UserId};
use model::time::Timestamp;
use model::wire::DecisionV1;
use rusqlite::types::ValueRef;
use rusqlite::{OptionalExtension, params};

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

/// A decision about one change.
pub(crate) struct Decided {
    pub(crate) decision: DecisionV1,
    pub(crate) at: Timestamp,
    /// Who decided, by name; none when the case was erased, or nobody had to.
    pub(crate) by: Option<String>,
    /// The number of the stated reason.
    pub(crate) reason: Option<i64>,
}

impl Reading<'_> {
    /// Returns what became of a refused change that this device handed in; `None` if it still waits.
    ///
    /// A change may be taken after it was refused without anybody deciding so: its author was let in
    /// again, and the network delivered a request once more.
    pub(crate) fn decision(
        &self,
        device: DeviceId,
        hash: ChangeHash,
    ) -> Result<Option<Decided>, StoreError> {
        let decided = self.stated_decision(device, hash)?;
        match decided {
            Some(Decided { decision: DecisionV1::Accepted | DecisionV1::Erased, .. }) => {
                Ok(decided)
            }
            Some(_) | None => Ok(self.taken_after_all(device, hash)?.or(decided)),
        }
    }

    fn taken_after_all(
        &self,
        device: DeviceId,
        hash: ChangeHash,
    ) -> Result<Option<Decided>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT received_at FROM changes
             WHERE hash = ?1 AND ?2 IN (author_device, vouched_by)",
        )?;
        let found = statement.query_row(params![hash.0, device.as_bytes()], |row| {
            let at = Timestamp::read(row, 0)?;
            Ok(Decided { decision: DecisionV1::Accepted, at, by: None, reason: None })
        });
        Ok(found.optional()?)
    }

    fn stated_decision(
        &self,
        device: DeviceId,
        hash: ChangeHash,
    ) -> Result<Option<Decided>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT decisions.decision, decisions.at, users.name, decisions.reason
             FROM decisions LEFT JOIN users ON users.id = decisions.user_id
             WHERE decisions.device = ?1 AND decisions.hash = ?2",
        )?;
        let found = statement.query_row(params![device.as_bytes(), hash.0], |row| {
            let decision = row.get_ref(0)?.as_str()?;
            let by = match row.get_ref(2)? {
                ValueRef::Null => None,
                _ => Some(row.get(2)?),
            };
            Ok(Decided {
                decision: DecisionV1::from_code(decision).unwrap_or(DecisionV1::Dismissed),
                at: Timestamp::read(row, 1)?,
                by,
                reason: row.get(3)?,
            })
        });
        Ok(found.optional()?)
    }
}

impl Writing<'_> {
    pub(crate) fn add_decision(
        &self,
        now: Timestamp,
        (device, hash): (DeviceId, ChangeHash),
        decision: DecisionV1,
        by: UserId,
        reason: i64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO decisions (device, hash, decision, user_id, at, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (device, hash) DO UPDATE SET
                 decision = excluded.decision, user_id = excluded.user_id,
                 at = excluded.at, reason = excluded.reason",
            )?
            .execute(params![
                device.as_bytes(),
                hash.0,
                decision.code(),
                by.as_bytes(),
                now.as_millis(),
                reason
            ])?;
        Ok(())
    }
}
