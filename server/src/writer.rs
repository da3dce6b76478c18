//! The one writer: takes jobs, commits many of them in one transaction, and answers each after the
//! commit (group commit).
//!
//! A job that fails or panics is rolled back alone; the others of its group are committed. A job that
//! writes much is a group by itself. Without
//! a thread ([`Writer::inline`]) each call is its own group, so that the same calls give the same
//! answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use model::document::Document;
use model::ids::{ChangeHash, FeedSeq, RecordId, Scope};
use model::time::Timestamp;
use model::wire::FeedPositionV1;
use rand::Rng;
use tokio::sync::watch;

use crate::context::{Context, CurrentContext};
use crate::crypto::keys::{Keys, NewKeys};
use crate::crypto::seal::SealingKey;
use crate::data_folder;
use crate::documents::cache::Fresh;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::{Actor, AuditHead, Note};
use crate::store::feed::Entry;
use crate::store::sqlite::{Database, Undone, Writing};

/// One transaction at work: what every writing needs besides the database.
pub(crate) struct Tx<'a> {
    pub(crate) db: &'a Writing<'a>,
    pub(crate) context: &'a Context,
    feed: FeedPositionV1,
    audit: AuditHead,
    keys: NewKeys,
    fresh: Vec<Fresh>,
}

impl<'a> Tx<'a> {
    /// Begins where the last transaction ended, whoever wrote it.
    fn begin(db: &'a Writing<'a>, context: &'a Context) -> Result<Self, StoreError> {
        Ok(Self {
            db,
            context,
            feed: db.feed_head()?,
            audit: db.audit_head()?,
            keys: NewKeys::default(),
            fresh: Vec::new(),
        })
    }

    /// The end of the feed as this transaction has written it so far.
    pub(crate) fn head(&self) -> FeedPositionV1 {
        self.feed
    }

    /// Appends an entry to the feed.
    pub(crate) fn append(&mut self, scope: i64, entry: Entry<'_>) -> Result<FeedSeq, StoreError> {
        self.db.append_to_feed(&mut self.feed, scope, entry)
    }

    /// Appends changes of a scope to the feed. Returns their numbers.
    pub(crate) fn append_changes(
        &mut self,
        scope: i64,
        hashes: &[ChangeHash],
    ) -> Result<Vec<FeedSeq>, StoreError> {
        self.db.append_changes_to_feed(&mut self.feed, scope, hashes)
    }

    /// Notes something in the audit.
    pub(crate) fn note(
        &mut self,
        at: Timestamp,
        actor: Actor,
        act: AuditAct,
        object: String,
        outcome: impl Into<String>,
    ) -> Result<(), StoreError> {
        self.note_row(&Note { at, actor, act, object, outcome: outcome.into(), reason: None })
    }

    /// Notes what was made a row elsewhere.
    pub(crate) fn note_row(&mut self, note: &Note) -> Result<(), StoreError> {
        self.db.append_to_audit(&mut self.audit, note)
    }

    /// The key of a scope; makes one when nothing was ever sealed for it.
    pub(crate) fn key(
        &mut self,
        rng: &mut dyn Rng,
        scope: &Scope,
    ) -> Result<Arc<SealingKey>, StoreError> {
        let db = self.db;
        self.keys.key(rng, &self.context.keyring, scope, || db.is_scope_used(scope))
    }

