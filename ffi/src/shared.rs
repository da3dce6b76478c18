//! The device behind a mutex: shared between screens and runs, and removed when the app locks it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use client_core::device::Device as Core;
use client_core::driver::{Cancel, DeviceAccess, Withdrawn, in_turn};
use client_core::store::StoreOptions;
use client_core::vault::KeyVault;
use model::ids::RecordId;
use model::time::Timestamp;
use rand::rngs::StdRng;

use crate::connection::Connection;
use crate::error::FieldbookError;
use crate::observe::Observers;
use crate::runtime::{now, random, uptime};
use crate::transport::Transport;

/// Runs a call from another language. A panic becomes an error, and its transaction is rolled back.
pub(crate) fn guarded<T>(
    work: impl FnOnce() -> Result<T, FieldbookError>,
) -> Result<T, FieldbookError> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(FieldbookError::Internal))
}

/// A device as its concurrent users share it.
pub(crate) struct Shared {
    slot: Mutex<Slot>,
    path: PathBuf,
    vault: Arc<dyn KeyVault>,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    /// The connection, used by one run at a time and created with the first.
    pub(crate) connection: tokio::sync::Mutex<Option<Connection>>,
    pub(crate) runs: Runs,
    pub(crate) observers: Observers,
}

enum Slot {
    Open(Box<Core>),
    Locked,
    Wiped,
}

impl Shared {
    pub(crate) fn new(
        device: Core,
        path: PathBuf,
        vault: Arc<dyn KeyVault>,
        transport: Option<Arc<dyn Transport>>,
    ) -> Self {
        Self {
            slot: Mutex::new(Slot::Open(Box::new(device))),
            path,
            vault,
            transport,
            connection: tokio::sync::Mutex::default(),
            runs: Runs::default(),
            observers: Observers::default(),
        }
    }

