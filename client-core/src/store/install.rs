//! Which database this installation left behind.
//!
//! A random number stands in the database and in the key store, and changes with the first edit of
//! each run: a database with another one was restored or copied. The change takes three steps,
//! each durable before the next: the database *announces* the next number beside the present one;
//! the key store takes the next; the database takes it with the edit. Wherever a crash falls, the
//! key store's number is one of the two that the database names; and a copy made before the run
//! names neither.

use rand::Rng;

use super::{Reader, StoreError, Writer};
use crate::keys::INSTALL;
use crate::vault::{KeyVault, VaultError};

/// What the key store knows of the database, and how far this run is with changing it.
#[derive(Debug, Clone)]
pub(crate) struct Install {
    /// How the file begins: tells a wrong key from a damaged file.
    pub(super) salt: Salt,
    /// The number in the key store. An earlier version left two there when it was interrupted.
    nonces: Vec<Nonce>,
    run: Run,
}

/// How far a run is with the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Run {
    /// It is as the run before left it.
    AsLeft,
    /// The key store has the next one already.
    Kept,
    /// It has changed.
    Renewed,
}

pub(super) type Salt = [u8; SALT_BYTES];
type Nonce = [u8; NONCE_BYTES];

impl Install {
    pub(super) fn new(rng: &mut dyn Rng, salt: Salt) -> Self {
        Self { salt, nonces: vec![random(rng)], run: Run::Renewed }
    }

    pub(super) fn load(vault: &dyn KeyVault) -> Result<Option<Self>, VaultError> {
        let Some(stored) = vault.load(INSTALL)? else { return Ok(None) };
        let Some((salt, nonces)) = stored.split_first_chunk::<SALT_BYTES>() else {
            return Ok(None);
        };
        let nonces = nonces.chunks_exact(NONCE_BYTES).filter_map(|nonce| nonce.try_into().ok());
        Ok(Some(Self { salt: *salt, nonces: nonces.collect(), run: Run::AsLeft }))
    }

    pub(super) fn keep(&self, vault: &dyn KeyVault) -> Result<(), VaultError> {
        let nonces = self.nonces.iter().flatten();
        let bytes: Vec<u8> = self.salt.iter().chain(nonces).copied().collect();
        vault.store(INSTALL, &bytes)
    }

    /// The present number.
    pub(super) fn nonce(&self) -> Option<&[u8]> {
        self.nonces.last().map(|nonce| &nonce[..])
    }

    /// Returns whether this is the database that the installation left.
    pub(super) fn left(&mut self, read: &Reader<'_>) -> Result<bool, StoreError> {
        let (present, announced) = (read.install_nonce()?, read.announced_nonce()?);
        let named = |nonce: &Nonce| nonce[..] == present || announced.as_deref() == Some(nonce);
        self.nonces.retain(named);
        Ok(!self.nonces.is_empty())
    }

    /// The next number, if this run has to announce one before its first edit.
    pub(crate) fn next(&self, rng: &mut dyn Rng) -> Option<Nonce> {
        (self.run == Run::AsLeft).then(|| random(rng))
    }

    /// Takes the number that the database has announced into the key store.
    pub(crate) fn take(&mut self, vault: &dyn KeyVault, next: Nonce) -> Result<(), VaultError> {
        let next = Self { salt: self.salt, nonces: vec![next], run: Run::Kept };
        next.keep(vault)?;
        *self = next;
        Ok(())
    }

    /// The number for the database to take with the edit.
    pub(crate) fn due(&self) -> Option<&[u8]> {
        if self.run == Run::Kept { self.nonce() } else { None }
    }

    /// The edit is on the disk, and the number with it.
    pub(crate) fn renewed(&mut self) {
        self.run = Run::Renewed;
    }
}

impl Writer<'_> {
    /// Announces the next number beside the one that the key store has.
    pub(crate) fn announce(&mut self, install: &Install, next: &[u8]) -> Result<(), StoreError> {
        if let Some(present) = install.nonce() {
            self.set_install_nonce(present)?;
        }
        self.set_announced_nonce(next)
    }
}

fn random(rng: &mut dyn Rng) -> Nonce {
    let mut bytes = [0; NONCE_BYTES];
    rng.fill_bytes(&mut bytes);
    bytes
}

const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 16;
