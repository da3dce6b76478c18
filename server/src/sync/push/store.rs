//! Writing a tried push down: what its trial found to be in order goes to the feed, to its record and
//! to what is read; the rest is kept in quarantine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::admission::Budget;
use model::change::RawChange;
use model::document::{Document, NewChange as NewDocumentChange};
use model::followup::Touched;
use model::ids::{CaseId, ChangeHash, DeviceId, FeedSeq, RecordId, UserId};
use model::limits::TRIAL_OPS_MAX;
use model::policy::Channel;
use model::record::Envelope;
use model::time::Timestamp;
use model::wire::{PushResultV1, RetryV1};
use model::words::Explained as _;
use rand::Rng;

use crate::access::recompute;
use crate::crypto::seal::SealingKey;
use crate::documents;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::records::{NewChange, RecordRow, View};
use crate::writer::Tx;

use super::author::{After, Author, Roles};
use super::incoming::Unreadable;
use super::late::{self, Late};
use super::rights;
use super::trial::{self, Present, Trial, Tried};
use super::{Draft, Item, Prepared, Refused, Sender, SenderTrust, Verdict, WRITER_SHARE, position};

impl Prepared {
    /// Stores what can be stored and keeps the rest in quarantine; one result for each change, in
    /// the order of the push.
    pub(crate) fn store(
        self,
        now: Timestamp,
        rng: &mut dyn Rng,
        tx: &mut Tx<'_>,
    ) -> Result<Vec<PushResultV1>, StoreError> {
        let Self { sender, roles: then, drafts, unreadable, size } = self;
        let roles = match drafts.is_empty() {
            true => Roles::default(),
            false => rights::roles(now, tx.db, &tx.context.catalogue, sender)?,
        };
        let is_same_author = roles == then;
        let author = Author::of(sender, &roles);
        let budget = Budget::new(TRIAL_OPS_MAX / WRITER_SHARE);
        let mut intake = Intake::new(now, rng, tx, sender);
        let mut retrial = Retrial { author, is_same_author, budget };
        let mut results: Vec<Option<PushResultV1>> = vec![None; size];
        let mut tell = |(place, result): (usize, PushResultV1)| {
            if let Some(slot) = results.get_mut(place) {
                *slot = Some(result);
            }
        };
        for draft in drafts {
            intake.store(draft, &mut retrial)?.into_iter().for_each(&mut tell);
        }
        // After the rest: that may say where they belong.
        for bytes in unreadable {
            tell(intake.refuse_unreadable(bytes)?);
        }
        intake.finish()?;
        // Every place was filled above.
        Ok(results.into_iter().flatten().collect())
    }
}

/// One push on its way into the store.
pub(super) struct Intake<'a, 't> {
    now: Timestamp,
    rng: &'a mut dyn Rng,
    tx: &'a mut Tx<'t>,
    sender: Sender,
    /// How often what was refused of which record: one row of the audit for all of it, so that a
    /// request of two thousand bad changes is not two thousand rows.
    refusals: BTreeMap<(RecordId, &'static str), u64>,
    /// What was written of which case, or of which record that stands alone: what is read of it is
    /// worked out once, when all of it is written.
    written: BTreeMap<(Option<CaseId>, Option<RecordId>), WrittenOf>,
}

/// What was written of a case, or of a record that stands alone.
#[derive(Default)]
struct WrittenOf {
    touched: Touched,
    scopes: BTreeSet<i64>,
}

/// What trying again inside the transaction takes.
struct Retrial<'a> {
    author: Author<'a>,
    /// Whether the author's roles are those that the push was tried with.
    is_same_author: bool,
    budget: Budget,
}

impl<'a, 't> Intake<'a, 't> {
    pub(super) fn new(
        now: Timestamp,
        rng: &'a mut dyn Rng,
        tx: &'a mut Tx<'t>,
        sender: Sender,
    ) -> Self {
        Self { now, rng, tx, sender, refusals: BTreeMap::new(), written: BTreeMap::new() }
    }

