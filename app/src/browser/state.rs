//! The store, shut or open, and who may have it when.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use client_core::device::Device;
use client_core::driver::{
    Cancel, Clock as _, DeviceAccess, Driver, DriverError, EnrollError, EnrollPlace, EventListener,
    Invitation, Withdrawn, enroll_with_clock,
};
use client_core::engine::{Progress, Reason, SyncOutcome, SyncReport, TransportFailure};
use client_core::store::{OpenError, StoreError, StoreOptions};
use client_core::vault::{KeyVault, VaultError};
use field::{Around, SyncNow};
use model::time::Timestamp;
use model::words::Language;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rsqlite_vfs::VfsFilesManager as _;
use send_wrapper::SendWrapper;
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_vfs::sahpool::{OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};
use ui::views::phone::{Storage, SyncEnd};
use ui::{EnrollProblem, Form, Method, PhoneDoor, Request, Response, UnlockProblem, way_back};
use wasm_bindgen::JsError;

use super::clock::BrowserClock;
use super::files::HandleSlot;
use super::line::FetchTransport;
use super::requests::{PageAsked, Told};
use crate::lock::LockTimer;
use crate::vault::{PASSPHRASE_LENGTH_MIN, SealedVault, Slot, Standing, UnlockError};

/// All that the worker holds.
pub(super) struct State {
    pub(super) origin: String,
    vault: Arc<SealedVault>,
    pool: OpfsSAHPoolUtil,
    pub(super) device: RefCell<Option<Device>>,
    /// When the store is shut by itself, while it is open.
    timer: Cell<Option<LockTimer>>,
    /// What hears the server's news, while nobody waits for them.
    pub(super) ear: RefCell<Option<EventListener>>,
    /// What ends the wait for news, while somebody waits.
    pub(super) listening: RefCell<Option<Cancel>>,
    /// How much room there is, as the browser said last.
    storage: Cell<Option<Storage>>,
    /// How the run that is under way goes, if there is one: how much it has sent and received.
    running: Cell<Option<(u64, u64)>>,
    /// Whether something came up while a run was under way, which may have missed it.
    again: Cell<bool>,
    /// How the last run ended.
    ended: Cell<Option<(SyncEnd, Timestamp)>>,
}

impl State {
    /// Takes the files of the store and of the key store.
    pub(super) async fn start(origin: String, slots: [HandleSlot; 2]) -> Result<Self, JsError> {
        let options = OpfsSAHPoolCfgBuilder::new().vfs_name(VFS).directory(FOLDER).build();
        let pool = install::<WasmOsCallback>(&options, false).await?;
        let vault = SealedVault::read(slots.map(|slot| Box::new(slot) as Box<dyn Slot>))?;
        Ok(Self {
            origin,
            vault: Arc::new(vault),
            pool,
            device: RefCell::default(),
            timer: Cell::default(),
            ear: RefCell::default(),
            listening: RefCell::default(),
            storage: Cell::default(),
            running: Cell::default(),
            again: Cell::default(),
            ended: Cell::default(),
        })
    }

    /// Notes that somebody touched the phone or typed. Returns whether the store is shut then: whoever wakes a
    /// phone is asked for the passphrase first.
    pub(super) fn touch(&self, at: f64) -> bool {
        let at = time_of(at);
        let is_shut = self.is_shut_at(at);
        self.with_timer(|timer| timer.touch(at));
        is_shut
    }

    /// Notes that the app went out of sight, or came back into it. Returns whether the store is shut then.
    pub(super) fn set_hidden(&self, at: f64, is_hidden: bool) -> bool {
        let at = time_of(at);
        let is_shut = self.is_shut_at(at);
        self.with_timer(|timer| timer.set_hidden(at, is_hidden));
        is_shut
    }

    /// Returns whether the store is shut, and shuts it first if it is time to.
    pub(super) fn is_shut(&self) -> bool {
        self.is_shut_at(BrowserClock.now())
    }

    fn is_shut_at(&self, now: Timestamp) -> bool {
        let mut is_up = false;
        self.with_timer(|timer| is_up = timer.is_up(now));
        if is_up {
            self.lock();
        }
        self.vault.standing() != Standing::Open
    }

