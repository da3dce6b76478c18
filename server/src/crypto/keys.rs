//! The scopes' keys: where they are kept, and the ones in use.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::{CaseId, DeviceId, Scope, UserId};
use model::time::Timestamp;
use rand::Rng;
use rusqlite::{Connection, OptionalExtension, Row, params};
use zeroize::Zeroizing;

use crate::config::Durability;
use crate::crypto::seal::{MasterKeys, SealingKey, Secret};
use crate::error::{OpenError, StoreError};
use crate::identity::shut_out::ShutOut;
use crate::store::Column;
use crate::store::open::{KEY_FILE_STEPS, create_database, open_database, overwrite_log};

/// Where the scopes' keys are kept. A key management service can stand here.
pub(crate) trait KeyStore: Send {
    /// The key of a scope; none when it has none, or it was destroyed.
    fn find(&self, scope: &Scope) -> Result<Option<Secret>, StoreError>;

    /// Keeps new keys, all or none. They are durable when this returns.
    fn keep(&mut self, new: &[(Scope, Secret)]) -> Result<(), StoreError>;

    /// Sets a case's tombstone: from then on it gets no key. A second one changes nothing. It is
    /// durable when this returns.
    fn entomb(&mut self, tombstone: &Tombstone) -> Result<(), StoreError>;

    /// Destroys every key of a case. They cannot be read again when this returns.
    fn destroy(&mut self, case: CaseId) -> Result<(), StoreError>;

    /// What is left of a case; none when it was not erased.
    fn tombstone(&self, case: CaseId) -> Result<Option<Tombstone>, StoreError>;

    /// The cases that were erased.
    fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError>;

    /// Notes that somebody is shut out. A second time changes nothing. It is durable when this
    /// returns.
    fn note_shut_out(&mut self, who: ShutOut, at: Timestamp) -> Result<(), StoreError>;

    /// Somebody may have an account again.
    fn let_in(&mut self, user: UserId) -> Result<(), StoreError>;

    /// Who is shut out, and since when.
    fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError>;
}

/// What is left of an erased case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The case.
    pub case: CaseId,
    /// When it was erased.
    pub erased_at: Timestamp,
    /// The order or law it was erased by.
    pub legal_basis: String,
}

/// Keys in a database of their own, each wrapped by the master key and bound to its scope.
pub(crate) struct KeyFile {
    connection: Connection,
    wrapping: SealingKey,
}

impl KeyFile {
    /// Opens the file. One that is lost is never made anew: what it opened would be lost with it.
    pub(crate) fn open(
        path: &Path,
        keys: MasterKeys,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let connection = open_database(path, &keys.key_file, durability, KEY_FILE_STEPS)?;
        Ok(Self { connection, wrapping: keys.wrapping })
    }

    /// Makes the file, with the folder.
    pub(crate) fn create(
        path: &Path,
        keys: MasterKeys,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let connection = create_database(path, &keys.key_file, durability, KEY_FILE_STEPS)?;
        Ok(Self { connection, wrapping: keys.wrapping })
    }

    /// Whether the keys are those of the server with this public key. They are from then on if they
    /// are nobody's.
    pub(crate) fn belongs_to(&mut self, server: &[u8; 32]) -> Result<bool, StoreError> {
        let sql = "INSERT INTO belongs_to (server) SELECT ?1
                   WHERE NOT EXISTS (SELECT 1 FROM belongs_to)";
        let owner = "SELECT server FROM belongs_to";
        let known: Option<Vec<u8>> =
            self.connection.query_row(owner, [], |row| row.get(0)).optional()?;
        match known {
            Some(known) => Ok(known == server),
            None => {
                self.connection.execute(sql, [&server[..]])?;
                Ok(true)
            }
        }
    }
}

