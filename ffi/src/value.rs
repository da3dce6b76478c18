//! Typed values and edits.

use std::collections::HashMap;
use std::time::SystemTime;

use model::catalogue::{self, FieldKind};
use model::decimal::Decimal;
use model::ids::{FieldName, OptionCode, RecordId, UserId};
use model::phone::PhoneNumber;
use model::record;
use model::time::{Minutes, TimeOfDay, Timestamp};
use model::value;
use rand::Rng;
use serde_json::Value as Json;

use crate::ids::Day;
use crate::runtime::{instant, timestamp};

/// One single value, by the kind of its field in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Scalar {
    /// A text.
    Text {
        /// The text.
        value: String,
    },
    /// A day.
    Date {
        /// The day.
        value: Day,
    },
    /// An instant, kept to the millisecond.
    DateTime {
        /// The instant.
        value: SystemTime,
    },
    /// True or false.
    Bool {
        /// Which.
        value: bool,
    },
    /// A whole number.
    Integer {
        /// The number.
        value: i64,
    },
    /// A decimal number, exactly.
    Decimal {
        /// The number as text, with a point: `-12.5`.
        value: Decimal,
    },
    /// A time of day.
    Time {
        /// The time on a clock of 24 hours: `08:05`.
        value: TimeOfDay,
    },
    /// How long something took.
    Duration {
        /// How many minutes.
        minutes: i64,
    },
    /// A phone number.
    Phone {
        /// The number in groups: `615-555-0134 x12`.
        value: PhoneNumber,
    },
    /// One of a code list.
    Choice {
        /// The option's code.
        value: OptionCode,
    },
    /// Several of a code list, in an entry of a log.
    Options {
        /// Their codes.
        options: Vec<OptionCode>,
    },
    /// Another record.
    Ref {
        /// The record.
        value: RecordId,
    },
    /// A user of the system: `Device::colleagues` has their names.
    User {
        /// Who.
        value: UserId,
    },
}

/// The value of a field, by the field's kind in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Value {
    /// A field that holds one single value.
    Single {
        /// The value.
        value: Scalar,
    },
    /// The chosen options of a code list, in the order of their codes.
    Choices {
        /// Their codes.
        options: Vec<OptionCode>,
    },
    /// Other records, in the order of their ids.
    Refs {
        /// The records.
        records: Vec<RecordId>,
    },
    /// A number that several people count up.
    Counter {
        /// The sum of all counts.
        sum: i64,
    },
    /// Dated entries that are only ever added.
    Log {
        /// The entries, oldest first.
        entries: Vec<LogEntry>,
    },
    /// A text that several people write together.
    SharedNote {
        /// The text.
        text: String,
    },
    /// A value that this version's catalogue cannot read, kept unchanged.
    Unknown {
        /// The value as JSON.
        json: String,
    },
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LogEntry {
    /// Its id; entries are ordered by it.
    pub id: String,
    /// Its parts by name.
    pub parts: HashMap<FieldName, Scalar>,
}

/// One edit of one field. Several in one call are one change: all of them are saved, or none.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Edit {
    /// Sets a single value. This also resolves a conflict of the field.
    Set {
        /// The field.
        field: FieldName,
        /// The new value.
        value: Scalar,
    },
    /// Clears a field that holds a single value.
    Clear {
        /// The field.
        field: FieldName,
    },
    /// Adds an option to a `Choices` field.
    Add {
        /// The field.
        field: FieldName,
        /// The option's code.
        option: OptionCode,
    },
    /// Removes an option from a `Choices` field.
    Remove {
        /// The field.
        field: FieldName,
        /// The option's code.
        option: OptionCode,
    },
    /// Names one more record in a `Refs` field.
    AddRef {
        /// The field.
        field: FieldName,
        /// The record.
        record: RecordId,
    },
    /// Names a record no more in a `Refs` field.
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
        /// The parts of the entry by name.
        parts: HashMap<FieldName, Scalar>,
    },
    /// Counts a counter up, or down with a negative number.
    Increment {
        /// The field.
        field: FieldName,
        /// By how much.
        by: i64,
    },
    /// Adds to the end of a shared note.
    Append {
        /// The field.
        field: FieldName,
        /// The text that is appended.
        text: String,
    },
    /// Edits a shared note: removes characters at a position and inserts others.
    Splice {
        /// The field.
        field: FieldName,
        /// The position, counted in Unicode characters; past the end means the end.
        at: u64,
        /// How many characters are removed.
        delete: u64,
        /// The text that is inserted.
        insert: String,
    },
}

