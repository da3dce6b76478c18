//! Changes on their way in: tried on the reading side, where it costs nobody else anything, then
//! appended by the one writer.
//!
//! A record's changes are tried together on its document, and what their author may change in it is
//! asked there ([`trial`]), once it is known that the record is open to them at all: nobody has
//! the server work on what they may not write. It is decided inside the transaction ([`rights`]),
//! because an earlier record of the same push can decide it. When the record, the right to it or the
//! author's roles have moved on between the two, it is tried again. One bad change never stops the
//! others.

pub(crate) mod author;
pub(crate) mod decide;
pub(crate) mod late;
pub(crate) mod rights;
pub(crate) mod trial;
pub(crate) mod vouched;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::admission::Budget;
use model::catalogue::Catalogue;
use model::change::{ChangeProblem, RawChange};
use model::document::{Document, NewChange as NewDocumentChange};
use model::followup::Touched;
use model::ids::{ChangeHash, DeviceId, FeedSeq, RecordId, UserId};
use model::limits::{ALWAYS_CHANGE_BYTES_MAX, TRIAL_OPS_MAX};
use model::policy::{self, Channel};
use model::record::Envelope;
use model::references;
use model::time::Timestamp;
use model::wire::{OutcomeV1, PushResultV1, PushV1, RetryV1};
use model::words::{Explained as _, Message};
use rand::Rng;

use crate::access::recompute;
use crate::context::Context;
use crate::crypto::seal::SealingKey;
use crate::documents;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::feed::Entry;
use crate::store::records::{NewChange, RecordRow, View};
use crate::store::sqlite::Reading;
use crate::writer::Tx;

use self::author::{After, Author, Roles};
use self::late::Late;
use self::rights::RecordAccess;
use self::trial::{Trial, Tried};

/// Who pushes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sender {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    pub(crate) standing: SenderTrust,
    /// Where it is done.
    pub(crate) way: Channel,
}

impl Sender {
    /// Who it is for the audit.
    fn actor(self) -> Actor {
        match (self.standing, self.way) {
            (SenderTrust::Server, _) => Actor::Server,
            (SenderTrust::Accepted { by, .. }, _) => Actor::Console(by),
            (_, Channel::Console | Channel::ConsoleWithReason) => Actor::Console(self.user),
            (_, Channel::Work | Channel::Phone) => Actor::Device(self.user, self.device),
        }
    }
}

/// What is taken from a sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SenderTrust {
    /// What its owner may write.
    Ordinary,
    /// Also what others wrote and the server lost, as far as its owner comes to such records and it
    /// is nothing that only some may write: it reconciles (decision 0005).
    Vouching,
    /// What its owner may write; what others wrote waits: the device says that the server lost
    /// something, and the server knows nothing of it.
    Disputing,
    /// Nothing yet: it must tell first what it holds.
    MustReconcile,
    /// Nothing, but it is kept for a supervisor: the device was revoked.
    Revoked,
    /// What the server writes by itself.
    Server,
    /// What was refused before, and was accepted by this supervisor.
    Accepted {
        /// The supervisor.
        by: UserId,
        /// Whether others may have written it: the device handed in what the server had lost.
        vouched: bool,
    },
}

impl SenderTrust {
    /// Returns whether a supervisor has accepted it: nobody is asked then what its author may.
    pub(crate) fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted { .. })
    }
}

/// Why a change is not stored with its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    pub(crate) about: BTreeMap<String, String>,
    pub(crate) retry: RetryV1,
}

impl Refused {
    /// What its code says, for good.
    pub(crate) fn never(code: &'static str, message: &Message) -> Self {
        let about = message.parts().clone();
        Self { code, reason: message.english(), about, retry: RetryV1::Never }
    }

    /// What its code says by itself, for good.
    pub(crate) fn plainly(code: &'static str) -> Self {
        Self::never(code, &Message::new(code))
    }

    /// What its code says, until the device has pulled.
    pub(crate) fn after_pull(code: &'static str, message: &Message) -> Self {
        Self { retry: RetryV1::AfterPull, ..Self::never(code, message) }
    }
}

impl From<policy::Denial> for Refused {
    fn from(refusal: policy::Denial) -> Self {
        Self::never(refusal.code(), &refusal.message())
    }
}

impl From<references::Wrong> for Refused {
    fn from(wrong: references::Wrong) -> Self {
        let (problem, reason) = (&wrong.1, references::message(&wrong));
        match problem.retry_after_pull() {
            true => Self::after_pull(problem.code(), &reason),
            false => Self::never(problem.code(), &reason),
        }
    }
}

