//! Who may see what, worked out a second time: from who holds which role, who was assigned to which
//! case, and which records there are. Shares nothing with the server but the catalogue's matrix.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{Access, Catalogue};
use model::ids::{CaseId, ProgramCode, RecordId, RoleCode, UserId};
use model::record::Envelope;
use model::time::Timestamp;

use crate::releases::Release;

/// A member of staff.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) id: UserId,
    pub(crate) roles: BTreeSet<(RoleCode, ProgramCode)>,
}

/// What the administrator has done, and what followed from records that the server took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Department {
    pub(crate) people: Vec<Person>,
    /// Who is assigned to a case, by hand or by having opened it.
    pub(crate) assigned: BTreeMap<CaseId, BTreeSet<UserId>>,
}

impl Department {
    /// Notes that the server took a record: who opens a case is assigned to it.
    pub(crate) fn record_taken(&mut self, envelope: &Envelope) {
        if envelope.case == Some(CaseId::from(envelope.record)) {
            let case = CaseId::from(envelope.record);
            self.assigned.entry(case).or_default().insert(envelope.created_by);
        }
    }

    /// The person with this id.
    pub(crate) fn person(&self, id: UserId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The records this person's devices hold, of all that the server has, when they last met it at
    /// this moment.
    pub(crate) fn may_hold(
        &self,
        catalogue: &Catalogue,
        user: UserId,
        at: Timestamp,
        records: &BTreeMap<RecordId, Envelope>,
        releases: &[Release],
    ) -> BTreeSet<RecordId> {
        let Some(person) = self.person(user) else { return BTreeSet::new() };
        let mut programs_at_work: BTreeMap<CaseId, BTreeSet<&ProgramCode>> = BTreeMap::new();
        for envelope in records.values() {
            programs_at_work.entry(envelope.scope().case).or_default().insert(&envelope.program);
        }
        records
            .values()
            .filter(|envelope| {
                let compartment = &catalogue.compartments[&envelope.compartment];
                let scope = envelope.scope();
                let at_work = programs_at_work.get(&scope.case);
                if let Some(reads) = reads_directory(catalogue, person, envelope) {
                    return reads && compartment.on_devices;
                }
                compartment.on_devices
                    && (self.sees_as_worker(catalogue, person, envelope, records)
                        || self.is_let_in(catalogue, person, at, envelope, releases)
                        || at_work.is_some_and(|programs| {
                            programs.iter().any(|program| {
                                supervises(
                                    catalogue,
                                    person,
                                    program,
                                    envelope,
                                    compartment.identity,
                                )
                            })
                        }))
            })
            .map(|envelope| envelope.record)
            .collect()
    }

    fn sees_as_worker(
        &self,
        catalogue: &Catalogue,
        person: &Person,
        envelope: &Envelope,
        records: &BTreeMap<RecordId, Envelope>,
    ) -> bool {
        let alone = match envelope.case {
            None => Some(envelope),
            Some(case) => records.get(&RecordId::from(case)).filter(|anchor| anchor.case.is_none()),
        };
        if let Some(alone) = alone {
            // What stands alone is its maker's, and so is what belongs to it.
            return alone.created_by == person.id;
        }
        let Some(case) = envelope.case else { return false };
        let assigned =
            self.assigned.get(&case).is_some_and(|assigned| assigned.contains(&person.id));
        let writes = person
            .roles
            .iter()
            .any(|(role, _)| catalogue.access(role, &envelope.compartment) == Access::Write);
        assigned && writes
    }
}

impl Department {
    /// Returns whether a consent lets them in: assigned, in a role that consents open it to, in a
    /// program that the consent names.
    fn is_let_in(
        &self,
        catalogue: &Catalogue,
        person: &Person,
        at: Timestamp,
        envelope: &Envelope,
        releases: &[Release],
    ) -> bool {
        let Some(case) = envelope.case else { return false };
        let assigned =
            self.assigned.get(&case).is_some_and(|assigned| assigned.contains(&person.id));
        let compartment = &envelope.compartment;
        assigned
            && person.roles.iter().any(|(role, program)| {
                catalogue.access(role, compartment) == Access::Consent
                    && releases.iter().any(|release| {
                        release.lets_in(at, case, compartment.as_str(), program.as_str())
                    })
            })
    }
}

/// Returns whether they read the directory that a record stands in; `None` if it stands in none. It is
/// theirs by their roles alone, whoever made it.
fn reads_directory(catalogue: &Catalogue, person: &Person, envelope: &Envelope) -> Option<bool> {
    let compartment = &envelope.compartment;
    let reads = |role| catalogue.access(role, compartment) == Access::Directory;
    let is_directory = catalogue.roles.keys().any(reads);
    is_directory.then(|| person.roles.iter().any(|(role, _)| reads(role)))
}

fn supervises(
    catalogue: &Catalogue,
    person: &Person,
    program: &ProgramCode,
    envelope: &Envelope,
    identity: bool,
) -> bool {
    person.roles.iter().any(|(role, of)| {
        role.as_str() == "SUP"
            && of == program
            && (identity
                || (catalogue.programs[program].compartments.contains(&envelope.compartment)
                    && catalogue.access(role, &envelope.compartment) == Access::Supervise))
    })
}
