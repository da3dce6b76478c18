//! What the rules are asked about a case and a user, in one call.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{CaseId, CompartmentCode, ProgramCode, RecordId, UserId};
use model::policy::Consent;
use model::time::Timestamp;

use super::records::RecordRow;
use super::sqlite::Reading;
use crate::error::StoreError;

/// What the database has of a case and a user.
pub(crate) struct CaseRow {
    /// Whether the case is assigned to the user.
    pub(crate) assigned: bool,
    /// The programs that work on the case.
    pub(crate) programs: BTreeSet<ProgramCode>,
    /// The consents that were given in it.
    pub(crate) consents: Vec<Consent>,
    /// The record, when it belongs to no case.
    pub(crate) alone: Option<RecordRow>,
    /// The compartments that the user has open in an emergency.
    pub(crate) emergency: BTreeSet<CompartmentCode>,
}

impl Reading<'_> {
    /// Returns what is known of each of these cases and a user; see [`Reading::case_row`].
    pub(crate) fn case_rows(
        &self,
        user: UserId,
        cases: impl IntoIterator<Item = CaseId>,
        at: Option<Timestamp>,
    ) -> Result<BTreeMap<CaseId, CaseRow>, StoreError> {
        let rows = cases.into_iter().map(|case| Ok((case, self.case_row(user, case, at)?)));
        rows.collect()
    }

    /// Returns what is known of a case and a user. What is open in an emergency is read only if it is
    /// asked at a moment.
    pub(crate) fn case_row(
        &self,
        user: UserId,
        case: CaseId,
        at: Option<Timestamp>,
    ) -> Result<CaseRow, StoreError> {
        let emergency = at.map(|now| self.open_emergencies(now, user, case)).transpose()?;
        let alone = self.record_row(RecordId::from(case))?;
        Ok(CaseRow {
            assigned: self.is_assigned(user, case)?,
            programs: self.programs_of_case(case)?,
            consents: self.consents_of_case(case)?,
            alone: alone.filter(|known| known.case.is_none()),
            emergency: emergency.unwrap_or_default(),
        })
    }
}
