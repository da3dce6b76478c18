//! Accounts at the console: who may sign in and with what, their invitations, their sessions, and the
//! attempts that failed.

use model::ids::{DeviceId, UserId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::sqlite::{Reading, Writing};
use super::{Column, count, count_at};
use crate::error::StoreError;

/// What somebody signs in with.
pub(crate) struct Account {
    pub(crate) user: UserId,
    /// In the PHC string format.
    pub(crate) password: String,
    pub(crate) totp_secret: Zeroizing<Vec<u8>>,
    /// The newest time step of which a code was used.
    pub(crate) totp_step: u64,
    /// What writes in their name.
    pub(crate) console: DeviceId,
    pub(crate) closed_at: Option<Timestamp>,
}

/// An account, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Whose it is.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// When its password was last set.
    pub set_at: Timestamp,
    /// When it was closed; none while it can be signed in to.
    pub closed_at: Option<Timestamp>,
    /// How many sessions have begun and were not ended. Some of them may have lapsed.
    pub sessions: u64,
}

/// A code with which somebody sets their password.
pub(crate) struct AccountInvitation {
    pub(crate) user: UserId,
    pub(crate) name: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) totp_secret: Zeroizing<Vec<u8>>,
    /// How often a wrong code was given with it.
    pub(crate) wrong: u64,
    pub(crate) is_used: bool,
}

/// A session as the database has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) user: UserId,
    pub(crate) console: DeviceId,
    pub(crate) begun_at: Timestamp,
    pub(crate) used_at: Timestamp,
    pub(crate) confirmed_at: Option<Timestamp>,
}

/// A session, as its owner sees it.
pub(crate) struct SessionRow {
    pub(crate) token_hash: [u8; 32],
    pub(crate) begun_at: Timestamp,
    pub(crate) used_at: Timestamp,
}

