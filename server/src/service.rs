//! The server without its network: enrollment, authentication, sync.
//!
//! Everything is synchronous and takes its clock and its randomness as arguments; HTTP calls it
//! from blocking threads, the simulation calls it directly. Start reading at [`Service::sync`].

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ed25519_dalek::SigningKey;
use model::catalogue::Label;
use model::ids::{FeedSeq, UserId};
use model::time::Timestamp;
use model::wire::{
    EnrollRequestV1, EnrollResponseV1, MembershipV1, ReconnectRequestV1, ReconnectResponseV1,
    SafeRequestV1, ShiftAnswerV1, ShiftRequestV1, SyncRequestV1, SyncResponseV1,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};
use tokio::sync::watch;

use crate::access::recompute;
use crate::audit::throttle::{Due, RefusalThrottle, Rejection};
use crate::config::{DailyBudget, ServiceConfig};
use crate::console::ConsoleUser;
use crate::context::{Context, CurrentContext, DataFolder};
use crate::data_folder::{Hold, Share};
use crate::error::{
    EnrollRefusal, OpenError, ReconnectRefusal, SafetyRefusal, StoreError, SyncError,
};
use crate::identity::accounts::{
    self, AccountBegun, AccountRefusal, Accounts, BeginAccount, BrowserId, ChangePassword, Confirm,
    EndSessions, Entered, FinishAccount, Origin, OwnRefusal, OwnSessions, SignIn, SignInRefusal,
    SignedIn,
};
use crate::identity::device::Authenticated;
use crate::identity::enrollment::{self, Enrollment};
use crate::identity::reconnect::Reconnect;
use crate::identity::shut_out;
use crate::reach::Reach;
use crate::safety;
use crate::staff::terms;
use crate::store::acts::AuditAct;
use crate::store::audit::{Actor, Note};
pub use crate::store::patience::{Asker, Patience};
use crate::store::shifts::SafetyMark;
use crate::store::sqlite::reader_pool::{PatientReaders, ReaderPool};
use crate::store::sqlite::{Database, Reading};
use crate::sync::handler::SyncHandler;
use crate::writer::{Writer, WriterState, write_alone};

/// A running server's core. Clones share it.
#[derive(Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

/// Says which roles are held where the catalogue has nothing for them to do, and by how many people.
fn warn_of_misfits(db: &Reading<'_>, context: &Context) -> Result<(), StoreError> {
    let mut counts: BTreeMap<MembershipV1, u64> = BTreeMap::new();
    for (_, held) in db.misfits(&context.catalogue)? {
        *counts.entry(held).or_default() += 1;
    }
    for (MembershipV1 { role, program }, people) in counts {
        tracing::warn!(
            %role, %program, people,
            "a role is held in a program where it neither works nor supervises; \
             `admin user list` says by whom"
        );
    }
    Ok(())
}

struct Inner {
    context: Arc<CurrentContext>,
    signing: SigningKey,
    readers: ReaderPool,
    /// For the console, which read at length: no phone waits behind them.
    console_readers: ReaderPool,
    writer: Writer,
    refusals: RefusalThrottle,
    daily: DailyBudget,
    wake: watch::Sender<FeedSeq>,
    /// Where the server is found, as the database has it.
    reach: RwLock<Option<Reach>>,
    watcher: Mutex<Database>,
    /// What the database's version was when somebody last looked.
    version: AtomicI64,
    /// Keeps a second server off the folder, and whoever would replace its files.
    _hold: Hold,
}

/// Who does the writing.
enum Writing {
    InAThread,
    Inline,
}

impl Service {
    /// Opens a data folder and starts the writer.
    ///
    /// # Errors
    /// Says why the folder cannot be opened; its files are untouched then.
    pub fn open(now: Timestamp, config: ServiceConfig) -> Result<Self, OpenError> {
        Self::open_with(now, &config, Writing::InAThread)
    }

    /// Opens a data folder without a thread of its own: every call does its work before it
    /// returns, so the same calls give the same answers.
    ///
    /// # Errors
    /// As [`Service::open`].
    pub fn open_inline(now: Timestamp, config: ServiceConfig) -> Result<Self, OpenError> {
        Self::open_with(now, &config, Writing::Inline)
    }

