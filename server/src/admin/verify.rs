//! Reading everything back and saying what does not hold.

use model::change::RawChange;
use model::ids::{ChangeHash, RecordId};
use model::wire::CheckV1;

use super::VerifyReport;
use crate::access::recompute;
use crate::context::Context;
use crate::documents::{self, Readable, refused};
use crate::error::StoreError;
use crate::store::records::RecordRow;
use crate::store::sqlite::{Database, Reading};
use crate::sync::push::late::envelope_in;

/// Checks one state of the database.
pub(super) fn check(database: &Database, context: &Context) -> Result<VerifyReport, StoreError> {
    database.read(|db| check_state(db, context))
}

fn check_state(db: &Reading<'_>, context: &Context) -> Result<VerifyReport, StoreError> {
    let (feed_entries, mut problems) = db.check_feed()?;
    let (audit_rows, audit_problems) = db.check_audit()?;
    problems.extend(audit_problems);
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
            let complaint = "its tasks are not what the records of its case make";
            report.problems.push(format!("record {record}: {complaint}"));
        }
    }
    Ok(report)
}

/// Refused work can be read by those who decide about it, and nothing of an erased case is among it.
fn check_quarantine(
    db: &Reading<'_>,
    context: &Context,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    for kept in db.all_refused()? {
        let mut complain =
            |what| report.problems.push(format!("refused change {}: {what}", kept.id));
        let key = match &kept.scope {
            Some(scope) => context.keyring.find(scope)?,
            None => None,
        };
        let opened = match (&kept.scope, key) {
            (Some(_), None) => {
                complain("the key of its scope is missing");
                continue;
            }
            (_, key) => refused::open(key.as_deref().unwrap_or(&context.quarantine), &kept),
        };
        let Ok(bytes) = opened else {
            complain("it does not open");
            continue;
        };
        let named = envelope_in(&bytes).map(|envelope| envelope.scope());
        for scope in [&kept.scope, &named].into_iter().flatten() {
            if context.keyring.is_erased(scope.case)? {
                complain("its case was erased and it can be read");
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
            report.problems.push(format!("record {record}: it was erased and can be read"));
        }
        return Ok(());
    }
    match read_back(db, context, &known) {
        Ok((changes, complaints)) => {
            report.changes += changes;
            let named = |complaint| format!("record {record}: {complaint}");
            report.problems.extend(complaints.into_iter().map(named));
        }
        Err(StoreError::KeyMissing) => {
            report.problems.push(format!("record {record}: the key of its scope is missing"));
        }
        Err(StoreError::Damaged(what)) => report.problems.push(format!("record {record}: {what}")),
        Err(error) => return Err(error),
    }
    Ok(())
}

/// How many changes of the record are as they should be, and what is not.
fn read_back(
    db: &Reading<'_>,
    context: &Context,
    known: &RecordRow,
) -> Result<(u64, Vec<String>), StoreError> {
    let key = context.keyring.key(&known.scope)?;
    let Readable { changes: stored, unreadable } =
        documents::readable_after(db, &key, known.id, model::ids::FeedSeq(0))?;
    if !unreadable.is_empty() {
        let named = unreadable.iter().map(|seq| format!("its change {} cannot be read", seq.0));
        return Ok((stored.len() as u64, named.collect()));
    }
    let mut complaints: Vec<&'static str> = Vec::new();
    let sound = stored
        .iter()
        .filter(|change| {
            RawChange::inspect(&change.bytes).is_ok_and(|read| {
                read.hash() == change.hash && read.actor().device == change.author
            })
        })
        .count();
    if sound < stored.len() {
        complaints.push("a change is not what its hash says");
    }
    let hashes: Vec<ChangeHash> = stored.iter().map(|change| change.hash).collect();
    if CheckV1::of(&hashes) != known.check {
        complaints.push("it does not hold as many changes as it should");
    }
    if !db.feed_holds(known.scope_number, stored.iter().map(|change| (change.seq, change.hash)))? {
        complaints.push("a change is not in the feed");
    }
    let document = documents::load_from_changes(db, context.keyring.keys(), known)?;
    if db.view(known.id)? != Some(documents::view_of(&context.catalogue, &document)?) {
        complaints.push("the read model is not what the document says");
    }
    if db.consent_of_record(known.id)? != recompute::consent_of(&context.catalogue, &document)? {
        complaints.push("what it opens is not what the document says");
    }
    Ok((sound as u64, complaints.into_iter().map(str::to_owned).collect()))
}