impl Reading<'_> {
    pub(crate) fn account(&self, user: UserId) -> Result<Option<Account>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT user_id, password, totp_secret, totp_step, console, closed_at FROM accounts
             WHERE user_id = ?1",
        )?;
        Ok(statement.query_row([user.as_bytes()], read_account).optional()?)
    }

    /// The accounts that were closed, with when.
    pub(crate) fn closed_accounts(&self) -> Result<Vec<(UserId, Timestamp)>, StoreError> {
        let sql = "SELECT user_id, closed_at FROM accounts WHERE closed_at IS NOT NULL";
        let mut statement = self.db.prepare_cached(sql)?;
        let rows =
            statement.query_map([], |row| Ok((UserId::read(row, 0)?, Column::read(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Every account, by name.
    pub(crate) fn account_rows(&self) -> Result<Vec<AccountRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT accounts.user_id, users.name, accounts.set_at, accounts.closed_at,
                    (SELECT count(*) FROM sessions WHERE sessions.user_id = accounts.user_id)
             FROM accounts JOIN users ON users.id = accounts.user_id ORDER BY users.name",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(AccountRow {
                user: UserId::read(row, 0)?,
                name: row.get(1)?,
                set_at: Timestamp::read(row, 2)?,
                closed_at: Column::read(row, 3)?,
                sessions: count_at(row, 4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(crate) fn account_invitation(
        &self,
        code_hash: &[u8; 32],
    ) -> Result<Option<AccountInvitation>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT invited.user_id, users.name, invited.expires_at, invited.totp_secret, invited.wrong,
                    invited.used_at IS NOT NULL
             FROM account_invitations AS invited JOIN users ON users.id = invited.user_id
             WHERE invited.code_hash = ?1",
        )?;
        let found = statement.query_row([code_hash], |row| {
            Ok(AccountInvitation {
                user: UserId::read(row, 0)?,
                name: row.get(1)?,
                expires_at: Timestamp::read(row, 2)?,
                totp_secret: Zeroizing::new(row.get(3)?),
                wrong: count_at(row, 4)?,
                is_used: row.get(5)?,
            })
        });
        Ok(found.optional()?)
    }

    /// A session of an account that is open.
    pub(crate) fn session(&self, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT sessions.user_id, accounts.console, sessions.begun_at, sessions.used_at,
                    sessions.confirmed_at
             FROM sessions JOIN accounts ON accounts.user_id = sessions.user_id
             WHERE sessions.token_hash = ?1 AND accounts.closed_at IS NULL",
        )?;
        let found = statement.query_row([token_hash], |row| {
            Ok(Session {
                user: UserId::read(row, 0)?,
                console: DeviceId::read(row, 1)?,
                begun_at: Timestamp::read(row, 2)?,
                used_at: Timestamp::read(row, 3)?,
                confirmed_at: Column::read(row, 4)?,
            })
        });
        Ok(found.optional()?)
    }

    /// The sessions of somebody that were not ended, the one used last first. Some may have lapsed.
    pub(crate) fn sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT token_hash, begun_at, used_at FROM sessions WHERE user_id = ?1
             ORDER BY used_at DESC, begun_at DESC, token_hash",
        )?;
        let rows = statement.query_map([user.as_bytes()], |row| {
            Ok(SessionRow {
                token_hash: row.get(0)?,
                begun_at: Timestamp::read(row, 1)?,
                used_at: Timestamp::read(row, 2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Attempts that failed one after the other, and when the last one did. They are counted by what a
    /// name and where it was tried from come to; the column is named after what it was.
    pub(crate) fn sign_in_failures(
        &self,
        counted: &[u8; 32],
    ) -> Result<Option<(u64, Timestamp)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT failures, last_at FROM sign_in_failures WHERE name_hash = ?1",
        )?;
        let found =
            statement.query_row([counted], |row| Ok((count_at(row, 0)?, Timestamp::read(row, 1)?)));
        Ok(found.optional()?)
    }
}

impl Writing<'_> {
    /// Sets what somebody signs in with. An account that was closed is open again.
    pub(crate) fn set_account(&self, at: Timestamp, account: &Account) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO accounts
                 (user_id, password, totp_secret, totp_step, console, set_at, closed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)
             ON CONFLICT (user_id) DO UPDATE SET
                 password = excluded.password,
                 totp_secret = excluded.totp_secret,
                 totp_step = excluded.totp_step, console = excluded.console,
                 set_at = excluded.set_at, closed_at = excluded.closed_at",
            )?
            .execute(params![
                account.user.as_bytes(),
                account.password,
                &account.totp_secret[..],
                count(account.totp_step),
                account.console.as_bytes(),
                at.as_millis()
            ])?;
        Ok(())
    }

    pub(crate) fn set_totp_step(&self, user: UserId, step: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE accounts SET totp_step = ?2 WHERE user_id = ?1")?
            .execute(params![user.as_bytes(), count(step)])?;
        Ok(())
    }

    /// Closes an account, and ends an invitation to have one. Says whether there was either.
    pub(crate) fn close_account(&self, at: Timestamp, user: UserId) -> Result<bool, StoreError> {
        let invited = self
            .db
            .prepare_cached(
                "DELETE FROM account_invitations WHERE user_id = ?1 AND used_at IS NULL",
            )?
            .execute([user.as_bytes()])?;
        let closed = self
            .db
            .prepare_cached(
                "UPDATE accounts SET closed_at = ?2 WHERE user_id = ?1 AND closed_at IS NULL",
            )?
            .execute(params![user.as_bytes(), at.as_millis()])?;
        Ok(invited + closed > 0)
    }

    /// Adds an invitation; earlier ones of the same person are worth nothing from then on.
    pub(crate) fn invite_to_account(
        &self,
        code_hash: &[u8; 32],
        user: UserId,
        expires_at: Timestamp,
        totp_secret: &[u8],
    ) -> Result<(), StoreError> {
        self.db.execute("DELETE FROM account_invitations WHERE user_id = ?1", [user.as_bytes()])?;
        self.db.execute(
            "INSERT INTO account_invitations (code_hash, user_id, expires_at, totp_secret)
             VALUES (?1, ?2, ?3, ?4)",
            params![code_hash, user.as_bytes(), expires_at.as_millis(), totp_secret],
        )?;
        Ok(())
    }

    /// Sets the secret of an invitation anew.
    pub(crate) fn set_account_secret(
        &self,
        code_hash: &[u8; 32],
        totp_secret: &[u8],
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE account_invitations SET totp_secret = ?2 WHERE code_hash = ?1")?
            .execute(params![code_hash, totp_secret])?;
        Ok(())
    }

    pub(crate) fn count_wrong_code(&self, code_hash: &[u8; 32]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE account_invitations SET wrong = wrong + 1 WHERE code_hash = ?1",
            )?
            .execute([code_hash])?;
        Ok(())
    }

    pub(crate) fn use_up_account_invitation(
        &self,
        at: Timestamp,
        code_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        // The secret is in the account now.
        self.db.prepare_cached(
            "UPDATE account_invitations SET used_at = ?2, totp_secret = x'' WHERE code_hash = ?1",
        )?
        .execute(params![code_hash, at.as_millis()])?;
        Ok(())
    }

    pub(crate) fn begin_session(
        &self,
        at: Timestamp,
        token_hash: &[u8; 32],
        user: UserId,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO sessions (token_hash, user_id, begun_at, used_at, confirmed_at)
             VALUES (?1, ?2, ?3, ?3, ?3)",
            )?
            .execute(params![token_hash, user.as_bytes(), at.as_millis()])?;
        self.db
            .prepare_cached("UPDATE accounts SET signed_in_at = ?2 WHERE user_id = ?1")?
            .execute(params![user.as_bytes(), at.as_millis()])?;
        Ok(())
    }

    pub(crate) fn touch_session(
        &self,
        at: Timestamp,
        token_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE sessions SET used_at = max(used_at, ?2) WHERE token_hash = ?1")?
            .execute(params![token_hash, at.as_millis()])?;
        Ok(())
    }

    pub(crate) fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM sessions WHERE token_hash = ?1")?
            .execute([token_hash])?;
        Ok(())
    }

    /// Ends every session of somebody, and says how many there were.
    pub(crate) fn end_sessions(&self, user: UserId) -> Result<usize, StoreError> {
        Ok(self
            .db
            .prepare_cached("DELETE FROM sessions WHERE user_id = ?1")?
            .execute([user.as_bytes()])?)
    }

    /// Ends every session of somebody but this one, and says how many there were.
    pub(crate) fn end_other_sessions(
        &self,
        user: UserId,
        token_hash: &[u8; 32],
    ) -> Result<usize, StoreError> {
        Ok(self
            .db
            .prepare_cached("DELETE FROM sessions WHERE user_id = ?1 AND token_hash <> ?2")?
            .execute(params![user.as_bytes(), token_hash])?)
    }

    /// Notes that somebody has shown in this session who they are.
    pub(crate) fn confirm_session(
        &self,
        at: Timestamp,
        token_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE sessions SET confirmed_at = ?2, wrong = 0 WHERE token_hash = ?1",
            )?
            .execute(params![token_hash, at.as_millis()])?;
        Ok(())
    }

    /// Counts that they could not, and says how often that was one after the other.
    pub(crate) fn count_wrong_in_session(&self, token_hash: &[u8; 32]) -> Result<u64, StoreError> {
        let mut statement = self.db.prepare_cached(
            "UPDATE sessions SET wrong = wrong + 1 WHERE token_hash = ?1 RETURNING wrong",
        )?;
        let wrong = statement.query_row([token_hash], |row| count_at(row, 0)).optional()?;
        // A session that has ended meanwhile has had enough.
        Ok(wrong.unwrap_or(u64::MAX))
    }

    /// Sets a password in the place of another.
    pub(crate) fn set_password(
        &self,
        at: Timestamp,
        user: UserId,
        password: &str,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE accounts SET password = ?2, set_at = ?3 WHERE user_id = ?1")?
            .execute(params![user.as_bytes(), password, at.as_millis()])?;
        Ok(())
    }

    /// Forgets the sessions that have lapsed.
    pub(crate) fn forget_sessions(
        &self,
        begun_before: Timestamp,
        used_before: Timestamp,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM sessions WHERE begun_at < ?1 OR used_at < ?2")?
            .execute(params![begun_before.as_millis(), used_before.as_millis()])?;
        Ok(())
    }

    /// Notes one more failure. When there are too many, the oldest are forgotten, each of names that
    /// somebody has and of others among their own.
    pub(crate) fn set_sign_in_failures(
        &self,
        at: Timestamp,
        counted: &[u8; 32],
        is_known: bool,
        failures: u64,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO sign_in_failures (name_hash, is_known, failures, last_at)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name_hash) DO UPDATE SET
                 is_known = excluded.is_known, failures = excluded.failures,
                 last_at = excluded.last_at",
            )?
            .execute(params![counted, is_known, count(failures), at.as_millis()])?;
        self.db
            .prepare_cached(
                "DELETE FROM sign_in_failures WHERE name_hash IN (
                 SELECT name_hash FROM sign_in_failures WHERE is_known = ?1
                 ORDER BY last_at DESC LIMIT 9223372036854775807 OFFSET ?2)",
            )?
            .execute(params![is_known, FAILURES_MAX])?;
        Ok(())
    }

    /// Forgets them.
    pub(crate) fn forget_sign_in_failures(&self, counted: &[u8; 32]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM sign_in_failures WHERE name_hash = ?1")?
            .execute([counted])?;
        Ok(())
    }
}

fn read_account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        user: UserId::read(row, 0)?,
        password: row.get(1)?,
        totp_secret: Zeroizing::new(row.get(2)?),
        totp_step: count_at(row, 3)?,
        console: DeviceId::read(row, 4)?,
        closed_at: Column::read(row, 5)?,
    })
}

/// Most places and names of which failures are remembered, of names that nobody has and of others.
/// With fewer, whoever tries enough of them could see the lock of one be forgotten before its time,
/// and so learn that nobody has it: one address tries 4,000 within the longest lock.
const FAILURES_MAX: i64 = 100_000;