impl KeyStore for KeyFile {
    fn find(&self, scope: &Scope) -> Result<Option<Secret>, StoreError> {
        let mut statement = self.connection.prepare_cached(
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
        let transaction = self.connection.transaction()?;
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
        self.connection.execute(
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
        self.connection.execute("DELETE FROM scope_keys WHERE \"case\" = ?1", [case.as_bytes()])?;
        // The key must not live on in the log of the database.
        overwrite_log(&self.connection)
    }

    fn tombstone(&self, case: CaseId) -> Result<Option<Tombstone>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT \"case\", erased_at, legal_basis FROM erased WHERE \"case\" = ?1",
        )?;
        Ok(statement.query_row([case.as_bytes()], read_tombstone).optional()?)
    }

    fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT \"case\", erased_at, legal_basis FROM erased ORDER BY erased_at, \"case\"",
        )?;
        let rows = statement.query_map([], read_tombstone)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn note_shut_out(&mut self, who: ShutOut, at: Timestamp) -> Result<(), StoreError> {
        let at = at.as_millis();
        match who {
            ShutOut::Device(device) => self.connection.execute(
                "INSERT OR IGNORE INTO revoked_devices (device, revoked_at) VALUES (?1, ?2)",
                params![device.as_bytes(), at],
            )?,
            ShutOut::Account(user) => self.connection.execute(
                "INSERT OR IGNORE INTO closed_accounts (user_id, closed_at) VALUES (?1, ?2)",
                params![user.as_bytes(), at],
            )?,
        };
        Ok(())
    }

    fn let_in(&mut self, user: UserId) -> Result<(), StoreError> {
        let sql = "DELETE FROM closed_accounts WHERE user_id = ?1";
        self.connection.execute(sql, [user.as_bytes()])?;
        Ok(())
    }

    fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT device, revoked_at FROM revoked_devices")?;
        let devices = statement.query_map([], |row| {
            Ok((ShutOut::Device(DeviceId::read(row, 0)?), Timestamp::read(row, 1)?))
        })?;
        let mut who: Vec<_> = devices.collect::<rusqlite::Result<_>>()?;
        let mut statement =
            self.connection.prepare_cached("SELECT user_id, closed_at FROM closed_accounts")?;
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

/// The keys in use.
pub(crate) struct Keyring {
    kept: Mutex<Box<dyn KeyStore>>,
    used: Mutex<BTreeMap<Scope, Arc<SealingKey>>>,
    /// How many cases were erased when somebody last looked.
    erased: AtomicUsize,
}

impl Keyring {
    pub(crate) fn new(kept: Box<dyn KeyStore>) -> Self {
        Self { kept: Mutex::new(kept), used: Mutex::default(), erased: AtomicUsize::new(0) }
    }

    /// The key of a scope that has one.
    pub(crate) fn key(&self, scope: &Scope) -> Result<Arc<SealingKey>, StoreError> {
        self.find(scope)?.ok_or(StoreError::KeyMissing)
    }

    /// The key of a scope, if it has one.
    pub(crate) fn find(&self, scope: &Scope) -> Result<Option<Arc<SealingKey>>, StoreError> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner).get(scope).cloned();
        if used.is_some() {
            return Ok(used);
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).find(scope)?;
        Ok(kept.map(|secret| {
            let key = Arc::new(SealingKey::new(&secret));
            self.remember(scope.clone(), key.clone());
            key
        }))
    }

    /// The keys as reading finds them.
    pub(crate) fn keys(&self) -> Keys<'_> {
        Keys { keyring: self, made: None }
    }

    /// Sets a case's tombstone: from then on nothing of it is taken.
    pub(crate) fn entomb(&self, tombstone: &Tombstone) -> Result<(), StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).entomb(tombstone)
    }

    /// Destroys every key of a case, here and where they are kept.
    pub(crate) fn destroy(&self, case: CaseId) -> Result<(), StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).destroy(case)?;
        self.forget();
        Ok(())
    }

    /// Whether a case was erased: nothing of it is taken any more.
    pub(crate) fn is_erased(&self, case: CaseId) -> Result<bool, StoreError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.tombstone(case)?.is_some())
    }

    /// What is left of every erased case.
    pub(crate) fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).tombstones()
    }

    /// Notes that somebody is shut out, whatever becomes of the database.
    pub(crate) fn note_shut_out(&self, who: ShutOut, at: Timestamp) -> Result<(), StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).note_shut_out(who, at)
    }

    /// Somebody may have an account again.
    pub(crate) fn let_in(&self, user: UserId) -> Result<(), StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).let_in(user)
    }

    /// Who is shut out, and since when.
    pub(crate) fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).shut_out()
    }

    /// Whether this one is shut out.
    pub(crate) fn is_shut_out(&self, who: ShutOut) -> Result<bool, StoreError> {
        Ok(self.shut_out()?.iter().any(|(out, _)| *out == who))
    }

    /// Lets go of every key in memory when another process has destroyed some since the last call.
    /// Says whether it did.
    pub(crate) fn forget_if_erased(&self) -> Result<bool, StoreError> {
        let erased = self.tombstones()?.len();
        let news = self.erased.swap(erased, Ordering::AcqRel) != erased;
        if news {
            self.forget();
        }
        Ok(news)
    }

    fn forget(&self) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn remember(&self, scope: Scope, key: Arc<SealingKey>) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= KEYS_IN_USE_MAX {
            used.clear();
        }
        used.insert(scope, key);
    }
}