    /// The keys there are, with those that this transaction has made: another job of the same
    /// group may have opened the scope a moment ago.
    pub(crate) fn keys(&self) -> Keys<'_> {
        self.keys.beside(&self.context.keyring)
    }

    /// Keeps a document at hand once this transaction is committed.
    pub(crate) fn remember(&mut self, record: RecordId, at: FeedSeq, document: Arc<Document>) {
        self.fresh.push(Fresh { record, at, document });
    }

    /// Writes the ends and makes the keys durable: the last step before the commit.
    fn finish(self) -> Result<(FeedPositionV1, Vec<Fresh>), StoreError> {
        self.db.check_open()?;
        self.db.set_feed_head(self.feed)?;
        self.db.set_audit_head(self.audit)?;
        self.keys.keep(&self.context.keyring)?;
        Ok((self.feed, self.fresh))
    }

    /// Runs the one piece of work of a transaction: if it fails, the transaction is to be undone.
    ///
    /// A step would cost more the more it writes: for each statement that can fail half-way SQLite
    /// walks through all pages that the step has changed before it (decision 0046).
    fn alone<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        catch_unwind(AssertUnwindSafe(|| work(self)))
            .unwrap_or_else(|_| Err(StoreError::Panicked.into()))
    }

    /// Runs one piece of work beside others, so that it is done whole or not at all.
    fn attempt<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let (feed, audit, fresh) = (self.feed, self.audit, self.fresh.len());
        let step = self.db.step()?;
        let result = self.alone(work);
        if result.is_ok() {
            step.keep()?;
            return result;
        }
        if step.undo()? == Undone::Step {
            (self.feed, self.audit) = (feed, audit);
            self.fresh.truncate(fresh);
        }
        // Of a transaction that is gone, why is what the work was told.
        result
    }
}

/// Does one piece of work in a transaction of its own, and says where the feed ends then.
pub(crate) fn write_alone<T, E: From<StoreError>>(
    database: &Database,
    context: &Context,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut failed = None;
    let done = database.write(|db| {
        let mut tx = Tx::begin(db, context)?;
        match tx.alone(work) {
            Ok(done) => {
                tx.finish()?;
                Ok(done)
            }
            Err(error) => {
                failed = Some(error);
                Err(StoreError::NotCommitted)
            }
        }
    });
    match failed {
        Some(error) => Err(error),
        None => Ok(done?),
    }
}

/// Hands work to whoever writes.
pub(crate) struct Writer {
    mode: Mode,
}

enum Mode {
    /// The caller writes.
    Inline(Mutex<Option<WriterState>>),
    /// A thread writes, until its queue is taken away.
    Thread { queue: Mutex<Option<SyncSender<Box<dyn Job>>>>, thread: Mutex<Option<JoinHandle<()>>> },
}

/// What writing needs, and whom it tells.
pub(crate) struct WriterState {
    pub(crate) database: Database,
    pub(crate) context: Arc<CurrentContext>,
    pub(crate) wake: watch::Sender<FeedSeq>,
    /// Where the database lies.
    pub(crate) file: PathBuf,
}

impl Writer {
    /// A writer without a thread.
    pub(crate) fn inline(state: WriterState) -> Self {
        Self { mode: Mode::Inline(Mutex::new(Some(state))) }
    }