    /// Stores what one record gets. Returns what is told of each of its changes, with its place.
    fn store(
        &mut self,
        draft: Draft,
        retrial: &mut Retrial<'_>,
    ) -> Result<Vec<(usize, PushResultV1)>, StoreError> {
        let Draft { record, items, tried_at, access: then, mut trial } = draft;
        let author = retrial.author;
        let tx = &*self.tx;
        let known = tx.db.record_row(record)?;
        let access =
            rights::access(self.now, tx.db, &tx.context.catalogue, author, known.as_ref())?;
        let tried = Tried { record, known: known.as_ref(), access, items: &items };
        // What was found then holds for the record, the right and the roles that there were then.
        if position(known.as_ref()) != tried_at || access != then || !retrial.is_same_author {
            let (db, context) = (tx.db, tx.context);
            let present = Present { now: self.now, db, context, keys: tx.keys() };
            trial = trial::run(present, author, tried, &mut retrial.budget)?;
        }
        self.store_accepted(author, tried, &mut trial)?;
        let mut results = Vec::with_capacity(items.len());
        for (item, verdict) in items.into_iter().zip(trial.verdicts) {
            let verdict = match verdict {
                Verdict::Refused(refused) => {
                    Verdict::Refused(self.refuse_item(record, &item, refused)?)
                }
                Verdict::Accepted | Verdict::Known => verdict,
            };
            let hash = item.change.hash();
            results.push((item.place, PushResultV1 { hash, outcome: verdict.into() }));
        }
        Ok(results)
    }

