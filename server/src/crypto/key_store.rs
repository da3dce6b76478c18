//! Where the scopes' keys are kept.

use model::ids::{CaseId, Scope, UserId};
use model::time::Timestamp;
use zeroize::Zeroizing;

use crate::crypto::seal::{SealingKey, Secret};
use crate::error::StoreError;
use crate::store::gone::{ShutOut, Tombstone};
use crate::store::sqlite::key_file::KeyFile;

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

    /// Returns what is left of a case; `None` if it was not erased.
    fn tombstone(&self, case: CaseId) -> Result<Option<Tombstone>, StoreError>;

    /// The cases that were erased.
    fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError>;

    /// Notes that somebody is shut out. A second time changes nothing. It is durable when this
    /// returns.
    fn note_shut_out(&mut self, who: ShutOut, at: Timestamp) -> Result<(), StoreError>;

    /// Somebody may have an account again.
    fn let_in(&mut self, user: UserId) -> Result<(), StoreError>;

    /// Lists who is shut out, and since when.
    fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError>;
}

/// Keys in a file of their own, each wrapped by the master key and bound to its scope.
pub(crate) struct WrappedKeys {
    file: KeyFile,
    wrapping: SealingKey,
}

impl WrappedKeys {
    /// Keeps keys in this file, wrapped by this key.
    pub(crate) fn new(file: KeyFile, wrapping: SealingKey) -> Self {
        Self { file, wrapping }
    }
}

impl KeyStore for WrappedKeys {
    fn find(&self, scope: &Scope) -> Result<Option<Secret>, StoreError> {
        let Some(wrapped) = self.file.find(scope)? else { return Ok(None) };
        let bytes = Zeroizing::new(self.wrapping.open(&bound(scope), &wrapped)?);
        let secret = bytes
            .as_slice()
            .try_into()
            .map_err(|_| StoreError::Damaged("a scope's key has another length"))?;
        Ok(Some(Zeroizing::new(secret)))
    }

    fn keep(&mut self, new: &[(Scope, Secret)]) -> Result<(), StoreError> {
        let wrap = |(scope, secret): &(Scope, Secret)| {
            Ok((scope.clone(), self.wrapping.seal(&bound(scope), &secret[..])?))
        };
        let wrapped: Vec<_> = new.iter().map(wrap).collect::<Result<_, StoreError>>()?;
        self.file.keep(&wrapped)
    }

    fn entomb(&mut self, tombstone: &Tombstone) -> Result<(), StoreError> {
        self.file.entomb(tombstone)
    }

    fn destroy(&mut self, case: CaseId) -> Result<(), StoreError> {
        self.file.destroy(case)
    }

    fn tombstone(&self, case: CaseId) -> Result<Option<Tombstone>, StoreError> {
        self.file.tombstone(case)
    }

    fn tombstones(&self) -> Result<Vec<Tombstone>, StoreError> {
        self.file.tombstones()
    }

    fn note_shut_out(&mut self, who: ShutOut, at: Timestamp) -> Result<(), StoreError> {
        self.file.note_shut_out(who, at)
    }

    fn let_in(&mut self, user: UserId) -> Result<(), StoreError> {
        self.file.let_in(user)
    }

    fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
        self.file.shut_out()
    }
}

fn bound(scope: &Scope) -> [&[u8]; 3] {
    [b"scope key", scope.case.as_bytes(), scope.compartment.as_str().as_bytes()]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::config::{Durability, MasterKey};
    use crate::crypto::keys::{Keyring, NewKeys};
    use crate::crypto::seal::MasterKeys;
    use crate::error::OpenError;

    fn open(path: &Path, master: u8) -> Result<Keyring, OpenError> {
        let keys = MasterKeys::of(&MasterKey::from_bytes([master; 32]));
        let open = if path.exists() { KeyFile::open } else { KeyFile::create };
        let file = open(path, &keys.key_file, Durability::Process)?;
        Ok(Keyring::new(Box::new(WrappedKeys::new(file, keys.wrapping))))
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
