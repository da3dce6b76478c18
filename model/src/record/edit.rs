//! The edits that people make, and whether a field takes them.

use serde::{Deserialize, Serialize};

use super::Record;
use super::problem::{FieldProblem, Problem};
use crate::catalogue::{
    Catalogue, Clock, CodeLists, Field, FieldKind, RecordType, check_option_by,
};
use crate::forbidden::Forbidden;
use crate::ids::{FieldName, OptionCode, RecordId};
use crate::value::{FieldValue, LogEntry, Scalar, ValueProblem};

/// One edit of one field. A list of them is the *intent* kept in the outbox: enough to make the
/// change anew under another actor when the store was restored or cloned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "edit")]
pub enum Edit {
    /// Sets a scalar. Also resolves its conflict.
    Set {
        /// The field.
        field: FieldName,
        /// The new value.
        value: Scalar,
    },
    /// Empties a scalar field.
    Clear {
        /// The field.
        field: FieldName,
    },
    /// Adds an option to a `choices` field.
    Add {
        /// The field.
        field: FieldName,
        /// The option.
        option: OptionCode,
    },
    /// Removes an option from a `choices` field.
    Remove {
        /// The field.
        field: FieldName,
        /// The option.
        option: OptionCode,
    },
    /// Names one more record in a `refs` field.
    AddRef {
        /// The field.
        field: FieldName,
        /// The record.
        record: RecordId,
    },
    /// Names a record no more in a `refs` field.
    RemoveRef {
        /// The field.
        field: FieldName,
        /// The record.
        record: RecordId,
    },
    /// Adds an entry to a log.
    Log {
        /// The field.
        field: FieldName,
        /// The entry's ULID.
        id: String,
        /// Its fields.
        entry: LogEntry,
    },
    /// Counts a counter up or down.
    Increment {
        /// The field.
        field: FieldName,
        /// By how much.
        by: i64,
    },
    /// Edits a shared note: at character `at`, `delete` characters go and `insert` comes.
    Note {
        /// The field.
        field: FieldName,
        /// Position in characters; past the end means the end.
        at: u64,
        /// How many characters go.
        delete: u64,
        /// What comes instead.
        insert: String,
    },
}

impl Edit {
    /// The field that is edited.
    pub fn field(&self) -> &FieldName {
        match self {
            Self::Set { field, .. }
            | Self::Clear { field }
            | Self::Add { field, .. }
            | Self::Remove { field, .. }
            | Self::AddRef { field, .. }
            | Self::RemoveRef { field, .. }
            | Self::Log { field, .. }
            | Self::Increment { field, .. }
            | Self::Note { field, .. } => field,
        }
    }

    /// Appends to a shared note.
    pub fn append(field: FieldName, text: impl Into<String>) -> Self {
        Self::Note { field, at: u64::MAX, delete: 0, insert: text.into() }
    }

    /// Checks this edit against its record type.
    ///
    /// # Errors
    /// Names the field and what is wrong.
    pub fn check(
        &self,
        catalogue: &Catalogue,
        record_type: &RecordType,
    ) -> Result<(), FieldProblem> {
        self.check_by(&catalogue.code_lists, record_type)
    }

    /// Checks this edit against its record type as a catalogue with these code lists has it.
    pub(crate) fn check_by(
        &self,
        lists: &CodeLists,
        record_type: &RecordType,
    ) -> Result<(), FieldProblem> {
        let name = self.field();
        let problem = |problem| FieldProblem { field: name.clone(), problem };
        let Some(field) = record_type.field(name.as_str()) else {
            return Err(problem(Problem::Unknown { record_type: record_type.name.clone() }));
        };
        let wrong_edit = || problem(Problem::wrong_edit(&field.kind));
        let unfit = |wrong| problem(Problem::Value(wrong));
        match self {
            Self::Set { value, .. } => value.check_by(lists, field).map_err(unfit),
            Self::Clear { .. } if field.required => Err(problem(Problem::Required)),
            Self::Clear { .. } if field.kind.is_scalar() => Ok(()),
            Self::Clear { .. } => Err(wrong_edit()),
            Self::Add { option, .. } => {
                let FieldKind::Choices { list } = &field.kind else { return Err(wrong_edit()) };
                check_option_by(lists, list, option.as_str()).map(drop).map_err(unfit)
            }
            Self::Remove { .. } => {
                let FieldKind::Choices { .. } = &field.kind else { return Err(wrong_edit()) };
                Ok(())
            }
            Self::AddRef { .. } | Self::RemoveRef { .. } => {
                let FieldKind::Refs { .. } = &field.kind else { return Err(wrong_edit()) };
                Ok(())
            }
            Self::Increment { by, .. } => {
                let FieldKind::Counter = &field.kind else { return Err(wrong_edit()) };
                check_step(*by).map_err(unfit)
            }
            Self::Note { insert, .. } => {
                let FieldKind::SharedNote = &field.kind else { return Err(wrong_edit()) };
                check_length(insert).map_err(unfit)
            }
            Self::Log { id, entry, .. } => {
                let parts = field.kind.entry().ok_or_else(wrong_edit)?;
                check_log_entry(lists, parts, id, entry).map_err(problem)
            }
        }
    }