/// One change of a push, read.
#[derive(Clone)]
pub(crate) struct Item {
    /// Its place in the push.
    place: usize,
    /// Whether it does not fit into its device's day, and is taken only if it must always be possible.
    is_past_the_day: bool,
    change: RawChange,
    /// What it says, if it makes a record; read when it is refused.
    said: OnceCell<Option<Envelope>>,
}

impl Item {
    fn new(place: usize, is_past_the_day: bool, change: RawChange) -> Self {
        Self { place, is_past_the_day, change, said: OnceCell::new() }
    }

    /// Reads what it says.
    fn read(&self) {
        self.said.get_or_init(|| match self.change.deps().is_empty() {
            true => late::envelope_in(self.change.bytes()),
            false => None,
        });
    }

    fn said(&self) -> Option<&Envelope> {
        self.read();
        self.said.get().and_then(Option::as_ref)
    }
}

/// A push that was read and tried.
pub(crate) struct Prepared {
    sender: Sender,
    /// The sender's roles then.
    roles: Roles,
    /// In the order in which the push first names each record.
    drafts: Vec<Draft>,
    /// Bytes that are no change.
    unreadable: Vec<(usize, PushV1, ChangeProblem)>,
    size: usize,
}

/// The changes of one record, tried on its document as it was then.
struct Draft {
    record: RecordId,
    items: Vec<Item>,
    /// The record's newest change then; 0 when it was not here.
    tried_at: FeedSeq,
    /// What the sender had to do with the record then.
    access: RecordAccess,
    trial: Trial,
}

/// Reads a push, in order. The second are the hashes that its signature covers.
pub(crate) fn inspect(push: &[PushV1]) -> (Vec<Result<RawChange, ChangeProblem>>, Vec<ChangeHash>) {
    let inspected: Vec<_> = push.iter().map(|push| RawChange::inspect(&push.change)).collect();
    let hashes = inspected
        .iter()
        .map(|read| read.as_ref().map_or(ChangeHash([0; 32]), RawChange::hash))
        .collect();
    (inspected, hashes)
}

/// What tells of a change by itself that it may be one that must always be possible.
pub(crate) struct AlwaysPossible<'a> {
    catalogue: &'a Catalogue,
    /// What takes a consent back, and what decides on the record it stands in.
    fields: BTreeSet<&'a str>,
    /// By what a record decides on another.
    deciding: BTreeSet<&'a str>,
}

impl<'a> AlwaysPossible<'a> {
    pub(crate) fn of(catalogue: &'a Catalogue) -> Self {
        let rules = catalogue.types.values().filter_map(|known| known.decides.as_ref());
        Self {
            catalogue,
            fields: policy::always_possible_fields(catalogue),
            deciding: rules.map(|rules| rules.by.as_str()).collect(),
        }
    }

    /// Returns whether it takes a consent back, decides on a record, makes a record that does, or
    /// joins what stands side by side, as far as it tells. Asks nothing of what there is, so that
    /// the answer tells nothing of it; what it does to its record is asked when it is tried.
    pub(crate) fn may_be(&self, change: &RawChange) -> bool {
        if change.bytes().len() > ALWAYS_CHANGE_BYTES_MAX {
            return false;
        }
        let names = change.names();
        if change.deps().is_empty() {
            let decides = |envelope: Envelope| {
                let record_type = self.catalogue.record_type(&envelope.record_type);
                record_type.is_some_and(|known| known.decides.is_some())
            };
            return names.iter().any(|name| self.deciding.contains(name.as_str()))
                && late::envelope_in(change.bytes()).is_some_and(decides);
        }
        (change.ops() == 0 || !names.is_empty())
            && names.iter().all(|name| self.fields.contains(name.as_str()))
    }
}

/// Tries a push on the documents as they are now.
pub(crate) fn prepare(
    now: Timestamp,
    db: &Reading<'_>,
    context: &Context,
    sender: Sender,
    push: Vec<PushV1>,
    inspected: Vec<Result<RawChange, ChangeProblem>>,
) -> Result<Prepared, StoreError> {
    let in_the_day = push.len();
    prepare_within(now, db, context, sender, push, inspected, in_the_day)
}

