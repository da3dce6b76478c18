//! Whether a person comes to a record at all: the matrix, assignments, supervision and consents.

use super::{CaseFacts, Channel, Consent, Denial, Person, Reach, Subject};
use crate::catalogue::{Access, Catalogue};
use crate::time::Timestamp;
use crate::wire::MembershipV1;

/// Checks whether they may read it.
pub(super) fn may_see(
    catalogue: &Catalogue,
    now: Timestamp,
    who: Person<'_>,
    reach: Reach<'_>,
    subject: Subject<'_>,
    way: Channel,
) -> Result<(), Denial> {
    check_place(catalogue, subject, way)?;
    let facts = match reach {
        Reach::Granted | Reach::Held(_) => return Ok(()),
        Reach::Closed => return Err(Denial::NotAssigned),
        Reach::Facts(facts) => facts,
    };
    // What was opened in an emergency is open as long as it could be opened.
    if matches!(way, Channel::Console | Channel::ConsoleWithReason)
        && facts.emergency.contains(subject.compartment)
        && super::emergency(catalogue, who, subject.compartment).is_ok()
    {
        return Ok(());
    }
    if is_own(catalogue, who, facts, subject) {
        return Ok(());
    }
    let mut nearest = Denial::NoAccess;
    for held in who.memberships {
        match by_role(catalogue, now, facts, subject, way, held) {
            Ok(()) => return Ok(()),
            Err(refusal) => nearest = nearest.max(refusal),
        }
    }
    Err(nearest)
}

/// Checks whether such records may be where the act happens.
pub(super) fn check_place(
    catalogue: &Catalogue,
    subject: Subject<'_>,
    way: Channel,
) -> Result<(), Denial> {
    let compartment = catalogue.compartments.get(subject.compartment);
    match (compartment, way) {
        (None, _) => Err(Denial::NoAccess),
        (Some(compartment), Channel::Phone) if !compartment.on_devices => Err(Denial::NotOnDevices),
        _ => Ok(()),
    }
}

/// Returns whether what is asked about in a directory belongs to an entry of it: no case has records
/// there.
pub(super) fn is_of_an_entry(reach: Reach<'_>) -> bool {
    match reach {
        Reach::Granted => true,
        Reach::Closed | Reach::Held(_) => false,
        Reach::Facts(facts) => facts.alone.is_some(),
    }
}

/// Checks whether such records of a case would be opened to a person for their work if the case
/// were theirs: assigned to them, and worked on by their programs. What a phone may know without
/// asking the server; where they would not, it must not make one.
pub(super) fn may_be_opened(
    catalogue: &Catalogue,
    now: Timestamp,
    who: Person<'_>,
    subject: Subject<'_>,
    way: Channel,
    consents: &[Consent],
) -> Result<(), Denial> {
    let programs = who.memberships.iter().map(|held| held.program.clone()).collect();
    let emergency = &super::NO_EMERGENCY;
    let facts = CaseFacts { assigned: true, programs: &programs, consents, alone: None, emergency };
    may_see(catalogue, now, who, Reach::Facts(facts), subject, way)
}

/// Returns whether they made the record, and it stands alone: it is theirs, whatever becomes of their
/// roles. What stands in a directory is the department's.
fn is_own(
    catalogue: &Catalogue,
    who: Person<'_>,
    facts: CaseFacts<'_>,
    subject: Subject<'_>,
) -> bool {
    facts.alone == Some(who.user) && !catalogue.is_directory(subject.compartment)
}

/// Returns whether a record may be handed in by somebody who does not get to see it again, or not
/// without a consent: a custody officer submits a request for care, a navigator says that somebody
/// is in treatment. At the console only, since a phone would keep it.
pub(super) fn may_submit(
    catalogue: &Catalogue,
    who: Person<'_>,
    reach: Reach<'_>,
    subject: Subject<'_>,
    way: Channel,
) -> bool {
    let Reach::Facts(facts) = reach else { return false };
    let submits = |held: &MembershipV1| {
        let access = catalogue.access(&held.role, subject.compartment);
        matches!(access, Access::NamedFields | Access::Consent)
            && subject.record_type.is_some_and(|known| known.written_by.contains(&held.role))
    };
    let at_the_console = matches!(way, Channel::Console | Channel::ConsoleWithReason);
    at_the_console && facts.assigned && who.memberships.iter().any(submits)
}

/// Checks whether one role of theirs both sees the record and works with it, and does not only read
/// it. Grants are given for work, and for what a consent opens: that is read.
pub(super) fn may_change(
    catalogue: &Catalogue,
    now: Timestamp,
    who: Person<'_>,
    reach: Reach<'_>,
    subject: Subject<'_>,
    way: Channel,
) -> Result<(), Denial> {
    may_see(catalogue, now, who, reach, subject, way)?;
    let Reach::Facts(facts) = reach else {
        return if reads_by_consent(catalogue, who, subject) {
            Err(Denial::ReadsByConsent)
        } else if reads_directory(catalogue, who, subject) {
            Err(Denial::ReadsOnly)
        } else {
            Ok(())
        };
    };
    let mut working = who.memberships.iter().filter(|held| works(catalogue, subject, held));
    let sees = |held| by_role(catalogue, now, facts, subject, way, held).is_ok();
    if is_own(catalogue, who, facts, subject) || working.any(sees) {
        Ok(())
    } else if reads_by_consent(catalogue, who, subject) {
        Err(Denial::ReadsByConsent)
    } else if reads_directory(catalogue, who, subject) {
        Err(Denial::ReadsOnly)
    } else {
        Err(Denial::Role)
    }
}

