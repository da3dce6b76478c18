//! What a device hands in that another one wrote, after a restore: it is taken where the device's
//! owner comes to such records, and where it is nothing that only some may write. The rest is kept
//! until somebody who may write it has confirmed it (decision 0005).

use std::collections::BTreeMap;

use model::catalogue::Catalogue;
use model::change::RawChange;
use model::ids::{CaseId, DeviceId, UserId};
use model::policy::{self, Act, Channel, Denial, Edited, Person, Reach, Subject};
use model::record::Envelope;
use model::time::Timestamp;

use super::author::Author;
use super::{Item, Refused, Sender};
use crate::access::case_context;
use crate::error::StoreError;
use crate::store::sqlite::Reading;

/// The code of a refusal of what somebody has to confirm who may write it.
pub(crate) const NOT_CONFIRMED: &str = "not_confirmed";

/// The code of a refusal of what a device is not believed.
pub(crate) const NOT_VOUCHED: &str = "not_vouched";

pub(super) fn not_confirmed() -> Refused {
    Refused::plainly(NOT_CONFIRMED)
}

pub(super) fn not_vouched() -> Refused {
    Refused::plainly(NOT_VOUCHED)
}

/// Returns what is told of changes with which a refusal of this code has them wait to be confirmed;
/// `None` if it refuses them for good.
pub(super) fn waiting(code: &str) -> Option<Refused> {
    match code {
        NOT_CONFIRMED => Some(not_confirmed()),
        NOT_VOUCHED => Some(not_vouched()),
        _ => None,
    }
}

/// Returns whether changes that are refused with this code wait to be confirmed.
pub(super) fn waits(code: &str) -> bool {
    waiting(code).is_some()
}

/// Returns whether another device than the one that hands it in wrote this change.
pub(super) fn is_anothers(sender: Sender, change: &RawChange) -> bool {
    change.actor().device != sender.device
}

/// Who owns the other devices that wrote changes of a push.
#[derive(Debug, Clone, Default)]
pub(super) struct Owners(BTreeMap<DeviceId, UserId>);

impl Owners {
    pub(super) fn find(
        db: &Reading<'_>,
        sender: Sender,
        items: &[Item],
    ) -> Result<Self, StoreError> {
        let mut owners = BTreeMap::new();
        for item in items.iter().filter(|item| is_anothers(sender, &item.change)) {
            let device = item.change.actor().device;
            if let Some(author) = db.author(device)? {
                owners.insert(device, author.user);
            }
        }
        Ok(Self(owners))
    }

    /// Returns who wrote the change; `None` for a device that this database does not know.
    pub(super) fn of(&self, change: &RawChange) -> Option<UserId> {
        self.0.get(&change.actor().device).copied()
    }
}

/// Returns whether a change of another's is taken on the word of `voucher`, whose device it is: it
/// makes a record in its author's name, or edits one in what everybody may change who sees it.
pub(super) fn may_be_taken(
    now: Timestamp,
    catalogue: &Catalogue,
    voucher: Person<'_>,
    owner: Option<UserId>,
    subject: Subject<'_>,
    edited: Edited<'_>,
) -> Result<(), Refused> {
    // Everybody reads a directory, so one phone of hundreds could make it say what it likes.
    let change = Act::Change(edited.way);
    let writes = policy::decide(catalogue, now, voucher, Reach::Granted, subject, change);
    if writes == Err(Denial::ReadsOnly) {
        return Err(not_confirmed());
    }
    let maker = edited.after.envelope.created_by;
    match (edited.before, owner) {
        (None, Some(owner)) if owner != maker => return Err(Refused::plainly("forged_maker")),
        (None, None) => return Err(not_confirmed()),
        _ => {}
    }
    // Nobody is the owner of a device that this database does not know.
    let author = owner.unwrap_or_else(|| UserId::from_bytes([0; 16]));
    policy::needs_no_role(catalogue, author, subject, edited).map_err(|_| not_confirmed())
}

/// Returns whether a record that another device made is taken on this one's word: its owner comes
/// to such records, or would once there is this one, and whoever is said to have made it may make
/// such.
pub(super) fn may_vouch(
    now: Timestamp,
    db: &Reading<'_>,
    catalogue: &Catalogue,
    author: Author<'_>,
    envelope: &Envelope,
    is_open: bool,
) -> Result<Result<(), Refused>, StoreError> {
    let subject = Subject {
        compartment: &envelope.compartment,
        record_type: catalogue.record_type(&envelope.record_type),
    };
    if !is_open {
        let known =
            case_context::CaseContext::find(db, author.person().user, envelope.scope().case)?;
        let known = known.with(envelope);
        let (reach, see) = (Reach::Facts(known.facts()), Act::See(Channel::Phone));
        if policy::decide(catalogue, now, author.person(), reach, subject, see).is_err() {
            return Ok(Err(not_vouched()));
        }
    }
    let memberships = db.memberships(envelope.created_by)?;
    let maker = Person { user: envelope.created_by, memberships: &memberships };
    let starts = envelope.case.is_none_or(|case| case == CaseId::from(envelope.record));
    let create = Act::Create { way: Channel::Phone, program: &envelope.program, starts };
    let made = policy::decide(catalogue, now, maker, Reach::Granted, subject, create);
    Ok(made.map_err(|_| not_confirmed()))
}

/// Returns whether a record is one that no phone keeps: nobody can have held it there.
pub(super) fn is_off_phones(catalogue: &Catalogue, envelope: &Envelope) -> bool {
    !catalogue.compartments.get(&envelope.compartment).is_some_and(|known| known.on_devices)
}
