//! A key store that keeps how everything lay on the disk around each of its writes.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use client_core::vault::{KeyVault, MemoryVault, VaultError};
use zeroize::Zeroizing;

use crate::phone::Phone;

/// The store's files, and what the key store held.
pub(crate) type Moment = (BTreeMap<String, Vec<u8>>, MemoryVault);

pub(crate) struct Spy {
    vault: Arc<MemoryVault>,
    folder: PathBuf,
    moments: Mutex<Vec<Moment>>,
}

impl Spy {
    /// Looks at a phone.
    pub(crate) fn on(phone: &Phone) -> Arc<Self> {
        let folder = phone.path().parent().unwrap().to_owned();
        Arc::new(Self { vault: phone.vault.clone(), folder, moments: Mutex::default() })
    }

    /// Returns what it saw so far.
    pub(crate) fn taken(&self) -> Vec<Moment> {
        std::mem::take(&mut self.moments.lock().unwrap())
    }

    fn look(&self) {
        let entries = fs::read_dir(&self.folder).unwrap().map(Result::unwrap);
        let files = entries.filter_map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            // A file may go while it is looked at.
            fs::read(entry.path()).ok().map(|bytes| (name, bytes))
        });
        self.moments.lock().unwrap().push((files.collect(), self.vault.copy()));
    }
}

impl KeyVault for Spy {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        self.vault.load(name)
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        self.look();
        self.vault.store(name, secret)?;
        self.look();
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        self.vault.delete(name)
    }
}
