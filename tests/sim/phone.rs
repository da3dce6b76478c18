//! A phone: the device's program with its store on disk, its clock, and its place in the world.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use client_core::device::Device;
use client_core::engine::{Engine, Ticket};
use client_core::keys::{self, KeyError};
use client_core::store::quarantine::Dismissed;
use client_core::store::{OpenError, Opened, StoreOptions};
use client_core::sync;
use client_core::vault::MemoryVault;
use model::ids::{CaseId, DeviceId, RecordId, UserId};
use model::time::{Span, Timestamp};
use model::wire::{SyncRequestV1, SyncResponseV1};
use rand_chacha::ChaCha8Rng;

use crate::ledger::Holding;
use crate::server::Server;

/// One installation. Its program runs unless it has just died.
pub(crate) struct Phone {
    /// Whose it is.
    pub(crate) owner: UserId,
    /// What the server calls it.
    pub(crate) id: DeviceId,
    /// The program; none while it does not run.
    pub(crate) device: Option<Device>,
    /// The state machine of its synchronization.
    pub(crate) engine: Engine,
    /// Counts the program's starts: what was sent in one life answers nobody in the next.
    pub(crate) life: u64,
    /// Its clock less the true one.
    pub(crate) skew: Span,
    /// Whether it has a network.
    pub(crate) signal: bool,
    /// Whether its line is so thin that it asks for small pages.
    pub(crate) thin: bool,
    /// When the engine wants to be woken, by the phone's clock.
    pub(crate) wake_at: Option<Timestamp>,
    /// The exchange under way.
    pub(crate) exchange: Option<Exchange>,
    /// Why it takes no more part in the world.
    pub(crate) gone: Option<&'static str>,
    /// The case whose records a copy of the store still has, and the phone itself soon not.
    pub(crate) late_work: Option<CaseId>,
    /// Whether another installation has its identity, or had.
    pub(crate) copied: bool,
    /// Whether the administrator revoked it.
    pub(crate) revoked: bool,
    /// Its randomness.
    pub(crate) rng: ChaCha8Rng,
    folder: PathBuf,
    vault: Arc<MemoryVault>,
    copy: Option<PathBuf>,
    copies: usize,
}

/// A request on its way, and its answer once that is here.
pub(crate) struct Exchange {
    pub(crate) ticket: Ticket,
    pub(crate) request: SyncRequestV1,
    pub(crate) answer: Option<SyncResponseV1>,
}

impl Phone {
    /// Enrolls a new phone.
    pub(crate) fn enroll(
        folder: PathBuf,
        clock: Timestamp,
        mut rng: ChaCha8Rng,
        server: &mut Server,
        name: &str,
    ) -> Self {
        fs::create_dir(&folder).unwrap();
        let vault = Arc::new(MemoryVault::default());
        let key = keys::device_key(&mut rng, &*vault).unwrap();
        let code = server.invite(clock, name);
        let answer = server.enroll(clock, &sync::enroll_request(&code, &key, "simulated"));
        let facts = sync::first_facts("https://server.invalid", None, answer);
        let (owner, id) = (facts.enrollment.user, facts.enrollment.device);
        let path = folder.join("store.db");
        let device = Device::create(
            &path,
            Arc::clone(&vault) as _,
            None,
            clock,
            &mut rng,
            &facts,
            options(),
        );
        Self {
            owner,
            id,
            device: Some(device.unwrap()),
            engine: Engine::new(),
            life: 0,
            skew: Span::default(),
            signal: true,
            thin: false,
            wake_at: None,
            exchange: None,
            gone: None,
            late_work: None,
            copied: false,
            revoked: false,
            rng,
            folder,
            vault,
            copy: None,
            copies: 0,
        }
    }

    /// Returns the time by the phone's clock.
    pub(crate) fn now(&self, clock: Timestamp) -> Timestamp {
        clock + self.skew
    }

    /// The running program with its dice.
    pub(crate) fn running(&mut self) -> (&mut Device, &mut ChaCha8Rng) {
        (self.device.as_mut().expect("the phone's program runs"), &mut self.rng)
    }

    /// Kills the program: nothing survives but what is on the disk. Half of the time, the files
    /// are those of a process that could not even close them.
    pub(crate) fn kill(&mut self, uncleanly: bool) {
        let spare = self.folder.join("as-it-died");
        if uncleanly && self.device.is_some() {
            copy_store(&self.folder, &spare);
        }
        self.device = None;
        if spare.exists() {
            put_store(&spare, &self.folder);
            fs::remove_dir_all(&spare).unwrap();
        }
        self.engine = Engine::new();
        self.exchange = None;
        self.wake_at = None;
        self.life += 1;
    }