impl Edit {
    /// Returns the edit as the device takes it. A new entry of a log gets its id here.
    pub(crate) fn lower(self, now: Timestamp, rng: &mut dyn Rng) -> record::Edit {
        match self {
            Self::Set { field, value } => record::Edit::Set { field, value: value.lower() },
            Self::Clear { field } => record::Edit::Clear { field },
            Self::Add { field, option } => record::Edit::Add { field, option },
            Self::Remove { field, option } => record::Edit::Remove { field, option },
            Self::AddRef { field, record } => record::Edit::AddRef { field, record },
            Self::RemoveRef { field, record } => record::Edit::RemoveRef { field, record },
            Self::Log { field, parts } => {
                let parts = parts.into_iter();
                let entry = parts.map(|(name, value)| (name.to_string(), value.lower())).collect();
                let id = model::input::new_entry_id(now, rng);
                record::Edit::Log { field, id, entry }
            }
            Self::Increment { field, by } => record::Edit::Increment { field, by },
            Self::Append { field, text } => record::Edit::append(field, text),
            Self::Splice { field, at, delete, insert } => {
                record::Edit::Note { field, at, delete, insert }
            }
        }
    }

    /// Returns an earlier edit for other languages, or `None` if they cannot hold its value.
    pub(crate) fn lift(edit: record::Edit) -> Option<Self> {
        Some(match edit {
            record::Edit::Set { field, value } => Self::Set { field, value: Scalar::lift(&value)? },
            record::Edit::Clear { field } => Self::Clear { field },
            record::Edit::Add { field, option } => Self::Add { field, option },
            record::Edit::Remove { field, option } => Self::Remove { field, option },
            record::Edit::AddRef { field, record } => Self::AddRef { field, record },
            record::Edit::RemoveRef { field, record } => Self::RemoveRef { field, record },
            record::Edit::Log { field, id, entry } => {
                Self::Log { field, parts: LogEntry::lift(&id, &entry)?.parts }
            }
            record::Edit::Increment { field, by } => Self::Increment { field, by },
            record::Edit::Note { field, at: u64::MAX, delete: 0, insert } => {
                Self::Append { field, text: insert }
            }
            record::Edit::Note { field, at, delete, insert } => {
                Self::Splice { field, at, delete, insert }
            }
        })
    }
}

impl Scalar {
    pub(crate) fn lower(self) -> value::Scalar {
        match self {
            Self::Text { value } => value::Scalar::Text(value),
            Self::Date { value } => value::Scalar::Date(value.date()),
            Self::DateTime { value } => value::Scalar::DateTime(timestamp(value)),
            Self::Bool { value } => value::Scalar::Bool(value),
            Self::Integer { value } => value::Scalar::Integer(value),
            Self::Decimal { value } => value::Scalar::Decimal(value),
            Self::Time { value } => value::Scalar::Time(value),
            Self::Duration { minutes } => value::Scalar::Duration(Minutes::new(minutes)),
            Self::Phone { value } => value::Scalar::Phone(value),
            Self::Choice { value } => value::Scalar::Choice(value),
            Self::Options { options } => value::Scalar::Options(options.into_iter().collect()),
            Self::Ref { value } => value::Scalar::Ref(value),
            Self::User { value } => value::Scalar::User(value),
        }
    }

    /// Returns the value for other languages, or `None` if they cannot hold it: a day or an instant
    /// outside the years 1 to 9999.
    pub(crate) fn lift(scalar: &value::Scalar) -> Option<Self> {
        Some(match scalar {
            value::Scalar::Text(value) => Self::Text { value: value.clone() },
            value::Scalar::Date(value) => Self::Date { value: Day::new(*value)? },
            value::Scalar::DateTime(value) if timestamp(instant(*value)) == *value => {
                Self::DateTime { value: instant(*value) }
            }
            value::Scalar::DateTime(_) => return None,
            value::Scalar::Bool(value) => Self::Bool { value: *value },
            value::Scalar::Integer(value) => Self::Integer { value: *value },
            value::Scalar::Decimal(value) => Self::Decimal { value: *value },
            value::Scalar::Time(value) => Self::Time { value: *value },
            value::Scalar::Duration(value) => Self::Duration { minutes: value.get() },
            value::Scalar::Phone(value) => Self::Phone { value: value.clone() },
            value::Scalar::Choice(value) => Self::Choice { value: value.clone() },
            value::Scalar::Options(options) => {
                Self::Options { options: options.iter().cloned().collect() }
            }
            value::Scalar::Ref(value) => Self::Ref { value: *value },
            value::Scalar::User(value) => Self::User { value: *value },
        })
    }

