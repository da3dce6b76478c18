//! The platform's key store: a few small named secrets outside the database.
//!
//! On a phone this is the Keychain or the Keystore, through the foreign-function surface; on the
//! command line a folder ([`FileVault`]); in tests memory ([`MemoryVault`]). What is kept there is
//! listed in [`crate::keys`].

mod file;
mod pin;

pub(crate) use file::sync_folder;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;

use zeroize::Zeroizing;

pub use file::FileVault;
pub use pin::PinRules;

/// Keeps small secrets by name.
pub trait KeyVault: Send + Sync {
    /// Returns the secret of this name; `None` when there is none.
    ///
    /// # Errors
    /// When the key store cannot be read.
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError>;

    /// Stores the secret under this name in place of an earlier one. When the call returns it
    /// survives power loss; when it fails the earlier one is still there.
    ///
    /// # Errors
    /// When the key store cannot be written.
    fn store(&self, name: &str, secret: &[u8]) -> Result<(), VaultError>;

    /// Removes the secret of this name, if there is one, so that it cannot be read again.
    ///
    /// # Errors
    /// When the key store cannot be written.
    fn delete(&self, name: &str) -> Result<(), VaultError>;

    /// Returns what a PIN must be to protect a key kept here.
    fn pin_rules(&self) -> PinRules {
        PinRules::GUARDED
    }
}

/// Why the key store did not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The platform keeps it shut until the person unlocks the phone.
    #[error("the key store is locked until the device is unlocked")]
    Locked,
    /// The name cannot be used.
    #[error("`{name}` is no name for a secret")]
    Name {
        /// The name.
        name: String,
    },
    /// There is no room left.
    #[error("the disk is full")]
    DiskFull,
    /// A file could not be read or written.
    #[error("the key store cannot be read or written")]
    Io(#[source] std::io::Error),
    /// The platform failed in its own way.
    #[error("the key store failed: {what}")]
    Failed {
        /// The platform's words; no secrets in them.
        what: String,
    },
}

impl From<std::io::Error> for VaultError {
    fn from(error: std::io::Error) -> Self {
        if is_full(&error) { Self::DiskFull } else { Self::Io(error) }
    }
}

/// Returns whether there is no room left, on the disk or of what one account may use of it.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

/// Secrets in memory, for tests and simulations.
#[derive(Default)]
pub struct MemoryVault {
    secrets: Mutex<BTreeMap<String, Zeroizing<Vec<u8>>>>,
}

impl MemoryVault {
    /// Returns a copy with the same secrets: a cloned phone.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { secrets: Mutex::new(self.lock().clone()) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Zeroizing<Vec<u8>>>> {
        self.secrets.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryVault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryVault(<hidden>)")
    }
}

impl KeyVault for MemoryVault {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        Ok(self.lock().get(name).cloned())
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.lock().insert(name.to_owned(), Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.lock().remove(name);
        Ok(())
    }
}
