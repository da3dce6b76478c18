//! Recovery codes: what those come to with which somebody may sign in once each.

use model::ids::UserId;
use rusqlite::params;

use super::count_at;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

impl Reading<'_> {
    /// Returns how many somebody has left.
    pub(crate) fn count_recovery_codes(&self, user: UserId) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM recovery_codes WHERE user_id = ?1";
        let mut statement = self.db.prepare_cached(sql)?;
        Ok(statement.query_row([user.as_bytes()], |row| count_at(row, 0))?)
    }

    /// Returns whether somebody has this one.
    pub(crate) fn has_recovery_code(
        &self,
        user: UserId,
        code_hash: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM recovery_codes WHERE user_id = ?1 AND code_hash = ?2";
        Ok(self.db.prepare_cached(sql)?.exists(params![user.as_bytes(), code_hash])?)
    }
}

impl Writing<'_> {
    /// Puts codes in the place of those that somebody had.
    pub(crate) fn set_recovery_codes(
        &self,
        user: UserId,
        code_hashes: &[[u8; 32]],
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM recovery_codes WHERE user_id = ?1")?
            .execute([user.as_bytes()])?;
        let sql = "INSERT INTO recovery_codes (user_id, code_hash) VALUES (?1, ?2)";
        for code_hash in code_hashes {
            self.db.prepare_cached(sql)?.execute(params![user.as_bytes(), code_hash])?;
        }
        Ok(())
    }

    /// Takes one away that was used.
    pub(crate) fn use_up_recovery_code(
        &self,
        user: UserId,
        code_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM recovery_codes WHERE user_id = ?1 AND code_hash = ?2";
        self.db.prepare_cached(sql)?.execute(params![user.as_bytes(), code_hash])?;
        Ok(())
    }
}
