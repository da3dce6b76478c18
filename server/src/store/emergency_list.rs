//! The list of what was opened in emergencies, and how much of it waits for its reader.

use model::ids::UserId;
use model::time::Timestamp;
use rusqlite::{Params, params};

use super::audit::{AuditRow, read_row};
use super::emergencies::{COLUMNS, Emergency, read};
use super::sqlite::Reading;
use super::{count, count_at};
use crate::error::StoreError;

/// Whose list it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListOf {
    /// Of whoever watches over privacy: everybody's. What nobody has looked at waits.
    Watcher,
    /// Of somebody else: their own. What is open waits to be closed, and what was asked about it to be
    /// answered.
    Opener(UserId),
}

/// What waits for whoever opened it.
const OPEN_OR_ASKED: &str = "(closed_at IS NULL AND until > ?2) OR EXISTS (
    SELECT 1 FROM emergency_questions AS asked
    WHERE asked.emergency = emergencies.id AND asked.answered_at IS NULL)";

impl ListOf {
    /// Returns what is in it, and what of that waits: the list and its number are made of the same.
    fn predicates(self) -> (&'static str, &'static str) {
        // Each names both parameters, so that every statement takes both.
        match self {
            Self::Watcher => ("?1 IS NULL AND ?2 IS NOT NULL", "seen_at IS NULL"),
            Self::Opener(_) => ("user_id = ?1 AND ?2 IS NOT NULL", OPEN_OR_ASKED),
        }
    }

    fn user(self) -> Option<UserId> {
        match self {
            Self::Watcher => None,
            Self::Opener(user) => Some(user),
        }
    }
}

impl Reading<'_> {
    /// Returns how many wait.
    pub(crate) fn waiting_emergencies(
        &self,
        now: Timestamp,
        of: ListOf,
    ) -> Result<u64, StoreError> {
        let (listed, waits) = of.predicates();
        let sql = format!("SELECT count(*) FROM emergencies WHERE ({waits}) AND ({listed})");
        let user = of.user();
        self.counted(&sql, params![user.as_ref().map(UserId::as_bytes), now.as_millis()])
    }

    /// Returns a page of the list, those that wait before the others and the newest first, and how many
    /// there are in all.
    pub(crate) fn emergency_list(
        &self,
        now: Timestamp,
        of: ListOf,
        skip: u64,
        limit: u64,
    ) -> Result<(Vec<Emergency>, u64), StoreError> {
        let (listed, waits) = of.predicates();
        let user = of.user();
        let user = user.as_ref().map(UserId::as_bytes);
        let all = format!("SELECT count(*) FROM emergencies WHERE {listed}");
        let total = self.counted(&all, params![user, now.as_millis()])?;
        let sql = format!(
            "SELECT {COLUMNS} FROM emergencies WHERE {listed}
             ORDER BY ({waits}) DESC, id DESC LIMIT ?3 OFFSET ?4"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let key = params![user, now.as_millis(), count(limit), count(skip)];
        let rows = statement.query_map(key, read)?;
        Ok((rows.collect::<rusqlite::Result<_>>()?, total))
    }

    /// Returns what somebody read in an emergency of these objects, from when it was opened until it was
    /// over: so many rows of the audit, the oldest first.
    pub(crate) fn read_in_an_emergency(
        &self,
        actor: &str,
        (from, until): (Timestamp, Timestamp),
        objects: &[String],
        limit: u64,
    ) -> Result<Vec<AuditRow>, StoreError> {
        // The condition is that of the index.
        let mut statement = self.db.prepare_cached(
            "SELECT seq, at, actor, act, object, outcome, hash, reason FROM audit
             WHERE act = 'read' AND instr(outcome, 'in an emergency') > 0
               AND actor = ?1 AND at BETWEEN ?2 AND ?3
               AND object IN (SELECT value FROM json_each(?4))
             ORDER BY seq LIMIT ?5",
        )?;
        let objects = serde_json::to_string(objects);
        let objects = objects.map_err(|_| StoreError::Damaged("names of objects"))?;
        let key = params![actor, from.as_millis(), until.as_millis(), objects, count(limit)];
        let rows = statement.query_map(key, read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn counted(&self, sql: &str, key: impl Params) -> Result<u64, StoreError> {
        Ok(self.db.prepare_cached(sql)?.query_row(key, |row| count_at(row, 0))?)
    }
}

#[cfg(test)]
mod tests {
    use model::ids::{CaseId, Scope};

    use super::*;
    use crate::store::sqlite::Database;

    #[test]
    fn what_waits_is_counted_as_it_is_listed_and_stands_on_top() {
        let db = Database::in_memory();
        let (mine, yours) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let officer = UserId::from_bytes([3; 16]);
        let at = Timestamp::from_millis;
        let scope =
            Scope { case: CaseId::from_bytes([9; 16]), compartment: "IDN".parse().unwrap() };
        db.write(|db| {
            for number in 0..10 {
                let user = if number % 2 == 0 { mine } else { yours };
                let until = at(number * 10 + 5);
                let id = db.add_emergency(user, &scope, at(number), until, b"sealed")?;
                if number % 3 == 0 {
                    db.set_emergency_seen(at(50), officer, id)?;
                }
                if number == 8 {
                    db.close_emergency(at(50), Some(mine), id)?;
                }
            }
            Ok(())
        })
        .unwrap();
        let db = db.reading();
        let now = at(50);
        for (of, waits) in
            [(ListOf::Watcher, 6), (ListOf::Opener(mine), 1), (ListOf::Opener(officer), 0)]
        {
            assert_eq!(db.waiting_emergencies(now, of).unwrap(), waits, "{of:?}");
            let (rows, total) = db.emergency_list(now, of, 0, 100).unwrap();
            assert_eq!(rows.len() as u64, total);
            let is_waiting = |row: &Emergency| match of {
                ListOf::Watcher => row.seen.is_none(),
                ListOf::Opener(_) => row.closed_at.is_none() && row.until > now,
            };
            assert!(rows.is_sorted_by_key(|row| (!is_waiting(row), -row.id)), "{of:?}");
            assert_eq!(rows.iter().filter(|row| is_waiting(row)).count() as u64, waits);
            let (rest, _) = db.emergency_list(now, of, total.saturating_sub(1), 100).unwrap();
            assert_eq!(rest.first(), rows.last());
        }
    }
}