    fn open_with(
        now: Timestamp,
        config: &ServiceConfig,
        writing: Writing,
    ) -> Result<Self, OpenError> {
        let files = DataFolder::find(config, Share::Server)?;
        let database = files.open()?;
        let context = Context::open(&files, &database, config.catalogue.as_ref())?;
        context.check_succession(&database.reading())?;
        write_alone(&database, &context, |tx| {
            tx.context.put_in_force(now, tx.db, config.catalogue.is_some())?;
            tx.note(now, Actor::Server, AuditAct::Start, String::new(), "done")?;
            shut_out::settle(tx)?;
            recompute::everybody_if_due(now, tx)?;
            recompute::derived_if_due(tx)
        })?;
        warn_of_misfits(&database.reading(), &context)?;
        accounts::prepare()?;
        let mut readers = Vec::new();
        for _ in 0..config.readers.max(1) {
            readers.push(files.open_reader()?);
        }
        let mut console_readers = Vec::new();
        for _ in 0..config.readers.div_ceil(2).max(1) {
            console_readers.push(files.open_reader()?);
        }
        let watcher = files.open_reader()?;
        let version = watcher.version()?;
        let reach = watcher.reading().reach()?;
        let (wake, _) = watch::channel(database.reading().feed_head()?.seq);
        let signing = context.signing.clone();
        let context = Arc::new(CurrentContext::new(context));
        let console = WriterState {
            database,
            context: context.clone(),
            wake: wake.clone(),
            file: files.database(),
        };
        let writer = match writing {
            Writing::InAThread => Writer::start(console)?,
            Writing::Inline => Writer::inline(console),
        };
        let inner = Inner {
            context,
            signing,
            readers: ReaderPool::new(readers)?,
            console_readers: ReaderPool::new(console_readers)?,
            writer,
            refusals: RefusalThrottle::default(),
            daily: config.daily,
            wake,
            reach: RwLock::new(reach),
            watcher: Mutex::new(watcher),
            version: AtomicI64::new(version),
            _hold: files.into_hold(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Enrolls a device with the one-use code of an invitation. The answer's nonce is left empty
    /// for HTTP to fill.
    ///
    /// # Errors
    /// Says why not.
    pub fn enroll(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        request: &EnrollRequestV1,
    ) -> Result<EnrollResponseV1, EnrollRefusal> {
        let mut own = StdRng::from_rng(&mut *rng);
        let enrollment = Enrollment::read(request)?;
        self.inner.writer.write(move |tx| enrollment.take(now, &mut own, tx))
    }

    /// Binds a device that has its store to the department again, with the one-use code of an
    /// administrator. The answer's nonce is left empty for HTTP to fill.
    ///
    /// # Errors
    /// Says why not.
    pub fn reconnect(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        request: ReconnectRequestV1,
    ) -> Result<ReconnectResponseV1, ReconnectRefusal> {
        let mut own = StdRng::from_rng(&mut *rng);
        let reconnect = Reconnect::read(request)?;
        self.inner.writer.write(move |tx| reconnect.take(now, &mut own, tx))
    }

    /// Counts a refusal; see [`crate::audit::throttle`]. What is returned goes to [`Service::note`] before
    /// the answer leaves.
    pub(crate) fn count_refusal(&self, now: Timestamp, refusal: Rejection) -> Option<Note> {
        self.inner.refusals.count(now, refusal)
    }

    /// Writes a row of the audit.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn note(&self, note: Note) -> Result<(), StoreError> {
        self.inner.writer.write(move |tx| tx.note_row(&note))
    }

    /// Notes how much was refused beyond what has a row already. Call it every minute, and once at
    /// the end.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn note_left_out(&self, now: Timestamp, due: Due) -> Result<(), StoreError> {
        let rows = self.inner.refusals.left_out(now, due);
        if rows.is_empty() {
            return Ok(());
        }
        self.inner.writer.write(move |tx| rows.iter().try_for_each(|row| tx.note_row(row)))
    }

    /// Finds whose token this is; none when it is nobody's.
    ///
    /// # Errors
    /// When the store fails.
    pub fn authenticate(&self, token: &str) -> Result<Option<Authenticated>, StoreError> {
        let hash = enrollment::hash_token(token);
        let device = self.inner.readers.read(|db| db.device_by_token(&hash))?;
        Ok(device.map(|device| Authenticated {
            device: device.id,
            user: device.user,
            public_key: device.public_key,
            revoked: device.revoked_at.is_some(),
        }))
    }

    /// Answers one sync request. What the answer calls accepted or known is durable.
    ///
    /// # Errors
    /// When the request as a whole is refused; then nothing of it was stored.
    pub fn sync(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        who: &Authenticated,
        request: SyncRequestV1,
    ) -> Result<SyncResponseV1, SyncError> {
        let Inner { readers, writer, refusals, daily, .. } = &*self.inner;
        let (reach, daily) = (self.reach(), *daily);
        // By the catalogue that is in force when the request comes.
        let context = &readers.read(|db| self.inner.context.follow(db))?;
        SyncHandler { context, readers, writer, refusals, reach, daily }
            .answer(now, rng, who, request)
    }

    /// Begins, extends or ends a worker's shift. It is armed when this returns: what the answer says is
    /// durable.
    ///
    /// # Errors
    /// When the device has no such shift, or the store fails.
    pub fn shift(
        &self,
        now: Timestamp,
        who: &Authenticated,
        request: ShiftRequestV1,
    ) -> Result<ShiftAnswerV1, SafetyRefusal> {
        request.check_limits()?;
        let who = *who;
        self.inner.writer.write(move |tx| safety::shift(now, &who, request, tx))
    }

    /// Keeps that a worker on shift is safe, or needs help.
    ///
    /// # Errors
    /// When the device has no such shift, or the store fails.
    pub fn safe(
        &self,
        now: Timestamp,
        who: &Authenticated,
        request: SafeRequestV1,
    ) -> Result<ShiftAnswerV1, SafetyRefusal> {
        request.check_limits()?;
        let who = *who;
        self.inner.writer.write(move |tx| safety::safe(now, &who, &request, tx))
    }

    /// Returns what changes whenever a page of shifts would be another one.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn safety_mark(&self, now: Timestamp) -> Result<SafetyMark, StoreError> {
        self.inner.readers.read(|db| db.safety_mark(now))
    }

