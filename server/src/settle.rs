//! Who sees which scope, worked out from roles, assignments and what was recorded, and written as
//! grants and revocations into the feed.
//!
//! Whatever changes a right calls this for the users and cases it touches; what is right already
//! stays as it is, so settling twice changes nothing.

use std::collections::BTreeSet;

use model::ids::{CaseId, CompartmentCode, ProgramCode, RecordId, Scope, UserId};
use model::policy;
use model::wire::MembershipV1;

use crate::error::StoreError;
use crate::store::feed::Entry;
use crate::store::{grants, meta, people, records};
use crate::writer::Tx;

/// Opens what this user now sees of a case, and closes what they no longer do.
pub(crate) fn case(tx: &mut Tx<'_>, user: UserId, case: CaseId) -> Result<(), StoreError> {
    let memberships = people::memberships(tx.db, user)?;
    settle(tx, user, &memberships, case)
}

/// The same for every case this user has something to do with. `programs` are those of roles that
/// were just taken away.
pub(crate) fn user(
    tx: &mut Tx<'_>,
    user: UserId,
    programs: impl IntoIterator<Item = ProgramCode>,
) -> Result<(), StoreError> {
    let memberships = people::memberships(tx.db, user)?;
    let supervised = memberships
        .iter()
        .filter(|held| held.role.as_str() == policy::SUPERVISOR)
        .map(|held| held.program.clone());
    let around: Vec<ProgramCode> = supervised.chain(programs).collect();
    for case in grants::cases_around(tx.db, user, around)? {
        settle(tx, user, &memberships, case)?;
    }
    Ok(())
}

/// The same for everybody, when the catalogue is another one than the grants were settled with.
pub(crate) fn everybody_if_due(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let catalogue = tx.base.catalogue.clone();
    if meta::settled_with(tx.db)?.as_deref() == Some(&catalogue.digest[..]) {
        return Ok(());
    }
    grants::refresh_scopes(tx.db, &catalogue)?;
    for id in people::users(tx.db)?.into_keys() {
        user(tx, id, [])?;
    }
    meta::set_settled_with(tx.db, &catalogue.digest)
}

/// What a new record opens: a case to whoever opened it, and to the program's supervisors.
pub(crate) fn new_record(tx: &mut Tx<'_>, known: &records::Known) -> Result<(), StoreError> {
    let anchor = known.scope.case;
    let is_new_program = grants::add_program(tx.db, anchor, &known.program)?;
    let maker = known.created_by;
    if people::user_exists(tx.db, maker)? {
        let opens = known.case == Some(CaseId::from(known.id));
        if opens {
            grants::assign(tx.db, known.received_at, maker, anchor)?;
        }
        if opens || known.case.is_none() {
            case(tx, maker, anchor)?;
        }
    }
    if is_new_program {
        let supervisor = policy::SUPERVISOR.parse().map_err(|_| NO_SUPERVISOR)?;
        for holder in people::holders(tx.db, &supervisor, &known.program)? {
            case(tx, holder, anchor)?;
        }
    }
    Ok(())
}

/// Opens a scope anew to a user who has it already, so that it is given whole once more.
pub(crate) fn open_again(
    tx: &mut Tx<'_>,
    user: UserId,
    scope: &Scope,
    number: i64,
) -> Result<(), StoreError> {
    let closed = tx.append(number, Entry::Revocation(user, scope))?;
    grants::close(tx.db, closed, user, number)?;
    let opened = tx.append(number, Entry::Grant(user, scope))?;
    grants::open(tx.db, opened, user, number)
}

fn settle(
    tx: &mut Tx<'_>,
    user: UserId,
    memberships: &BTreeSet<MembershipV1>,
    case: CaseId,
) -> Result<(), StoreError> {
    let right = compartments(tx, user, memberships, case)?;
    let mut open = grants::open_compartments(tx.db, user, case)?;
    for compartment in right {
        if open.remove(&compartment).is_some() {
            continue;
        }
        let scope = Scope { case, compartment };
        let number = grants::number_scope(tx.db, &tx.base.catalogue, &scope)?;
        let at = tx.append(number, Entry::Grant(user, &scope))?;
        grants::open(tx.db, at, user, number)?;
    }
    for (compartment, number) in open {
        let scope = Scope { case, compartment };
        let at = tx.append(number, Entry::Revocation(user, &scope))?;
        grants::close(tx.db, at, user, number)?;
    }
    Ok(())
}

/// The compartments of a case that a user has a right to.
fn compartments(
    tx: &Tx<'_>,
    user: UserId,
    memberships: &BTreeSet<MembershipV1>,
    case: CaseId,
) -> Result<BTreeSet<CompartmentCode>, StoreError> {
    let catalogue = &tx.base.catalogue;
    let mut right = BTreeSet::new();
    if grants::is_assigned(tx.db, user, case)? {
        right.extend(policy::compartments_when_assigned(catalogue, memberships));
    }
    for program in grants::programs_of(tx.db, case)? {
        right.extend(policy::compartments_when_supervising(catalogue, memberships, &program));
    }
    // What stands alone is its maker's, whatever becomes of their roles.
    if let Some(alone) = records::known(tx.db, RecordId::from(case))?
        && alone.case.is_none()
    {
        let supervised = right.contains(&alone.scope.compartment);
        right.clear();
        if supervised || alone.created_by == user {
            right.insert(alone.scope.compartment);
        }
    }
    Ok(right)
}

const NO_SUPERVISOR: StoreError = StoreError::Damaged("the supervisor's role has no name");
