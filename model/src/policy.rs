//! Who may see and do what: one pure function, [`decide`], asked by server and device alike.
//!
//! What a role does in a compartment is the catalogue's matrix ([`Catalogue::access`]); what a person
//! holds are [`MembershipV1`]s, roles in programs; what is known of a case are [`CaseFacts`]. From
//! these follows whether an act is allowed, or the one reason why not ([`Denial`]). What the server
//! has granted follows from the same function ([`opened`]).

mod consent;
mod denial;
mod reach;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::catalogue::common::APPROVAL;
use crate::catalogue::{Access, Catalogue, RecordType};
use crate::ids::{CompartmentCode, ProgramCode, RoleCode, TypeName, UserId};
use crate::record::Record;
use crate::time::{Span, Timestamp};
use crate::wire::MembershipV1;

pub use consent::Consent;
pub use denial::Denial;
pub use write::{always_possible_fields, is_always_possible, may_decide, needs_no_role};

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Who they are.
    pub user: UserId,
    /// Their roles, each in a program.
    pub memberships: &'a BTreeSet<MembershipV1>,
}

/// What is known of the case that a record belongs to, or of a record that stands alone.
#[derive(Debug, Clone, Copy)]
pub struct CaseFacts<'a> {
    /// Whether the case is assigned to the person.
    pub assigned: bool,
    /// The programs that work on it.
    pub programs: &'a BTreeSet<ProgramCode>,
    /// The consents that were given in it.
    pub consents: &'a [Consent],
    /// Who made the record, when it belongs to no case: it is theirs.
    pub alone: Option<UserId>,
    /// The compartments that the person has opened in an emergency and that are open still.
    pub emergency: &'a BTreeSet<CompartmentCode>,
}

/// What somebody has opened in no emergency.
pub static NO_EMERGENCY: BTreeSet<CompartmentCode> = BTreeSet::new();

/// What a person's reach into a case rests on.
#[derive(Debug, Clone, Copy)]
pub enum Reach<'a> {
    /// The server has opened the scope to the person and not closed it: [`opened`] said so when it
    /// was last settled.
    Granted,
    /// It has not, or closed it again.
    Closed,
    /// A phone holds something of the case, with these consents: which scopes the server has opened
    /// is not known there, and what it could open is worked out.
    Held(&'a [Consent]),
    /// Nothing was settled: it is worked out.
    Facts(CaseFacts<'a>),
}

impl Reach<'_> {
    /// Returns it without what is opened in an emergency: that is read, and not written to.
    fn to_write(self) -> Self {
        match self {
            Self::Facts(facts) => Self::Facts(CaseFacts { emergency: &NO_EMERGENCY, ..facts }),
            other => other,
        }
    }
}

impl Reach<'_> {
    fn without_own(self) -> Self {
        match self {
            Self::Facts(facts) => Self::Facts(CaseFacts { alone: None, ..facts }),
            other => other,
        }
    }
}

/// What the act is about: a compartment of a case as a whole, or a record in it.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The compartment.
    pub compartment: &'a CompartmentCode,
    /// The type of the record; none when the compartment as a whole is meant.
    pub record_type: Option<&'a RecordType>,
}

/// How somebody comes to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// As part of their work, wherever that is done: what grants are given for.
    Work,
    /// As part of their work, on a phone that keeps it.
    Phone,
    /// Connected, at the console.
    Console,
    /// At the console, with a reason that was stated and logged.
    ConsoleWithReason,
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy)]
pub enum Act<'a> {
    /// Read.
    See(Channel),
    /// Make a record of the subject's type.
    Create {
        /// Where.
        way: Channel,
        /// For this program.
        program: &'a ProgramCode,
        /// Whether it opens a case of its own, or stands alone: nothing need be assigned for that.
        starts: bool,
    },
    /// Come to a record to write in it: what, is asked by [`Act::Edit`].
    Change(Channel),
    /// Change what stands in a record, its first values included.
    Edit(Edited<'a>),
}