    /// Makes what goes into an authenticator, for whoever was invited to have an account. What was
    /// shown before is worth nothing then.
    ///
    /// # Errors
    /// When the code is not one, or not any more.
    pub fn begin_account(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        asked: &BeginAccount,
    ) -> Result<AccountBegun, AccountRefusal> {
        self.accounts().begin(now, rng, asked)
    }

    /// Sets somebody's password, and ends the sessions that were begun with another one. Returns the
    /// recovery codes of the account.
    ///
    /// # Errors
    /// When the code is not one, the password is weak or the authenticator shows another number.
    pub fn finish_account(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        asked: &FinishAccount,
    ) -> Result<Vec<String>, AccountRefusal> {
        self.accounts().finish(now, rng, asked)
    }

    /// Returns whether somebody of this name has signed in before in the browser that keeps these
    /// marks.
    pub fn known_browser(&self, name: &str, marks: &str) -> Option<BrowserId> {
        self.accounts().known_browser(name, marks)
    }

    /// Signs somebody in at the console. Failures are counted for the name and where it is tried from;
    /// `marks` are those that the browser keeps already.
    ///
    /// # Errors
    /// When anything is wrong with what they gave, or it was too often before.
    pub fn sign_in(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        asked: &SignIn,
        origin: Origin,
        marks: &str,
    ) -> Result<Entered, SignInRefusal> {
        self.accounts().sign_in(now, rng, asked, origin, marks)
    }