    /// Checks that this edit enters nothing that is retired, but what the record has already.
    ///
    /// # Errors
    /// Names the field, and what is offered instead.
    pub fn check_offered(
        &self,
        catalogue: &Catalogue,
        record_type: &RecordType,
        present: Option<&Record>,
    ) -> Result<(), FieldProblem> {
        let name = self.field();
        let Some(field) = record_type.field(name.as_str()) else { return Ok(()) };
        let stands = present.map(|record| record.values(name)).unwrap_or_default();
        let fills_retired = || (field.retired && stands.is_empty()).then_some(Problem::Retired);
        let problem = match self {
            Self::Clear { .. } | Self::Remove { .. } | Self::RemoveRef { .. } => None,
            Self::AddRef { .. } | Self::Increment { .. } | Self::Note { .. } => fills_retired(),
            Self::Set { value, .. } => fills_retired().or_else(|| {
                let stays = || stands.contains(&&FieldValue::Scalar(value.clone()));
                retired_choice(catalogue, field, value).filter(|_| !stays())
            }),
            Self::Add { option, .. } => fills_retired().or_else(|| {
                let FieldKind::Choices { list } = &field.kind else { return None };
                let had = |value: &&FieldValue| matches!(value, FieldValue::Choices(options) if options.contains(option));
                not_offered(catalogue, list, option).filter(|_| !stands.iter().any(had))
            }),
            Self::Log { entry, .. } => fills_retired().or_else(|| {
                field.kind.entry().unwrap_or_default().iter().find_map(|part| {
                    let value = entry.get(part.name.as_str())?;
                    let problem = match part.retired {
                        true => Some(Problem::Retired),
                        false => retired_choice(catalogue, part, value),
                    };
                    let key = part.name.to_string();
                    problem.map(|problem| Problem::Entry { key, problem: Box::new(problem) })
                })
            }),
        };
        match problem {
            Some(problem) => Err(FieldProblem { field: name.clone(), problem }),
            None => Ok(()),
        }
    }

    /// Returns the problem with a text that looks as if it held what is never recorded.
    fn forbidden(&self) -> Option<FieldProblem> {
        let of_text = |text: &str| Forbidden::find(text).map(Problem::Forbidden);
        let of_scalar = |value: &Scalar| match value {
            Scalar::Text(text) => of_text(text),
            _ => None,
        };
        let problem = match self {
            Self::Set { value, .. } => of_scalar(value),
            Self::Note { insert, .. } => of_text(insert),
            Self::Log { entry, .. } => entry.iter().find_map(|(key, value)| {
                let problem = Box::new(of_scalar(value)?);
                Some(Problem::Entry { key: key.clone(), problem })
            }),
            Self::Clear { .. }
            | Self::Add { .. }
            | Self::Remove { .. }
            | Self::AddRef { .. }
            | Self::RemoveRef { .. }
            | Self::Increment { .. } => None,
        };
        problem.map(|problem| FieldProblem { field: self.field().clone(), problem })
    }