/// A record before and after one edit, as its author saw it.
#[derive(Debug, Clone, Copy)]
pub struct Edited<'a> {
    /// Where.
    pub way: Channel,
    /// How it was; none when the edit makes it.
    pub before: Option<&'a Record>,
    /// How it is then.
    pub after: &'a Record,
    /// When it was made, as its author's device says.
    pub at: Timestamp,
    /// How it stands where the edit arrives, when that is not `before`: others may have closed it.
    pub present: Option<&'a Record>,
}

/// Checks whether a person may do this, now.
///
/// Somebody with several roles may do whatever one of them allows; the refusal is that of the role
/// that comes nearest.
///
/// # Errors
/// Names the one reason why not.
pub fn decide(
    catalogue: &Catalogue,
    now: Timestamp,
    who: Person<'_>,
    reach: Reach<'_>,
    subject: Subject<'_>,
    act: Act<'_>,
) -> Result<(), Denial> {
    match act {
        Act::See(way) => reach::may_see(catalogue, now, who, reach, subject, way),
        Act::Create { way, program, starts } => {
            reach::check_place(catalogue, subject, way)?;
            write::may_make(catalogue, who, subject, program)?;
            if starts {
                return Ok(());
            }
            if catalogue.is_directory(subject.compartment) && !reach::is_of_an_entry(reach) {
                return Err(Denial::NotAssigned);
            }
            if let Reach::Held(consents) = reach {
                return reach::may_be_opened(catalogue, now, who, subject, way, consents);
            }
            // That a record which stands alone is somebody's own makes it no case of theirs.
            let reach = reach.to_write().without_own();
            match reach::may_see(catalogue, now, who, reach, subject, way) {
                Err(_) if reach::may_submit(catalogue, who, reach, subject, way) => Ok(()),
                seen => seen,
            }
        }
        Act::Change(way) => reach::may_change(catalogue, now, who, reach.to_write(), subject, way),
        Act::Edit(edited) => {
            if edited.before.is_some() {
                decide(catalogue, now, who, reach, subject, Act::Change(edited.way))?;
            }
            write::may_edit(catalogue, who, subject, edited)
        }
    }
}

/// The compartments of a case that are open to a person for their work: what the server grants.
pub fn opened(
    catalogue: &Catalogue,
    now: Timestamp,
    who: Person<'_>,
    facts: CaseFacts<'_>,
) -> BTreeSet<CompartmentCode> {
    let is_open = |compartment: &&CompartmentCode| {
        let subject = Subject { compartment, record_type: None };
        let see = Act::See(Channel::Work);
        decide(catalogue, now, who, Reach::Facts(facts), subject, see).is_ok()
    };
    catalogue.compartments.keys().filter(is_open).cloned().collect()
}

/// The consents without which [`opened`] would not open a compartment: reading there is a disclosure
/// under each of them.
pub fn disclosed_under<'a>(
    catalogue: &Catalogue,
    now: Timestamp,
    who: Person<'_>,
    facts: CaseFacts<'a>,
    compartment: &CompartmentCode,
) -> Vec<&'a Consent> {
    let without = CaseFacts { consents: &[], ..facts };
    let subject = Subject { compartment, record_type: None };
    let may = |facts: CaseFacts<'_>| {
        let see = Act::See(Channel::Work);
        decide(catalogue, now, who, Reach::Facts(facts), subject, see).is_ok()
    };
    if may(without) {
        return Vec::new();
    }
    let alone =
        |consent: &&Consent| may(CaseFacts { consents: std::slice::from_ref(*consent), ..facts });
    facts.consents.iter().filter(alone).collect()
}

/// How long a person may open this compartment of a case in an emergency, at most, although it is
/// none of their programs': those may who supervise such records, where the catalogue says so.
///
/// # Errors
/// Names the one reason why not.
pub fn emergency(
    catalogue: &Catalogue,
    who: Person<'_>,
    compartment: &CompartmentCode,
) -> Result<Span, Denial> {
    let supervises =
        |held: &MembershipV1| catalogue.access(&held.role, compartment) == Access::Supervise;
    if !who.memberships.iter().any(supervises) {
        return Err(Denial::NoAccess);
    }
    let known = catalogue.compartments.get(compartment);
    known.and_then(|known| known.emergency).ok_or(Denial::NoEmergency)
}