    fn read(kind: &FieldKind, json: &Json) -> Option<Self> {
        let text = || json.as_str();
        let scalar = match kind {
            FieldKind::Text => value::Scalar::Text(text()?.to_owned()),
            FieldKind::Date => value::Scalar::Date(text()?.parse().ok()?),
            FieldKind::DateTime => value::Scalar::DateTime(text()?.parse().ok()?),
            FieldKind::Bool => value::Scalar::Bool(json.as_bool()?),
            FieldKind::Integer { .. } => value::Scalar::Integer(json.as_i64()?),
            FieldKind::Decimal { .. } => value::Scalar::Decimal(text()?.parse().ok()?),
            FieldKind::Time => value::Scalar::Time(text()?.parse().ok()?),
            FieldKind::Duration { .. } => value::Scalar::Duration(Minutes::new(json.as_i64()?)),
            FieldKind::Phone => value::Scalar::Phone(text()?.parse().ok()?),
            FieldKind::Choice { .. } => value::Scalar::Choice(text()?.parse().ok()?),
            FieldKind::Ref { .. } => value::Scalar::Ref(text()?.parse().ok()?),
            FieldKind::User => value::Scalar::User(text()?.parse().ok()?),
            FieldKind::Choices { .. } => {
                let codes = json.as_array()?.iter().map(|code| code.as_str()?.parse().ok());
                value::Scalar::Options(codes.collect::<Option<_>>()?)
            }
            FieldKind::Refs { .. }
            | FieldKind::Counter
            | FieldKind::Log { .. }
            | FieldKind::SharedNote => return None,
        };
        Self::lift(&scalar)
    }
}

impl Value {
    /// Returns the value of a field as the read model holds it.
    pub(crate) fn read(field: Option<&catalogue::Field>, json: &Json) -> Self {
        field
            .and_then(|field| Self::read_known(&field.kind, json))
            .unwrap_or_else(|| Self::Unknown { json: json.to_string() })
    }

    /// Returns a value of the history, which carries its kind.
    pub(crate) fn lift(value: &value::FieldValue) -> Self {
        let known = match value {
            value::FieldValue::Scalar(scalar) => {
                Scalar::lift(scalar).map(|value| Self::Single { value })
            }
            value::FieldValue::Choices(options) => {
                Some(Self::Choices { options: options.iter().cloned().collect() })
            }
            value::FieldValue::Refs(records) => {
                Some(Self::Refs { records: records.iter().copied().collect() })
            }
            value::FieldValue::Counter(sum) => Some(Self::Counter { sum: *sum }),
            value::FieldValue::Log(entries) => entries
                .iter()
                .map(|(id, entry)| LogEntry::lift(id, entry))
                .collect::<Option<_>>()
                .map(|entries| Self::Log { entries }),
            value::FieldValue::SharedNote(text) => Some(Self::SharedNote { text: text.clone() }),
            value::FieldValue::Unknown(_) => None,
        };
        known.unwrap_or_else(|| Self::Unknown { json: value.to_json().to_string() })
    }

    fn read_known(kind: &FieldKind, json: &Json) -> Option<Self> {
        Some(match kind {
            FieldKind::Choices { .. } => {
                let options = json.as_array()?.iter();
                let options = options.map(|option| option.as_str()?.parse().ok());
                Self::Choices { options: options.collect::<Option<_>>()? }
            }
            FieldKind::Refs { .. } => {
                let records = json.as_array()?.iter().map(|record| record.as_str()?.parse().ok());
                Self::Refs { records: records.collect::<Option<_>>()? }
            }
            FieldKind::Counter => Self::Counter { sum: json.as_i64()? },
            FieldKind::Log { entry } => {
                let entries = json.as_array()?.iter().map(|json| LogEntry::read(entry, json));
                Self::Log { entries: entries.collect::<Option<_>>()? }
            }
            FieldKind::SharedNote => Self::SharedNote { text: json.as_str()?.to_owned() },
            kind @ (FieldKind::Text
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Bool
            | FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Time
            | FieldKind::Duration { .. }
            | FieldKind::Phone
            | FieldKind::Choice { .. }
            | FieldKind::Ref { .. }
            | FieldKind::User) => Self::Single { value: Scalar::read(kind, json)? },
        })
    }
}

