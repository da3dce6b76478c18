//! A record as people know it: its envelope, the edits they make, what is wrong with it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::catalogue::{
    BelongsTo, Catalogue, Clock, CodeList, Field, FieldKind, Form, Implausible, RecordType,
};
use crate::ids::{
    CaseId, ChangeHash, CompartmentCode, DeviceId, FieldName, OptionCode, ProgramCode, RecordId,
    Scope, TypeName, UserId,
};
use crate::references::ReferenceProblem;
use crate::time::{Date, Timestamp};
use crate::value::{CodeLists, FieldValue, LogEntry, Scalar, ValueProblem, check_option_by};
use crate::words::{Explained, Message, explained_error};

/// What never changes in a record: written by its first change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// The type's version when it was made.
    pub type_version: u32,
    /// The case it belongs to; none when it stands alone. A person's or property's is its own id.
    pub case: Option<CaseId>,
    /// The compartment it lives in.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// Who made it.
    pub created_by: UserId,
    /// When, by the maker's clock.
    pub created_at: Timestamp,
}

impl Envelope {
    /// The unit of permission and keys this record belongs to.
    pub fn scope(&self) -> Scope {
        Scope {
            case: self.case.unwrap_or_else(|| CaseId::from(self.record)),
            compartment: self.compartment.clone(),
        }
    }

    /// Checks the envelope against the catalogue.
    ///
    /// # Errors
    /// Names what does not fit.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), EnvelopeProblem> {
        let Some(record_type) = catalogue.record_type(&self.record_type) else {
            return Err(EnvelopeProblem::UnknownType(self.record_type.clone()));
        };
        if !catalogue.can_live_in(record_type, &self.compartment) {
            return Err(EnvelopeProblem::Compartment);
        }
        if !catalogue.knows_program(&self.program) {
            return Err(EnvelopeProblem::UnknownProgram(self.program.clone()));
        }
        let is_known =
            self.type_version <= record_type.version || !catalogue.forms_since(self).is_empty();
        if self.type_version == 0 || !is_known {
            return Err(EnvelopeProblem::Version {
                have: record_type.version,
                want: self.type_version,
            });
        }
        let own = CaseId::from(self.record);
        match (record_type.belongs_to, self.case) {
            (BelongsTo::Itself, case) if case != Some(own) => Err(EnvelopeProblem::NotItsOwnCase),
            (BelongsTo::Case, None) => Err(EnvelopeProblem::CaseMissing),
            (BelongsTo::Nothing, Some(_)) => Err(EnvelopeProblem::CaseGiven),
            (BelongsTo::Case | BelongsTo::CaseOrNothing, Some(case)) if case == own => {
                Err(EnvelopeProblem::CaseGiven)
            }
            _ => Ok(()),
        }
    }
}

/// Why an envelope does not fit the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvelopeProblem {
    /// The catalogue has no such type.
    UnknownType(TypeName),
    /// The department makes no such records any more.
    RetiredType(TypeName),
    /// The catalogue has no such program.
    UnknownProgram(ProgramCode),
    /// No record of the type lives in the compartment.
    Compartment,
    /// Made with a newer catalogue.
    Version {
        /// Ours.
        have: u32,
        /// Theirs.
        want: u32,
    },
    /// A person or property whose case is not its own id.
    NotItsOwnCase,
    /// No case where one is needed.
    CaseMissing,
    /// A case where none is possible.
    CaseGiven,
}

