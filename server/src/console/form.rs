//! What a form asks at the console.

use std::collections::BTreeMap;

use model::catalogue::RecordType;
use model::document::EditError;
use model::followup;
use model::forms::{self, Facts};
use model::ids::{CaseId, FeedSeq, FieldName, RecordId, Scope, TypeName};
use model::record::{Edit, Record};
use model::references;
use model::value::FieldValue;

use super::{ConsoleError, PAGE_RECORDS_MAX, Reader};
use crate::access::case_context::CaseContext;
use crate::error::StoreError;

impl Reader<'_> {
    /// Checks the first values of a record in a case against its form.
    pub(super) fn check_new_form(
        &self,
        record_type: &RecordType,
        case: Option<CaseId>,
        edits: &[Edit],
    ) -> Result<(), ConsoleError> {
        let facts = self.facts(record_type, case)?;
        forms::check_new(&self.context.catalogue, record_type, self.now, edits, &facts)
            .map_err(|problems| EditError::Fields(problems).into())
    }

    /// Checks an edit of a record against its form.
    pub(super) fn check_edited_form(
        &self,
        record_type: &RecordType,
        before: &Record,
        edits: &[Edit],
    ) -> Result<(), ConsoleError> {
        let facts = self.facts(record_type, before.envelope.case)?;
        let edit = (before, edits);
        forms::check_edit(&self.context.catalogue, record_type, self.now, edit, &facts)
            .map_err(|problems| EditError::Fields(problems).into())
    }

    /// Checks that what edits name is of the types that their fields name, as far as they may know of it.
    pub(super) fn check_references(
        &self,
        record_type: &RecordType,
        edits: &[Edit],
    ) -> Result<(), ConsoleError> {
        let type_of = |other| Ok(self.find(other)?.map(|(_, found)| found.record_type));
        references::check_types(record_type, edits, type_of)
            .map_err(|error: StoreError| ConsoleError::from(error))?
            .map_err(|problems| EditError::Fields(problems).into())
    }

    /// Reads what the form of a type asks of a case, as far as they may see it.
    pub(super) fn facts(
        &self,
        record_type: &RecordType,
        case: Option<CaseId>,
    ) -> Result<Facts, ConsoleError> {
        let reads_none = forms::facts_read(record_type).is_empty();
        let Some(case) = case.filter(|_| !reads_none) else { return Ok(Facts::default()) };
        let known = CaseContext::at_the_console(self.db, self.now, self.user, case)?;
        Facts::of_case(record_type, |of| {
            let record = self.newest_of_type(&known, case, of)?;
            record.map(|record| self.fields_of(record)).transpose()
        })
    }

    /// Returns the newest record of a type in a case; `None` if they may see none.
    fn newest_of_type(
        &self,
        known: &CaseContext,
        case: CaseId,
        record_type: &TypeName,
    ) -> Result<Option<RecordId>, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let mut newest = None;
        for compartment in catalogue.compartments.keys() {
            if !self.may_see(known, compartment, record_type) {
                continue;
            }
            let scope = Scope { case, compartment: compartment.clone() };
            let listed = self.db.listed_in_scope(
                &scope,
                record_type,
                FeedSeq(i64::MAX.cast_unsigned()),
                PAGE_RECORDS_MAX,
            )?;
            let stands = listed.into_iter().filter(|listed| {
                let fields = serde_json::from_str(&listed.fields).unwrap_or_default();
                !followup::is_voided(&fields)
            });
            newest = newest.max(stands.map(|listed| (listed.occurred_at, listed.record)).max());
        }
        Ok(newest.map(|(_, record)| record))
    }

    pub(super) fn fields_of(
        &self,
        record: RecordId,
    ) -> Result<BTreeMap<FieldName, FieldValue>, ConsoleError> {
        let (document, _) = self.document(record)?;
        let read = document.record(&self.context.catalogue).map_err(EditError::from)?;
        Ok(read.fields)
    }
}
