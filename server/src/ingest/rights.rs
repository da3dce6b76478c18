//! Whether a sender may write this record, asked inside the transaction.

use std::collections::BTreeSet;

use model::ids::{RecordId, Scope};
use model::policy;
use model::record::Envelope;
use model::wire::MembershipV1;

use super::{Refused, Sender, SenderStanding};
use crate::error::StoreError;
use crate::store::grants::{self, Standing};
use crate::store::records::Known;
use crate::store::{offers, people};
use crate::writer::Tx;

/// Whether the sender may write it; the inner error is what they are told.
pub(super) fn check(
    tx: &Tx<'_>,
    sender: Sender,
    known: Option<&Known>,
    envelope: &Envelope,
) -> Result<Result<(), Refused>, StoreError> {
    if tx.base.keyring.is_erased(envelope.scope().case)? {
        return Ok(Err(erased()));
    }
    match known {
        Some(known) => may_edit(tx, sender, known),
        None => may_create(tx, sender, envelope),
    }
}

/// Who sees a record may edit it. Whoever lost it may still hand in what they wrote until their
/// device has confirmed that it dropped the scope: until then they could not know.
fn may_edit(tx: &Tx<'_>, sender: Sender, known: &Known) -> Result<Result<(), Refused>, StoreError> {
    if is_open(tx, sender, known.scope_number)? {
        return Ok(Ok(()));
    }
    let vouched =
        sender.standing == SenderStanding::Vouching && offers::has(tx.db, sender.device, known.id)?;
    Ok(if vouched { Ok(()) } else { Err(not_assigned()) })
}

fn may_create(
    tx: &Tx<'_>,
    sender: Sender,
    envelope: &Envelope,
) -> Result<Result<(), Refused>, StoreError> {
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
    let memberships: BTreeSet<MembershipV1> = people::memberships(tx.db, sender.user)?;
    // The layout check has made sure that the type is known.
    let Some(record_type) = catalogue.record_type(&envelope.record_type) else {
        return Ok(Err(Refused::never("envelope", "the record type is not known")));
    };
    if let Err(refusal) =
        policy::may_create(catalogue, &memberships, record_type, &envelope.program)
    {
        return Ok(Err(Refused::never(refusal.code(), refusal.to_string())));
    }
    let Some(case) = envelope.case.filter(|case| RecordId::from(*case) != envelope.record) else {
        return Ok(Ok(()));
    };
    let scope = Scope { case, compartment: envelope.compartment.clone() };
    let open = match grants::scope_number(tx.db, &scope)? {
        Some(number) => is_open(tx, sender, number)?,
        None => false,
    };
    Ok(if open { Ok(()) } else { Err(not_assigned()) })
}

fn is_open(tx: &Tx<'_>, sender: Sender, scope: i64) -> Result<bool, StoreError> {
    Ok(match grants::standing(tx.db, sender.user, scope)? {
        Standing::Open => true,
        Standing::Closed(revoked) => !grants::has_dropped(tx.db, sender.device, scope, revoked)?,
        Standing::Never => false,
    })
}

fn not_assigned() -> Refused {
    let refusal = policy::Refusal::NotAssigned;
    Refused::never(refusal.code(), refusal.to_string())
}

/// What is told of a case that was erased. Its changes are not kept.
pub(super) fn erased() -> Refused {
    Refused::never(ERASED, "this case was erased; nothing of it is kept")
}

/// The code of a refusal whose bytes are destroyed.
pub(super) const ERASED: &str = "case_erased";
