//! `keys.db`: the scopes' keys in a database of their own, what was erased, and who is shut out.

use std::path::Path;

use model::ids::{CaseId, DeviceId, Scope, UserId};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::Database;
use super::column::Column;
use super::open::{KEY_FILE_STEPS, create_database, open_database};
use crate::config::Durability;
use crate::crypto::keys::{KeyStore, ShutOut, Tombstone};
use crate::crypto::seal::{MasterKeys, SealingKey, Secret};
use crate::error::{OpenError, StoreError};

/// Keys in a database of their own, each wrapped by the master key and bound to its scope.
pub(crate) struct KeyFile {
    database: Database,
    wrapping: SealingKey,
}

impl KeyFile {
    /// Opens the file. One that is lost is never made anew: what it opened would be lost with it.
    pub(crate) fn open(
        path: &Path,
        keys: MasterKeys,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let database = open_database(path, &keys.key_file, durability, KEY_FILE_STEPS)?;
        Ok(Self { database, wrapping: keys.wrapping })
    }

    /// Makes the file, with the folder.
    pub(crate) fn create(
        path: &Path,
        keys: MasterKeys,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let database = create_database(path, &keys.key_file, durability, KEY_FILE_STEPS)?;
        Ok(Self { database, wrapping: keys.wrapping })
    }

    /// Whether the keys are those of the server with this public key. They are from then on if they
    /// are nobody's.
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
}

impl KeyStore for KeyFile {
    fn find(&self, scope: &Scope) -> Result<Option<Secret>, StoreError> {
        let mut statement = self.database.connection.prepare_cached(
            "SELECT wrapped FROM scope_keys WHERE \"case\" = ?1 AND compartment = ?2",
        )?;
        let wrapped: Option<Vec<u8>> = statement
            .query_row(params![scope.case.as_bytes(), scope.compartment.as_str()], |row| row.get(0))
            .optional()?;
        let Some(wrapped) = wrapped else { return Ok(None) };
        let bytes = Zeroizing::new(self.wrapping.open(&bound(scope), &wrapped)?);
        let secret = bytes
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::Damaged("a scope's key has another length"))?;
        Ok(Some(Zeroizing::new(secret)))
    }

    fn keep(&mut self, new: &[(Scope, Secret)]) -> Result<(), StoreError> {
        let transaction = self.database.connection.transaction()?;
        {
            let mut statement = transaction.prepare_cached(
                "INSERT INTO scope_keys (\"case\", compartment, wrapped) VALUES (?1, ?2, ?3)",
            )?;
            for (scope, secret) in new {
                let wrapped = self.wrapping.seal(&bound(scope), &secret[..])?;
                statement.execute(params![
                    scope.case.as_bytes(),
                    scope.compartment.as_str(),
                    wrapped
                ])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn entomb(&mut self, tombstone: &Tombstone) -> Result<(), StoreError> {
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

    fn destroy(&mut self, case: CaseId) -> Result<(), StoreError> {
        self.database
            .connection
            .execute("DELETE FROM scope_keys WHERE \"case\" = ?1", [case.as_bytes()])?;
        // The key must not live on in the log of the database.
        self.database.overwrite_log()
    }

    fn tombstone(&self, case: CaseId) -> Result<Option<Tombstone>, StoreError> {
        let mut statement = self.database.connection.prepare_cached(
            "SELECT \"case\", erased_at, legal_basis FROM erased WHERE \"case\" = ?1",
        )?;
        Ok(statement.query_row([case.as_bytes()], read_tombstone).optional()?)
    }

    fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        let mut statement = self.database.connection.prepare_cached(
            "SELECT \"case\", erased_at, legal_basis FROM erased ORDER BY erased_at, \"case\"",
        )?;
        let rows = statement.query_map([], read_tombstone)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn note_shut_out(&mut self, who: ShutOut, at: Timestamp) -> Result<(), StoreError> {
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

    fn let_in(&mut self, user: UserId) -> Result<(), StoreError> {
        let sql = "DELETE FROM closed_accounts WHERE user_id = ?1";
        self.database.connection.execute(sql, [user.as_bytes()])?;
        Ok(())
    }

    fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
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

fn bound(scope: &Scope) -> [&[u8]; 3] {
    [b"scope key", scope.case.as_bytes(), scope.compartment.as_str().as_bytes()]
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::config::MasterKey;
    use crate::crypto::keys::{Keyring, NewKeys};

    fn open(path: &Path, master: u8) -> Result<Keyring, OpenError> {
        let keys = MasterKeys::of(&MasterKey::from_bytes([master; 32]));
        let open = if path.exists() { KeyFile::open } else { KeyFile::create };
        Ok(Keyring::new(Box::new(open(path, keys, Durability::Process)?)))
    }

    #[test]
    fn an_erased_case_has_no_key_and_gets_none_and_its_tombstone_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.db");
        let scope: Scope = "0190c0de-0000-7000-8000-000000000001/OUT".parse().unwrap();
        let keyring = open(&path, 1).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut new = NewKeys::default();
        new.key(&mut rng, &keyring, &scope, || Ok(false)).unwrap();
        new.keep(&keyring).unwrap();
        let tombstone = |at, basis: &str| Tombstone {
            case: scope.case,
            erased_at: Timestamp::from_millis(at),
            legal_basis: basis.into(),
        };
        keyring.entomb(&tombstone(1, "order 7")).unwrap();
        keyring.entomb(&tombstone(2, "order 8")).unwrap();
        keyring.destroy(scope.case).unwrap();
        assert!(matches!(keyring.key(&scope), Err(StoreError::KeyMissing)));
        let keyring = open(&path, 1).unwrap();
        assert!(keyring.is_erased(scope.case).unwrap());
        assert_eq!(keyring.tombstones().unwrap(), [tombstone(1, "order 7")]);
        let again = NewKeys::default().key(&mut rng, &keyring, &scope, || Ok(false));
        assert!(matches!(again, Err(StoreError::Erased)));
    }

    #[test]
    fn a_key_once_kept_is_found_by_the_next_start_and_only_for_its_scope() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.db");
        let scope: Scope = "0190c0de-0000-7000-8000-000000000001/OUT".parse().unwrap();
        let other: Scope = "0190c0de-0000-7000-8000-000000000001/IDN".parse().unwrap();
        let sealed = {
            let keyring = open(&path, 1).unwrap();
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let mut new = NewKeys::default();
            let key = new.key(&mut rng, &keyring, &scope, || Ok(false)).unwrap();
            assert!(keyring.find(&scope).unwrap().is_none(), "not before it is kept");
            assert!(new.beside(&keyring).find(&scope).unwrap().is_some(), "but beside them");
            new.keep(&keyring).unwrap();
            key.seal(&[], b"x").unwrap()
        };
        let keyring = open(&path, 1).unwrap();
        assert_eq!(keyring.key(&scope).unwrap().open(&[], &sealed).unwrap(), b"x");
        assert!(matches!(keyring.key(&other), Err(StoreError::KeyMissing)));
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let lost = NewKeys::default().key(&mut rng, &keyring, &other, || Ok(true));
        assert!(matches!(lost, Err(StoreError::KeyMissing)), "what had a key gets no other");
        assert!(matches!(open(&path, 2), Err(OpenError::WrongKey(_))));
    }
}