    /// A writer with a thread of its own.
    pub(crate) fn start(state: WriterState) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("fieldbook-writer".into())
            .spawn(move || state.serve(&jobs))?;
        let (queue, thread) = (Mutex::new(Some(queue)), Mutex::new(Some(thread)));
        Ok(Self { mode: Mode::Thread { queue, thread } })
    }

    /// Does the work in a transaction, alone or with others. What it wrote is on the disk when
    /// this returns `Ok`; otherwise nothing of it is.
    pub(crate) fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.write_with(Company::Any, work)
    }

    /// [`Writer::write`] for work that writes much: it has a transaction of its own.
    pub(crate) fn write_much<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        self.write_with(Company::None, work)
    }

    fn write_with<T, E, F>(&self, company: Company, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        let job: Box<dyn Job> = Box::new(Task { work: Some(work), done: None, reply, company });
        match &self.mode {
            Mode::Inline(state) => {
                let state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.as_ref().ok_or(StoreError::Closed)?.commit(vec![job]);
            }
            Mode::Thread { queue, .. } => {
                let queue = queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
                queue.and_then(|queue| queue.send(job).ok()).ok_or(StoreError::Closed)?;
            }
        }
        answer.recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Takes no more work, and returns once all that was taken is on the disk.
    pub(crate) fn stop(&self) {
        match &self.mode {
            Mode::Inline(state) => {
                drop(state.lock().unwrap_or_else(PoisonError::into_inner).take());
            }
            Mode::Thread { queue, thread } => {
                drop(queue.lock().unwrap_or_else(PoisonError::into_inner).take());
                let thread = thread.lock().unwrap_or_else(PoisonError::into_inner).take();
                // A writer that panicked has nothing left to finish.
                let _ = thread.map(JoinHandle::join);
            }
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl WriterState {
    fn serve(self, jobs: &Receiver<Box<dyn Job>>) {
        let mut next = None;
        while let Some(first) = next.take().or_else(|| jobs.recv().ok()) {
            let mut group = vec![first];
            while group.len() < GROUP_MAX && group[0].company() == Company::Any {
                match jobs.try_recv() {
                    Ok(job) if job.company() == Company::Any => group.push(job),
                    Ok(job) => {
                        next = Some(job);
                        break;
                    }
                    Err(_) => break,
                }
            }
            self.commit(group);
        }
        // What is in the log file goes into the database, so that the next start is quick.
        let _ = self.database.overwrite_log();
    }

    /// Does a group of jobs in one transaction, and answers each.
    fn commit(&self, mut group: Vec<Box<dyn Job>>) {
        let mut undone = false;
        let committed = self.database.write(|db| {
            let context = self.context.follow(db)?;
            let mut tx = Tx::begin(db, &context)?;
            match group.as_mut_slice() {
                [job] => undone = !job.work_alone(&mut tx),
                jobs => jobs.iter_mut().for_each(|job| job.work(&mut tx)),
            }
            match undone {
                true => Err(StoreError::NotCommitted),
                false => tx.finish(),
            }
        });
        let mut lost = None;
        match committed {
            // Why, its own answer says.
            Err(_) if undone => {}
            Ok((head, fresh)) => {
                self.context.get().documents.keep(fresh);
                self.wake.send_if_modified(|known| {
                    let grown = *known < head.seq;
                    *known = head.seq.max(*known);
                    grown
                });
            }
            Err(error) => {
                let is_full =
                    matches!(error, StoreError::DiskFull) || data_folder::is_disk_full(&self.file);
                lost = Some(if is_full { Lost::DiskFull } else { Lost::Otherwise });
                let error = if is_full { StoreError::DiskFull } else { error };
                tracing::error!(error = %error, "a transaction was not committed");
            }
        }
        group.into_iter().for_each(|job| job.answer(lost));
    }
}

/// Work whose answer waits for the commit.
trait Job: Send {
    fn company(&self) -> Company;
    /// Works beside others.
    fn work(&mut self, tx: &mut Tx<'_>);
    /// Works in a transaction of its own. Returns false if that is to be undone.
    fn work_alone(&mut self, tx: &mut Tx<'_>) -> bool;
    fn answer(self: Box<Self>, lost: Option<Lost>);
}

/// With whom work may share a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Company {
    Any,
    None,
}

/// Why what was done is not on the disk.
#[derive(Debug, Clone, Copy)]
enum Lost {
    DiskFull,
    /// The log says more.
    Otherwise,
}

impl From<Lost> for StoreError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::DiskFull => Self::DiskFull,
            Lost::Otherwise => Self::NotCommitted,
        }
    }
}

struct Task<T, E, F> {
    work: Option<F>,
    done: Option<Result<T, E>>,
    reply: SyncSender<Result<T, E>>,
    company: Company,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
{
    fn company(&self) -> Company {
        self.company
    }

    fn work(&mut self, tx: &mut Tx<'_>) {
        self.done = self.work.take().map(|work| tx.attempt(work));
    }

    fn work_alone(&mut self, tx: &mut Tx<'_>) -> bool {
        self.done = self.work.take().map(|work| tx.alone(work));
        matches!(self.done, Some(Ok(_)))
    }

    fn answer(self: Box<Self>, lost: Option<Lost>) {
        let result = match (self.done, lost) {
            (Some(Ok(_)) | None, Some(lost)) => Err(StoreError::from(lost).into()),
            (Some(result), _) => result,
            (None, None) => Err(StoreError::Closed.into()),
        };
        // Whoever no longer waits will ask again.
        let _ = self.reply.send(result);
    }
}

/// Jobs that may wait; past that, who asks waits.
const QUEUE_MAX: usize = 1_024;

/// Jobs in one transaction: each wait for the disk then serves so many.
const GROUP_MAX: usize = 64;
