//! Why somebody read what is read with a stated reason only. The words are sealed.

use model::ids::{Scope, UserId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

/// A reason as the database has it.
pub(crate) struct Stated {
    /// What was read or written.
    pub(crate) scope: Scope,
    /// Empty once the case was erased.
    pub(crate) sealed: Vec<u8>,
}

impl Reading<'_> {
    pub(crate) fn reason(&self, id: i64) -> Result<Option<Stated>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT \"case\", compartment, reason FROM stated_reasons WHERE id = ?1",
        )?;
        let found = statement
            .query_row([id], |row| Ok(Stated { scope: Scope::read(row, 0)?, sealed: row.get(2)? }));
        Ok(found.optional()?)
    }
}

impl Writing<'_> {
    pub(crate) fn add_reason(
        &self,
        at: Timestamp,
        user: UserId,
        scope: &Scope,
        sealed: &[u8],
    ) -> Result<i64, StoreError> {
        Ok(self
            .db
            .prepare_cached(
                "INSERT INTO stated_reasons (user_id, at, \"case\", compartment, reason)
             VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
            )?
            .query_row(
                params![
                    user.as_bytes(),
                    at.as_millis(),
                    scope.case.as_bytes(),
                    scope.compartment.as_str(),
                    sealed
                ],
                |row| row.get(0),
            )?)
    }
}