/// Tries a push of which only the first `in_the_day` changes fit into the device's day: those after
/// them are taken only if they must always be possible.
pub(crate) fn prepare_within(
    now: Timestamp,
    db: &Reading<'_>,
    context: &Context,
    sender: Sender,
    push: Vec<PushV1>,
    inspected: Vec<Result<RawChange, ChangeProblem>>,
    in_the_day: usize,
) -> Result<Prepared, StoreError> {
    let size = push.len();
    let mut unreadable = Vec::new();
    let mut grouped: Vec<(RecordId, Vec<Item>)> = Vec::new();
    for (place, (push, read)) in push.into_iter().zip(inspected).enumerate() {
        match read {
            Err(problem) => unreadable.push((place, push, problem)),
            Ok(change) => {
                let item = Item::new(place, place >= in_the_day, change);
                match grouped.iter_mut().rev().find(|(record, _)| *record == push.record) {
                    Some((_, items)) => items.push(item),
                    None => grouped.push((push.record, vec![item])),
                }
            }
        }
    }
    let roles = match grouped.is_empty() {
        true => Roles::default(),
        false => rights::roles(now, db, &context.catalogue, sender)?,
    };
    let author = Author::of(sender, &roles);
    // A device that has nothing left of its day can make it try without end.
    let share = if in_the_day == 0 { WRITER_SHARE } else { 1 };
    let mut budget = Budget::new(TRIAL_OPS_MAX / share);
    let mut drafts = Vec::with_capacity(grouped.len());
    for (record, items) in grouped {
        let known = db.record_row(record)?;
        let tried_at = position(known.as_ref());
        let access = rights::access(now, db, &context.catalogue, author, known.as_ref())?;
        let tried = Tried { record, known: known.as_ref(), access, items: &items };
        let trial =
            trial::run(db, context, context.keyring.keys(), author, now, tried, &mut budget)?;
        // What is kept of it is read here, where it costs nobody else anything.
        let refused = items.iter().zip(&trial.verdicts).filter(|(_, v)| v.is_refused());
        refused.for_each(|(item, _)| item.read());
        drafts.push(Draft { record, items, tried_at, access, trial });
    }
    Ok(Prepared { sender, roles, drafts, unreadable, size })
}

impl Prepared {
    /// Returns whether nothing was pushed.
    pub(crate) fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Stores what can be stored and keeps the rest in quarantine; one result for each change, in
    /// the order of the push.
    pub(crate) fn store(
        self,
        now: Timestamp,
        rng: &mut dyn Rng,
        tx: &mut Tx<'_>,
    ) -> Result<Vec<PushResultV1>, StoreError> {
        let mut results: Vec<Option<PushResultV1>> = vec![None; self.size];
        let mut told = Told::new();
        let sender = self.sender;
        let roles = match self.drafts.is_empty() {
            true => Roles::default(),
            false => rights::roles(now, tx.db, &tx.context.catalogue, sender)?,
        };
        let is_same_author = roles == self.roles;
        let author = Author::of(sender, &roles);
        let mut budget = Budget::new(TRIAL_OPS_MAX / WRITER_SHARE);
        for draft in self.drafts {
            let stored =
                draft.store(now, rng, tx, author, is_same_author, &mut budget, &mut told)?;
            for (place, result) in stored {
                if let Some(slot) = results.get_mut(place) {
                    *slot = Some(result);
                }
            }
        }
        // After the rest: that may say where they belong.
        for (place, push, problem) in self.unreadable {
            let refused = Refused::never(problem.code(), &problem.message());
            let hash = ChangeHash([0; 32]);
            let known = tx.db.record_row(push.record)?;
            let refused = match &known {
                Some(known) if tx.context.keyring.is_erased(known.scope.case)? => rights::erased(),
                _ => refused,
            };
            let late = Late { record: push.record, hash, bytes: &push.change, said: None };
            let refused = refuse(now, rng, tx, &mut told, sender, &late, refused)?;
            if let Some(result) = results.get_mut(place) {
                *result = Some(PushResultV1 { hash, outcome: refused.into() });
            }
        }
        for ((record, code), times) in told {
            let outcome = match times {
                1 => code.to_owned(),
                times => format!("{code}, {times} times"),
            };
            tx.note(now, sender.actor(), AuditAct::Refuse, format!("record {record}"), outcome)?;
        }
        // Every place was filled above.
        Ok(results.into_iter().flatten().collect())
    }
}

