//! What is done about people, their accounts and their devices, at the command line and at the console
//! alike. Each act is a part of one transaction and notes in the audit who did it.

pub(crate) mod absences;
pub(crate) mod import;
pub(crate) mod invitations;
pub(crate) mod terms;

use model::catalogue::Catalogue;
use model::ids::{DeviceId, ProgramCode, RoleCode, UserId};
use model::names;
use model::policy;
use model::time::Timestamp;
use model::wire::MembershipV1;

use self::terms::Period;
use crate::access::recompute;
use crate::error::StoreError;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::gone::ShutOut;
use crate::writer::Tx;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StaffRefusal {
    #[error("a user has this name already")]
    NameTaken(String),
    #[error("the name cannot be used")]
    BadName,
    #[error("there is no such role")]
    UnknownRole(RoleCode),
    #[error("there is no such program")]
    UnknownProgram(ProgramCode),
    #[error("the role has no work in the program")]
    RoleDoesNotFit(MembershipV1),
    #[error("it would end before it begins")]
    EndsBeforeItBegins,
    #[error("`{0}` is no day such as 2026-11-30")]
    BadDay(String),
    #[error("the user holds this role already")]
    HeldAlready,
    #[error("the user does not hold this role in this program")]
    NoSuchMembership,
    #[error("the user has no account that is open")]
    NoAccount,
    #[error("there is no such device")]
    UnknownDevice(DeviceId),
    #[error("the device was revoked")]
    DeviceRevoked(DeviceId),
    #[error("they are not away then")]
    NotAway,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Returns a role in a program, if there may be somebody who holds it.
pub(crate) fn membership(
    catalogue: &Catalogue,
    role: &RoleCode,
    program: &ProgramCode,
) -> Result<MembershipV1, StaffRefusal> {
    if !catalogue.roles.contains_key(role) {
        return Err(StaffRefusal::UnknownRole(role.clone()));
    }
    if !catalogue.programs.contains_key(program) {
        return Err(StaffRefusal::UnknownProgram(program.clone()));
    }
    let held = MembershipV1 { role: role.clone(), program: program.clone() };
    match policy::fits(catalogue, role, program) {
        true => Ok(held),
        false => Err(StaffRefusal::RoleDoesNotFit(held)),
    }
}

/// Adds a user with a first role, for a time.
pub(crate) fn add_user(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    (id, name): (UserId, &str),
    (held, period): (&MembershipV1, Period),
) -> Result<(), StaffRefusal> {
    let held = &membership(&tx.context.catalogue, &held.role, &held.program)?;
    let period = period.settled(now)?;
    if name.chars().any(char::is_control) || names::key(name).is_empty() {
        return Err(StaffRefusal::BadName);
    }
    let name = &*names::tidy(name);
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(StaffRefusal::BadName);
    }
    if tx.db.user_by_name(name)?.is_some() {
        return Err(StaffRefusal::NameTaken(name.to_owned()));
    }
    tx.db.add_user(now, id, name)?;
    let outcome = terms::begin(now, tx, id, (held, period))?;
    Ok(tx.note(now, actor, AuditAct::AddUser, about(id), outcome)?)
}

/// Takes a role away; what it opened is revoked.
pub(crate) fn take_role(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
    held: &MembershipV1,
) -> Result<(), StaffRefusal> {
    // One that has not begun is not held yet.
    let was_planned = tx.db.remove_term(user, held)?;
    if tx.db.remove_membership(now, user, held)? {
        recompute::user(now, tx, user, [held.program.clone()])?;
    } else if !was_planned {
        return Err(StaffRefusal::NoSuchMembership);
    }
    Ok(tx.note(now, actor, AuditAct::TakeRole, about(user), said(held))?)
}

/// Closes somebody's account and ends their sessions: from their next request on they are nobody.
/// Returns how many sessions there were.
pub(crate) fn close_account(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
) -> Result<usize, StaffRefusal> {
    if !tx.db.close_account(now, user)? {
        return Err(StaffRefusal::NoAccount);
    }
    tx.context.keyring.note_shut_out(ShutOut::Account(user), now)?;
    tx.db.set_recovery_codes(user, &[])?;
    let sessions = tx.db.end_sessions(user)?;
    tx.note(now, actor, AuditAct::CloseAccount, about(user), ended(sessions))?;
    Ok(sessions)
}

/// Ends every session of somebody. Returns how many there were.
pub(crate) fn sign_out(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    user: UserId,
) -> Result<usize, StaffRefusal> {
    let sessions = tx.db.end_sessions(user)?;
    tx.note(now, actor, AuditAct::EndSessions, about(user), ended(sessions))?;
    Ok(sessions)
}

/// Revokes a device: from its next request on it is told to wipe itself. Revoking it again changes
/// nothing.
pub(crate) fn revoke_device(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    device: DeviceId,
) -> Result<(), StaffRefusal> {
    if !tx.db.revoke_device(device, now)? {
        return Err(StaffRefusal::UnknownDevice(device));
    }
    tx.context.keyring.note_shut_out(ShutOut::Device(device), now)?;
    Ok(tx.note(now, actor, AuditAct::RevokeDevice, format!("device {device}"), "done")?)
}

/// Orders a device to show nothing until that is taken back: from its next request on. Ordering it
/// again changes nothing.
pub(crate) fn lock_device(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    device: DeviceId,
) -> Result<(), StaffRefusal> {
    let known = tx.db.device(device)?.ok_or(StaffRefusal::UnknownDevice(device))?;
    if known.revoked_at.is_some() {
        return Err(StaffRefusal::DeviceRevoked(device));
    }
    match tx.db.order_lock(device, now)? {
        true => {
            Ok(tx.note(now, actor, AuditAct::LockDevice, format!("device {device}"), "ordered")?)
        }
        false => Ok(()),
    }
}

/// Takes the order back: with its next request the device shows again what its owner may see.
pub(crate) fn unlock_device(
    now: Timestamp,
    tx: &mut Tx<'_>,
    actor: Actor,
    device: DeviceId,
) -> Result<(), StaffRefusal> {
    if tx.db.device(device)?.is_none() {
        return Err(StaffRefusal::UnknownDevice(device));
    }
    match tx.db.release_lock(device)? {
        true => {
            Ok(tx.note(now, actor, AuditAct::UnlockDevice, format!("device {device}"), "done")?)
        }
        false => Ok(()),
    }
}

fn about(user: UserId) -> String {
    format!("user {user}")
}

fn said(held: &MembershipV1) -> String {
    format!("{} in {}", held.role, held.program)
}

fn ended(sessions: usize) -> String {
    format!("{sessions} sessions ended")
}

const NAME_CHARS_MAX: usize = 100;
