//! Whether a sender may write this record, asked inside the transaction.

use model::ids::{RecordId, Scope};
use model::links::{self, Linked};
use model::policy::{self, Act, Reach, Subject, Way};
use model::record::Envelope;
use model::time::Timestamp;

use super::trial::{After, Author};
use super::{Refused, Sender, SenderStanding};
use crate::error::StoreError;
use crate::facts;
use crate::store::grants::{self, Standing};
use crate::store::offers;
use crate::store::records::{self, Known};
use crate::writer::Tx;

/// Whether the sender may write it; the inner error is what they are told.
pub(super) fn check(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    known: Option<&Known>,
    after: &After,
) -> Result<Result<(), Refused>, StoreError> {
    let envelope = &after.envelope;
    if tx.base.keyring.is_erased(envelope.scope().case)? {
        return Ok(Err(erased()));
    }
    let may = match known {
        Some(known) => may_edit(now, tx, author, known)?,
        None => may_create(now, tx, author, envelope)?,
    };
    match may {
        // What comes back after a restore was taken before, by the rules of its time.
        Ok(()) if author.sender.standing != SenderStanding::Vouching => {
            check_links(tx, author.sender, after)
        }
        decided => Ok(decided),
    }
}

/// What a record says of others, as far as the sender may know of them: nobody learns from a refusal
/// what they do not see.
fn check_links(
    tx: &Tx<'_>,
    sender: Sender,
    after: &After,
) -> Result<Result<(), Refused>, StoreError> {
    let catalogue = &tx.base.catalogue;
    if !links::says_anything(catalogue, &after.record) {
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
    let find = |other| match records::known(tx.db, other)? {
        Some(known) if is_open(tx, sender, known.scope_number)? => {
            Ok(Some(Linked { record_type: known.record_type, scope: known.scope }))
        }
        _ => Ok::<_, StoreError>(None),
    };
    let linked = links::check(catalogue, before.as_ref(), &after.record, find)?;
    Ok(linked.map_err(Refused::from))
}

/// Who sees a record may edit it, as far as [`super::trial`] allows. Whoever lost it may still hand
/// in what they wrote until their device has confirmed that it dropped the scope: until then they
/// could not know.
fn may_edit(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    known: &Known,
) -> Result<Result<(), Refused>, StoreError> {
    let sender = author.sender;
    if is_at_a_desk(sender) {
        return may_edit_at_a_desk(now, tx, author, known);
    }
    if is_open(tx, sender, known.scope_number)? {
        return Ok(Ok(()));
    }
    let vouched =
        sender.standing == SenderStanding::Vouching && offers::has(tx.db, sender.device, known.id)?;
    Ok(if vouched { Ok(()) } else { Err(policy::Refusal::NotAssigned.into()) })
}

/// At a desk nothing is handed in late, and more is open than what grants are given for.
fn may_edit_at_a_desk(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    known: &Known,
) -> Result<Result<(), Refused>, StoreError> {
    let (catalogue, user) = (&tx.base.catalogue, author.sender.user);
    let facts = facts::Known::find(tx.db, user, known.scope.case)?;
    let subject = Subject {
        compartment: &known.scope.compartment,
        record_type: catalogue.record_type(&known.record_type),
    };
    let (reach, change) = (Reach::Facts(facts.facts()), Act::Change(author.sender.way));
    let decided = policy::decide(catalogue, now, author.person(), reach, subject, change);
    Ok(decided.map_err(Refused::from))
}

fn is_at_a_desk(sender: Sender) -> bool {
    matches!(sender.way, Way::Desk | Way::DeskWithReason)
}

fn may_create(
    now: Timestamp,
    tx: &Tx<'_>,
    author: Author<'_>,
    envelope: &Envelope,
) -> Result<Result<(), Refused>, StoreError> {
    let sender = author.sender;
    if sender.standing == SenderStanding::Vouching {
        // Taken whoever may see it, and dropped by the device afterwards if its owner may not.
        offers::add(tx.db, sender.device, envelope.record)?;
        return Ok(Ok(()));
    }
    if envelope.created_by != sender.user {
        let reason = "the record names another person as its maker";
        return Ok(Err(Refused::never("forged_maker", reason)));
    }
    let catalogue = &tx.base.catalogue;
    let case = envelope.case.filter(|case| RecordId::from(*case) != envelope.record);
    let open = match case {
        Some(case) => {
            let scope = Scope { case, compartment: envelope.compartment.clone() };
            match grants::scope_number(tx.db, &scope)? {
                Some(number) => is_open(tx, sender, number)?,
                None => false,
            }
        }
        None => false,
    };
    let at_desk = match is_at_a_desk(sender) {
        true => Some(facts::Known::find(tx.db, sender.user, envelope.scope().case)?),
        false => None,
    };
    let reach = match &at_desk {
        Some(facts) => Reach::Facts(facts.facts()),
        None if open => Reach::Granted,
        None => Reach::Closed,
    };
    let subject = Subject {
        compartment: &envelope.compartment,
        record_type: catalogue.record_type(&envelope.record_type),
    };
    let create =
        Act::Create { way: sender.way, program: &envelope.program, starts: case.is_none() };
    let decided = policy::decide(catalogue, now, author.person(), reach, subject, create);
    Ok(decided.map_err(Refused::from))
}

fn is_open(tx: &Tx<'_>, sender: Sender, scope: i64) -> Result<bool, StoreError> {
    Ok(match grants::standing(tx.db, sender.user, scope)? {
        Standing::Open => true,
        Standing::Closed(revoked) => !grants::has_dropped(tx.db, sender.device, scope, revoked)?,
        Standing::Never => false,
    })
}

/// What is told of a case that was erased. Its changes are not kept.
pub(super) fn erased() -> Refused {
    Refused::never(ERASED, "this case was erased; nothing of it is kept")
}

/// The code of a refusal whose bytes are destroyed.
pub(super) const ERASED: &str = "case_erased";
