//! Reading everything back and saying what does not hold.

use model::change::RawChange;
use model::document::Document;
use model::ids::{ChangeHash, RecordId};
use model::wire::CheckV1;
use model::words::Finding;

use super::{About, VerifyProblem, VerifyReport};
use crate::access::recompute;
use crate::context::Context;
use crate::documents::{self, Readable, refused};
use crate::error::StoreError;
use crate::store::records::{RecordRow, View};
use crate::store::sqlite::{Database, Reading};
use crate::sync::push::late::envelope_in;

/// Checks one state of the database.
pub(super) fn check(database: &Database, context: &Context) -> Result<VerifyReport, StoreError> {
    database.read(|db| check_state(db, context))
}

fn check_state(db: &Reading<'_>, context: &Context) -> Result<VerifyReport, StoreError> {
    let (feed_entries, mut found) = db.check_feed()?;
    let (audit_rows, found_in_audit) = db.check_audit()?;
    found.extend(found_in_audit);
    let problems = found.into_iter().map(VerifyProblem::from).collect();
    let misfits = db.misfits(&context.catalogue)?;
    let mut report =
        VerifyReport { feed_entries, audit_rows, problems, misfits, ..VerifyReport::default() };
    for record in db.record_ids()? {
        report.records += 1;
        check_record(db, context, record, &mut report)?;
    }
    check_quarantine(db, context, &mut report)?;
    // By the rules of another catalogue they are made anew when the server starts with it.
    if db.tasks_made_with()?.as_deref() == Some(&context.catalogue.digest[..]) {
        for record in db.records_with_wrong_tasks(&context.catalogue)? {
            report.add(About::Record(record), Finding::TasksDiffer);
        }
    }
    if db.summaries_made_with()?.as_deref() == Some(&context.catalogue.digest[..]) {
        for record in db.wrong_summaries(&context.catalogue)? {
            report.add(About::Record(record), Finding::SummaryDiffers);
        }
    }
    Ok(report)
}

impl VerifyReport {
    fn add(&mut self, about: About, what: Finding) {
        self.problems.push(VerifyProblem { about: Some(about), what });
    }
}

/// Refused work can be read by those who decide about it, and nothing of an erased case is among it.
fn check_quarantine(
    db: &Reading<'_>,
    context: &Context,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    for kept in db.all_refused()? {
        let mut complain = |what| report.add(About::Refused(kept.id), what);
        let key = match &kept.scope {
            Some(scope) => context.keyring.find(scope)?,
            None => None,
        };
        let opened = match (&kept.scope, key) {
            (Some(_), None) => {
                complain(Finding::ScopeKeyMissing);
                continue;
            }
            (_, key) => refused::open(key.as_deref().unwrap_or(&context.quarantine), &kept),
        };
        let Ok(bytes) = opened else {
            complain(Finding::RefusedSealed);
            continue;
        };
        let named = envelope_in(&bytes).map(|envelope| envelope.scope());
        for scope in [&kept.scope, &named].into_iter().flatten() {
            if context.keyring.is_erased(scope.case)? {
                complain(Finding::ErasedButReadable);
                break;
            }
        }
    }
    Ok(())
}

fn check_record(
    db: &Reading<'_>,
    context: &Context,
    record: RecordId,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let Some(known) = db.record_row(record)? else { return Ok(()) };
    if context.keyring.is_erased(known.scope.case)? {
        // Nothing of it may be left to read.
        if db.view(record)?.is_some() || context.keyring.find(&known.scope)?.is_some() {
            report.add(About::Record(record), Finding::ErasedButReadable);
        }
        return Ok(());
    }
    let (changes, found) = read_back(db, context, &known)?;
    report.changes += changes;
    found.into_iter().for_each(|what| report.add(About::Record(record), what));
    Ok(())
}

/// Returns how many changes of the record are as they should be, and what is not.
fn read_back(
    db: &Reading<'_>,
    context: &Context,
    known: &RecordRow,
) -> Result<(u64, Vec<Finding>), StoreError> {
    let key = match context.keyring.key(&known.scope) {
        Ok(key) => key,
        Err(StoreError::KeyMissing) => return Ok((0, vec![Finding::ScopeKeyMissing])),
        Err(StoreError::Damaged(_)) => return Ok((0, vec![Finding::ScopeKeyDamaged])),
        Err(error) => return Err(error),
    };
    let Readable { changes: stored, unreadable } =
        documents::readable_after(db, &key, known.id, model::ids::FeedSeq(0))?;
    if !unreadable.is_empty() {
        let named = unreadable.iter().map(|seq| Finding::EntryUnreadable(seq.0));
        return Ok((stored.len() as u64, named.collect()));
    }
    let mut found = Vec::new();
    let sound = stored
        .iter()
        .filter(|change| {
            RawChange::inspect(&change.bytes).is_ok_and(|read| {
                read.hash() == change.hash && read.actor().device == change.author
            })
        })
        .count();
    if sound < stored.len() {
        found.push(Finding::ChangeAltered);
    }
    let hashes: Vec<ChangeHash> = stored.iter().map(|change| change.hash).collect();
    if CheckV1::of(&hashes) != known.check {
        found.push(Finding::ChangesDiffer);
    }
    if !db.feed_holds(known.scope_number, stored.iter().map(|change| (change.seq, change.hash)))? {
        found.push(Finding::NotInFeed);
    }
    let sound = sound as u64;
    let Ok(document) = Document::from_changes(stored.iter().map(|change| &change.bytes)) else {
        found.push(Finding::NoDocument);
        return Ok((sound, found));
    };
    let Ok(record) = document.record(&context.catalogue) else {
        found.push(Finding::DocumentOfNoRecord);
        return Ok((sound, found));
    };
    if db.view(known.id)? != Some(View::of(&record)) {
        found.push(Finding::ReadModelDiffers);
    }
    if db.consent_of_record(known.id)? != recompute::consent_of(&context.catalogue, &document)? {
        found.push(Finding::ConsentDiffers);
    }
    Ok((sound, found))
}
