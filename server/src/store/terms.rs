//! Roles that begin or end on a day.

use model::ids::UserId;
use model::time::Timestamp;
use model::wire::MembershipV1;
use rusqlite::{Row, params};

use super::sqlite::{Reading, Writing};
use super::{Column, name};
use crate::error::StoreError;

/// A role with its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) user: UserId,
    pub(crate) held: MembershipV1,
    pub(crate) starts_at: Timestamp,
    /// Exclusive; none when it has no end.
    pub(crate) ends_at: Option<Timestamp>,
    /// Whether it is among the memberships.
    pub(crate) begun: bool,
}

impl Reading<'_> {
    /// Returns whether a role has begun or ended and is not settled.
    pub(crate) fn is_term_due(&self, now: Timestamp) -> Result<bool, StoreError> {
        let sql = format!("SELECT 1 FROM role_terms WHERE {DUE} <= ?1");
        Ok(self.db.prepare_cached(&sql)?.exists([now.as_millis()])?)
    }

    /// The roles that have begun or ended and are not settled.
    pub(crate) fn due_terms(&self, now: Timestamp) -> Result<Vec<Term>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM role_terms WHERE {DUE} <= ?1 ORDER BY user_id");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([now.as_millis()], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The roles of somebody that begin or end on a day.
    pub(crate) fn terms_of(&self, user: UserId) -> Result<Vec<Term>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM role_terms WHERE user_id = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([user.as_bytes()], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    /// Sets when a role begins and ends, in the place of what was said before.
    pub(crate) fn set_term(&self, term: &Term) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO role_terms
                 (user_id, role, program, starts_at, ends_at, begun)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                term.user.as_bytes(),
                term.held.role.as_str(),
                term.held.program.as_str(),
                term.starts_at.as_millis(),
                term.ends_at.map(Timestamp::as_millis),
                term.begun
            ])?;
        Ok(())
    }

    /// Forgets when a role begins and ends. Returns whether that was known.
    pub(crate) fn remove_term(
        &self,
        user: UserId,
        held: &MembershipV1,
    ) -> Result<bool, StoreError> {
        let sql = "DELETE FROM role_terms WHERE user_id = ?1 AND role = ?2 AND program = ?3";
        let key = params![user.as_bytes(), held.role.as_str(), held.program.as_str()];
        Ok(self.db.prepare_cached(sql)?.execute(key)? > 0)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Term> {
    Ok(Term {
        user: UserId::read(row, 0)?,
        held: MembershipV1 { role: name(row, 1)?, program: name(row, 2)? },
        starts_at: Timestamp::read(row, 3)?,
        ends_at: Column::read(row, 4)?,
        begun: row.get(5)?,
    })
}

const COLUMNS: &str = "user_id, role, program, starts_at, ends_at, begun";

/// When the next thing happens to it.
const DUE: &str = "CASE begun WHEN 0 THEN starts_at ELSE ends_at END";