/// How often what was told of which record: one row of the audit for all of it, so that a request
/// of two thousand bad changes is not two thousand rows.
type Told = BTreeMap<(RecordId, &'static str), u64>;

impl Draft {
    #[expect(clippy::too_many_arguments, reason = "what all drafts of a request share")]
    fn store(
        self,
        now: Timestamp,
        rng: &mut dyn Rng,
        tx: &mut Tx<'_>,
        author: Author<'_>,
        is_same_author: bool,
        budget: &mut Budget,
        told: &mut Told,
    ) -> Result<Vec<(usize, PushResultV1)>, StoreError> {
        let Self { record, items, tried_at, access: then, mut trial } = self;
        let sender = author.sender;
        let known = tx.db.record_row(record)?;
        let access = rights::access(now, tx.db, &tx.context.catalogue, author, known.as_ref())?;
        // What was found then holds for the record, the right and the roles that there were then.
        if position(known.as_ref()) != tried_at || access != then || !is_same_author {
            let tried = Tried { record, known: known.as_ref(), access, items: &items };
            trial = trial::run(tx.db, tx.context, tx.keys(), author, now, tried, budget)?;
        }
        let known = known.as_ref();
        store_accepted(now, rng, tx, author, access, known, record, &items, &mut trial)?;
        let mut results = Vec::with_capacity(items.len());
        for (item, mut verdict) in items.into_iter().zip(trial.verdicts) {
            let hash = item.change.hash();
            if let Verdict::Refused(refused) = &verdict
                && item.is_past_the_day
                && refused.retry == RetryV1::AfterPull
            {
                // It comes again, and nothing is kept of it until then.
                verdict = Verdict::Refused(trial::put_off());
            } else if let Verdict::Refused(refused) = verdict {
                let late = Late { record, hash, bytes: item.change.bytes(), said: item.said() };
                verdict = Verdict::Refused(refuse(now, rng, tx, told, sender, &late, refused)?);
            }
            results.push((item.place, PushResultV1 { hash, outcome: verdict.into() }));
        }
        Ok(results)
    }
}

/// Stores what its trial found to be in order, if the sender may write it.
#[expect(clippy::too_many_arguments, reason = "all of it is what the trial was made of")]
fn store_accepted(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    author: Author<'_>,
    access: RecordAccess,
    known: Option<&RecordRow>,
    record: RecordId,
    items: &[Item],
    trial: &mut Trial,
) -> Result<(), StoreError> {
    let Some(after) = trial.after.take() else { return Ok(()) };
    if let Err(refused) = rights::check(now, tx, author, access, &after)? {
        trial.refuse_accepted(&refused);
        return Ok(());
    }
    // Sealed under another scope's key than it is filed under, it would never open again.
    if known.is_some_and(|known| known.scope != after.envelope.scope()) {
        tracing::error!(%record, "a record is not of the scope it is filed under");
        trial.refuse_accepted(&trial::unreadable());
        return Ok(());
    }
    match tx.key(rng, &after.envelope.scope()) {
        Ok(key) => append(now, tx, author.sender, &key, known, items, trial, after),
        Err(StoreError::KeyMissing) => {
            tracing::error!(%record, "the key of a record's scope is missing");
            trial.refuse_accepted(&trial::unreadable());
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Keeps what is refused, and counts it for the audit. Returns what is told.
fn refuse(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    told: &mut Told,
    sender: Sender,
    late: &Late<'_>,
    refused: Refused,
) -> Result<Refused, StoreError> {
    let refused = late::keep(now, rng, tx, sender, late, &refused)?.unwrap_or(refused);
    *told.entry((late.record, refused.code)).or_default() += 1;
    Ok(refused)
}

/// Appends what was accepted: to the feed, to the record, to what is read.
#[expect(clippy::too_many_arguments, reason = "all of it is one row's worth of facts")]
fn append(
    now: Timestamp,
    tx: &mut Tx<'_>,
    sender: Sender,
    key: &SealingKey,
    known: Option<&RecordRow>,
    items: &[Item],
    trial: &Trial,
    after: After,
) -> Result<(), StoreError> {
    let scope = after.envelope.scope();
    let is_new = known.is_none();
    let mut known = match known {
        Some(known) => known.clone(),
        None => {
            let number = tx.db.number_scope(&tx.context.catalogue, &scope)?;
            tx.db.add_record(now, number, &after.envelope)?
        }
    };
    let accepted = items.iter().zip(&trial.verdicts).filter(|(_, v)| **v == Verdict::Accepted);
    let (mut count, mut vouched) = (0_u64, 0_u64);
    for (Item { change, .. }, _) in accepted {
        let hash = change.hash();
        let seq = tx.append(known.scope_number, Entry::Change(hash))?;
        let author = change.actor().device;
        let vouched_by = (author != sender.device).then_some(sender.device);
        vouched += u64::from(vouched_by.is_some());
        let sealed = documents::seal_change(key, known.id, &hash, change.bytes())?;
        let new = NewChange { seq, hash, author, vouched_by, sealed: &sealed };
        tx.db.add_change(now, &known, &new)?;
        tx.db.release_refused(hash)?;
        known.check.add(&hash);
        if known.first_seq == FeedSeq(0) {
            known.first_seq = seq;
        }
        known.last_seq = seq;
        count += 1;
    }
    tx.db.advance_record(&known, &after.document.heads())?;
    let before = tx.db.occurred_at(known.id)?;
    tx.db.set_view(&known, &after.view)?;
    let earliest = before.map_or(after.view.occurred_at, |then| then.min(after.view.occurred_at));
    let mut touched = Touched::default();
    touched.add(&tx.context.catalogue, known.id, &known.record_type, earliest);
    tx.db.refresh_tasks(&tx.context.catalogue, known.case, &touched)?;
    let newest = tx.db.snapshot_before(known.id, FeedSeq(u64::MAX))?;
    if known.check.count >= newest.map_or(0, |newest| newest.count) + CHANGES_BETWEEN_SNAPSHOTS {
        let sealed = documents::seal_snapshot(key, &known, &after.document)?;
        tx.db.add_snapshot(&known, &sealed)?;
    }
    let actor = sender.actor();
    let act = if is_new { AuditAct::Create } else { AuditAct::Write };
    let outcome = match vouched {
        0 => format!("{count} changes"),
        vouched => format!("{count} changes, {vouched} of others vouched for"),
    };
    tx.note(now, actor, act, format!("record {}", known.id), outcome)?;
    if is_new {
        recompute::new_record(now, tx, &known)?;
    }
    if let Some(consent) = &after.consent {
        recompute::consent(now, tx, known.scope.case, consent)?;
    }
    let is_handed_in = sender.way == Channel::Phone
        && matches!(sender.standing, SenderTrust::Ordinary | SenderTrust::Vouching);
    if is_new && (is_handed_in || sender.standing.is_accepted()) {
        recompute::keep_off_phones(now, tx, sender.user, &known.scope, known.scope_number)?;
    }
    tx.remember(known.id, known.last_seq, after.document);
    Ok(())
}

/// Stores a record that the server itself has made: whoever wrote it, nobody need be asked.
pub(crate) fn append_own(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    (user, device): (UserId, DeviceId),
    envelope: Envelope,
    document: Document,
    change: &NewDocumentChange,
) -> Result<(), StoreError> {
    let change = RawChange::inspect(&change.bytes)
        .map_err(|_| StoreError::Damaged("a change of the server's own cannot be read"))?;
    let record = document
        .record(&tx.context.catalogue)
        .map_err(|_| StoreError::Damaged("a document is not a record"))?;
    let view = View::of(&record);
    let sender = Sender { user, device, standing: SenderTrust::Server, way: Channel::Console };
    let items = [Item::new(0, false, change)];
    let trial = Trial { verdicts: vec![Verdict::Accepted], after: None };
    let document = Arc::new(document);
    let (is_vouched, consent) = (false, None);
    let after = After { before: None, document, envelope, record, view, is_vouched, consent };
    let key = tx.key(rng, &after.envelope.scope())?;
    append(now, tx, sender, &key, None, &items, &trial, after)
}

/// The code of a refusal of what will come again with the next request.
pub(crate) const RECONCILE_FIRST: &str = "reconcile_first";

/// The code of a refusal of what was not tried.
pub(crate) const PUT_OFF: &str = "put_off";

/// What becomes of one change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is stored with its record.
    Accepted,
    /// It was before.
    Known,
    /// It is not.
    Refused(Refused),
}

impl Verdict {
    fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

impl From<Verdict> for OutcomeV1 {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Accepted,
            Verdict::Known => Self::Known,
            Verdict::Refused(refused) => refused.into(),
        }
    }
}

impl From<Refused> for OutcomeV1 {
    fn from(Refused { code, reason, about, retry }: Refused) -> Self {
        Self::Refused { code: code.to_owned(), reason, about, retry }
    }
}

fn position(known: Option<&RecordRow>) -> FeedSeq {
    known.map_or(FeedSeq(0), |known| known.last_seq)
}

/// What is tried again inside the transaction has everybody wait: a quarter must do.
const WRITER_SHARE: u64 = 4;

/// Loading a record reads its newest snapshot and at most so many changes.
const CHANGES_BETWEEN_SNAPSHOTS: u64 = 64;

#[cfg(test)]
mod tests;
