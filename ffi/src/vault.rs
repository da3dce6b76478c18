//! The platform's key store, implemented in the other language.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use client_core::vault::{self, FileVault, PinRules, VaultError};
use zeroize::Zeroizing;

use crate::error::FieldbookError;

/// Keeps a few small secrets by name: the Keystore on Android, the Keychain on iOS.
///
/// Each secret has at most a few hundred bytes. The secrets open the store and prove the device's
/// identity: keep them out of backups, and bind them to this phone. Calls come from any thread
/// while the device is locked for use: do not call the device from inside them.
#[uniffi::export(rust, foreign)]
pub trait KeyVault: Any + Send + Sync {
    /// Returns the secret of this name, or nothing if there is none.
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyVaultError>;

    /// Stores a secret and replaces an earlier one of this name. When the call returns, the secret
    /// must survive power loss; if the call fails, the earlier one must still be there.
    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyVaultError>;

    /// Removes the secret of this name, if there is one, so that it cannot be read again.
    fn delete(&self, name: String) -> Result<(), KeyVaultError>;
}

/// Why a key store failed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum KeyVaultError {
    /// The platform keeps it locked until the person unlocks the phone.
    Locked,
    /// There is no room left.
    DiskFull,
    /// It failed in another way. Any other exception counts as this.
    Failed,
}

impl fmt::Display for KeyVaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "the key store is locked",
            Self::DiskFull => "the disk is full",
            Self::Failed => "the key store failed",
        })
    }
}

impl std::error::Error for KeyVaultError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for KeyVaultError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        // What was thrown may hold anything, a secret among it: it goes no further.
        tracing::warn!("the app's key store threw something unexpected");
        Self::Failed
    }
}

/// Creates a key store of files in a folder, for computers without a key store. It is only as safe
/// as the user account, so set a PIN as well. The PIN needs at least eight characters here, because
/// an attacker with a copy of the folder can try any number of PINs; a shorter one fails with
/// `PinTooShort`.
#[uniffi::export]
pub fn file_vault(folder: String) -> Result<Arc<dyn KeyVault>, FieldbookError> {
    let vault = FileVault::new(folder);
    Ok(Arc::new(Files(vault)))
}

struct Files(FileVault);

impl KeyVault for Files {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyVaultError> {
        let secret = vault::KeyVault::load(&self.0, &name).map_err(|error| told(&error))?;
        Ok(secret.map(|secret| secret.to_vec()))
    }

    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyVaultError> {
        let secret = Zeroizing::new(secret);
        vault::KeyVault::store(&self.0, &name, &secret).map_err(|error| told(&error))
    }

    fn delete(&self, name: String) -> Result<(), KeyVaultError> {
        vault::KeyVault::delete(&self.0, &name).map_err(|error| told(&error))
    }
}

fn told(error: &VaultError) -> KeyVaultError {
    tracing::warn!(%error, "the key store of files failed");
    match error {
        VaultError::DiskFull => KeyVaultError::DiskFull,
        VaultError::Locked => KeyVaultError::Locked,
        _ => KeyVaultError::Failed,
    }
}

/// An app's key store as the device core uses it.
pub(crate) struct Adapter(pub(crate) Arc<dyn KeyVault>);

impl vault::KeyVault for Adapter {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        Ok(self.0.load(name.into()).map_err(core_error)?.map(Zeroizing::new))
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.0.store(name.into(), secret.to_vec()).map_err(core_error)
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.0.delete(name.into()).map_err(core_error)
    }

    fn pin_rules(&self) -> PinRules {
        // The app may hand back what `file_vault` gave it. Its own key stores are the platform's.
        let vault: &dyn Any = &*self.0;
        match vault.downcast_ref::<Files>() {
            Some(Files(files)) => vault::KeyVault::pin_rules(files),
            None => PinRules::GUARDED,
        }
    }
}

fn core_error(error: KeyVaultError) -> VaultError {
    match error {
        KeyVaultError::Locked => VaultError::Locked,
        KeyVaultError::DiskFull => VaultError::DiskFull,
        KeyVaultError::Failed => VaultError::Failed { what: error.to_string() },
    }
}