    /// Stores what its trial found to be in order, if the sender may write it.
    pub(super) fn store_accepted(
        &mut self,
        author: Author<'_>,
        tried: Tried<'_>,
        trial: &mut Trial,
    ) -> Result<(), StoreError> {
        let Some(after) = trial.after.take() else { return Ok(()) };
        let Tried { record, known, access, items } = tried;
        if let Err(refused) = rights::check(self.now, self.tx, author, access, &after)? {
            trial.refuse_accepted(&refused);
            return Ok(());
        }
        // Sealed under another scope's key than it is filed under, it would never open again.
        if known.is_some_and(|known| known.scope != after.envelope.scope()) {
            tracing::error!(%record, "a record is not of the scope it is filed under");
            trial.refuse_accepted(&trial::unreadable());
            return Ok(());
        }
        match self.tx.key(self.rng, &after.envelope.scope()) {
            Ok(key) => self.append(&key, known, trial.accepted_of(items), after),
            Err(StoreError::KeyMissing) => {
                tracing::error!(%record, "the key of a record's scope is missing");
                trial.refuse_accepted(&trial::unreadable());
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps one change that is refused. Returns what is told of it.
    fn refuse_item(
        &mut self,
        record: RecordId,
        item: &Item,
        refused: Refused,
    ) -> Result<Refused, StoreError> {
        if item.is_past_the_day && refused.retry == RetryV1::AfterPull {
            // It comes again, and nothing is kept of it until then.
            return Ok(trial::put_off());
        }
        let (hash, bytes) = (item.change.hash(), item.change.bytes());
        self.refuse(&Late { record, hash, bytes, said: item.said() }, refused)
    }

    /// Keeps bytes that are no change. Returns what is told of them, with their place.
    fn refuse_unreadable(
        &mut self,
        unreadable: Unreadable,
    ) -> Result<(usize, PushResultV1), StoreError> {
        let Unreadable { place, push, problem } = unreadable;
        let known = self.tx.db.record_row(push.record)?;
        let refused = match &known {
            Some(known) if self.tx.context.keyring.is_erased(known.scope.case)? => rights::erased(),
            _ => Refused::never(problem.code(), &problem.message()),
        };
        let hash = ChangeHash([0; 32]);
        let late = Late { record: push.record, hash, bytes: &push.change, said: None };
        let refused = self.refuse(&late, refused)?;
        Ok((place, PushResultV1 { hash, outcome: refused.into() }))
    }

    /// Keeps what is refused, and counts it for the audit. Returns what is told.
    fn refuse(&mut self, late: &Late<'_>, refused: Refused) -> Result<Refused, StoreError> {
        let kept = late::keep(self.now, self.rng, self.tx, self.sender, late, &refused)?;
        let refused = kept.unwrap_or(refused);
        *self.refusals.entry((late.record, refused.code)).or_default() += 1;
        Ok(refused)
    }

    /// Works out what is read of what was written, and notes what was refused: the end of every intake.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        let (db, catalogue) = (self.tx.db, &self.tx.context.catalogue);
        for ((case, _), WrittenOf { touched, scopes }) in self.written {
            let changed = db.refresh_tasks(catalogue, case, &touched)?;
            db.refresh_summaries(catalogue, scopes, &changed)?;
        }
        for ((record, code), times) in self.refusals {
            let outcome = match times {
                1 => code.to_owned(),
                times => format!("{code}, {times} times"),
            };
            let object = format!("record {record}");
            self.tx.note(self.now, self.sender.actor(), AuditAct::Refuse, object, outcome)?;
        }
        Ok(())
    }

    /// Appends what was accepted: to the feed, to the record, to what is read.
    fn append<'i>(
        &mut self,
        key: &SealingKey,
        known: Option<&RecordRow>,
        accepted: impl Iterator<Item = &'i Item>,
        after: After,
    ) -> Result<(), StoreError> {
        let is_new = known.is_none();
        let mut row = match known {
            Some(known) => known.clone(),
            None => {
                let (db, scope) = (self.tx.db, after.envelope.scope());
                let number = db.number_scope(&self.tx.context.catalogue, &scope)?;
                db.add_record(self.now, number, &after.envelope)?
            }
        };
        let added = self.add_changes(key, &mut row, accepted)?;
        self.tx.db.advance_record(&row, &after.document.heads())?;
        self.set_what_is_read(&row, &after.view)?;
        self.keep_snapshot(key, &row, &after.document)?;
        let act = if is_new { AuditAct::Create } else { AuditAct::Write };
        let object = format!("record {}", row.id);
        self.tx.note(self.now, self.sender.actor(), act, object, added.told())?;
        self.follow(is_new, &row, &after)?;
        self.tx.remember(row.id, row.last_seq, after.document);
        Ok(())
    }

    /// Appends changes to the feed and to their record, and counts them.
    fn add_changes<'i>(
        &mut self,
        key: &SealingKey,
        row: &mut RecordRow,
        accepted: impl Iterator<Item = &'i Item>,
    ) -> Result<Added, StoreError> {
        let changes: Vec<&RawChange> = accepted.map(|item| &item.change).collect();
        let hashes: Vec<ChangeHash> = changes.iter().map(|change| change.hash()).collect();
        let places = self.tx.append_changes(row.scope_number, &hashes)?;
        let mut added = Added::default();
        let mut new = Vec::with_capacity(changes.len());
        for (change, seq) in changes.into_iter().zip(places) {
            let (hash, author) = (change.hash(), change.actor().device);
            let vouched_by = (author != self.sender.device).then_some(self.sender.device);
            let sealed = documents::seal_change(key, row.id, &hash, change.bytes())?;
            new.push(NewChange { seq, hash, author, vouched_by, sealed });
            row.check.add(&hash);
            if row.first_seq == FeedSeq(0) {
                row.first_seq = seq;
            }
            row.last_seq = seq;
            added.changes += 1;
            added.vouched += u64::from(vouched_by.is_some());
        }
        self.tx.db.add_changes(self.now, row, &new)?;
        self.tx.db.release_refused(&hashes)?;
        Ok(added)
    }

