//! Whether a sender may write this record: asked before anything is tried, and decided inside the
//! transaction.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::decision;
use model::ids::{CaseId, RecordId, Scope, UserId};
use model::policy::{self, Act, Channel, Person, Reach, Subject};
use model::record::Envelope;
use model::references::{self, Linked};
use model::time::{Span, Timestamp};
use model::wire::RetryV1;

use super::author::{After, Author, Roles};
use super::vouched;
use super::{Refused, Sender, SenderTrust};
use crate::access::case_context;
use crate::error::StoreError;
use crate::store::grants::GrantState;
use crate::store::records::RecordRow;
use crate::store::sqlite::Reading;
use crate::writer::Tx;

/// What a sender has to do with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordAccess {
    /// There is no such record yet.
    New,
    /// They may edit it, as far as [`super::trial`] allows.
    Open,
    /// They might once, and know that they may not any more.
    Lost,
    /// They never might: nothing may tell them that it exists.
    Hidden,
}

/// The roles that a sender's work is judged by.
pub(super) fn roles(
    now: Timestamp,
    db: &Reading<'_>,
    catalogue: &Catalogue,
    sender: Sender,
) -> Result<Roles, StoreError> {
    let held = db.memberships(sender.user)?;
    let mut counted = held.clone();
    if sender.way == Channel::Phone {
        counted.append(&mut db.withdrawn(sender.device, known_since(now, catalogue))?);
    }
    Ok(Roles { held, counted })
}

/// Returns what the sender has to do with a record: a user who sees it may edit it. A user who lost
/// it may still hand in, while the loss may be unknown and on a device that had it, what they wrote
/// before that device confirmed that it dropped the scope: until then they could not know.
pub(super) fn access(
    now: Timestamp,
    db: &Reading<'_>,
    catalogue: &Catalogue,
    author: Author<'_>,
    known: Option<&RecordRow>,
) -> Result<RecordAccess, StoreError> {
    let sender = author.sender;
    let Some(known) = known else { return Ok(RecordAccess::New) };
    if sender.standing.is_accepted() {
        return Ok(RecordAccess::Open);
    }
    if is_at_a_console(sender) {
        // Nothing is handed in late there, and more is open than what grants are given for.
        let may = case_context::may_change(now, db, catalogue, author.person(), sender.way, known)?;
        return Ok(if may.is_ok() { RecordAccess::Open } else { RecordAccess::Hidden });
    }
    if is_open(known_since(now, catalogue), db, sender, known.scope_number)? {
        return Ok(RecordAccess::Open);
    }
    Ok(match db.grant_state(sender.user, known.scope_number)? {
        GrantState::Never => RecordAccess::Hidden,
        GrantState::Open | GrantState::Closed(_) => RecordAccess::Lost,
    })
}

/// Returns whether the sender may write it; the inner error is what they are told.
pub(super) fn check(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    access: RecordAccess,
    after: &After,
) -> Result<Result<(), Refused>, StoreError> {
    let envelope = &after.envelope;
    if tx.context.keyring.is_erased(envelope.scope().case)? {
        return Ok(Err(erased()));
    }
    let may = match access {
        RecordAccess::New | RecordAccess::Hidden => may_create(now, tx, author, envelope)?,
        RecordAccess::Open => Ok(()),
        RecordAccess::Lost => Err(not_assigned()),
    };
    let may = match may {
        Ok(()) => check_links(now, tx, author, after)?,
        refused => refused,
    };
    let may = match may {
        // It would be asked for without end: what it names may be lost for good.
        Err(refused)
            if after.is_vouched
                && author.sender.standing == SenderTrust::Vouching
                && refused.retry == RetryV1::AfterPull =>
        {
            Err(vouched::not_confirmed())
        }
        decided => decided,
    };
    // A record of a hidden one's id would be another one. Whatever keeps them from making that is
    // told first; that there is one already is told to nobody.
    Ok(if access == RecordAccess::Hidden { may.and(Err(not_assigned())) } else { may })
}

/// Checks what a record says of others, and decides on them, as far as the sender may know of them:
/// a refusal tells them nothing that they do not see.
fn check_links(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    after: &After,
) -> Result<Result<(), Refused>, StoreError> {
    let catalogue = &tx.context.catalogue;
    if !references::says_anything(catalogue, &after.record) {
        return Ok(Ok(()));
    }
    let before = match &after.before {
        Some(before) => Some(
            before
                .record(catalogue)
                .map_err(|_| StoreError::Damaged("a document is not a record"))?,
        ),
        None => None,
    };
    let find = |other| linked(now, tx.db, catalogue, author.sender, other);
    let before = before.as_ref();
    if let Err(wrong) = references::check(catalogue, before, &after.record, find)? {
        return Ok(Err(wrong.into()));
    }
    // What another one decided waits until it is confirmed by somebody who may decide so.
    let (nobody, user) = (BTreeSet::new(), after.envelope.created_by);
    let person = match (after.is_vouched, author.confirms) {
        (false, _) => author.holder(),
        (true, Some(memberships)) => Person { user, memberships },
        (true, None) => Person { user, memberships: &nobody },
    };
    let decided = decision::check(catalogue, person, before, &after.record, find)?;
    Ok(decided.map_err(|refusal| match after.is_vouched && author.confirms.is_none() {
        true => vouched::not_confirmed(),
        false => refusal.into(),
    }))
}

/// Returns what the sender may know of a record that theirs names.
pub(super) fn linked(
    now: Timestamp,
    db: &Reading<'_>,
    catalogue: &Catalogue,
    sender: Sender,
    other: RecordId,
) -> Result<Option<Linked>, StoreError> {
    let since = known_since(now, catalogue);
    Ok(match db.record_row(other)? {
        Some(known) if may_name(since, db, sender, known.scope_number)? => {
            let RecordRow { record_type, scope, program, created_by, .. } = known;
            Some(Linked { record_type, scope, program, created_by })
        }
        _ => None,
    })
}

