//! Who may see and do what: one pure function's worth of rules, asked by server and device alike.
//!
//! The first form: a worker sees the cases assigned to them and those they made, a supervisor those
//! of their programs. What a role does in a compartment is the catalogue's matrix
//! ([`Catalogue::access`]); what a person holds are [`MembershipV1`]s, roles in programs.

use std::collections::BTreeSet;

use crate::catalogue::{Access, Catalogue, RecordType};
use crate::ids::{CaseId, CompartmentCode, ProgramCode, Scope};
use crate::wire::MembershipV1;

/// The role that supervises a program.
pub const SUPERVISOR: &str = "SUP";

/// Why something is not allowed. Each has a stable name for the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// None of the person's roles may make records of this type.
    #[error("your roles do not include making this type of record")]
    Role,
    /// The person has no role in the program the record names.
    #[error("you have no role in the program the record names")]
    Program,
    /// The case is not assigned to the person.
    #[error("this case is not assigned to you")]
    NotAssigned,
    /// The compartment's records are not kept on phones.
    #[error("records of this kind are not kept on phones; use the console")]
    NotOnDevices,
}

impl Refusal {
    /// A stable name for the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Program => "program",
            Self::NotAssigned => "not_assigned",
            Self::NotOnDevices => "not_on_devices",
        }
    }
}

/// Whether a person with these roles may make a record of this type for this program.
///
/// # Errors
/// Says what is missing.
pub fn may_create(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    record_type: &RecordType,
    program: &ProgramCode,
) -> Result<(), Refusal> {
    let on_devices = catalogue.compartments.get(&record_type.compartment);
    if !on_devices.is_some_and(|compartment| compartment.on_devices) {
        return Err(Refusal::NotOnDevices);
    }
    let mut writers =
        memberships.iter().filter(|held| record_type.written_by.contains(&held.role)).peekable();
    if writers.peek().is_none() {
        return Err(Refusal::Role);
    }
    if writers.any(|held| held.program == *program) { Ok(()) } else { Err(Refusal::Program) }
}

/// The program a new record of this type is made for when its maker does not say: of those where
/// they may make it, one that works in the type's compartment if there is one, so that it has a
/// supervisor there; and of these the first by name.
pub fn default_program(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    record_type: &RecordType,
) -> Option<ProgramCode> {
    let works_there = |program: &ProgramCode| {
        catalogue
            .programs
            .get(program)
            .is_some_and(|known| known.compartments.contains(&record_type.compartment))
    };
    memberships
        .iter()
        .filter(|held| record_type.written_by.contains(&held.role))
        .map(|held| &held.program)
        .min_by_key(|program| (!works_there(program), *program))
        .cloned()
}

/// The compartments of a case that an assignment opens to a person with these roles: those the
/// matrix lets them write in, and the case's identity records.
pub fn compartments_when_assigned(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
) -> BTreeSet<CompartmentCode> {
    let mut opened: BTreeSet<_> = catalogue
        .compartments
        .keys()
        .filter(|compartment| {
            memberships
                .iter()
                .any(|held| catalogue.access(&held.role, compartment) == Access::Write)
        })
        .cloned()
        .collect();
    let case_staff = memberships
        .iter()
        .any(|held| catalogue.roles.get(&held.role).is_some_and(|r| r.case_staff));
    if case_staff {
        opened.extend(identity_compartments(catalogue));
    }
    opened
}

/// The compartments of a case that a supervisor sees when `program` works on the case: the
/// program's own and the case's identity records. Empty for anyone else.
pub fn compartments_when_supervising(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    program: &ProgramCode,
) -> BTreeSet<CompartmentCode> {
    let supervises =
        memberships.iter().any(|held| held.role.as_str() == SUPERVISOR && held.program == *program);
    let Some(known) = catalogue.programs.get(program).filter(|_| supervises) else {
        return BTreeSet::new();
    };
    let supervisor = memberships.iter().find(|held| held.role.as_str() == SUPERVISOR);
    let mut opened: BTreeSet<_> = known
        .compartments
        .iter()
        .filter(|compartment| {
            supervisor
                .is_some_and(|held| catalogue.access(&held.role, compartment) == Access::Supervise)
        })
        .cloned()
        .collect();
    opened.extend(identity_compartments(catalogue));
    opened
}

/// Of these compartments of a case, the scopes that may be kept on a phone.
pub fn device_scopes(
    catalogue: &Catalogue,
    case: CaseId,
    compartments: impl IntoIterator<Item = CompartmentCode>,
) -> Vec<Scope> {
    compartments
        .into_iter()
        .filter(|code| catalogue.compartments.get(code).is_some_and(|known| known.on_devices))
        .map(|compartment| Scope { case, compartment })
        .collect()
}