    /// Whose session a token is; none when it is nobody's, or has lapsed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn session(&self, now: Timestamp, token: &str) -> Result<Option<SignedIn>, StoreError> {
        self.accounts().session(now, token)
    }

    /// Returns whether a session has not ended.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn is_signed_in(&self, now: Timestamp, who: &SignedIn) -> Result<bool, StoreError> {
        self.accounts().is_signed_in(now, who)
    }

    /// The newest feed number after `after` that somebody at the console may see something new by; none
    /// when all that they see is as it was.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn news_at_console(
        &self,
        user: UserId,
        after: FeedSeq,
    ) -> Result<Option<FeedSeq>, StoreError> {
        self.inner.readers.read(|db| db.news_at_console(user, after))
    }

    /// Keeps a session from lapsing while it is used.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep_alive(&self, now: Timestamp, who: &SignedIn) -> Result<(), StoreError> {
        self.accounts().keep_alive(now, who)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store fails.
    pub fn sign_out(&self, now: Timestamp, who: &SignedIn) -> Result<(), StoreError> {
        self.accounts().sign_out(now, who)
    }

    /// Notes that somebody who is signed in has shown again who they are.
    ///
    /// # Errors
    /// When the password or the code is not right.
    pub fn confirm(
        &self,
        now: Timestamp,
        who: &SignedIn,
        asked: &Confirm,
    ) -> Result<(), OwnRefusal> {
        self.accounts().confirm(now, who, asked)
    }

    /// Changes somebody's own password, and ends their other sessions.
    ///
    /// # Errors
    /// When the present one is not right, or the new one is weak.
    pub fn change_password(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        who: &SignedIn,
        asked: &ChangePassword,
    ) -> Result<(), OwnRefusal> {
        self.accounts().change_password(now, rng, who, asked)
    }

    /// Where somebody is signed in.
    ///
    /// # Errors
    /// When the store fails.
    pub fn own_sessions(&self, now: Timestamp, who: &SignedIn) -> Result<OwnSessions, StoreError> {
        self.accounts().own_sessions(now, who)
    }

    /// Ends sessions of somebody's own.
    ///
    /// # Errors
    /// When there is no such session of theirs.
    pub fn end_own_sessions(
        &self,
        now: Timestamp,
        who: &SignedIn,
        asked: EndSessions,
    ) -> Result<(), OwnRefusal> {
        self.accounts().end_own_sessions(now, who, asked)
    }

    /// Begins what a signed-in user does at the console. What a consent or a role opened and does not
    /// open any more is closed before.
    ///
    /// # Errors
    /// When the store fails.
    pub fn at_the_console(
        &self,
        now: Timestamp,
        who: &SignedIn,
    ) -> Result<ConsoleUser<'_>, StoreError> {
        self.at_console_within(now, who, Patience::default())
    }

    /// The same for somebody who does not wait for ever: what is read for them ends with their
    /// patience. What is written is not given up.
    ///
    /// # Errors
    /// When the store fails, or they wait no more.
    pub fn at_console_within(
        &self,
        now: Timestamp,
        who: &SignedIn,
        patience: Patience,
    ) -> Result<ConsoleUser<'_>, StoreError> {
        let Inner { console_readers, writer, .. } = &*self.inner;
        let readers = PatientReaders::new(console_readers, patience);
        let (context, is_due) = readers.read(|db| {
            let is_due = db.is_consent_due(now)? || db.is_term_due(now)?;
            Ok::<_, StoreError>((self.inner.context.follow(db)?, is_due))
        })?;
        if is_due {
            writer.write::<_, StoreError, _>(move |tx| {
                terms::settle_due(now, tx)?;
                recompute::consents_if_due(now, tx)
            })?;
        }
        Ok(ConsoleUser { context, readers, writer, accounts: self.accounts(), now, who: *who })
    }

    /// Returns what the department is called, by the catalogue that was in force when somebody last looked.
    pub(crate) fn department(&self) -> Label {
        self.inner.context.get().catalogue.department.clone()
    }

    fn accounts(&self) -> Accounts<'_> {
        let Inner { signing, readers, writer, .. } = &*self.inner;
        Accounts { readers, writer, signing }
    }

    /// Returns where the server is found and how devices know it; none before it was ever served.
    pub fn reach(&self) -> Option<Reach> {
        self.inner.reach.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes where the server is served now, how devices know it there, and which key is ready to
    /// come; what is new of it is announced.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn set_served(
        &self,
        now: Timestamp,
        url: &str,
        pin: Option<&str>,
        next_pin: Option<&str>,
    ) -> Result<(), StoreError> {
        let (url, pin) = (url.to_owned(), pin.map(str::to_owned));
        let next_pin = next_pin.map(str::to_owned);
        let reach = self.inner.writer.write(move |tx| {
            let before = tx.db.reach()?.unwrap_or_default();
            let reach = before.changed(now, |reach| {
                reach.next_pin = next_pin.or(reach.next_pin.take());
                reach.served(&url, pin.as_deref());
            });
            if reach != before {
                tx.db.set_reach(&reach)?;
                let object = format!("announcement {}", reach.number);
                tx.note(now, Actor::Server, AuditAct::Announce, object, "done")?;
            }
            Ok::<_, StoreError>(reach)
        })?;
        self.keep_reach(Some(reach));
        Ok(())
    }

    fn keep_reach(&self, reach: Option<Reach>) {
        *self.inner.reach.write().unwrap_or_else(PoisonError::into_inner) = reach;
    }

    /// The feed's newest number.
    ///
    /// # Errors
    /// When the store fails.
    pub fn head(&self) -> Result<FeedSeq, StoreError> {
        Ok(self.inner.readers.read(|db| db.feed_head())?.seq)
    }

    /// The newest feed number after `after` that a sync would tell this device something about;
    /// none when a sync would bring nothing. Costs what was appended since `after`: keep the head
    /// that was last looked at and ask from there.
    ///
    /// # Errors
    /// When the store fails.
    pub fn news_for(
        &self,
        who: &Authenticated,
        after: FeedSeq,
    ) -> Result<Option<FeedSeq>, StoreError> {
        self.inner.readers.read(|db| db.news(who.user, who.device, after))
    }

    /// Returns whether the server can do its work.
    ///
    /// # Errors
    /// When it cannot.
    pub fn ready(&self) -> Result<(), StoreError> {
        self.inner.readers.read(|db| db.life())?;
        // An empty piece of work goes through the writer and to the disk.
        self.inner.writer.write(|_| Ok::<_, StoreError>(()))
    }

    /// The feed's newest number, and every later one as it is committed by this process or noticed
    /// by [`Service::changed_elsewhere`].
    pub fn subscribe(&self) -> watch::Receiver<FeedSeq> {
        self.inner.wake.subscribe()
    }

    /// Returns whether the database was written since the last call, by this or by another process
    /// (an administrator's command); the subscribers are woken when the feed has grown.
    ///
    /// Costs no disk access when nothing was written: call it a few times a second.
    ///
    /// # Errors
    /// When the store fails.
    pub fn changed_elsewhere(&self) -> Result<bool, StoreError> {
        let watcher = self.inner.watcher.lock().unwrap_or_else(PoisonError::into_inner);
        let version = watcher.version()?;
        if self.inner.version.swap(version, Ordering::AcqRel) == version {
            return Ok(false);
        }
        // Another process may have destroyed keys: what they opened must not live on in memory.
        let context = self.inner.context.follow(&watcher.reading())?;
        if context.keyring.forget_if_erased()? {
            context.documents.forget();
        }
        self.keep_reach(watcher.reading().reach()?);
        let head = watcher.reading().feed_head()?.seq;
        self.inner.wake.send_if_modified(|known| {
            let grown = *known < head;
            *known = head.max(*known);
            grown
        });
        Ok(true)
    }

    /// Takes no more work, finishes what was taken, and returns once it is on the disk.
    pub fn shutdown(&self) {
        self.inner.writer.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::Admin;
    use crate::config::Durability;

    #[test]
    fn a_full_disk_is_told_as_one_and_work_goes_on_when_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = ServiceConfig::new(folder.path().join("data"));
        config.durability = Durability::Process;
        let mut rng = StdRng::seed_from_u64(1);
        let now = Timestamp::from_millis(1_795_000_000_000);
        drop(Admin::init(now, &mut rng, &config, "Department").unwrap());
        let service = Service::open_inline(now, config).unwrap();
        let write = |pages_more: i64| {
            service.inner.writer.write(move |tx| tx.db.fill(1_000_000, pages_more))
        };
        assert!(matches!(write(0), Err(StoreError::DiskFull)));
        write(1_000).unwrap();
        service.ready().unwrap();
    }
}
