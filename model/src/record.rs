//! A record as people know it: its envelope, the edits they make, what is wrong with it.

mod conflict;
mod edit;
mod envelope;
mod history;
mod problem;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::catalogue::common::OCCURRED_AT;
use crate::catalogue::{Catalogue, CodeLists, Field, FieldKind, Form, RecordType, check_option_by};
use crate::ids::FieldName;
use crate::time::Timestamp;
use crate::value::{FieldValue, Scalar};

pub use conflict::{Conflict, ConflictValue};
pub use edit::{Edit, questionable};
pub use envelope::{Envelope, EnvelopeProblem};
pub use history::{HistoryEdit, HistoryEntry, HistoryVerb};
pub use problem::{FieldProblem, Problem, ReferenceProblem};

use edit::check_log_entry;

/// A record as it stands: typed values, and what people have left undecided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What never changes.
    pub envelope: Envelope,
    /// What stands in each field that holds something.
    pub fields: BTreeMap<FieldName, FieldValue>,
    /// Fields with several values written concurrently, all of them different.
    pub conflicts: Vec<Conflict>,
    /// Dates that could not be when they were written, and when that was. They are shown as they
    /// stand; what is counted from them is counted from then.
    pub implausible: BTreeMap<FieldName, Timestamp>,
}

impl Record {
    /// The fields as JSON, for the read model and `show`.
    pub fn fields_json(&self) -> Map<String, Json> {
        self.fields.iter().map(|(name, value)| (name.to_string(), value.to_json())).collect()
    }

    /// The fields as JSON for what is counted from their dates: one that cannot be is when it was
    /// written.
    pub fn counted_json(&self) -> Map<String, Json> {
        let mut fields = self.fields_json();
        for (name, written) in &self.implausible {
            let date = match self.fields.get(name) {
                Some(FieldValue::Scalar(Scalar::Date(_))) => {
                    written.date().map(|date| json!(date.to_string()))
                }
                Some(
                    FieldValue::Scalar(
                        Scalar::DateTime(_)
                        | Scalar::Text(_)
                        | Scalar::Bool(_)
                        | Scalar::Integer(_)
                        | Scalar::Decimal(_)
                        | Scalar::Time(_)
                        | Scalar::Duration(_)
                        | Scalar::Phone(_)
                        | Scalar::Options(_)
                        | Scalar::Choice(_)
                        | Scalar::Ref(_)
                        | Scalar::User(_),
                    )
                    | FieldValue::Choices(_)
                    | FieldValue::Refs(_)
                    | FieldValue::Counter(_)
                    | FieldValue::Log(_)
                    | FieldValue::SharedNote(_)
                    | FieldValue::Unknown(_),
                )
                | None => Some(json!(written.to_string())),
            };
            match date {
                Some(date) => drop(fields.insert(name.to_string(), date)),
                None => drop(fields.remove(name.as_str())),
            }
        }
        fields
    }

    /// When the recorded thing happened: `occurred_at`, or the record's creation. One that cannot be
    /// is when it was written.
    pub fn occurred_at(&self) -> Timestamp {
        if let Some(written) = self.implausible.get(OCCURRED_AT) {
            return *written;
        }
        match self.fields.get(OCCURRED_AT) {
            Some(FieldValue::Scalar(Scalar::DateTime(time))) => *time,
            _ => self.envelope.created_at,
        }
    }

    /// Everything that stands in a field, the shown value first; concurrent values count, too.
    pub fn values(&self, field: &FieldName) -> Vec<&FieldValue> {
        match self.conflicts.iter().find(|conflict| conflict.field == *field) {
            Some(conflict) => conflict.values.iter().map(|value| &value.value).collect(),
            None => self.fields.get(field).into_iter().collect(),
        }
    }

    /// The conflicts that wait for a person.
    pub fn to_review(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts.iter().filter(|conflict| conflict.review)
    }

    /// Lists what is wrong with the record as it stands: required fields that are empty, values of
    /// the wrong kind. Fields that this catalogue does not know are no problem, nor is what a form
    /// admitted that was in force since the record was made.
    pub fn problems(&self, catalogue: &Catalogue) -> Vec<FieldProblem> {
        let Some(record_type) = catalogue.record_type(&self.envelope.record_type) else {
            return Vec::new();
        };
        let earlier = catalogue.forms_since(&self.envelope.record_type, self.envelope.type_version);
        let problem = |field: &Field| {
            let by = By { field, lists: &catalogue.code_lists, earlier };
            let problem = by.problem(self.fields.get(&field.name))?;
            Some(FieldProblem { field: field.name.clone(), problem })
        };
        record_type.fields.iter().filter_map(problem).collect()
    }

    /// The fields that the present form requires, and that are empty.
    pub fn missing(&self, record_type: &RecordType) -> Vec<FieldProblem> {
        let is_empty = |field: &&Field| {
            self.fields.get(&field.name).is_none_or(FieldValue::is_empty) && field.required
        };
        let missing = record_type.fields.iter().filter(is_empty);
        missing
            .map(|field| FieldProblem { field: field.name.clone(), problem: Problem::Required })
            .collect()
    }
}

/// What a field is checked by: as it is, and as it was since the record was made.
struct By<'c> {
    field: &'c Field,
    lists: &'c CodeLists,
    earlier: &'c [Form],
}

impl By<'_> {
    fn problem(&self, value: Option<&FieldValue>) -> Option<Problem> {
        match value {
            None => self.required(),
            Some(value) if self.field.required && value.is_empty() => self.required(),
            Some(FieldValue::Unknown(_)) => Some(Problem::Shape { kind: self.field.kind.name() }),
            Some(FieldValue::Scalar(value)) => {
                self.admitted(|field, lists| value.check_by(lists, field).map_err(Problem::Value))
            }
            // What is not the id of a record was not read as one.
            Some(FieldValue::Choices(_)) if self.field.kind.names().is_some() => {
                Some(Problem::Shape { kind: self.field.kind.name() })
            }
            Some(FieldValue::Choices(options)) => options.iter().find_map(|option| {
                self.admitted(|field, lists| {
                    // Of a form in which the field was of another kind: it asked nothing of options.
                    let FieldKind::Choices { list } = &field.kind else { return Ok(()) };
                    let checked = check_option_by(lists, list, option.as_str());
                    checked.map(drop).map_err(Problem::Value)
                })
            }),
            Some(FieldValue::Log(entries)) => entries.iter().find_map(|(id, entry)| {
                self.admitted(|field, lists| match field.kind.entry() {
                    Some(parts) => check_log_entry(lists, parts, id, entry),
                    None => Ok(()),
                })
            }),
            Some(FieldValue::Refs(_) | FieldValue::Counter(_) | FieldValue::SharedNote(_)) => None,
        }
    }

    fn required(&self) -> Option<Problem> {
        let asks = |field: &Field| if field.required { Err(Problem::Required) } else { Ok(()) };
        let did_not_ask = |form: &Form| form.record_type.field(self.field.name.as_str()).is_none();
        match self.earlier.iter().any(did_not_ask) {
            true => None,
            false => self.admitted(|field, _| asks(field)),
        }
    }

    /// The problem, unless the field had none with it in one of the earlier forms.
    fn admitted(
        &self,
        check: impl Fn(&Field, &CodeLists) -> Result<(), Problem>,
    ) -> Option<Problem> {
        let problem = check(self.field, self.lists).err()?;
        let took = |form: &Form| {
            let field = form.record_type.field(self.field.name.as_str());
            field.is_some_and(|field| check(field, &form.lists).is_ok())
        };
        (!self.earlier.iter().any(took)).then_some(problem)
    }
}
