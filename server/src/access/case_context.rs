//! What the database knows of a case and a user: what the rules are asked about.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Catalogue;
use model::ids::{CaseId, CompartmentCode, UserId};
use model::policy::{self, Act, CaseFacts, Channel, Person, Reach, Subject};
use model::record::Envelope;
use model::time::Timestamp;

use crate::error::StoreError;
use crate::store::cases::CaseRow;
use crate::store::records;
use crate::store::sqlite::Reading;

/// What is known of a case and a user.
pub(crate) struct CaseContext {
    row: CaseRow,
}

impl CaseContext {
    /// Reads what grants rest on. An emergency opens what is read at the console: nothing is
    /// granted for it.
    pub(crate) fn find(db: &Reading<'_>, user: UserId, case: CaseId) -> Result<Self, StoreError> {
        Ok(Self { row: db.case_row(user, case, None)? })
    }

    /// Reads what decides what a person may see of a case at the console now.
    pub(crate) fn at_the_console(
        db: &Reading<'_>,
        now: Timestamp,
        user: UserId,
        case: CaseId,
    ) -> Result<Self, StoreError> {
        Ok(Self { row: db.case_row(user, case, Some(now))? })
    }

    /// Reads the same of several cases.
    pub(crate) fn all_at_the_console(
        db: &Reading<'_>,
        now: Timestamp,
        user: UserId,
        cases: BTreeSet<CaseId>,
    ) -> Result<BTreeMap<CaseId, Self>, StoreError> {
        let rows = db.case_rows(user, cases, Some(now))?;
        Ok(rows.into_iter().map(|(case, row)| (case, Self { row })).collect())
    }

    /// Adds what will be known once this record of the case is there.
    pub(crate) fn with(mut self, envelope: &Envelope) -> Self {
        self.row.programs.insert(envelope.program.clone());
        self
    }

    pub(crate) fn has_consents(&self) -> bool {
        !self.row.consents.is_empty()
    }

    pub(crate) fn alone(&self) -> Option<&records::RecordRow> {
        self.row.alone.as_ref()
    }

    /// Returns whether the user reads a compartment because it is an emergency.
    pub(crate) fn is_emergency(&self, compartment: &CompartmentCode) -> bool {
        self.row.emergency.contains(compartment)
    }

    pub(crate) fn facts(&self) -> CaseFacts<'_> {
        CaseFacts {
            assigned: self.row.assigned,
            programs: &self.row.programs,
            consents: &self.row.consents,
            alone: self.row.alone.as_ref().map(|alone| alone.created_by),
            emergency: &self.row.emergency,
        }
    }
}

/// Returns whether somebody comes to this record at the console to write in it. What was opened in
/// an emergency is for reading.
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
