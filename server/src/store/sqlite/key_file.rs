//! `keys.db`: the scopes' keys, wrapped, in a database of their own; what was erased, and who is shut
//! out.

use std::path::Path;

use model::ids::{CaseId, DeviceId, Scope, UserId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, Row, params};

use super::Database;
use super::column::Column;
use super::open::{DatabaseKey, KEY_FILE_STEPS, create_database, open_database};
use crate::config::Durability;
use crate::error::{OpenError, StoreError};
use crate::store::gone::{ShutOut, Tombstone};

/// Keys in a database of their own, each wrapped.
pub(crate) struct KeyFile {
    database: Database,
}

impl KeyFile {
    /// Opens the file. One that is lost is never made anew: what it opened would be lost with it.
    pub(crate) fn open(
        path: &Path,
        key: &DatabaseKey,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let database = open_database(path, key, durability, KEY_FILE_STEPS)?;
        Ok(Self { database })
    }

    /// Makes the file, with the folder.
    pub(crate) fn create(
        path: &Path,
        key: &DatabaseKey,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let database = create_database(path, key, durability, KEY_FILE_STEPS)?;
        Ok(Self { database })
    }

    /// Returns whether the keys are those of the server with this public key. They are from then on
    /// if they are nobody's.
    pub(crate) fn belongs_to(&mut self, server: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = "INSERT INTO belongs_to (server) SELECT ?1
                   WHERE NOT EXISTS (SELECT 1 FROM belongs_to)";
        let owner = "SELECT server FROM belongs_to";
        let known: Option<Vec<u8>> =
            self.database.connection.query_row(owner, [], |row| row.get(0)).optional()?;
        match known {
            Some(known) => Ok(known == server),
            None => {
                self.database.connection.execute(sql, [&server[..]])?;
                Ok(true)
            }
        }
    }

    /// Returns the wrapped key of a scope; `None` if it has none, or it was destroyed.
    pub(crate) fn find(&self, scope: &Scope) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.database.connection.prepare_cached(
            "SELECT wrapped FROM scope_keys WHERE \"case\" = ?1 AND compartment = ?2",
        )?;
        let key = params![scope.case.as_bytes(), scope.compartment.as_str()];
        Ok(statement.query_row(key, |row| row.get(0)).optional()?)
    }

    /// Keeps new wrapped keys, all or none. They are durable when this returns.
    pub(crate) fn keep(&mut self, new: &[(Scope, Vec<u8>)]) -> Result<(), StoreError> {
        let transaction = self.database.connection.transaction()?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO scope_keys (\"case\", compartment, wrapped) VALUES (?1, ?2, ?3)",
            )?;
            for (scope, wrapped) in new {
                let key = params![scope.case.as_bytes(), scope.compartment.as_str(), wrapped];
                statement.execute(key)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Sets a case's tombstone. A second one changes nothing. It is durable when this returns.
    pub(crate) fn entomb(&mut self, tombstone: &Tombstone) -> Result<(), StoreError> {
        self.database.connection.execute(
            "INSERT OR IGNORE INTO erased (\"case\", erased_at, legal_basis) VALUES (?1, ?2, ?3)",
            params![
                tombstone.case.as_bytes(),
                tombstone.erased_at.as_millis(),
                tombstone.legal_basis
            ],
        )?;
        Ok(())
    }

    /// Destroys every key of a case. They cannot be read again when this returns.
    pub(crate) fn destroy(&mut self, case: CaseId) -> Result<(), StoreError> {
        self.database
            .connection
            .execute("DELETE FROM scope_keys WHERE \"case\" = ?1", [case.as_bytes()])?;
        // The key must not live on in the log of the database.
        self.database.overwrite_log()
    }

    /// Returns what is left of a case; `None` if it was not erased.
    pub(crate) fn tombstone(&self, case: CaseId) -> Result<Option<Tombstone>, StoreError> {
        let mut statement = self.database.connection.prepare_cached(
            "SELECT \"case\", erased_at, legal_basis FROM erased WHERE \"case\" = ?1",
        )?;
        Ok(statement.query_row([case.as_bytes()], read_tombstone).optional()?)
    }

    /// Returns what is left of the cases that were erased.
    pub(crate) fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        let mut statement = self.database.connection.prepare_cached(
            "SELECT \"case\", erased_at, legal_basis FROM erased ORDER BY erased_at, \"case\"",
        )?;
        let rows = statement.query_map([], read_tombstone)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Notes that somebody is shut out. A second time changes nothing. It is durable when this
    /// returns.
    pub(crate) fn note_shut_out(&mut self, who: ShutOut, at: Timestamp) -> Result<(), StoreError> {
        let at = at.as_millis();
        match who {
            ShutOut::Device(device) => self.database.connection.execute(
                "INSERT OR IGNORE INTO revoked_devices (device, revoked_at) VALUES (?1, ?2)",
                params![device.as_bytes(), at],
            )?,
            ShutOut::Account(user) => self.database.connection.execute(
                "INSERT OR IGNORE INTO closed_accounts (user_id, closed_at) VALUES (?1, ?2)",
                params![user.as_bytes(), at],
            )?,
        };
        Ok(())
    }

    /// Lets somebody have an account again.
    pub(crate) fn let_in(&mut self, user: UserId) -> Result<(), StoreError> {
        let sql = "DELETE FROM closed_accounts WHERE user_id = ?1";
        self.database.connection.execute(sql, [user.as_bytes()])?;
        Ok(())
    }

    /// Returns who is shut out, and since when.
    pub(crate) fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
        let mut statement = self
            .database
            .connection
            .prepare_cached("SELECT device, revoked_at FROM revoked_devices")?;
        let devices = statement.query_map([], |row| {
            Ok((ShutOut::Device(DeviceId::read(row, 0)?), Timestamp::read(row, 1)?))
        })?;
        let mut who: Vec<_> = devices.collect::<rusqlite::Result<_>>()?;
        let mut statement = self
            .database
            .connection
            .prepare_cached("SELECT user_id, closed_at FROM closed_accounts")?;
        let accounts = statement.query_map([], |row| {
            Ok((ShutOut::Account(UserId::read(row, 0)?), Timestamp::read(row, 1)?))
        })?;
        for account in accounts {
            who.push(account?);
        }
        Ok(who)
    }
}

fn read_tombstone(row: &Row<'_>) -> rusqlite::Result<Tombstone> {
    Ok(Tombstone {
        case: CaseId::read(row, 0)?,
        erased_at: Timestamp::read(row, 1)?,
        legal_basis: row.get(2)?,
    })
}