    /// Uses the device for something that changes no record.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&mut Core, Timestamp, &mut StdRng) -> Result<T, FieldbookError>,
    ) -> Result<T, FieldbookError> {
        guarded(|| {
            let mut rng = random()?;
            let mut slot = self.hold()?;
            let (device, now) = (slot.open()?, now());
            device.notice_time(now, uptime())?;
            work(device, now, &mut rng)
        })
    }

    /// Uses the device for something that may change records, and notifies listeners.
    pub(crate) fn change<T>(
        &self,
        work: impl FnOnce(&mut Core, Timestamp, &mut StdRng) -> Result<T, FieldbookError>,
    ) -> Result<T, FieldbookError> {
        let mut touched = BTreeSet::new();
        let done = self.with(|device, now, rng| {
            let done = work(device, now, rng);
            touched = self.take_touched(device);
            done
        });
        self.tell(&touched);
        done
    }

    /// Closes the store and forgets its key. Runs are cancelled.
    pub(crate) fn lock(&self) -> Result<(), FieldbookError> {
        self.runs.cancel_all();
        guarded(|| {
            let mut slot = self.hold()?;
            if matches!(slot.slot(), Slot::Open(_)) {
                *slot.slot() = Slot::Locked;
            }
            Ok(())
        })
    }

    /// Opens the store again. Of an open device only the PIN is checked.
    pub(crate) fn unlock(&self, pin: Option<&str>) -> Result<(), FieldbookError> {
        guarded(|| {
            let mut slot = self.hold()?;
            match slot.slot() {
                Slot::Wiped => Err(FieldbookError::NotEnrolled),
                Slot::Open(_) => {
                    client_core::keys::open_store_key(&*self.vault, pin)?;
                    Ok(())
                }
                Slot::Locked => {
                    let mut device = self.open(pin)?;
                    if self.observers.any() {
                        device.store_mut().note_touched()?;
                    }
                    *slot.slot() = Slot::Open(Box::new(device));
                    Ok(())
                }
            }
        })
    }

    /// Returns whether the app locked the device.
    pub(crate) fn is_locked(&self) -> bool {
        self.hold().is_ok_and(|mut slot| matches!(slot.slot(), Slot::Locked))
    }

    /// Destroys the keys and the store, open or locked.
    pub(crate) fn wipe(&self) -> Result<(), FieldbookError> {
        self.runs.cancel_all();
        guarded(|| {
            let mut slot = self.hold()?;
            match slot.slot() {
                Slot::Open(device) => device.wipe()?,
                Slot::Locked | Slot::Wiped => {
                    Core::wipe_closed(&self.path, &*self.vault, StoreOptions::default())?;
                }
            }
            *slot.slot() = Slot::Wiped;
            Ok(())
        })
    }

    /// Notes that the server's order to wipe the device was carried out.
    pub(crate) fn is_wiped(&self) {
        if let Ok(mut slot) = self.hold() {
            *slot.slot() = Slot::Wiped;
        }
    }

    fn open(&self, pin: Option<&str>) -> Result<Core, FieldbookError> {
        let mut rng = random()?;
        Ok(in_turn(|| {
            let (vault, options) = (self.vault.clone(), StoreOptions::default());
            Core::open(&self.path, vault, pin, now(), &mut rng, options)
        })?)
    }

    fn take_touched(&self, device: &mut Core) -> BTreeSet<RecordId> {
        if !self.observers.any() {
            return BTreeSet::new();
        }
        device.store_mut().take_touched().unwrap_or_else(|error| {
            tracing::warn!(%error, "nobody is told of records that changed");
            BTreeSet::new()
        })
    }

    fn tell(&self, touched: &BTreeSet<RecordId>) {
        if !touched.is_empty() {
            self.observers.tell(touched);
        }
    }

    /// Waits for the device. An app's key store that calls the device while the device calls it
    /// gets an error instead of a deadlock.
    fn hold(&self) -> Result<Held<'_>, FieldbookError> {
        if HOLDING.replace(true) {
            tracing::error!("the device was called from inside its own key store");
            return Err(FieldbookError::Internal);
        }
        // What a panic interrupted was rolled back, so a poisoned lock says nothing.
        Ok(Held(self.slot.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

thread_local! {
    static HOLDING: Cell<bool> = const { Cell::new(false) };
}

struct Held<'a>(MutexGuard<'a, Slot>);

impl Held<'_> {
    fn slot(&mut self) -> &mut Slot {
        &mut self.0
    }

    fn open(&mut self) -> Result<&mut Core, FieldbookError> {
        match self.slot() {
            Slot::Open(device) => Ok(device),
            Slot::Locked => Err(FieldbookError::Locked),
            Slot::Wiped => Err(FieldbookError::NotEnrolled),
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        HOLDING.set(false);
    }
}

/// Lends the device to a run for one step at a time, so that no screen waits for the network.
pub(crate) struct Lender(pub(crate) Arc<Shared>);

impl DeviceAccess for Lender {
    fn lend(&mut self, work: &mut dyn FnMut(&mut Core)) -> Result<(), Withdrawn> {
        let touched = {
            let mut slot = self.0.hold().map_err(|_| Withdrawn)?;
            let device = slot.open().map_err(|_| Withdrawn)?;
            work(device);
            self.0.take_touched(device)
        };
        self.0.tell(&touched);
        Ok(())
    }
}

/// The runs that locking the device ends.
#[derive(Default)]
pub(crate) struct Runs {
    under_way: Mutex<(u64, BTreeMap<u64, Cancel>)>,
}

impl Runs {
    pub(crate) fn add(&self, cancel: &Cancel) -> u64 {
        let mut under_way = self.under_way();
        under_way.0 += 1;
        let number = under_way.0;
        under_way.1.insert(number, cancel.clone());
        number
    }

    pub(crate) fn remove(&self, number: u64) {
        self.under_way().1.remove(&number);
    }

    fn cancel_all(&self) {
        self.under_way().1.values().for_each(Cancel::cancel);
    }

    fn under_way(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Cancel>)> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