impl Explained for EnvelopeProblem {
    fn message(&self) -> Message {
        match self {
            Self::UnknownType(name) => Message::new("unknown_type").with("type", name),
            Self::RetiredType(name) => Message::new("retired_type").with("type", name),
            Self::UnknownProgram(name) => Message::new("unknown_program").with("program", name),
            Self::Compartment => Message::new("other_compartment"),
            Self::Version { have, want } => {
                Message::new("newer_type").with("have", have).with("want", want)
            }
            Self::NotItsOwnCase => Message::new("not_its_own_case"),
            Self::CaseMissing => Message::new("case_missing"),
            Self::CaseGiven => Message::new("case_given"),
        }
    }
}

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
        let wrong = |takes| Err(problem(Problem::WrongEdit { kind: field.kind.name(), takes }));
        match (self, &field.kind) {
            (Self::Set { value, .. }, _) => {
                value.check_by(lists, field).map_err(|wrong| problem(Problem::Value(wrong)))
            }
            (Self::Clear { .. }, _) if field.required => Err(problem(Problem::Required)),
            (Self::Clear { .. }, kind) if kind.is_scalar() => Ok(()),
            (Self::Add { option, .. }, FieldKind::Choices { list }) => {
                check_option_by(lists, list, option.as_str())
                    .map(drop)
                    .map_err(|wrong| problem(Problem::Value(wrong)))
            }
            (Self::Remove { .. }, FieldKind::Choices { .. }) => Ok(()),
            (Self::Increment { by, .. }, FieldKind::Counter) => {
                check_step(*by).map_err(|wrong| problem(Problem::Value(wrong)))
            }
            (Self::Note { insert, .. }, FieldKind::SharedNote) => {
                check_length(insert).map_err(|wrong| problem(Problem::Value(wrong)))
            }
            (Self::Log { id, entry, .. }, FieldKind::Log { entry: fields }) => {
                check_log_entry(lists, fields, id, entry).map_err(problem)
            }
            (_, FieldKind::Choices { .. }) => wrong("add and remove"),
            (_, FieldKind::Counter) => wrong("increment"),
            (_, FieldKind::Log { .. }) => wrong("log"),
            (_, FieldKind::SharedNote) => wrong("note"),
            (_, _) => wrong("set and clear"),
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
        let problem = match (self, &field.kind) {
            (Self::Clear { .. } | Self::Remove { .. }, _) => None,
            _ if field.retired && stands.is_empty() => Some(Problem::Retired),
            (Self::Set { value: Scalar::Choice(option), .. }, FieldKind::Choice { list }) => {
                let had = FieldValue::Scalar(Scalar::Choice(option.clone()));
                not_offered(catalogue, list, option).filter(|_| !stands.contains(&&had))
            }
            (Self::Add { option, .. }, FieldKind::Choices { list }) => {
                let had = |value: &&FieldValue| matches!(value, FieldValue::Choices(options) if options.contains(option));
                not_offered(catalogue, list, option).filter(|_| !stands.iter().any(had))
            }
            (Self::Log { entry, .. }, FieldKind::Log { entry: parts }) => {
                parts.iter().find_map(|part| {
                    let value = entry.get(part.name.as_str())?;
                    let problem = match (value, &part.kind) {
                        _ if part.retired => Some(Problem::Retired),
                        (Scalar::Choice(option), FieldKind::Choice { list }) => {
                            not_offered(catalogue, list, option)
                        }
                        _ => None,
                    };
                    let key = part.name.to_string();
                    problem.map(|problem| Problem::Entry { key, problem: Box::new(problem) })
                })
            }
            _ => None,
        };
        match problem {
            Some(problem) => Err(FieldProblem { field: name.clone(), problem }),
            None => Ok(()),
        }
    }

    /// Judges the dates that this edit enters, as they are typed.
    ///
    /// # Errors
    /// Names the field and the bound that a date passes.
    pub fn check_dates(&self, record_type: &RecordType, clock: Clock) -> Result<(), FieldProblem> {
        let name = self.field();
        let Some(field) = record_type.field(name.as_str()) else { return Ok(()) };
        let judged = match (self, &field.kind) {
            (Self::Set { value, .. }, _) => {
                field.within.check(value, clock).map_err(Problem::Implausible)
            }
            (Self::Log { entry, .. }, FieldKind::Log { entry: parts }) => {
                parts.iter().try_for_each(|part| {
                    let Some(value) = entry.get(part.name.as_str()) else { return Ok(()) };
                    part.within.check(value, clock).map_err(|implausible| Problem::Entry {
                        key: part.name.to_string(),
                        problem: Box::new(Problem::Implausible(implausible)),
                    })
                })
            }
            _ => Ok(()),
        };
        judged.map_err(|problem| FieldProblem { field: name.clone(), problem })
    }
}

/// The problem with an option that is retired.
fn not_offered(catalogue: &Catalogue, list: &str, option: &OptionCode) -> Option<Problem> {
    let list = catalogue.code_lists.get(list).filter(|list| list.is_retired(option))?;
    let offered = list.order.iter().map(ToString::to_string).collect();
    Some(Problem::RetiredOption { option: option.clone(), offered })
}

/// Judges the dates that edits enter; one that stands in the record already is let be.
pub fn implausible_dates(
    record_type: &RecordType,
    present: Option<&Record>,
    edits: &[Edit],
    clock: Clock,
) -> Vec<FieldProblem> {
    let stands = |edit: &&Edit| match (edit, present) {
        (Edit::Set { field, value }, Some(present)) => {
            present.values(field).contains(&&FieldValue::Scalar(value.clone()))
        }
        _ => false,
    };
    let entered = edits.iter().filter(|edit| !stands(edit));
    entered.filter_map(|edit| edit.check_dates(record_type, clock).err()).collect()
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: FieldName,
    /// The problem.
    pub problem: Problem,
}