    /// Does something with the timer, if the store is open.
    fn with_timer(&self, work: impl FnOnce(&mut LockTimer)) {
        let mut timer = self.timer.get();
        if let Some(timer) = &mut timer {
            work(timer);
        }
        self.timer.set(timer);
    }

    /// Notes how much room there is.
    pub(super) fn note_storage(&self, used: f64, quota: f64, kept: bool) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bytes are whole, and there are fewer than 2^53"
        )]
        let bytes = |number: f64| number.max(0.0) as u64;
        self.storage.set(Some(Storage { used: bytes(used), quota: bytes(quota), kept }));
    }

    /// Answers a page. Until the store is open each page is the one that opens it.
    pub(super) async fn answer(&self, asked: PageAsked) -> Told {
        self.is_shut();
        let told = self.answer_now(asked).await;
        if self.timer.get().is_none() && self.device.borrow().is_some() {
            self.timer.set(Some(LockTimer::start(BrowserClock.now())));
        }
        told
    }

    async fn answer_now(&self, asked: PageAsked) -> Told {
        let language = Language::of_tag(&asked.language);
        let posted = asked.method == "POST";
        let form = Form::read(if posted { &asked.body } else { asked.query.as_bytes() });
        let standing = match self.vault.standing() {
            // An enrollment was begun, and there is no store yet.
            Standing::Open if self.device.borrow().is_none() => Standing::Empty,
            standing => standing,
        };
        match (standing, posted, asked.path.as_str()) {
            (Standing::Empty | Standing::Destroyed, true, "/enroll") => {
                Told::at_the_door(self.enroll(language, &form).await)
            }
            (Standing::Destroyed, false, "/enroll") | (Standing::Empty, ..) => {
                let code = form.text("code");
                Told::at_the_door(door(language, enroll_door(code, None)))
            }
            (Standing::Destroyed, ..) => Told::at_the_door(door(language, PhoneDoor::Destroyed)),
            (Standing::Shut, true, "/unlock") => Told::at_the_door(self.unlock(language, &form)),
            (Standing::Shut, false, "/anew") => Told::at_the_door(door(language, ANEW)),
            (Standing::Shut, true, "/anew") => Told::at_the_door(self.begin_anew(language, &form)),
            (Standing::Shut, ..) => {
                let back = if posted { "/" } else { way_back(&asked.path) };
                Told::at_the_door(door(language, PhoneDoor::Unlock { back, problem: None }))
            }
            (Standing::Open, true, "/lock") => {
                self.lock();
                Told::at_the_door(Response::SeeOther("/".to_owned()))
            }
            (Standing::Open, ..) => self.show(language, &asked, form),
        }
    }

    /// Answers a page of the open store.
    fn show(&self, language: Language, asked: &PageAsked, form: Form) -> Told {
        let method = if asked.method == "POST" { Method::Post } else { Method::Get };
        let now = BrowserClock.now();
        let request =
            Request { method, path: &asked.path, form, language, wants_part: asked.part, now };
        let sync = SyncNow { running: self.running.get(), ended: self.ended.get() };
        let storage = self.storage.get();
        let around = Around { sync, storage, version: env!("CARGO_PKG_VERSION") };
        let mut device = self.device.borrow_mut();
        match (&mut *device, rng()) {
            (Some(device), Some(mut rng)) => {
                if device.notice_time(now, None).is_err() {
                    tracing::warn!("the time could not be noted");
                }
                let answer = field::respond(&request, device, &mut rng, &around);
                Told { asked: answer.asked, ..answer.response.into() }
            }
            _ => {
                let problem = Some(UnlockProblem::Unreadable);
                door(language, PhoneDoor::Unlock { back: "/", problem }).into()
            }
        }
    }

    async fn enroll(&self, language: Language, form: &Form) -> Response {
        let code = form.text("code").trim();
        let secret = form.text("secret");
        let refused = |problem| door(language, enroll_door(code, Some(problem)));
        if code.is_empty() {
            return refused(EnrollProblem::CodeMissing);
        }
        if secret != form.text("again") {
            return refused(EnrollProblem::SecretsDiffer);
        }
        let Some(rng) = rng() else { return refused(EnrollProblem::Other(String::new())) };
        match self.vault.set_up(Box::new(rng), secret) {
            Ok(()) => {}
            Err(UnlockError::TooShort) => return refused(EnrollProblem::SecretShort),
            Err(error) => return refused(EnrollProblem::Other(error.to_string())),
        }
        let invitation =
            Invitation { url: self.origin.clone(), code: code.to_owned(), fingerprint: None };
        let line = FetchTransport::new(self.origin.clone());
        // What an enrollment left that was cut: no key opens it.
        self.remove_store();
        let place = EnrollPlace {
            path: STORE.into(),
            vault: Arc::clone(&self.vault) as Arc<dyn KeyVault>,
            pin: None,
            platform: "browser".to_owned(),
            options: options(),
        };
        match enroll_with_clock(&line, &invitation, place, &BrowserClock).await {
            Ok(device) => {
                *self.device.borrow_mut() = Some(device);
                Response::SeeOther("/".to_owned())
            }
            // The vault stays: if only the answer was lost, the same code is good for the key in it alone.
            Err(error) => refused(problem_of(error)),
        }
    }

    fn unlock(&self, language: Language, form: &Form) -> Response {
        let back = way_back(form.text("back"));
        let refused = |problem| door(language, PhoneDoor::Unlock { back, problem: Some(problem) });
        let now = BrowserClock.now();
        let (Some(first), Some(mut second)) = (rng(), rng()) else {
            return refused(UnlockProblem::Unreadable);
        };
        match self.vault.unlock(now, Box::new(first), form.text("secret")) {
            Ok(()) => {}
            Err(UnlockError::Wrong { tries_left }) => {
                return refused(UnlockProblem::Wrong { tries_left });
            }
            Err(UnlockError::TooSoon { not_before }) => {
                let seconds = not_before.since(now).as_millis().max(0).unsigned_abs() / 1_000;
                return refused(UnlockProblem::TooSoon { seconds });
            }
            Err(UnlockError::Destroyed) => return door(language, PhoneDoor::Destroyed),
            Err(_) => return refused(UnlockProblem::Unreadable),
        }
        if matches!(self.vault.load(INSTALL), Ok(None)) {
            // The enrollment that made these keys never came to its end: it is asked for again.
            return Response::SeeOther("/".to_owned());
        }
        let vault = Arc::clone(&self.vault) as Arc<dyn KeyVault>;
        match Device::open(Path::new(STORE), vault, None, now, &mut second, options()) {
            Ok(device) => {
                *self.device.borrow_mut() = Some(device);
                Response::SeeOther(back.to_owned())
            }
            Err(_) => {
                self.vault.shut();
                refused(UnlockProblem::Unreadable)
            }
        }
    }

    /// Shuts the store.
    pub(super) fn lock(&self) {
        self.stop_listening();
        self.timer.set(None);
        self.device.borrow_mut().take();
        self.vault.shut();
    }

    /// Gives up all that is on this phone: its passphrase is forgotten.
    fn begin_anew(&self, language: Language, form: &Form) -> Response {
        if form.text("sure") != "yes" {
            return door(language, PhoneDoor::Anew { unsure: true });
        }
        self.lock();
        self.remove_store();
        match self.vault.forget() {
            Ok(()) => Response::SeeOther("/".to_owned()),
            Err(_) => door(language, PhoneDoor::Anew { unsure: false }),
        }
    }

    fn remove_store(&self) {
        for name in [STORE, "store-wal", "store-journal"] {
            // What is not there need not be removed.
            drop(self.pool.remove(name));
        }
    }

    /// Synchronizes once, and says what came of it.
    pub(super) async fn sync(self: &Rc<Self>) -> String {
        if self.device.borrow().is_none() {
            return "shut".to_owned();
        }
        if self.running.get().is_some() {
            self.again.set(true);
            return "busy".to_owned();
        }
        self.running.set(Some((0, 0)));
        let mut done = self.run().await;
        while self.again.take() && matches!(done, Ok((SyncOutcome::Done, _))) {
            done = self.run().await;
        }
        self.running.set(None);
        self.ended.set(Some((end_of(&done), BrowserClock.now())));
        match done {
            Ok((SyncOutcome::Wiped, _)) => {
                self.lock();
                self.remove_store();
                drop(self.vault.forget());
                "wiped".to_owned()
            }
            Ok((SyncOutcome::Done, _)) => "done".to_owned(),
            Ok((outcome, _)) => format!("{outcome:?}"),
            Err(error) => error.to_string(),
        }
    }

    async fn run(self: &Rc<Self>) -> Result<(SyncOutcome, SyncReport), DriverError> {
        let line = Arc::new(FetchTransport::new(self.origin.clone()));
        let mut driver = Driver::with_clock(line, Arc::new(BrowserClock));
        let mut device = Lent(SendWrapper::new(Rc::clone(self)));
        let told = SendWrapper::new(Rc::clone(self));
        let mut on_progress = move |progress: &Progress| {
            told.running.set(Some((progress.so_far.sent, progress.so_far.received)));
        };
        driver.sync(&mut device, Reason::Person, &Cancel::new(), &mut on_progress).await
    }
}

