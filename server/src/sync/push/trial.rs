//! Trying changes on a record's document: parse, apply to a clone, look at what came of it.

mod here;
mod run;

use std::collections::BTreeSet;
use std::sync::Arc;

use model::admission::{self, AdmissionError, Budget};
use model::change::RawChange;
use model::document::Document;
use model::ids::RecordId;
use model::policy::Consent;
use model::time::Timestamp;
use model::words::{Explained as _, Message};

use super::author::{After, Author};
use super::rights::{self, RecordAccess};
use super::vouched::{self, Owners};
use super::{Item, Refused, Sender, SenderTrust, Verdict};
use crate::context::Context;
use crate::crypto::keys::Keys;
use crate::documents;
use crate::error::StoreError;
use crate::store::records::{RecordRow, View};
use crate::store::sqlite::Reading;

use self::here::Here;
use self::run::TrialRun;

/// What became of the changes of one record, before anybody asks whether the sender may write it.
pub(crate) struct Trial {
    /// One for each change.
    pub(crate) verdicts: Vec<Verdict>,
    /// The record with what was accepted; none when nothing was.
    pub(crate) after: Option<After>,
}

impl Trial {
    /// Nothing of it is stored after all.
    pub(crate) fn refuse_accepted(&mut self, refused: &Refused) {
        for verdict in self.verdicts.iter_mut().filter(|v| **v == Verdict::Accepted) {
            *verdict = Verdict::Refused(refused.clone());
        }
    }

    /// Returns those of these changes that are to be stored; they are those that were tried.
    pub(super) fn accepted_of<'i>(&self, items: &'i [Item]) -> impl Iterator<Item = &'i Item> {
        let judged = items.iter().zip(&self.verdicts);
        judged.filter(|(_, verdict)| **verdict == Verdict::Accepted).map(|(item, _)| item)
    }

    fn refused(count: usize, refused: &Refused) -> Self {
        Self { verdicts: vec![Verdict::Refused(refused.clone()); count], after: None }
    }
}

/// Changes, and the record that they are for.
#[derive(Clone, Copy)]
pub(super) struct Tried<'a> {
    pub(super) record: RecordId,
    /// As the database has it.
    pub(super) known: Option<&'a RecordRow>,
    /// What the sender has to do with it.
    pub(super) access: RecordAccess,
    pub(super) items: &'a [Item],
}

/// What there is when changes are tried.
#[derive(Clone, Copy)]
pub(super) struct Present<'a> {
    pub(super) now: Timestamp,
    pub(super) db: &'a Reading<'a>,
    pub(super) context: &'a Context,
    /// The keys there are, with those that the transaction has made.
    pub(super) keys: Keys<'a>,
}

/// Tries these changes on the record as the database has it. For a sender whom nothing may tell that
/// it exists, as if there were none.
pub(super) fn run(
    present: Present<'_>,
    author: Author<'_>,
    tried: Tried<'_>,
    budget: &mut Budget,
) -> Result<Trial, StoreError> {
    let Tried { record, known, access, items } = tried;
    let sender = author.sender;
    if let Some(refused) = refused_as_a_whole(present.context, sender, known)? {
        return Ok(Trial::refused(items.len(), &refused));
    }
    let here = Here { db: present.db, sender, record, access };
    if let Some(answered) = here.answered(items)? {
        return Ok(answered);
    }
    let known = known.filter(|_| access == RecordAccess::Open);
    if budget.is_exhausted() {
        return Ok(Trial::refused(items.len(), &put_off()));
    }
    let before = match known.map(|known| load(present, known)).transpose() {
        Ok(before) => before,
        Err(StoreError::KeyMissing | StoreError::Damaged(_)) => {
            tracing::error!(%record, "a record cannot be read");
            return Ok(Trial::refused(items.len(), &unreadable()));
        }
        Err(error) => return Err(error),
    };
    let mut trial = try_on(present, author, record, before, items, budget)?;
    here.keep_together(items, &mut trial.verdicts)?;
    Ok(trial)
}

