//! Roles that begin or end on a day: given now, and settled by whoever asks first after that moment, as
//! consents are.

use model::ids::UserId;
use model::time::{Date, Timestamp};
use model::wire::MembershipV1;
use model::zone::Zone;

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

impl Period {
    /// Reads a first and a last day, each as `2026-11-30` or empty, by the department's clocks. The last
    /// day belongs to it.
    pub(crate) fn read(
        now: Timestamp,
        zone: &Zone,
        (first, last): (&str, &str),
    ) -> Result<Self, StaffRefusal> {
        let day = |text: &str| match text.trim() {
            "" => Ok(None),
            text => {
                let wrong = || StaffRefusal::BadDay(text.to_owned());
                let date: Date = text.parse().map_err(|_| wrong())?;
                zone.read(now, &date.to_string()).map(Some).map_err(|_| wrong())
            }
        };
        let end = |last_day| {
            zone.end_of_day(last_day).ok_or_else(|| StaffRefusal::BadDay(last.to_owned()))
        };
        Ok(Self { from: day(first)?, until: day(last)?.map(end).transpose()? })
    }

    /// Returns it without a beginning that has passed.
    pub(super) fn settled(self, now: Timestamp) -> Result<Self, StaffRefusal> {
        let from = self.from.filter(|from| now < *from);
        match self.until {
            Some(until) if until <= from.unwrap_or(now) => Err(StaffRefusal::EndsBeforeItBegins),
            until => Ok(Self { from, until }),
        }
    }
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
    let period = period.settled(now)?;
    if period.from.is_some() && tx.db.memberships(user)?.contains(&held) {
        return Err(StaffRefusal::HeldAlready);
    }
    let outcome = begin(now, tx, user, (&held, period))?;
    Ok(tx.note(now, actor, AuditAct::GiveRole, about(user), outcome)?)
}

/// Lets a role begin, now or on its day. Returns what the audit says of it.
pub(super) fn begin(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    (held, period): (&MembershipV1, Period),
) -> Result<String, StoreError> {
    let Period { from, until } = period;
    tx.db.remove_term(user, held)?;
    if from.is_some() || until.is_some() {
        let (starts_at, begun, held) = (from.unwrap_or(now), from.is_none(), held.clone());
        tx.db.set_term(&Term { user, held, starts_at, ends_at: until, begun })?;
    }
    if from.is_none() && tx.db.add_membership(user, held)? {
        recompute::user(now, tx, user, [])?;
    }
    let from = from.map(|from| format!(" from {from}")).unwrap_or_default();
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    Ok(format!("{}{from}{until}", said(held)))
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
