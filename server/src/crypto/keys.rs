//! The scopes' keys in use.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::{CaseId, Scope, UserId};
use model::time::Timestamp;
use rand::Rng;
use zeroize::Zeroizing;

use crate::crypto::key_store::KeyStore;
use crate::crypto::seal::{SealingKey, Secret};
use crate::error::StoreError;
use crate::store::gone::{ShutOut, Tombstone};

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

    /// Returns whether a case was erased: nothing of it is taken any more.
    pub(crate) fn is_erased(&self, case: CaseId) -> Result<bool, StoreError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.tombstone(case)?.is_some())
    }

    /// Lists what is left of every erased case.
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

    /// Lists who is shut out, and since when.
    pub(crate) fn shut_out(&self) -> Result<Vec<(ShutOut, Timestamp)>, StoreError> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).shut_out()
    }

    /// Returns whether this one is shut out.
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

/// Keys kept in memory, about 400 bytes each.
const KEYS_IN_USE_MAX: usize = 16_384;