/// Returns whether a person watches over privacy: sees the audit, refusals and openings of
/// everybody.
pub fn watches_privacy(catalogue: &Catalogue, who: Person<'_>) -> bool {
    let mut roles = who.memberships.iter().filter_map(|held| catalogue.roles.get(&held.role));
    roles.any(|role| role.privacy)
}

/// Returns whether a role may be held in a program: it writes or supervises in one of the program's
/// compartments, or serves the whole department. What it recorded in any other program would have
/// no supervisor there. Identity compartments do not count: nearly everybody writes in them.
pub fn fits(catalogue: &Catalogue, role: &RoleCode, program: &ProgramCode) -> bool {
    let (Some(known), Some(works)) = (catalogue.roles.get(role), catalogue.programs.get(program))
    else {
        return false;
    };
    let works_in = |code: &CompartmentCode| {
        let identity = catalogue.compartments.get(code).is_some_and(|known| known.identity);
        !identity && matches!(catalogue.access(role, code), Access::Write | Access::Supervise)
    };
    known.department || works.compartments.iter().any(works_in)
}

/// Returns whether somebody with these roles reads a directory: all of it, whatever is assigned to
/// them.
pub fn reads_directory(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    compartment: &CompartmentCode,
) -> bool {
    memberships.iter().any(|held| catalogue.access(&held.role, compartment) == Access::Directory)
}

/// Returns whether what such records ask to be done is for somebody with these roles. Everybody reads
/// a directory; what is to be done there is for those who write in it.
pub fn does_its_tasks(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    compartment: &CompartmentCode,
    record_type: &TypeName,
) -> bool {
    !catalogue.is_directory(compartment)
        || catalogue.record_type(record_type).is_some_and(|known| {
            memberships.iter().any(|held| known.written_by.contains(&held.role))
        })
}

/// Returns the programs whose records somebody with these roles decides on, each with the
/// compartments in which they do: they supervise there, and their role changes the approval.
pub fn reviews(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
) -> BTreeSet<(ProgramCode, CompartmentCode)> {
    let approval = catalogue.types.values().find_map(|known| known.field(APPROVAL));
    let guard = approval.and_then(|field| field.guard.as_ref());
    let decide =
        |held: &&MembershipV1| guard.is_none_or(|guard| guard.changed_by.contains(&held.role));
    let supervised = memberships.iter().filter(decide).flat_map(|held| {
        let compartments = catalogue.compartments.keys();
        compartments
            .filter(|code| catalogue.access(&held.role, code) == Access::Supervise)
            .map(|code| (held.program.clone(), code.clone()))
    });
    supervised.collect()
}

/// The roles that supervise somewhere: their holders see what their program works on.
pub fn supervising_roles(catalogue: &Catalogue) -> BTreeSet<RoleCode> {
    let supervising = catalogue.access.iter().filter(|(_, cell)| **cell == Access::Supervise);
    supervising.map(|((role, _), _)| role.clone()).collect()
}

/// The program a new record of this type is made for when its maker does not say: of those where
/// they may make it, one that works where the record would live if there is one, so that it has a
/// supervisor there; and of these the first by name. `home` says where that is, for each program
/// ([`Catalogue::home`]).
pub fn default_program<'h>(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    record_type: &RecordType,
    home: impl Fn(&ProgramCode) -> &'h CompartmentCode,
) -> Option<ProgramCode> {
    let works_there = |program: &ProgramCode| {
        let known = catalogue.programs.get(program);
        known.is_some_and(|known| known.compartments.contains(home(program)))
    };
    memberships
        .iter()
        .filter(|held| record_type.written_by.contains(&held.role))
        .map(|held| &held.program)
        .min_by_key(|program| (!works_there(program), *program))
        .cloned()
}