fn identity_compartments(catalogue: &Catalogue) -> impl Iterator<Item = CompartmentCode> + '_ {
    catalogue
        .compartments
        .iter()
        .filter(|(_, compartment)| compartment.identity)
        .map(|(code, _)| code.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_opens_what_the_matrix_lets_them_write_and_the_identity_card() {
        let opened = compartments_when_assigned(&catalogue(), &held(&[("OW", "street_outreach")]));
        assert_eq!(codes(&opened), ["IDN", "OUT"]);
        let opened = compartments_when_assigned(
            &catalogue(),
            &held(&[("RN", "reentry"), ("HR", "hospital_response")]),
        );
        assert_eq!(codes(&opened), ["HSP", "IDN", "REN"]);
        assert!(compartments_when_assigned(&catalogue(), &held(&[("ADM", "reentry")])).is_empty());
    }

    #[test]
    fn a_supervisor_sees_the_compartments_of_their_own_program_only() {
        let supervisor = held(&[("SUP", "street_outreach")]);
        let program = "street_outreach".parse().unwrap();
        let opened = compartments_when_supervising(&catalogue(), &supervisor, &program);
        assert!(codes(&opened).contains(&"OUT") && codes(&opened).contains(&"IDN"));
        assert!(!codes(&opened).contains(&"HSP"));
        let other = "hospital_response".parse().unwrap();
        assert!(compartments_when_supervising(&catalogue(), &supervisor, &other).is_empty());
        let worker = held(&[("OW", "street_outreach")]);
        assert!(compartments_when_supervising(&catalogue(), &worker, &program).is_empty());
    }

    #[test]
    fn only_the_right_role_in_the_right_program_makes_a_record() {
        let catalogue = catalogue();
        let mediation = catalogue.record_type(&"mediation".parse().unwrap()).unwrap();
        let outreach = "street_outreach".parse().unwrap();
        let may = |held: &_, program| may_create(&catalogue, held, mediation, program);
        assert_eq!(may(&held(&[("OW", "street_outreach")]), &outreach), Ok(()));
        assert_eq!(may(&held(&[("HR", "hospital_response")]), &outreach), Err(Refusal::Role));
        let reentry = "reentry".parse().unwrap();
        assert_eq!(may(&held(&[("OW", "street_outreach")]), &reentry), Err(Refusal::Program));
        let victim = catalogue.record_type(&"victim_service".parse().unwrap()).unwrap();
        let advocate = held(&[("VA", "victim_services")]);
        let program = "victim_services".parse().unwrap();
        assert_eq!(may_create(&catalogue, &advocate, victim, &program), Err(Refusal::NotOnDevices));
    }

    #[test]
    fn a_record_is_made_for_the_program_that_works_where_it_lives() {
        let catalogue = catalogue();
        let program = |held: &[(&str, &str)], name: &str| {
            let record_type = catalogue.record_type(&name.parse().unwrap()).unwrap();
            default_program(&catalogue, &self::held(held), record_type)
                .map(|program| program.to_string())
        };
        let both = [("HR", "hospital_response"), ("RN", "reentry")];
        assert_eq!(program(&both, "referral").as_deref(), Some("reentry"));
        assert_eq!(program(&both, "person").as_deref(), Some("hospital_response"));
        assert_eq!(program(&both[..1], "referral").as_deref(), Some("hospital_response"));
        assert_eq!(program(&both, "mediation"), None);
    }

    #[test]
    fn what_may_not_be_kept_on_a_phone_is_no_device_scope() {
        let case = CaseId::from_bytes([1; 16]);
        let compartments = ["OUT", "VIC", "SUD", "CHL", "IDN"].map(|code| code.parse().unwrap());
        let scopes = device_scopes(&catalogue(), case, compartments);
        let kept: Vec<_> = scopes.iter().map(|scope| scope.compartment.as_str()).collect();
        assert_eq!(kept, ["OUT", "IDN"]);
    }

    fn catalogue() -> Catalogue {
        Catalogue::builtin().unwrap()
    }

    fn held(roles: &[(&str, &str)]) -> BTreeSet<MembershipV1> {
        roles
            .iter()
            .map(|(role, program)| MembershipV1 {
                role: role.parse().unwrap(),
                program: program.parse().unwrap(),
            })
            .collect()
    }

    fn codes(compartments: &BTreeSet<CompartmentCode>) -> Vec<&str> {
        compartments.iter().map(CompartmentCode::as_str).collect()
    }
}