impl FieldProblem {
    /// Whether it is a date that a wrong clock may be to blame for: who typed it is asked.
    pub fn is_doubtful(&self) -> bool {
        let mut problem = &self.problem;
        while let Problem::Entry { problem: inside, .. } = problem {
            problem = inside;
        }
        matches!(problem, Problem::Implausible(found) if found.is_doubtful)
    }
}

/// What can be wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The type has no such field.
    Unknown {
        /// The type.
        record_type: TypeName,
    },
    /// Nothing stands in a required field.
    Required,
    /// The value does not fit.
    Value(ValueProblem),
    /// The field's kind is edited in another way.
    WrongEdit {
        /// The field's kind.
        kind: &'static str,
        /// The edits it takes.
        takes: &'static str,
    },
    /// The department does not ask for it any more.
    Retired,
    /// The department does not offer it any more.
    RetiredOption {
        /// The option.
        option: OptionCode,
        /// What is offered.
        offered: Vec<String>,
    },
    /// It is not set by hand: a record of another type decides it.
    DecidedBy {
        /// That type.
        record_type: TypeName,
    },
    /// A date that cannot be, or can hardly be.
    Implausible(Implausible),
    /// A part of a log entry is wrong.
    Entry {
        /// The part.
        key: String,
        /// What is wrong.
        problem: Box<Self>,
    },
    /// It names another record that the rules do not let it name.
    Link(ReferenceProblem),
    /// A log entry's id is not a ULID.
    EntryId,
    /// The document holds something there that no edit makes.
    Shape {
        /// What should be there.
        kind: &'static str,
    },
}

impl Explained for Problem {
    fn message(&self) -> Message {
        match self {
            Self::Unknown { record_type } => {
                Message::new("unknown_field").with("type", record_type)
            }
            Self::Required => Message::new("required"),
            Self::Value(problem) => problem.message(),
            Self::WrongEdit { kind, takes } => Message::new("wrong_edit")
                .with("kind", kind)
                .with("takes", format!("takes_{}", takes.replace(' ', "_"))),
            Self::Entry { key, problem } => {
                Message::new("entry").with("key", key).inside("problem", problem.message())
            }
            Self::Retired => Message::new("retired_field"),
            Self::RetiredOption { option, offered } => Message::new("retired_option")
                .with("option", option)
                .with("offered", offered.join(", ")),
            Self::DecidedBy { record_type } => Message::new("decided_by").with("type", record_type),
            Self::Implausible(problem) => problem.message(),
            Self::Link(problem) => problem.message(),
            Self::EntryId => Message::new("entry_id"),
            Self::Shape { kind } => Message::new("not_the_kind").with("kind", kind),
        }
    }
}

impl Explained for FieldProblem {
    fn message(&self) -> Message {
        Message::new("field").with("field", &self.field).inside("problem", self.problem.message())
    }
}

explained_error!(EnvelopeProblem, FieldProblem, Problem);