/// The store, lent to a run for one step at a time: pages are answered in between.
pub(super) struct Lent(pub(super) SendWrapper<Rc<State>>);

impl DeviceAccess for Lent {
    fn lend(&mut self, work: &mut dyn FnMut(&mut Device)) -> Result<(), Withdrawn> {
        match &mut *self.0.device.borrow_mut() {
            Some(device) => {
                work(device);
                Ok(())
            }
            None => Err(Withdrawn),
        }
    }
}

/// Returns what is told of how a run ended.
fn end_of(done: &Result<(SyncOutcome, SyncReport), DriverError>) -> SyncEnd {
    match done {
        Ok((SyncOutcome::Done, _)) => SyncEnd::Done,
        Ok((SyncOutcome::Cancelled, _)) => SyncEnd::Stopped,
        // What answers in the server's place speaks another language.
        Ok((SyncOutcome::Unreachable(TransportFailure::Unreadable), _)) => SyncEnd::Portal,
        Ok((SyncOutcome::Unreachable(_), _)) => SyncEnd::Unreachable,
        Ok(_) | Err(_) => SyncEnd::Failed,
    }
}

fn problem_of(error: EnrollError) -> EnrollProblem {
    match error {
        EnrollError::Transport(failure) => match failure {
            TransportFailure::Unauthorized { .. } => EnrollProblem::CodeRefused,
            TransportFailure::Unreachable
            | TransportFailure::TimedOut
            | TransportFailure::Cut
            | TransportFailure::Busy { .. } => EnrollProblem::Unreachable,
            other => EnrollProblem::Other(other.to_string()),
        },
        EnrollError::Store(OpenError::Store(StoreError::DiskFull))
        | EnrollError::Key(client_core::keys::KeyError::Vault(VaultError::DiskFull)) => {
            EnrollProblem::NoRoom
        }
        other => EnrollProblem::Other(other.to_string()),
    }
}

fn enroll_door(code: &str, problem: Option<EnrollProblem>) -> PhoneDoor<'_> {
    PhoneDoor::Enroll { code, length_min: PASSPHRASE_LENGTH_MIN, problem }
}

fn door(language: Language, door: PhoneDoor<'_>) -> Response {
    ui::phone_door(language, &door)
}

fn options() -> StoreOptions {
    StoreOptions { vfs: Some(VFS.to_owned()), ..StoreOptions::default() }
}

/// Returns the time that a page's clock shows, which it tells in milliseconds.
fn time_of(millis: f64) -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds are whole")]
    Timestamp::from_millis(millis as i64)
}

/// A random source of its own for each use; `None` where the browser gives no random numbers.
fn rng() -> Option<StdRng> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).ok()?;
    Some(StdRng::from_seed(seed))
}

const ANEW: PhoneDoor<'_> = PhoneDoor::Anew { unsure: false };

const VFS: &str = "fieldbook";
const FOLDER: &str = "fieldbook";
const STORE: &str = "store";
/// What the vault holds once a store was made whole (`client_core::keys`).
const INSTALL: &str = "install";
