//! What reviewers said of records that they gave back, as pages show it: in lists of tasks, on the record
//! and in the form in which it is mended.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{RecordType, fields_from_json};
use model::decision;
use model::ids::{CaseId, FieldName, RecordId};
use model::value::{FieldValue, Scalar};
use ui::views::{Markable, Returned};

use super::handles::Handles;
use super::{ConsoleError, Reader};

impl Reader<'_> {
    /// Returns what was said of a record that waits for its author, the last first, as far as they may
    /// see the reviews.
    pub(super) fn returned(
        &self,
        handles: &Handles<'_>,
        record: RecordId,
    ) -> Result<Vec<Returned>, ConsoleError> {
        let mut said = Vec::new();
        for review in self.db.open_tasks_about(record)? {
            said.extend(self.said_in(handles, record, review)?);
        }
        said.sort_by_key(|one| std::cmp::Reverse(one.at));
        Ok(said)
    }

    /// Returns what a review says of the record that it gave back; `None` if they may not see it.
    pub(super) fn said_in(
        &self,
        handles: &Handles<'_>,
        record: RecordId,
        review: RecordId,
    ) -> Result<Option<Returned>, ConsoleError> {
        let Some((_, listed)) = self.find(review)? else { return Ok(None) };
        let Some(known) = self.context.catalogue.record_type(&listed.record_type) else {
            return Ok(None);
        };
        let made = self.db.how_made(review)?.ok_or(ConsoleError::NotFound)?;
        let row = self.row(listed)?;
        let mut fields = fields_from_json(Some(known), &row.fields);
        let says: BTreeSet<&FieldName> = decision::says(known).map(|field| &field.name).collect();
        fields.retain(|name, value| says.contains(name) && !value.is_empty());
        Ok(Some(Returned {
            record: handles.of(record)?,
            review: handles.of(review)?,
            review_type: known.name.clone(),
            by: self.db.name_of(made.by)?.unwrap_or_default(),
            at: made.at,
            marked: decision::marked(known, &row.fields),
            says: fields,
        }))
    }

    /// Returns the fields of the record under review that a form marks; `None` for a form that marks none.
    pub(super) fn markable(
        &self,
        record_type: &RecordType,
        answers: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<Option<Markable>, ConsoleError> {
        let Some(decides) = &record_type.decides else { return Ok(None) };
        let Some(field) = &decides.marks else { return Ok(None) };
        let Some(Scalar::Ref(record)) = answers.get(&decides.record).and_then(FieldValue::scalar)
        else {
            return Ok(None);
        };
        let Some((_, listed)) = self.find(*record)? else { return Ok(None) };
        let Some(of) = self.context.catalogue.record_type(&listed.record_type) else {
            return Ok(None);
        };
        let offered = self.fields_to_mark(of, listed.case, &self.fields_of(*record)?)?;
        Ok(Some(Markable { field: field.clone(), of: of.name.clone(), offered }))
    }

    /// Returns what its author may change of a record, in the order of its form.
    fn fields_to_mark(
        &self,
        of: &RecordType,
        case: Option<CaseId>,
        fields: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<Vec<FieldName>, ConsoleError> {
        let form = self.form(of, case, fields)?;
        let not_asked = self.not_asked(of);
        let is_asked = |name: &FieldName| {
            let question = form.question(name);
            question.is_some_and(|it| it.shown && !it.is_computed && !it.read_only)
                && !not_asked.contains(name)
        };
        let fields = of.fields.iter().filter(|field| !field.retired);
        Ok(fields.map(|field| &field.name).filter(|name| is_asked(name)).cloned().collect())
    }

    /// Returns the type whose fields a record marks, if it is a review that marks fields.
    pub(super) fn marks_of(
        &self,
        record_type: Option<&RecordType>,
        fields: &BTreeMap<FieldName, FieldValue>,
    ) -> Result<Option<model::ids::TypeName>, ConsoleError> {
        let marks =
            record_type.and_then(|known| known.decides.as_ref()).filter(|it| it.marks.is_some());
        let named = marks.and_then(|decides| fields.get(&decides.record)?.scalar());
        match named {
            Some(Scalar::Ref(record)) => {
                Ok(self.find(*record)?.map(|(_, listed)| listed.record_type))
            }
            _ => Ok(None),
        }
    }
}