/// Returns whether a role works with such records: it makes them, or writes or supervises where
/// they live.
fn works(catalogue: &Catalogue, subject: Subject<'_>, held: &MembershipV1) -> bool {
    let writes = subject.record_type.is_some_and(|known| known.written_by.contains(&held.role));
    let cell = catalogue.access(&held.role, subject.compartment);
    writes || matches!(cell, Access::Write | Access::Supervise)
}

/// Returns whether nothing but a consent opens such records to the person's roles, as the catalogue
/// alone says: a phone knows it without asking. A type that whoever reads it by a consent is meant
/// to edit names their role among those that write it.
fn reads_by_consent(catalogue: &Catalogue, who: Person<'_>, subject: Subject<'_>) -> bool {
    let known = catalogue.compartments.get(subject.compartment);
    let is_identity = known.is_some_and(|known| known.identity);
    let otherwise = |held: &MembershipV1| {
        let cell = catalogue.access(&held.role, subject.compartment);
        let case_staff = catalogue.roles.get(&held.role).is_some_and(|role| role.case_staff);
        works(catalogue, subject, held) || is_identity && case_staff && cell != Access::None
    };
    let mut cells =
        who.memberships.iter().map(|held| catalogue.access(&held.role, subject.compartment));
    cells.any(|cell| cell == Access::Consent) && !who.memberships.iter().any(otherwise)
}

/// Returns whether such records stand in a directory where none of the person's roles writes, as the
/// catalogue alone says: a phone holds it, and must know that its owner does not write there. To hold
/// no role any more is no way to write either, while a grant is still open to what comes late.
fn reads_directory(catalogue: &Catalogue, who: Person<'_>, subject: Subject<'_>) -> bool {
    catalogue.is_directory(subject.compartment)
        && !who.memberships.iter().any(|held| works(catalogue, subject, held))
}

fn by_role(
    catalogue: &Catalogue,
    now: Timestamp,
    facts: CaseFacts<'_>,
    subject: Subject<'_>,
    way: Channel,
    held: &MembershipV1,
) -> Result<(), Denial> {
    let is_identity =
        catalogue.compartments.get(subject.compartment).is_some_and(|known| known.identity);
    let case_staff = catalogue.roles.get(&held.role).is_some_and(|role| role.case_staff);
    let cell = catalogue.access(&held.role, subject.compartment);
    if is_identity && case_staff && facts.assigned && cell != Access::None {
        return Ok(());
    }
    match cell {
        Access::Write => assigned(facts),
        Access::Supervise => {
            let program = catalogue.programs.get(&held.program);
            let holds = program.is_some_and(|known| {
                let shares_people = is_identity && known.people.is_none();
                known.compartments.contains(subject.compartment) || shares_people
            });
            let supervises = facts.programs.contains(&held.program) && holds;
            if supervises { Ok(()) } else { Err(Denial::NotSupervised) }
        }
        Access::Consent => {
            assigned(facts)?;
            let each = facts.consents.iter();
            let opening = each.map(|given| given.opens(now, subject.compartment, &held.program));
            // None at all says that there is none.
            let mut nearest = Denial::NoConsent;
            for given in opening {
                match given {
                    Ok(()) => return Ok(()),
                    Err(refusal) => nearest = nearest.max(refusal),
                }
            }
            Err(nearest)
        }
        Access::NamedFields => named(subject, held, Denial::NamedTypesOnly)
            .and_then(|()| assigned(facts))
            .and_then(|()| at_the_console(way)),
        Access::Aggregate => {
            named(subject, held, Denial::AggregatesOnly).and_then(|()| at_the_console(way))
        }
        Access::Read => at_the_console(way),
        // A case has no part in a directory: a grant is given for an entry, which stands alone.
        Access::Directory if way == Channel::Work && facts.alone.is_none() => Err(Denial::NoAccess),
        Access::Directory => Ok(()),
        Access::Logged => match way {
            Channel::ConsoleWithReason => Ok(()),
            Channel::Console => Err(Denial::ReasonNeeded),
            Channel::Work | Channel::Phone => Err(Denial::AtTheConsole),
        },
        Access::Own => Err(Denial::NotOwn),
        Access::Deidentified => Err(Denial::DeidentifiedOnly),
        Access::CounselOnly => Err(Denial::CounselOnly),
        Access::None => Err(Denial::NoAccess),
    }
}

fn assigned(facts: CaseFacts<'_>) -> Result<(), Denial> {
    if facts.assigned { Ok(()) } else { Err(Denial::NotAssigned) }
}

/// Checks whether the record's type is named for the role.
fn named(subject: Subject<'_>, held: &MembershipV1, otherwise: Denial) -> Result<(), Denial> {
    let named = subject.record_type.is_some_and(|known| known.also_read_by.contains(&held.role));
    if named { Ok(()) } else { Err(otherwise) }
}

/// Checks that what is read beside the work is read at the console: grants, and with them phones,
/// hold whole scopes.
fn at_the_console(way: Channel) -> Result<(), Denial> {
    match way {
        Channel::Console | Channel::ConsoleWithReason => Ok(()),
        Channel::Work | Channel::Phone => Err(Denial::AtTheConsole),
    }
}
