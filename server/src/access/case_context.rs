//! What the database knows of a case and a user: what the rules are asked about.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::ids::{CaseId, CompartmentCode, ProgramCode, RecordId, UserId};
use model::policy::{self, Act, CaseFacts, Channel, Consent, Person, Reach, Subject};
use model::record::Envelope;
use model::time::Timestamp;

use crate::error::StoreError;
use crate::store::records;
use crate::store::sqlite::Reading;

/// What is known of a case and a user.
pub(crate) struct CaseContext {
    assigned: bool,
    programs: BTreeSet<ProgramCode>,
    consents: Vec<Consent>,
    /// The record, when it belongs to no case.
    alone: Option<records::RecordRow>,
    emergency: BTreeSet<CompartmentCode>,
}

impl CaseContext {
    /// What grants rest on. An emergency opens what is read at the console: nothing is granted for it.
    pub(crate) fn find(db: &Reading<'_>, user: UserId, case: CaseId) -> Result<Self, StoreError> {
        let alone = db.record_row(RecordId::from(case))?;
        Ok(Self {
            assigned: db.is_assigned(user, case)?,
            programs: db.programs_of_case(case)?,
            consents: db.consents_of_case(case)?,
            alone: alone.filter(|known| known.case.is_none()),
            emergency: BTreeSet::new(),
        })
    }

    /// What somebody may read at the console, now.
    pub(crate) fn at_the_console(
        db: &Reading<'_>,
        now: Timestamp,
        user: UserId,
        case: CaseId,
    ) -> Result<Self, StoreError> {
        let emergency = db.open_emergencies(now, user, case)?;
        Ok(Self { emergency, ..Self::find(db, user, case)? })
    }

    /// What would be known once this record of the case is there.
    pub(crate) fn with(mut self, envelope: &Envelope) -> Self {
        self.programs.insert(envelope.program.clone());
        self
    }

    pub(crate) fn has_consents(&self) -> bool {
        !self.consents.is_empty()
    }

    pub(crate) fn alone(&self) -> Option<&records::RecordRow> {
        self.alone.as_ref()
    }

    /// Whether the user reads a compartment because it is an emergency.
    pub(crate) fn is_emergency(&self, compartment: &CompartmentCode) -> bool {
        self.emergency.contains(compartment)
    }

    pub(crate) fn facts(&self) -> CaseFacts<'_> {
        CaseFacts {
            assigned: self.assigned,
            programs: &self.programs,
            consents: &self.consents,
            alone: self.alone.as_ref().map(|alone| alone.created_by),
            emergency: &self.emergency,
        }
    }
}

/// Whether somebody comes to this record at the console to write in it. What was opened in an emergency is
/// for reading.
pub(crate) fn may_change(
    now: Timestamp,
    db: &Reading<'_>,
    catalogue: &Catalogue,
    person: Person<'_>,
    way: Channel,
    stored: &records::RecordRow,
) -> Result<Result<(), policy::Denial>, StoreError> {
    let known = CaseContext::find(db, person.user, stored.scope.case)?;
    let subject = Subject {
        compartment: &stored.scope.compartment,
        record_type: catalogue.record_type(&stored.record_type),
    };
    let (reach, change) = (Reach::Facts(known.facts()), Act::Change(way));
    Ok(policy::decide(catalogue, now, person, reach, subject, change))
}
