//! For what somebody reads the audit, said once in each session. The words are sealed.

use model::ids::UserId;
use model::time::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::Column as _;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

/// A purpose as the database has it.
pub(crate) struct Purpose {
    pub(crate) id: i64,
    pub(crate) user: UserId,
    pub(crate) sealed: Vec<u8>,
}

impl Reading<'_> {
    /// Returns what was said in a session; `None` if nothing was yet.
    pub(crate) fn purpose_in(&self, token_hash: &[u8; 32]) -> Result<Option<Purpose>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT purposes.id, purposes.user_id, purposes.purpose
             FROM sessions JOIN purposes ON purposes.id = sessions.purpose
             WHERE sessions.token_hash = ?1",
        )?;
        Ok(statement.query_row([token_hash], read).optional()?)
    }

    /// Returns what was said under a number; `None` if there is none of it.
    pub(crate) fn purpose(&self, id: i64) -> Result<Option<Purpose>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id, user_id, purpose FROM purposes WHERE id = ?1")?;
        Ok(statement.query_row([id], read).optional()?)
    }
}

impl Writing<'_> {
    /// Keeps a purpose with a session, unless one was said in it before. Returns its number; `None` if it
    /// was not kept.
    pub(crate) fn state_purpose(
        &self,
        at: Timestamp,
        user: UserId,
        token_hash: &[u8; 32],
        sealed: &[u8],
    ) -> Result<Option<i64>, StoreError> {
        let mut is_asked = self.db.prepare_cached(
            "SELECT 1 FROM sessions WHERE token_hash = ?1 AND user_id = ?2 AND purpose IS NULL",
        )?;
        if !is_asked.exists(params![token_hash, user.as_bytes()])? {
            return Ok(None);
        }
        let id = self
            .db
            .prepare_cached(
                "INSERT INTO purposes (user_id, at, purpose) VALUES (?1, ?2, ?3) RETURNING id",
            )?
            .query_row(params![user.as_bytes(), at.as_millis(), sealed], |row| row.get(0))?;
        self.db
            .prepare_cached("UPDATE sessions SET purpose = ?2 WHERE token_hash = ?1")?
            .execute(params![token_hash, id])?;
        Ok(Some(id))
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Purpose> {
    Ok(Purpose { id: row.get(0)?, user: UserId::read(row, 1)?, sealed: row.get(2)? })
}
