//! What somebody has chosen at the console, such as the filter of a list: small texts by their names.

use model::ids::UserId;
use rusqlite::{OptionalExtension, params};

use super::count_at;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

impl Reading<'_> {
    /// Returns what a user has chosen by this name; `None` if nothing.
    pub(crate) fn setting(
        &self,
        user: UserId,
        setting: &str,
    ) -> Result<Option<String>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT value FROM settings WHERE user_id = ?1 AND name = ?2")?;
        let key = params![user.as_bytes(), setting];
        Ok(statement.query_row(key, |row| row.get(0)).optional()?)
    }
}

impl Writing<'_> {
    /// Keeps what a user has chosen by this name, in the place of what they chose before; nothing where
    /// it is empty. Returns whether there is room for it.
    pub(crate) fn set_setting(
        &self,
        user: UserId,
        setting: &str,
        value: &str,
    ) -> Result<bool, StoreError> {
        if setting.len() > SETTING_NAME_BYTES_MAX || value.len() > SETTING_BYTES_MAX {
            return Ok(false);
        }
        if value.is_empty() {
            self.db
                .prepare_cached("DELETE FROM settings WHERE user_id = ?1 AND name = ?2")?
                .execute(params![user.as_bytes(), setting])?;
            return Ok(true);
        }
        let others = self
            .db
            .prepare_cached("SELECT count(*) FROM settings WHERE user_id = ?1 AND name <> ?2")?
            .query_row(params![user.as_bytes(), setting], |row| count_at(row, 0))?;
        if others >= SETTINGS_MAX {
            return Ok(false);
        }
        self.db
            .prepare_cached(
                "INSERT INTO settings (user_id, name, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (user_id, name) DO UPDATE SET
                 value = excluded.value",
            )?
            .execute(params![user.as_bytes(), setting, value])?;
        Ok(true)
    }
}

/// Settings of one user.
const SETTINGS_MAX: u64 = 32;

const SETTING_NAME_BYTES_MAX: usize = 64;

/// A filter is a few hundred bytes.
const SETTING_BYTES_MAX: usize = 4 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::Database;

    #[test]
    fn a_setting_is_its_users_own_is_replaced_and_let_go_of_and_has_its_bounds() {
        let db = Database::in_memory();
        let [ana, ben] = [1, 2].map(|number| UserId::from_bytes([number; 16]));
        let set = |user, name: &str, value: &str| {
            db.write(|db| db.set_setting(user, name, value)).unwrap()
        };
        let found = |user, name: &str| db.reading().setting(user, name).unwrap();
        assert_eq!(found(ana, "board"), None);
        assert!(set(ana, "board", "{}") && set(ana, "board", "{\"gap\":14}"));
        assert_eq!(found(ana, "board").as_deref(), Some("{\"gap\":14}"));
        assert_eq!((found(ben, "board"), found(ana, "tasks")), (None, None));
        assert!(set(ana, "board", ""));
        assert_eq!(found(ana, "board"), None);

        assert!(set(ana, "board", &"x".repeat(SETTING_BYTES_MAX)));
        assert!(!set(ana, "board", &"x".repeat(SETTING_BYTES_MAX + 1)));
        assert!(!set(ana, &"n".repeat(SETTING_NAME_BYTES_MAX + 1), "x"));
        for number in 1..SETTINGS_MAX {
            assert!(set(ana, &format!("list {number}"), "x"), "{number}");
        }
        assert!(!set(ana, "one more", "x") && set(ana, "board", "y") && set(ben, "board", "z"));
    }
}