    /// Judges the dates that this edit enters, as they are typed.
    ///
    /// # Errors
    /// Names the field and the bound that a date passes.
    pub fn check_dates(&self, record_type: &RecordType, clock: Clock) -> Result<(), FieldProblem> {
        let name = self.field();
        let Some(field) = record_type.field(name.as_str()) else { return Ok(()) };
        let judged = match self {
            Self::Set { value, .. } => {
                field.within.check(value, clock).map_err(Problem::Implausible)
            }
            Self::Log { entry, .. } => {
                field.kind.entry().unwrap_or_default().iter().try_for_each(|part| {
                    let Some(value) = entry.get(part.name.as_str()) else { return Ok(()) };
                    part.within.check(value, clock).map_err(|implausible| Problem::Entry {
                        key: part.name.to_string(),
                        problem: Box::new(Problem::Implausible(implausible)),
                    })
                })
            }
            Self::Clear { .. }
            | Self::Add { .. }
            | Self::Remove { .. }
            | Self::AddRef { .. }
            | Self::RemoveRef { .. }
            | Self::Increment { .. }
            | Self::Note { .. } => Ok(()),
        };
        judged.map_err(|problem| FieldProblem { field: name.clone(), problem })
    }
}

/// Returns the problem with a choice that is retired.
fn retired_choice(catalogue: &Catalogue, field: &Field, value: &Scalar) -> Option<Problem> {
    match (value, &field.kind) {
        (Scalar::Choice(option), FieldKind::Choice { list }) => {
            not_offered(catalogue, list, option)
        }
        (Scalar::Options(options), FieldKind::Choices { list }) => {
            options.iter().find_map(|option| not_offered(catalogue, list, option))
        }
        // A value of another kind is refused by `check`.
        (_, _) => None,
    }
}

/// Returns the problem with an option that is retired.
fn not_offered(catalogue: &Catalogue, list: &str, option: &OptionCode) -> Option<Problem> {
    let list = catalogue.code_lists.get(list).filter(|list| list.is_retired(option))?;
    let offered = list.order.iter().map(ToString::to_string).collect();
    Some(Problem::RetiredOption { option: option.clone(), offered })
}

/// Judges what edits enter: dates that cannot be, and texts that look as if they held what is never
/// recorded. What stands in the record already is let be.
pub fn questionable(
    record_type: &RecordType,
    present: Option<&Record>,
    edits: &[Edit],
    clock: Clock,
) -> Vec<FieldProblem> {
    let stands = |edit: &&Edit| match edit {
        Edit::Set { field, value } => present.is_some_and(|present| {
            present.values(field).contains(&&FieldValue::Scalar(value.clone()))
        }),
        Edit::Clear { .. }
        | Edit::Add { .. }
        | Edit::Remove { .. }
        | Edit::AddRef { .. }
        | Edit::RemoveRef { .. }
        | Edit::Log { .. }
        | Edit::Increment { .. }
        | Edit::Note { .. } => false,
    };
    let entered = edits.iter().filter(|edit| !stands(edit));
    let wrong = entered.flat_map(|edit| {
        [edit.check_dates(record_type, clock).err(), edit.forbidden()].into_iter().flatten()
    });
    wrong.collect()
}

pub(super) fn check_log_entry(
    lists: &CodeLists,
    fields: &[Field],
    id: &str,
    entry: &LogEntry,
) -> Result<(), Problem> {
    if ulid::Ulid::from_string(id).is_err() {
        return Err(Problem::EntryId);
    }
    let inside =
        |key: &str, problem| Problem::Entry { key: key.into(), problem: Box::new(problem) };
    for (key, value) in entry {
        let Some(field) = fields.iter().find(|field| field.name.as_str() == key) else {
            let known = fields.iter().map(|field| field.name.to_string()).collect();
            return Err(inside(key, Problem::Value(ValueProblem::NotAnOption { options: known })));
        };
        value.check_in_entry(lists, field).map_err(|wrong| inside(key, Problem::Value(wrong)))?;
    }
    let missing = fields.iter().find(|f| f.required && !entry.contains_key(f.name.as_str()));
    missing.map_or(Ok(()), |field| Err(inside(field.name.as_str(), Problem::Required)))
}

fn check_step(by: i64) -> Result<(), ValueProblem> {
    let max = crate::limits::COUNTER_STEP_MAX;
    match (-max..=max).contains(&by) {
        true => Ok(()),
        false => Err(ValueProblem::OutOfBounds { min: -max, max }),
    }
}

fn check_length(text: &str) -> Result<(), ValueProblem> {
    let bytes = text.len();
    if bytes > crate::limits::TEXT_BYTES_MAX {
        return Err(ValueProblem::TooLong { bytes });
    }
    Ok(())
}
