//! Roles that begin or end on a day: given now, and settled by whoever asks first after that moment, as
//! consents are.

use model::ids::UserId;
use model::time::Timestamp;
use model::wire::MembershipV1;

use super::{StaffRefusal, about, membership, said};
use crate::access::recompute;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::terms::Term;
use crate::writer::Tx;

/// From when until when somebody holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Period {
    /// None begins at once.
    pub(crate) from: Option<Timestamp>,
    /// Exclusive; none has no end.
    pub(crate) until: Option<Timestamp>,
}

/// Gives a user a role for a time. Who holds it already holds it until the new end.
pub(crate) fn give(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
    (held, period): (&MembershipV1, Period),
) -> Result<(), StaffRefusal> {
    let held = membership(&tx.context.catalogue, &held.role, &held.program)?;
    let starts_at = period.from.map_or(now, |from| from.max(now));
    let begun = starts_at <= now;
    if period.until.is_some_and(|until| until <= starts_at) {
        return Err(StaffRefusal::EndsBeforeItBegins);
    }
    let is_held = tx.db.memberships(user)?.contains(&held);
    if is_held && !begun {
        return Err(StaffRefusal::HeldAlready);
    }
    tx.db.remove_term(user, &held)?;
    if !begun || period.until.is_some() {
        let (ends_at, held) = (period.until, held.clone());
        tx.db.set_term(&Term { user, held, starts_at, ends_at, begun })?;
    }
    if begun && tx.db.add_membership(user, &held)? {
        recompute::user(now, tx, user, [])?;
    }
    let from = period.from.filter(|_| !begun).map(|from| format!(" from {from}"));
    let until = period.until.map(|until| format!(" until {until}"));
    let outcome =
        format!("{}{}{}", said(&held), from.unwrap_or_default(), until.unwrap_or_default());
    Ok(tx.note(now, actor, AuditAct::GiveRole, about(user), outcome)?)
}

/// Begins and ends the roles whose moment has come.
pub(crate) fn settle_due(now: Timestamp, tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for term in tx.db.due_terms(now)? {
        let Term { user, held, ends_at, .. } = &term;
        if ends_at.is_some_and(|end| end <= now) {
            tx.db.remove_term(*user, held)?;
            if tx.db.remove_membership(now, *user, held)? {
                recompute::user(now, tx, *user, [held.program.clone()])?;
                note(now, tx, AuditAct::TakeRole, &term)?;
            }
            continue;
        }
        match ends_at {
            Some(_) => tx.db.set_term(&Term { begun: true, ..term.clone() })?,
            None => drop(tx.db.remove_term(*user, held)?),
        }
        // One that the catalogue has no work for any more opens nothing, and is not given.
        let is_there = membership(&tx.context.catalogue, &held.role, &held.program).is_ok();
        if is_there && tx.db.add_membership(*user, held)? {
            recompute::user(now, tx, *user, [])?;
            note(now, tx, AuditAct::GiveRole, &term)?;
        }
    }
    Ok(())
}

fn note(now: Timestamp, tx: &mut Tx<'_>, act: AuditAct, term: &Term) -> Result<(), StoreError> {
    let outcome = format!("{}, on its day", said(&term.held));
    tx.note(now, Actor::Server, act, about(term.user), outcome)
}

#[cfg(test)]
mod tests;
