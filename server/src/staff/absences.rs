//! When people are away: no case is given to them meanwhile.

use model::ids::UserId;
use model::time::Timestamp;

use super::terms::Period;
use super::{StaffRefusal, about};
use crate::store::absences::Absence;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::writer::Tx;

/// Notes that somebody is away, from now on if nothing else is said, and until an end.
pub(crate) fn add(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
    period: Period,
) -> Result<(), StaffRefusal> {
    let Period { from, until } = period.settled(now)?;
    // Whoever does not come back has left: their roles are taken away.
    let ends_at = until.ok_or(StaffRefusal::EndsBeforeItBegins)?;
    let starts_at = from.unwrap_or(now);
    tx.db.set_absence(user, Absence { starts_at, ends_at })?;
    let outcome = format!("from {starts_at} until {ends_at}");
    Ok(tx.note(now, actor, AuditAct::ChangeAbsence, about(user), outcome)?)
}

/// Forgets that somebody is away from an instant on.
pub(crate) fn remove(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
    starts_at: Timestamp,
) -> Result<(), StaffRefusal> {
    if !tx.db.remove_absence(user, starts_at)? {
        return Err(StaffRefusal::NotAway);
    }
    let outcome = format!("not from {starts_at}");
    Ok(tx.note(now, actor, AuditAct::ChangeAbsence, about(user), outcome)?)
}