fn check_log_entry(
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
        value.check_by(lists, field).map_err(|wrong| inside(key, Problem::Value(wrong)))?;
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
                _ => Some(json!(written.to_string())),
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
        if let Some(written) = self.implausible.get("occurred_at") {
            return *written;
        }
        match self.fields.get("occurred_at") {
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

    /// What is wrong with the record as it stands: required fields that are empty, values of the
    /// wrong kind. Fields that this catalogue does not know are no problem, nor is what a form
    /// admitted that was in force since the record was made.
    pub fn problems(&self, catalogue: &Catalogue) -> Vec<FieldProblem> {
        let Some(record_type) = catalogue.record_type(&self.envelope.record_type) else {
            return Vec::new();
        };
        let earlier = catalogue.forms_since(&self.envelope);
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
    lists: &'c BTreeMap<String, CodeList>,
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
            Some(FieldValue::Choices(options)) => options.iter().find_map(|option| {
                self.admitted(|field, lists| match &field.kind {
                    FieldKind::Choices { list } => {
                        let checked = check_option_by(lists, list, option.as_str());
                        checked.map(drop).map_err(Problem::Value)
                    }
                    _ => Ok(()),
                })
            }),
            Some(FieldValue::Log(entries)) => entries.iter().find_map(|(id, entry)| {
                self.admitted(|field, lists| match &field.kind {
                    FieldKind::Log { entry: fields } => check_log_entry(lists, fields, id, entry),
                    _ => Ok(()),
                })
            }),
            Some(FieldValue::Counter(_) | FieldValue::SharedNote(_)) => None,
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

/// Several values that were written to one field without knowledge of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field.
    pub field: FieldName,
    /// Whether a person must decide.
    pub review: bool,
    /// Every value, the shown one first.
    pub values: Vec<ConflictValue>,
}

impl Conflict {
    /// The JSON form of `fieldbook device show`; `name_of` turns a device into its owner's name.
    pub fn to_json(&self, name_of: &dyn Fn(DeviceId) -> String) -> Json {
        json!({
            "field": self.field.as_str(),
            "review": self.review,
            "values": self.values.iter().map(|value| json!({
                "value": value.value.to_json(),
                "by": name_of(value.device),
                "device": value.device.to_string(),
                "at": value.at.to_string(),
                "change": value.change.to_string(),
            })).collect::<Vec<_>>(),
        })
    }
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictValue {
    /// The value.
    pub value: FieldValue,
    /// The change that wrote it.
    pub change: ChangeHash,
    /// The device that wrote it.
    pub device: DeviceId,
    /// When, by that device's clock, to the second.
    pub at: Timestamp,
}

/// One change in a record's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The change.
    pub change: ChangeHash,
    /// The device that wrote it.
    pub device: DeviceId,
    /// When, by that device's clock, to the second.
    pub at: Timestamp,
    /// What it did.
    pub edits: Vec<HistoryEdit>,
}

/// What a change did to one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEdit {
    /// The field.
    pub field: FieldName,
    /// What was done.
    pub what: HistoryVerb,
    /// Whether a concurrent edit took its place without anybody being asked.
    pub overwritten: bool,
}

impl fmt::Display for HistoryEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.what)?;
        if self.overwritten { f.write_str(" (overwritten by a concurrent edit)") } else { Ok(()) }
    }
}

/// What can be done to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryVerb {
    /// A scalar was set.
    Set(FieldValue),
    /// A scalar was emptied.
    Cleared,
    /// An option was added.
    Added(String),
    /// An option was removed.
    Removed(String),
    /// A log entry was added, with this id.
    Logged(String, Json),
    /// A counter moved by this much.
    Incremented(i64),
    /// Text came into a shared note.
    Inserted(String),
    /// This many characters left a shared note.
    Deleted(u64),
}

impl fmt::Display for HistoryVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(value) => match value {
                FieldValue::Scalar(scalar) => write!(f, "set to {scalar}"),
                other => write!(f, "set to {}", other.to_json()),
            },
            Self::Cleared => f.write_str("cleared"),
            Self::Added(option) => write!(f, "added {option}"),
            Self::Removed(option) => write!(f, "removed {option}"),
            Self::Logged(_, entry) => write!(f, "logged {entry}"),
            Self::Incremented(by) => write!(f, "counted {by:+}"),
            Self::Inserted(text) => write!(f, "wrote {text:?}"),
            Self::Deleted(count) => write!(f, "deleted {count} characters"),
        }
    }
}

impl HistoryEntry {
    /// The JSON form of `fieldbook device history`.
    pub fn to_json(&self, name_of: &dyn Fn(DeviceId) -> String) -> Json {
        json!({
            "change": self.change.to_string(),
            "by": name_of(self.device),
            "device": self.device.to_string(),
            "at": self.at.to_string(),
            "edits": self.edits.iter().map(|edit| {
                let (verb, value) = match &edit.what {
                    HistoryVerb::Set(value) => ("set", value.to_json()),
                    HistoryVerb::Cleared => ("cleared", Json::Null),
                    HistoryVerb::Added(option) => ("added", json!(option)),
                    HistoryVerb::Removed(option) => ("removed", json!(option)),
                    HistoryVerb::Logged(_, entry) => ("logged", entry.clone()),
                    HistoryVerb::Incremented(by) => ("incremented", json!(by)),
                    HistoryVerb::Inserted(text) => ("inserted", json!(text)),
                    HistoryVerb::Deleted(count) => ("deleted", json!(count)),
                };
                let mut edit_json =
                    json!({"field": edit.field.as_str(), "edit": verb, "value": value});
                if edit.overwritten {
                    edit_json["overwritten"] = json!(true);
                }
                edit_json
            }).collect::<Vec<_>>(),
        })
    }
}

/// The day or instant a scalar stands for, for rules that count from it.
pub(crate) fn instant_of_json(value: &Json) -> Option<Timestamp> {
    let text = value.as_str()?;
    text.parse::<Timestamp>().ok().or_else(|| text.parse::<Date>().ok().map(Date::start))
}