/// The keys there are: those that are kept, and inside a transaction those that it has made.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    keyring: &'a Keyring,
    made: Option<&'a NewKeys>,
}

impl Keys<'_> {
    /// The key of a scope that has one.
    pub(crate) fn key(self, scope: &Scope) -> Result<Arc<SealingKey>, StoreError> {
        self.find(scope)?.ok_or(StoreError::KeyMissing)
    }

    /// The key of a scope, if it has one.
    pub(crate) fn find(self, scope: &Scope) -> Result<Option<Arc<SealingKey>>, StoreError> {
        let made = self.made.and_then(|new| new.made.get(scope));
        made.map_or_else(|| self.keyring.find(scope), |(_, key)| Ok(Some(key.clone())))
    }
}

/// Keys made in one transaction of the database: kept before it commits, so that nothing is ever
/// sealed under a key that a crash could lose.
#[derive(Default)]
pub(crate) struct NewKeys {
    made: BTreeMap<Scope, (Secret, Arc<SealingKey>)>,
}

impl NewKeys {
    /// These beside those that are kept.
    pub(crate) fn beside<'a>(&'a self, keyring: &'a Keyring) -> Keys<'a> {
        Keys { keyring, made: Some(self) }
    }

    /// The key of a scope; makes one when it needs its first. A scope that `was_used` had one, and
    /// what was sealed under it must not be mixed with what nobody can read when that one is found
    /// again.
    pub(crate) fn key(
        &mut self,
        rng: &mut dyn Rng,
        keyring: &Keyring,
        scope: &Scope,
        was_used: impl FnOnce() -> Result<bool, StoreError>,
    ) -> Result<Arc<SealingKey>, StoreError> {
        if let Some(key) = self.beside(keyring).find(scope)? {
            return Ok(key);
        }
        if keyring.is_erased(scope.case)? {
            return Err(StoreError::Erased);
        }
        if was_used()? {
            return Err(StoreError::KeyMissing);
        }
        let mut secret = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut secret[..]);
        let key = Arc::new(SealingKey::new(&secret));
        self.made.insert(scope.clone(), (secret, key.clone()));
        Ok(key)
    }

    /// Keeps them durably.
    pub(crate) fn keep(self, keyring: &Keyring) -> Result<(), StoreError> {
        if self.made.is_empty() {
            return Ok(());
        }
        let mut secrets = Vec::new();
        let mut keys = Vec::new();
        for (scope, (secret, key)) in self.made {
            secrets.push((scope.clone(), secret));
            keys.push((scope, key));
        }
        keyring.kept.lock().unwrap_or_else(PoisonError::into_inner).keep(&secrets)?;
        keys.into_iter().for_each(|(scope, key)| keyring.remember(scope, key));
        Ok(())
    }
}

fn bound(scope: &Scope) -> [&[u8]; 3] {
    [b"scope key", scope.case.as_bytes(), scope.compartment.as_str().as_bytes()]
}

/// Keys kept in memory, about 400 bytes each.
const KEYS_IN_USE_MAX: usize = 16_384;

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::config::MasterKey;

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
