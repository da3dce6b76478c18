//! Copying the database into another, without what is derived.

use model::wire::MembershipV1;
use rusqlite::{Connection, params};

use super::Database;
use super::column::name;
use crate::error::StoreError;

impl Database {
    /// Copies one state of every table but those of [`LEFT_OUT`] into the database at `path`, which is
    /// of the same version and empty, and opens with `key`.
    pub(crate) fn copy_into(&self, path: &str, key: &str) -> Result<(), StoreError> {
        let db = &self.connection;
        db.execute("ATTACH DATABASE ?1 AS copy KEY ?2", params![path, key])?;
        let copied = copy_tables(db);
        if !db.is_autocommit() {
            db.execute_batch("ROLLBACK")?;
        }
        db.pragma_update(None, "foreign_keys", true)?;
        db.execute_batch("DETACH DATABASE copy")?;
        copied
    }

    /// Adds to the database at `path` what it lacks of people and devices, which devices were revoked
    /// since, and what people sign in with now: phones enrolled after a backup must still be able to hand
    /// over what they hold, and a phone lost after it must not be let in again.
    pub(crate) fn newer_devices_into(&self, path: &str, key: &str) -> Result<(), StoreError> {
        let db = &self.connection;
        db.execute("ATTACH DATABASE ?1 AS copy KEY ?2", params![path, key])?;
        let added = db.execute_batch(
            "BEGIN;
             CREATE TEMP TABLE newcomers AS SELECT id FROM main.users
                 WHERE id NOT IN (SELECT id FROM copy.users);
             INSERT OR IGNORE INTO copy.users SELECT * FROM main.users;
             INSERT OR IGNORE INTO copy.memberships SELECT * FROM main.memberships
                 WHERE user_id IN (SELECT id FROM newcomers);
             CREATE TEMP TABLE added AS SELECT id FROM main.devices
                 WHERE user_id IN (SELECT id FROM copy.users)
                   AND id NOT IN (SELECT id FROM copy.devices);
             INSERT OR IGNORE INTO copy.devices SELECT * FROM main.devices
                 WHERE id IN (SELECT id FROM added);
             -- Their numbers are those of a feed that is gone.
             UPDATE copy.devices SET enrolled_seq = 0, full_since = 0, reconciled_epoch = NULL,
                 reconcile_started = NULL WHERE id IN (SELECT id FROM added);
             DROP TABLE added;
             DROP TABLE newcomers;
             UPDATE copy.devices SET revoked_at = (SELECT lost.revoked_at FROM main.devices AS lost
                 WHERE lost.id = devices.id)
                 WHERE revoked_at IS NULL AND id IN
                     (SELECT id FROM main.devices WHERE revoked_at IS NOT NULL);
             -- Phones work by the catalogues that they have; what is added comes after what is there.
             INSERT OR IGNORE INTO copy.catalogues (digest, source, since)
                 SELECT digest, source, since FROM main.catalogues ORDER BY number;
             -- An old password must not open anything again, nor an account that was closed.
             INSERT OR REPLACE INTO copy.accounts SELECT * FROM main.accounts
                 WHERE user_id IN (SELECT id FROM copy.users);
             -- A role that was given until a day ends then, also one that the backup has without an end.
             INSERT OR REPLACE INTO copy.role_terms
                 SELECT user_id, role, program, starts_at, ends_at, 0 FROM main.role_terms
                 WHERE user_id IN (SELECT id FROM copy.users);
             -- What was opened in an emergency stays to be seen, and what was closed stays closed.
             INSERT OR REPLACE INTO copy.emergencies SELECT * FROM main.emergencies
                 WHERE user_id IN (SELECT id FROM copy.users);
             COMMIT;",
        );
        if !db.is_autocommit() {
            db.execute_batch("ROLLBACK")?;
        }
        db.execute_batch("DETACH DATABASE copy")?;
        Ok(added?)
    }

    /// The roles that the database at `path` gives and this one does not any more: people's names with
    /// each.
    pub(crate) fn roles_taken_since(
        &self,
        path: &str,
        key: &str,
    ) -> Result<Vec<(String, MembershipV1)>, StoreError> {
        let db = &self.connection;
        db.execute("ATTACH DATABASE ?1 AS copy KEY ?2", params![path, key])?;
        let read = || -> Result<_, StoreError> {
            let mut statement = db.prepare(
                "SELECT users.name, taken.role, taken.program
                 FROM (SELECT user_id, role, program FROM copy.memberships
                       EXCEPT SELECT user_id, role, program FROM main.memberships) AS taken
                 JOIN copy.users AS users ON users.id = taken.user_id
                 ORDER BY users.name, taken.role, taken.program",
            )?;
            let rows = statement.query_map([], |row| {
                let membership = MembershipV1 { role: name(row, 1)?, program: name(row, 2)? };
                Ok((row.get(0)?, membership))
            })?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        let roles = read();
        db.execute_batch("DETACH DATABASE copy")?;
        roles
    }
}

fn copy_tables(db: &Connection) -> Result<(), StoreError> {
    // Tables are copied one after the other, in no order that references would ask for.
    db.pragma_update(None, "foreign_keys", false)?;
    db.execute_batch("BEGIN")?;
    let tables: Vec<String> = {
        let mut statement = db.prepare(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )?;
        let names = statement.query_map([], |row| row.get(0))?;
        names.collect::<rusqlite::Result<_>>()?
    };
    for table in tables.iter().filter(|table| !LEFT_OUT.contains(&table.as_str())) {
        // Names of our own schema; both sides have the same columns in the same order.
        db.execute_batch(&format!("INSERT INTO copy.\"{table}\" SELECT * FROM main.\"{table}\""))?;
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// What is derived and in plain under the database's own key, so that erasing a scope could not reach
/// it in a copy; sessions and invitations to have an account, lest one that was ended or used come
/// back with the copy; and what is of the day only.
const LEFT_OUT: [&str; 9] = [
    "account_invitations",
    "consents",
    "device_days",
    "marks",
    "read_model",
    "sessions",
    "summaries",
    "tasks",
    "viewed",
];