impl LogEntry {
    fn lift(id: &str, entry: &value::LogEntry) -> Option<Self> {
        let parts =
            entry.iter().map(|(name, part)| Some((name.parse().ok()?, Scalar::lift(part)?)));
        Some(Self { id: id.to_owned(), parts: parts.collect::<Option<_>>()? })
    }

    fn read(fields: &[catalogue::Field], json: &Json) -> Option<Self> {
        let object = json.as_object()?;
        let id = object.get("id")?.as_str()?.to_owned();
        let mut parts = HashMap::new();
        for (name, json) in object.iter().filter(|(name, _)| *name != "id") {
            let field = fields.iter().find(|field| field.name.as_str() == name)?;
            parts.insert(field.name.clone(), Scalar::read(&field.kind, json)?);
        }
        Some(Self { id, parts })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: FieldKind, json: Json) -> Value {
        let label = catalogue::Label::same("");
        let (name, required, review, searched) = ("f".parse().unwrap(), false, false, false);
        let (guard, retired, within) = (None, false, catalogue::Within::default());
        let field = catalogue::Field {
            name,
            label,
            kind,
            required,
            retired,
            within,
            review,
            searched,
            guard,
            question: catalogue::Question::default(),
        };
        Value::read(Some(&field), &json)
    }

    #[test]
    fn a_value_has_the_kind_of_its_field() {
        let single = |value| Value::Single { value };
        let text = single(Scalar::Text { value: "2026-11-25".into() });
        assert_eq!(read(FieldKind::Text, json!("2026-11-25")), text);
        let day = Day::new("2026-11-25".parse().unwrap()).unwrap();
        assert_eq!(read(FieldKind::Date, json!("2026-11-25")), single(Scalar::Date { value: day }));
        assert_eq!(read(FieldKind::Counter, json!(-3)), Value::Counter { sum: -3 });
        let options = vec!["a".parse().unwrap(), "b".parse().unwrap()];
        let kind = FieldKind::Choices { list: "l".into() };
        assert_eq!(read(kind, json!(["a", "b"])), Value::Choices { options });
        let named: RecordId = "0190c0de-0000-7000-8000-000000000001".parse().unwrap();
        let kind = || FieldKind::Refs { to: std::collections::BTreeSet::new() };
        let records = Value::Refs { records: vec![named] };
        assert_eq!(read(kind(), json!([named.to_string()])), records);
        assert_eq!(read(kind(), json!(["a"])), Value::Unknown { json: "[\"a\"]".into() });
    }

    #[test]
    fn an_edit_that_is_given_back_is_the_edit_that_was_made() {
        let field = || "f".parse().unwrap();
        let part = ("date".parse().unwrap(), Scalar::Bool { value: true });
        let now = Timestamp::from_millis(1_800_000_000_000);
        let mut rng = <rand::rngs::StdRng as rand::SeedableRng>::from_seed([7; 32]);
        for edit in [
            Edit::Set { field: field(), value: Scalar::Integer { value: 7 } },
            Edit::Clear { field: field() },
            Edit::Add { field: field(), option: "a".parse().unwrap() },
            Edit::Remove { field: field(), option: "a".parse().unwrap() },
            Edit::Log { field: field(), parts: HashMap::from([part]) },
            Edit::Increment { field: field(), by: -1 },
            Edit::Append { field: field(), text: "x".into() },
            Edit::Splice { field: field(), at: 3, delete: 1, insert: "x".into() },
        ] {
            assert_eq!(Edit::lift(edit.clone().lower(now, &mut rng)), Some(edit));
        }
    }

    #[test]
    fn what_does_not_fit_its_kind_or_the_languages_is_kept_as_it_stands() {
        for (kind, json) in [
            (FieldKind::Date, json!("-000044-03-15")),
            (FieldKind::DateTime, json!("-000044-03-15T00:00:00Z")),
            (FieldKind::Bool, json!("yes")),
            (FieldKind::Integer { min: 0, max: 9 }, json!(1.5)),
            (FieldKind::Log { entry: vec![] }, json!([{ "id": "x", "newer": 1 }])),
        ] {
            assert_eq!(read(kind, json.clone()), Value::Unknown { json: json.to_string() });
        }
        assert_eq!(Value::read(None, &json!(7)), Value::Unknown { json: "7".into() });
    }
}
