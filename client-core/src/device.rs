//! The device as its owner uses it: make and edit records, look, search, see what is to be done.
//!
//! [`Device`] is what screens, commands and the foreign-function surface call. Everything it says
//! it saved is on the disk. It does not synchronize: that is the engine's, on [`Device::store_mut`].
//! `start` makes records, `edit` changes them and decides conflicts, `read` shows them, `draft` keeps
//! forms that are being filled in; text that a person typed becomes edits in [`model::input`].

mod draft;
mod edit;
mod error;
mod form;
mod read;
mod shift;
mod start;
mod status;

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use rand::Rng;

use model::catalogue::SharedCatalogue;
use model::time::Timestamp;

use crate::keys::{self, KeyError, StoreKey};
use crate::store::install::Install;
use crate::store::open::FirstFacts;
use crate::store::place::{Guard, Place};
use crate::store::{OpenError, Opened, Store, StoreError, StoreOptions, Uptime};
use crate::vault::{KeyVault, VaultError};

pub use draft::{DraftSummary, DraftView, NewDraft, Submitted, Undone};
pub use edit::Doubts;
pub use error::RecordError;
pub use read::HistoryView;
pub(crate) use shift::started;
pub use shift::{Plan, ShiftError};
pub use start::{NewRecord, TOGETHER_MAX};
pub use status::Status;

/// An enrolled device with its store open. Nobody else can open it meanwhile.
pub struct Device {
    store: Store,
    place: Place,
    vault: Arc<dyn KeyVault>,
    key: StoreKey,
    install: Install,
    opened: Opened,
    /// Bytes that are free beside the store, where somebody said so.
    free_bytes: Option<u64>,
}

/// Opens a device's store again and again, as its PIN once did: for whoever uses it in short steps
/// and lets others have it in between. Holds the store's key, and nothing of the store.
#[derive(Clone)]
pub struct Opener {
    place: Place,
    vault: Arc<dyn KeyVault>,
    key: StoreKey,
}

impl Opener {
    /// Opens the store.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while another has it open; otherwise says why it cannot be opened.
    pub fn open(&self, now: Timestamp, rng: &mut dyn Rng) -> Result<Device, OpenError> {
        let Self { place, vault, key } = self.clone();
        place.check_there()?;
        let guard = place.guard()?;
        Device::open_held((place, guard), vault, key, now, rng)
    }
}

impl Device {
    /// Makes the store of a device that has just enrolled, and opens it.
    ///
    /// A key that is in the key store already is used again; then `pin` must open it.
    ///
    /// # Errors
    /// When something is at `path` already, or the store or its key cannot be made.
    pub fn create(
        path: &Path,
        vault: Arc<dyn KeyVault>,
        pin: Option<&str>,
        now: Timestamp,
        rng: &mut dyn Rng,
        facts: &FirstFacts,
        options: StoreOptions,
    ) -> Result<Self, OpenError> {
        let place = Place::new(path, options);
        let guard = place.guard()?;
        Self::create_held((place, guard), vault, pin, now, rng, facts)
    }

    /// [`Device::create`] for whoever holds the guard already.
    pub(crate) fn create_held(
        (place, guard): (Place, Guard),
        vault: Arc<dyn KeyVault>,
        pin: Option<&str>,
        now: Timestamp,
        rng: &mut dyn Rng,
        facts: &FirstFacts,
    ) -> Result<Self, OpenError> {
        let key = keys::store_key_for_new(rng, &*vault, pin)?;
        let (store, install) = Store::create(now, rng, (&place, guard), &*vault, &key, facts)?;
        Ok(Self { store, place, vault, key, install, opened: Opened::AsLeft, free_bytes: None })
    }

    /// Opens the device's store.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while another has it open: [`crate::driver::in_turn`] waits for it.
    /// Otherwise says why it cannot be opened; its files are as they were.
    pub fn open(
        path: &Path,
        vault: Arc<dyn KeyVault>,
        pin: Option<&str>,
        now: Timestamp,
        rng: &mut dyn Rng,
        options: StoreOptions,
    ) -> Result<Self, OpenError> {
        let place = Place::new(path, options);
        place.check_there()?;
        // Before the key store is read: a wrong PIN that another is just counting is one.
        let guard = place.guard()?;
        let key = keys::open_store_key(&*vault, pin)?;
        let device = Self::open_held((place, guard), vault, key, now, rng)?;
        if keys::strengthen(rng, &*device.vault, &device.key, pin).is_err() {
            // It opens as it is, and the next time is as good.
            tracing::warn!("the store key could not be wrapped anew");
        }
        Ok(device)
    }