    /// Starts the program, if it does not run.
    pub(crate) fn start(&mut self, clock: Timestamp) -> Option<Opened> {
        if self.device.is_some() || self.gone.is_some() {
            return None;
        }
        let now = self.now(clock);
        let vault = Arc::clone(&self.vault) as _;
        let path = self.path();
        let device = match Device::open(&path, vault, None, now, &mut self.rng, options()) {
            Ok(device) => device,
            // The program died over the order, once that was carried out.
            Err(OpenError::NotFound | OpenError::Key(KeyError::Missing)) if self.revoked => {
                self.gone = Some("wiped");
                return None;
            }
            Err(error) => panic!("{} does not open: {error}", self.id),
        };
        let opened = device.opened();
        self.device = Some(device);
        Some(opened)
    }

    /// Copies the store's files, as a backup of the phone does. The program must not run.
    pub(crate) fn take_copy(&mut self) {
        assert!(self.device.is_none(), "only a phone at rest is backed up");
        self.copies += 1;
        let to = self.folder.join(format!("copy-{}", self.copies));
        copy_store(&self.folder, &to);
        self.copy = Some(to);
    }

    /// Returns whether there is a copy to restore.
    pub(crate) fn has_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Puts the copy in the store's place. The key store stays as it is.
    pub(crate) fn restore_copy(&mut self) {
        assert!(self.device.is_none(), "the program does not run");
        let copy = self.copy.take().expect("a copy was taken");
        put_store(&copy, &self.folder);
    }

    /// Another installation with everything this one has, keys and all. Neither program runs.
    pub(crate) fn clone_to(&mut self, folder: PathBuf, rng: ChaCha8Rng) -> Self {
        assert!(self.device.is_none(), "only a phone at rest is cloned");
        copy_store(&self.folder, &folder);
        self.copied = true;
        Self {
            owner: self.owner,
            id: self.id,
            device: None,
            engine: Engine::new(),
            life: 0,
            skew: self.skew,
            signal: true,
            thin: self.thin,
            wake_at: None,
            exchange: None,
            gone: None,
            late_work: None,
            copied: true,
            revoked: self.revoked,
            rng,
            folder,
            vault: Arc::new(self.vault.copy()),
            copy: None,
            copies: 0,
        }
    }

    /// The phone is no more, with everything on it.
    pub(crate) fn destroy(&mut self, why: &'static str) {
        self.kill(false);
        self.gone = Some(why);
    }

    /// Adds everything on this phone to what is held.
    pub(crate) fn add_to(&mut self, clock: Timestamp, held: &mut Holding) {
        if self.gone.is_some() {
            return;
        }
        self.start(clock);
        if self.gone.is_some() {
            return;
        }
        let read = self.device.as_ref().expect("the phone's program runs").store().read();
        for record in self.records() {
            held.add_history(record, read.history(record).unwrap().unwrap_or_default());
        }
        self.add_set_aside_to(held);
    }

    /// Adds what was refused and is kept on this phone.
    pub(crate) fn add_set_aside_to(&self, held: &mut Holding) {
        let device = self.device.as_ref().expect("the phone's program runs");
        for item in device.store().read().quarantine(Dismissed::Include).unwrap() {
            held.add_set_aside(item.record, item.hash, &item.edits);
        }
    }

    /// The records on this phone.
    pub(crate) fn records(&self) -> Vec<RecordId> {
        let device = self.device.as_ref().expect("the phone's program runs");
        let rows = device.store().read().list(&client_core::store::query::ListFilter::default());
        rows.unwrap().into_iter().map(|row| row.record).collect()
    }

    fn path(&self) -> PathBuf {
        self.folder.join(STORE)
    }
}

/// Nobody cuts the power here; the kill test does.
fn options() -> StoreOptions {
    StoreOptions { durable: false, cache_kib: 1_024, ..StoreOptions::default() }
}

fn copy_store(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for name in [STORE, LOG] {
        match fs::copy(from.join(name), to.join(name)) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => panic!("{name} cannot be copied: {error}"),
        }
    }
}

fn put_store(from: &Path, to: &Path) {
    for name in [STORE, LOG, INDEX] {
        drop(fs::remove_file(to.join(name)));
    }
    copy_store(from, to);
}

const STORE: &str = "store.db";
const LOG: &str = "store.db-wal";
const INDEX: &str = "store.db-shm";
