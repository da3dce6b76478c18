//! When people are away.

use std::collections::BTreeMap;

use model::ids::UserId;
use model::time::Timestamp;
use rusqlite::params;

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

/// A time that somebody is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Absence {
    pub(crate) starts_at: Timestamp,
    /// Exclusive.
    pub(crate) ends_at: Timestamp,
}

impl Reading<'_> {
    /// Those who are away at this instant, with until when.
    pub(crate) fn away(&self, now: Timestamp) -> Result<BTreeMap<UserId, Timestamp>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT user_id, max(ends_at) FROM absences WHERE starts_at <= ?1 AND ends_at > ?1
             GROUP BY user_id",
        )?;
        let rows = statement.query_map([now.as_millis()], |row| {
            Ok((UserId::read(row, 0)?, Timestamp::read(row, 1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The times that somebody is or will be away, by when they begin.
    pub(crate) fn absences_of(
        &self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Absence>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT starts_at, ends_at FROM absences WHERE user_id = ?1 AND ends_at > ?2
             ORDER BY starts_at",
        )?;
        let rows = statement.query_map(params![user.as_bytes(), now.as_millis()], |row| {
            Ok(Absence { starts_at: Timestamp::read(row, 0)?, ends_at: Timestamp::read(row, 1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    /// Notes when somebody is away, in the place of what was said of the same beginning.
    pub(crate) fn set_absence(&self, user: UserId, absence: Absence) -> Result<(), StoreError> {
        let sql =
            "INSERT OR REPLACE INTO absences (user_id, starts_at, ends_at) VALUES (?1, ?2, ?3)";
        let (from, until) = (absence.starts_at.as_millis(), absence.ends_at.as_millis());
        self.db.prepare_cached(sql)?.execute(params![user.as_bytes(), from, until])?;
        Ok(())
    }

    /// Forgets that somebody is away from then on. Returns false if that was not known.
    pub(crate) fn remove_absence(
        &self,
        user: UserId,
        starts_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM absences WHERE user_id = ?1 AND starts_at = ?2";
        let key = params![user.as_bytes(), starts_at.as_millis()];
        Ok(self.db.prepare_cached(sql)?.execute(key)? > 0)
    }
}