    fn open_held(
        (place, guard): (Place, Guard),
        vault: Arc<dyn KeyVault>,
        key: StoreKey,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<Self, OpenError> {
        let (store, install, opened) = Store::open(now, rng, (&place, guard), &*vault, &key)?;
        Ok(Self { store, place, vault, key, install, opened, free_bytes: None })
    }

    /// Returns what opens this store again once it is closed, without its PIN.
    pub fn opener(&self) -> Opener {
        Opener { place: self.place.clone(), vault: self.vault.clone(), key: self.key.clone() }
    }

    /// Returns whether the store was the one that this installation left.
    pub fn opened(&self) -> Opened {
        self.opened
    }

    /// The store, for the sync engine.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The store, for the sync engine.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// The catalogue that records are checked against.
    pub fn catalogue(&self) -> &SharedCatalogue {
        self.store.catalogue()
    }

    /// The key that the server knows this device by.
    ///
    /// # Errors
    /// When the key store fails or has lost it.
    pub fn signing_key(&self) -> Result<SigningKey, KeyError> {
        keys::existing_device_key(&*self.vault)?.ok_or(KeyError::Missing)
    }

    /// Returns a key for a purpose of its own, the same as long as the store is: no other store has it, and
    /// the store's key cannot be told from it.
    pub fn key_for(&self, purpose: &[u8]) -> [u8; 32] {
        self.key.derived(purpose)
    }

    /// Sets, changes or removes the PIN.
    ///
    /// # Errors
    /// When the present PIN is wrong or the key store fails; then nothing changed.
    pub fn change_pin(
        &mut self,
        rng: &mut dyn Rng,
        present: Option<&str>,
        next: Option<&str>,
    ) -> Result<(), KeyError> {
        keys::change_pin(rng, &*self.vault, present, next)
    }

    /// Destroys the keys, then the store. Nothing of it can be read again, by anyone; every later
    /// call fails.
    ///
    /// # Errors
    /// When the key store or the files cannot be removed. The store's key goes first.
    pub fn wipe(&mut self) -> Result<(), RecordError> {
        keys::destroy(&*self.vault)?;
        self.store.close();
        self.place.remove().map_err(VaultError::from)?;
        Ok(())
    }

    /// Destroys the keys, then the store, of a device that is not open: its PIN may be forgotten.
    ///
    /// # Errors
    /// When another process has it open, or the key store or the files cannot be removed. The
    /// store's key goes first.
    pub fn wipe_closed(
        path: &Path,
        vault: &dyn KeyVault,
        options: StoreOptions,
    ) -> Result<(), RecordError> {
        let place = Place::new(path, options);
        let _guard = match place.guard() {
            Err(OpenError::Locked) => return Err(RecordError::InUse),
            // Its folder is gone: nothing of it but keys can be left.
            guard => guard.ok(),
        };
        keys::destroy(vault)?;
        place.remove().map_err(VaultError::from)?;
        Ok(())
    }

    /// Tells the device how many bytes are free where its store is; the core asks no file system. The
    /// server is told with the next request.
    pub fn notice_free_space(&mut self, bytes: Option<u64>) {
        self.free_bytes = bytes;
    }

    /// Returns how many bytes are free where the store is, as far as somebody said.
    pub(crate) fn free_bytes(&self) -> Option<u64> {
        self.free_bytes
    }

    /// The file of the store.
    pub fn path(&self) -> &Path {
        self.place.path()
    }

    /// Tells the device what time it is, and what a clock says that runs from the machine's start and
    /// cannot be set. Whoever shows records calls it before: a lease ends by whichever clock is
    /// further, and without the second the first is all there is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn notice_time(
        &mut self,
        now: Timestamp,
        uptime: Option<Uptime>,
    ) -> Result<(), StoreError> {
        self.store.notice(now, uptime)
    }

    fn check_unlocked(&self, now: Timestamp) -> Result<(), RecordError> {
        let lease = self.store.read().lease()?;
        if lease.ordered {
            return Err(RecordError::Ordered);
        }
        if lease.has_lapsed(now) { Err(RecordError::Locked) } else { Ok(()) }
    }

    /// One transaction of the owner's own. The first of each run changes the number by which a
    /// restored copy of the store is known.
    fn write_local<T, E>(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        work: impl FnOnce(&mut crate::store::Writer<'_>, &mut dyn Rng) -> Result<T, E>,
    ) -> Result<T, RecordError>
    where
        E: From<StoreError>,
        RecordError: From<E>,
    {
        if let Some(next) = self.install.next(rng) {
            let install = &self.install;
            self.store.write(|writer| writer.announce(install, &next))?;
            self.install.take(&*self.vault, next)?;
        }
        self.store.notice(now, None)?;
        let due = self.install.due().map(<[u8]>::to_vec);
        let done = self.store.write(|writer| {
            if let Some(nonce) = &due {
                writer.set_install_nonce(nonce)?;
            }
            work(writer, rng)
        })?;
        if due.is_some() {
            self.install.renewed();
        }
        Ok(done)
    }
}
