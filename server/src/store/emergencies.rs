//! What supervisors opened in an emergency.

use std::collections::BTreeSet;

use model::ids::{CaseId, CompartmentCode, Scope, UserId};
use model::time::Timestamp;
use rusqlite::{Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, name};
use crate::error::StoreError;

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Emergency {
    pub(crate) id: i64,
    pub(crate) user: UserId,
    pub(crate) scope: Scope,
    pub(crate) opened_at: Timestamp,
    /// Exclusive.
    pub(crate) until: Timestamp,
    pub(crate) closed_at: Option<Timestamp>,
    /// Sealed; empty once the case was erased.
    pub(crate) reason: Vec<u8>,
    pub(crate) seen: Option<(UserId, Timestamp)>,
}

impl Reading<'_> {
    /// The compartments of a case that somebody has open now.
    pub(crate) fn open_emergencies(
        &self,
        now: Timestamp,
        user: UserId,
        case: CaseId,
    ) -> Result<BTreeSet<CompartmentCode>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT compartment FROM emergencies
             WHERE user_id = ?1 AND \"case\" = ?2 AND opened_at <= ?3 AND until > ?3
               AND closed_at IS NULL",
        )?;
        let rows = statement
            .query_map(params![user.as_bytes(), case.as_bytes(), now.as_millis()], |row| {
                name(row, 0)
            })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether somebody has opened this before and nobody who watches over privacy has
    /// looked at it yet.
    pub(crate) fn is_emergency_unseen(
        &self,
        user: UserId,
        scope: &Scope,
    ) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT 1 FROM emergencies
             WHERE user_id = ?1 AND \"case\" = ?2 AND compartment = ?3 AND seen_at IS NULL",
        )?;
        let (case, compartment) = (scope.case.as_bytes(), scope.compartment.as_str());
        Ok(statement.exists(params![user.as_bytes(), case, compartment])?)
    }

    /// How many nobody has looked at yet.
    pub(crate) fn unseen_emergencies(&self) -> Result<u64, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT count(*) FROM emergencies WHERE seen_at IS NULL")?;
        Ok(statement.query_row([], |row| super::count_at(row, 0))?)
    }

    /// All of them, or somebody's own: those that nobody has looked at first, then the newest. A page of
    /// those after the named one, or the first.
    pub(crate) fn emergency_rows(
        &self,
        of: Option<UserId>,
        after: Option<i64>,
    ) -> Result<Vec<Emergency>, StoreError> {
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM emergencies WHERE (?1 IS NULL OR user_id = ?1)
                 AND (?3 IS NULL OR (seen_at IS NOT NULL, -id) >
                     (SELECT named.seen_at IS NOT NULL, -named.id
                      FROM emergencies AS named WHERE named.id = ?3))
             ORDER BY seen_at IS NOT NULL, id DESC LIMIT ?2"
        ))?;
        let key = params![of.as_ref().map(UserId::as_bytes), ROWS_MAX, after];
        let rows = statement.query_map(key, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    pub(crate) fn add_emergency(
        &self,
        user: UserId,
        scope: &Scope,
        at: Timestamp,
        until: Timestamp,
        reason: &[u8],
    ) -> Result<i64, StoreError> {
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO emergencies (user_id, \"case\", compartment, opened_at, until, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
            )?
            .query_row(
                params![
                    user.as_bytes(),
                    scope.case.as_bytes(),
                    scope.compartment.as_str(),
                    at.as_millis(),
                    until.as_millis(),
                    reason
                ],
                |row| row.get(0),
            )?)
    }

    /// Closes one, of somebody's own if a user is named. Says whether it was open.
    pub(crate) fn close_emergency(
        &self,
        now: Timestamp,
        user: Option<UserId>,
        id: i64,
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "UPDATE emergencies SET closed_at = ?3
                 WHERE id = ?2 AND (?1 IS NULL OR user_id = ?1) AND closed_at IS NULL
                   AND until > ?3",
            )?
            .execute(params![user.as_ref().map(UserId::as_bytes), id, now.as_millis()])?;
        Ok(rows == 1)
    }

    /// Notes that somebody who watches over privacy has looked at it, which is not their own. The first
    /// one stays.
    pub(crate) fn set_emergency_seen(
        &self,
        now: Timestamp,
        by: UserId,
        id: i64,
    ) -> Result<bool, StoreError> {
        let rows = self
            .db
            .prepare_cached(
                "UPDATE emergencies SET seen_by = coalesce(seen_by, ?2),
                     seen_at = coalesce(seen_at, ?3) WHERE id = ?1 AND user_id <> ?2",
            )?
            .execute(params![id, by.as_bytes(), now.as_millis()])?;
        Ok(rows == 1)
    }

    /// Closes all that are open: after a restore it is not known which were closed before their time.
    pub(crate) fn close_all_emergencies(&self, now: Timestamp) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE emergencies SET closed_at = ?1 WHERE closed_at IS NULL AND until > ?1",
            )?
            .execute([now.as_millis()])?;
        Ok(())
    }
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Emergency> {
    let seen_by: Option<UserId> = Column::read(row, 8)?;
    let seen_at: Option<Timestamp> = Column::read(row, 9)?;
    Ok(Emergency {
        id: row.get(0)?,
        user: UserId::read(row, 1)?,
        scope: Scope::read(row, 2)?,
        opened_at: Timestamp::read(row, 4)?,
        until: Timestamp::read(row, 5)?,
        closed_at: Column::read(row, 6)?,
        reason: row.get(7)?,
        seen: seen_by.zip(seen_at),
    })
}

/// What [`read`] reads.
pub(super) const COLUMNS: &str =
    "id, user_id, \"case\", compartment, opened_at, until, closed_at, reason, seen_by, seen_at";

/// Most that are listed at once: years of them.
const ROWS_MAX: i64 = 1_000;

#[cfg(test)]
mod tests {
    use model::ids::CaseId;

    use super::*;
    use crate::store::sqlite::Database;

    #[test]
    fn what_was_opened_in_emergencies_is_read_in_pages_what_nobody_has_seen_first() {
        let db = Database::in_memory();
        let (user, officer) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let (opened, until) = (Timestamp::from_millis(1), Timestamp::from_millis(2));
        let case = CaseId::from_bytes([3; 16]);
        let scope = Scope { case, compartment: "IDN".parse().unwrap() };
        let ids = db.write(|db| {
            let add = |_| db.add_emergency(user, &scope, opened, until, b"sealed");
            let ids: Vec<i64> = (0..ROWS_MAX + 5).map(add).collect::<Result<_, _>>()?;
            for id in &ids[..3] {
                assert!(db.set_emergency_seen(until, officer, *id)?);
            }
            Ok(ids)
        });
        let ids = ids.unwrap();
        let listed = |after| -> Vec<i64> {
            db.reading()
                .emergency_rows(None, after)
                .unwrap()
                .into_iter()
                .map(|row| row.id)
                .collect()
        };
        let first = listed(None);
        let rest = listed(first.last().copied());
        assert_eq!((first.len(), rest.len()), (1_000, 5));
        let all: Vec<i64> = first.iter().chain(&rest).copied().collect();
        let unseen = ids[3..].iter().rev();
        assert_eq!(all, unseen.chain(ids[..3].iter().rev()).copied().collect::<Vec<_>>());
    }
}
