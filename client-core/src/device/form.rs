//! What a form asks on this device.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::RecordType;
use model::document::EditError;
use model::forms::{self, Facts, Filling, FormState};
use model::ids::{CaseId, FieldName, RecordId};
use model::record::Edit;
use model::references;
use model::time::Timestamp;
use model::value::FieldValue;

use super::{Device, RecordError};
use crate::store::StoreError;

impl Device {
    /// Returns the form of a type as it stands with these answers: which questions are shown, which
    /// have to be answered, what may be chosen, and what is wrong.
    ///
    /// # Errors
    /// When the device is locked and the form reads records of the case, or the store fails.
    pub fn form(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        case: Option<CaseId>,
        answers: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<FormState, RecordError> {
        let facts = self.facts(now, record_type, case)?;
        let filling = Filling { now, answers, facts: &facts };
        Ok(FormState::of(self.store.catalogue(), record_type, filling))
    }

    /// Checks the first values of a record in a case against its form, but for the fields that stand
    /// elsewhere: what is required in them is answered there.
    pub(super) fn check_new_form(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        case: Option<CaseId>,
        edits: &[Edit],
        elsewhere: &BTreeSet<FieldName>,
    ) -> Result<(), RecordError> {
        let facts = self.facts(now, record_type, case)?;
        let checked = forms::check_new(self.store.catalogue(), record_type, now, edits, &facts);
        let Err(mut problems) = checked else { return Ok(()) };
        problems.retain(|problem| !elsewhere.contains(&problem.field));
        if problems.is_empty() { Ok(()) } else { Err(EditError::Fields(problems).into()) }
    }

    /// Returns those first values that the form asks for in the case of another person who was met at
    /// once.
    pub(super) fn asked_of_other(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        case: CaseId,
        edits: &[Edit],
    ) -> Result<Vec<Edit>, RecordError> {
        let facts = self.facts(now, record_type, Some(case))?;
        Ok(forms::asked_of_other(self.store.catalogue(), record_type, now, edits, &facts))
    }

    /// Checks an edit of a record against its form.
    pub(super) fn check_edited_form(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        record: RecordId,
        edits: &[Edit],
    ) -> Result<(), RecordError> {
        if !record_type.asks_about(&edits.iter().map(Edit::field).collect()) {
            // What its fields take is asked where the change is made: the record is read once.
            return Ok(());
        }
        let before = self.store.read().record(record)?.ok_or(RecordError::NotFound)?;
        let facts = self.facts(now, record_type, before.envelope.case)?;
        let edit = (&before, edits);
        forms::check_edit(self.store.catalogue(), record_type, now, edit, &facts)
            .map_err(|problems| EditError::Fields(problems).into())
    }

    /// Checks that what edits name is of the types that their fields name.
    pub(super) fn check_references(
        &self,
        record_type: &RecordType,
        edits: &[Edit],
    ) -> Result<(), RecordError> {
        let read = self.store.read();
        references::check_types(record_type, edits, |other| read.type_of(other))?
            .map_err(|problems| EditError::Fields(problems).into())
    }

    /// Reads what the form of a type asks of a case. A device that may show nothing knows nothing of
    /// it.
    fn facts(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        case: Option<CaseId>,
    ) -> Result<Facts, StoreError> {
        let read = self.store.read();
        let own = !forms::own_read(record_type).is_empty();
        let case = case.filter(|_| !forms::facts_read(record_type).is_empty());
        if (case.is_none() && !own) || read.lease()?.is_locked(now) {
            return Ok(Facts::default());
        }
        let fields = |record| Ok::<_, StoreError>(read.record(record)?.map(|found| found.fields));
        let mut facts = match case {
            None => Facts::default(),
            Some(case) => Facts::of_case(record_type, |of| {
                let record = read.newest_of_type(case, of)?;
                Ok::<_, StoreError>(record.map(fields).transpose()?.flatten())
            })?,
        };
        if own {
            for record in read.newest_of_own(&record_type.name, forms::OWN_RECORDS)? {
                facts.note_own(record_type, &fields(record)?.unwrap_or_default());
            }
        }
        Ok(facts)
    }
}