/// Returns what is told of a record that is not open to the sender.
pub(super) fn not_assigned() -> Refused {
    policy::Denial::NotAssigned.into()
}

fn is_at_a_console(sender: Sender) -> bool {
    matches!(sender.way, Channel::Console | Channel::ConsoleWithReason)
}

fn may_create(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    envelope: &Envelope,
) -> Result<Result<(), Refused>, StoreError> {
    let sender = author.sender;
    let is_own = envelope.created_by == sender.user;
    match sender.standing {
        SenderTrust::Accepted { by, vouched } if is_own || vouched => {
            return may_accept(now, tx, sender, by, envelope);
        }
        SenderTrust::Vouching if !is_own => return may_vouch(now, tx, author, envelope),
        _ if !is_own => return Ok(Err(Refused::plainly("forged_maker"))),
        _ => {}
    }
    let catalogue = &tx.context.catalogue;
    let case = envelope.case.filter(|case| RecordId::from(*case) != envelope.record);
    let open = match case.filter(|_| !is_at_a_console(sender)) {
        Some(case) => {
            let scope = Scope { case, compartment: envelope.compartment.clone() };
            match tx.db.scope_number(&scope)? {
                Some(number) => is_open(known_since(now, catalogue), tx.db, sender, number)?,
                None => false,
            }
        }
        None => false,
    };
    // What is not open is asked of the facts, which say why not.
    let known = match open {
        true => None,
        false => Some(case_context::CaseContext::find(tx.db, sender.user, envelope.scope().case)?),
    };
    let reach = known.as_ref().map_or(Reach::Granted, |known| Reach::Facts(known.facts()));
    let subject = Subject {
        compartment: &envelope.compartment,
        record_type: catalogue.record_type(&envelope.record_type),
    };
    let create =
        Act::Create { way: sender.way, program: &envelope.program, starts: case.is_none() };
    let decided = policy::decide(catalogue, now, author.person(), reach, subject, create);
    let may = match decided {
        // A phone hands in what was granted, and nothing else.
        Ok(()) if !open && !is_at_a_console(sender) && case.is_some() => Err(not_assigned()),
        decided => decided.map_err(Refused::from),
    };
    Ok(may)
}

fn may_vouch(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    envelope: &Envelope,
) -> Result<Result<(), Refused>, StoreError> {
    let catalogue = &tx.context.catalogue;
    let is_open = match tx.db.scope_number(&envelope.scope())? {
        Some(number) => is_open(known_since(now, catalogue), tx.db, author.sender, number)?,
        None => false,
    };
    vouched::may_vouch(now, tx.db, catalogue, author, envelope, is_open)
}

/// Returns whether a supervisor may take this new record into a case: one where its author ever
/// came to such records, or where the supervisor does.
fn may_accept(
    now: Timestamp,
    tx: &Tx<'_>,
    sender: Sender,
    by: UserId,
    envelope: &Envelope,
) -> Result<Result<(), Refused>, StoreError> {
    let scope = envelope.scope();
    if scope.case == CaseId::from(envelope.record) {
        return Ok(Ok(()));
    }
    if let Some(number) = tx.db.scope_number(&scope)?
        && tx.db.grant_state(sender.user, number)? != GrantState::Never
    {
        return Ok(Ok(()));
    }
    let catalogue = &tx.context.catalogue;
    let (known, memberships) =
        (case_context::CaseContext::find(tx.db, by, scope.case)?, tx.db.memberships(by)?);
    let subject = Subject {
        compartment: &scope.compartment,
        record_type: catalogue.record_type(&envelope.record_type),
    };
    let (person, see) =
        (Person { user: by, memberships: &memberships }, Act::See(Channel::Console));
    let reach = Reach::Facts(known.facts());
    let decided = policy::decide(catalogue, now, person, reach, subject, see);
    Ok(decided.map_err(Refused::from))
}

fn is_open(
    since: Timestamp,
    db: &Reading<'_>,
    sender: Sender,
    scope: i64,
) -> Result<bool, StoreError> {
    Ok(match db.grant_state(sender.user, scope)? {
        GrantState::Open => true,
        // Nothing is handed in late at the console.
        GrantState::Closed(_) if is_at_a_console(sender) => false,
        GrantState::Closed(revoked) => db.may_come_late(sender.device, scope, revoked, since)?,
        GrantState::Never => false,
    })
}

/// Returns whether what the sender writes may name a record of this scope. What was accepted for
/// its author may name all that the author ever saw.
fn may_name(
    since: Timestamp,
    db: &Reading<'_>,
    sender: Sender,
    scope: i64,
) -> Result<bool, StoreError> {
    match sender.standing.is_accepted() {
        true => Ok(db.grant_state(sender.user, scope)? != GrantState::Never),
        false => is_open(since, db, sender, scope),
    }
}

/// Returns the moment before which a loss of a right is known on every phone: a phone shows records
/// for a lease without asking again, and has some days more to come back to a network. What comes
/// later is kept for a supervisor.
fn known_since(now: Timestamp, catalogue: &Catalogue) -> Timestamp {
    now - catalogue.lease - COMES_BACK_WITHIN
}

/// How long a phone that is locked may need to come back to a network.
const COMES_BACK_WITHIN: Span = Span::from_days(4);

/// Returns what is told of a case that was erased. Its changes are not kept.
pub(super) fn erased() -> Refused {
    Refused::plainly(ERASED)
}

/// The code of a refusal whose bytes are destroyed.
pub(super) const ERASED: &str = "case_erased";
