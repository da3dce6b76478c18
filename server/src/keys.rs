//! The scopes' keys: where they are kept, and the ones in use.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::Scope;
use rand::Rng;
use rusqlite::{Connection, OptionalExtension, params};
use zeroize::Zeroizing;

use crate::config::Durability;
use crate::error::{OpenError, StoreError};
use crate::seal::{MasterKeys, SealingKey, Secret};
use crate::store::open::{KEY_FILE_STEPS, open_database};

/// Where the scopes' keys are kept. A key management service can stand here.
pub(crate) trait KeyStore: Send {
    /// The key of a scope; none when it has none, or it was destroyed.
    fn find(&self, scope: &Scope) -> Result<Option<Secret>, StoreError>;

    /// Keeps new keys, all or none. They are durable when this returns.
    fn keep(&mut self, new: &[(Scope, Secret)]) -> Result<(), StoreError>;
}

/// Keys in a database of their own, each wrapped by the master key and bound to its scope.
pub(crate) struct KeyFile {
    connection: Connection,
    wrapping: SealingKey,
}

impl KeyFile {
    pub(crate) fn open(
        path: &Path,
        keys: MasterKeys,
        durability: Durability,
    ) -> Result<Self, OpenError> {
        let connection = open_database(path, &keys.key_file, durability, KEY_FILE_STEPS)?;
        Ok(Self { connection, wrapping: keys.wrapping })
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
}

/// The keys in use.
pub(crate) struct Keyring {
    kept: Mutex<Box<dyn KeyStore>>,
    used: Mutex<BTreeMap<Scope, Arc<SealingKey>>>,
}

impl Keyring {
    pub(crate) fn new(kept: Box<dyn KeyStore>) -> Self {
        Self { kept: Mutex::new(kept), used: Mutex::default() }
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

    fn remember(&self, scope: Scope, key: Arc<SealingKey>) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= KEYS_IN_USE_MAX {
            used.clear();
        }
        used.insert(scope, key);
    }
}

/// Keys made in one transaction of the database: kept before it commits, so that nothing is ever
/// sealed under a key that a crash could lose.
#[derive(Default)]
pub(crate) struct NewKeys {
    made: BTreeMap<Scope, (Secret, Arc<SealingKey>)>,
}

impl NewKeys {
    /// The key of a scope; makes one when it has none.
    pub(crate) fn key(
        &mut self,
        rng: &mut dyn Rng,
        keyring: &Keyring,
        scope: &Scope,
    ) -> Result<Arc<SealingKey>, StoreError> {
        if let Some((_, key)) = self.made.get(scope) {
            return Ok(key.clone());
        }
        if let Some(key) = keyring.find(scope)? {
            return Ok(key);
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
        Ok(Keyring::new(Box::new(KeyFile::open(path, keys, Durability::Process)?)))
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
            let key = new.key(&mut rng, &keyring, &scope).unwrap();
            assert!(keyring.find(&scope).unwrap().is_none(), "not before it is kept");
            new.keep(&keyring).unwrap();
            key.seal(&[], b"x").unwrap()
        };
        let keyring = open(&path, 1).unwrap();
        assert_eq!(keyring.key(&scope).unwrap().open(&[], &sealed).unwrap(), b"x");
        assert!(matches!(keyring.key(&other), Err(StoreError::KeyMissing)));
        assert!(matches!(open(&path, 2), Err(OpenError::WrongKey(_))));
    }
}