/// Returns why nothing of what the sender hands in for this record is taken; `None` when it is tried.
fn refused_as_a_whole(
    context: &Context,
    sender: Sender,
    known: Option<&RecordRow>,
) -> Result<Option<Refused>, StoreError> {
    // Erased first, whoever asks: nothing of such a case may be kept, not even as refused.
    if let Some(known) = known
        && context.keyring.is_erased(known.scope.case)?
    {
        return Ok(Some(rights::erased()));
    }
    Ok(match sender.standing {
        SenderTrust::Ordinary
        | SenderTrust::Vouching
        | SenderTrust::Disputing
        | SenderTrust::Server
        | SenderTrust::Accepted { .. } => None,
        SenderTrust::MustReconcile => {
            Some(Refused::after_pull(super::RECONCILE_FIRST, &Message::new(super::RECONCILE_FIRST)))
        }
        SenderTrust::Revoked => Some(Refused::plainly("device_revoked")),
    })
}

/// Tries these changes on this document.
fn try_on(
    present: Present<'_>,
    author: Author<'_>,
    record: RecordId,
    before: Option<Arc<Document>>,
    items: &[Item],
    budget: &mut Budget,
) -> Result<Trial, StoreError> {
    let (sender, catalogue) = (author.sender, &present.context.catalogue);
    let forged_of = |item: &Item| {
        let is_here = before.as_ref().is_some_and(|here| here.has_change(&item.change.hash()));
        match forged(sender, &item.change) {
            Some(_) if is_here => Some(Verdict::Known),
            refused => refused.map(Verdict::Refused),
        }
    };
    let mut verdicts: Vec<Option<Verdict>> = items.iter().map(forged_of).collect();
    let asked = items.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_none());
    let changes: Vec<RawChange> = asked.map(|(item, _)| item.change.clone()).collect();

    let then = before.clone();
    let mut share = budget.half();
    let whole = share.left();
    // Loading it was the first time through.
    share.spend(before.as_ref().map_or(0, |before| admission::cost_of(before.automerge())));
    let past_the_day = items.iter().filter(|item| item.is_past_the_day);
    let mut run = TrialRun {
        db: present.db,
        catalogue,
        author,
        owners: Owners::find(present.db, sender, items)?,
        now: present.now,
        record,
        before,
        after: None,
        allowed: BTreeSet::new(),
        past_the_day: past_the_day.map(|item| item.change.hash()).collect(),
        budget: &mut share,
    };
    let mut settled = run.settle(&changes).into_iter();
    let (document, read) = (run.before, run.after);
    // Whatever the record took, its first trial included.
    budget.spend(whole - share.left());
    for verdict in verdicts.iter_mut().filter(|verdict| verdict.is_none()) {
        *verdict = settled.next();
    }
    let after = read.zip(document).map(|((envelope, record), document)| {
        let record_type = catalogue.record_type(&envelope.record_type);
        let consent = record_type.and_then(|known| Consent::of(catalogue, known, &record));
        let view = View::of(&record);
        let is_vouched = items.iter().any(|item| vouched::is_anothers(sender, &item.change));
        After { before: then, document, envelope, record, view, is_vouched, consent }
    });
    // Every place was filled above.
    Ok(Trial { verdicts: verdicts.into_iter().flatten().collect(), after })
}

/// Returns what is told of changes that were not tried, or not in their device's day: the device
/// sends them again.
pub(super) fn put_off() -> Refused {
    let refusal = AdmissionError::PutOff;
    Refused::after_pull(refusal.code(), &refusal.message())
}

/// Returns what is told when a record, or the key of its scope, is not what it should be here.
pub(super) fn unreadable() -> Refused {
    Refused::after_pull("record_unreadable", &Message::new("record_unreadable"))
}

fn load(present: Present<'_>, known: &RecordRow) -> Result<Arc<Document>, StoreError> {
    match present.context.documents.at(known.id, known.last_seq) {
        Some(document) => Ok(document),
        None => documents::load(present.db, present.keys, known).map(Arc::new),
    }
}

/// A device writes in its own name only, unless it vouches for what the server lost.
fn forged(sender: Sender, change: &RawChange) -> Option<Refused> {
    if change.actor().device == sender.device {
        return None;
    }
    match sender.standing {
        SenderTrust::Vouching | SenderTrust::Accepted { vouched: true, .. } => None,
        SenderTrust::Disputing => Some(vouched::not_vouched()),
        SenderTrust::Ordinary
        | SenderTrust::MustReconcile
        | SenderTrust::Revoked
        | SenderTrust::Server
        | SenderTrust::Accepted { vouched: false, .. } => Some(Refused::plainly("forged_actor")),
    }
}