    /// Writes what is read of the record itself, and keeps in mind of which case it is.
    fn set_what_is_read(&mut self, row: &RecordRow, view: &View) -> Result<(), StoreError> {
        let (db, catalogue) = (self.tx.db, &self.tx.context.catalogue);
        let before = db.occurred_at(row.id)?;
        db.set_view(row, view)?;
        db.set_mark_of(catalogue, row, view)?;
        let earliest = before.map_or(view.occurred_at, |then| then.min(view.occurred_at));
        let alone = row.case.is_none().then_some(row.id);
        let written = self.written.entry((row.case, alone)).or_default();
        written.touched.add(catalogue, row.id, &row.record_type, earliest);
        written.scopes.insert(row.scope_number);
        Ok(())
    }

    fn keep_snapshot(
        &self,
        key: &SealingKey,
        row: &RecordRow,
        document: &Document,
    ) -> Result<(), StoreError> {
        let newest = self.tx.db.snapshot_before(row.id, FeedSeq(u64::MAX))?;
        if row.check.count < newest.map_or(0, |newest| newest.count) + CHANGES_BETWEEN_SNAPSHOTS {
            return Ok(());
        }
        let sealed = documents::seal_snapshot(key, row, document)?;
        self.tx.db.add_snapshot(row, &sealed)
    }

    /// Opens and closes what the record opens and closes.
    fn follow(&mut self, is_new: bool, row: &RecordRow, after: &After) -> Result<(), StoreError> {
        let Self { now, sender, .. } = *self;
        if is_new {
            recompute::new_record(now, self.tx, row)?;
        }
        if let Some(consent) = &after.consent {
            recompute::consent(now, self.tx, row.scope.case, consent)?;
        }
        let is_handed_in = sender.way == Channel::Phone
            && matches!(sender.standing, SenderTrust::Ordinary | SenderTrust::Vouching);
        if is_new && (is_handed_in || sender.standing.is_accepted()) {
            recompute::keep_off_phones(now, self.tx, sender.user, &row.scope, row.scope_number)?;
        }
        Ok(())
    }
}

/// How many changes a record got.
#[derive(Default)]
struct Added {
    changes: u64,
    /// How many of them others wrote.
    vouched: u64,
}

impl Added {
    /// Returns what the audit says of them.
    fn told(&self) -> String {
        match self.vouched {
            0 => format!("{} changes", self.changes),
            vouched => format!("{} changes, {vouched} of others vouched for", self.changes),
        }
    }
}

/// A record that the server itself has made.
pub(crate) struct OwnRecord {
    pub(crate) envelope: Envelope,
    pub(crate) document: Document,
    /// The change that makes it.
    pub(crate) change: NewDocumentChange,
}

/// Stores a record that the server itself has made: whoever wrote it, nobody need be asked.
pub(crate) fn append_own(
    now: Timestamp,
    rng: &mut dyn Rng,
    tx: &mut Tx<'_>,
    (user, device): (UserId, DeviceId),
    own: OwnRecord,
) -> Result<(), StoreError> {
    let OwnRecord { envelope, document, change } = own;
    let change = RawChange::inspect(&change.bytes)
        .map_err(|_| StoreError::Damaged("a change of the server's own cannot be read"))?;
    let record = document
        .record(&tx.context.catalogue)
        .map_err(|_| StoreError::Damaged("a document is not a record"))?;
    let view = View::of(&record);
    let sender = Sender { user, device, standing: SenderTrust::Server, way: Channel::Console };
    let item = Item::new(0, false, change);
    let document = Arc::new(document);
    let (is_vouched, consent) = (false, None);
    let after = After { before: None, document, envelope, record, view, is_vouched, consent };
    let key = tx.key(rng, &after.envelope.scope())?;
    let mut intake = Intake::new(now, rng, tx, sender);
    intake.append(&key, None, std::iter::once(&item), after)?;
    intake.finish()
}

/// Loading a record reads its newest snapshot and at most so many changes.
pub(super) const CHANGES_BETWEEN_SNAPSHOTS: u64 = 64;
