//! The values a field can hold, as the program sees them and as JSON shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::decimal::Decimal;
use crate::ids::{OptionCode, RecordId, UserId};
use crate::limits::TEXT_BYTES_MAX;
use crate::phone::PhoneNumber;
use crate::time::{Date, Minutes, TimeOfDay, Timestamp};
use crate::words::{Explained, Message, explained_error};

/// One scalar value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A day.
    Date(Date),
    /// An instant.
    #[serde(rename = "datetime", alias = "date_time")]
    DateTime(Timestamp),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Decimal(Decimal),
    /// A time of day.
    Time(TimeOfDay),
    /// How long something took.
    Duration(Minutes),
    /// A phone number.
    Phone(PhoneNumber),
    /// One of a code list.
    Choice(OptionCode),
    /// Several of a code list, in an entry of a log.
    Options(BTreeSet<OptionCode>),
    /// Another record.
    Ref(RecordId),
    /// Somebody who uses the system.
    User(UserId),
}

impl Scalar {
    /// The JSON form: text, number or bool; days and instants as in RFC 3339, a decimal as a text, a
    /// duration as its minutes, a phone number as it is kept.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => json!(text),
            Self::Bool(value) => json!(value),
            Self::Integer(value) => json!(value),
            Self::Duration(value) => json!(value),
            Self::Options(options) => options.iter().map(|option| json!(option)).collect(),
            Self::Phone(value) => json!(value.as_str()),
            Self::Date(_)
            | Self::DateTime(_)
            | Self::Decimal(_)
            | Self::Time(_)
            | Self::Choice(_)
            | Self::Ref(_)
            | Self::User(_) => json!(self.to_string()),
        }
    }
}

impl fmt::Display for Scalar {
    /// The text that [`Scalar::parse`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Date(date) => date.fmt(f),
            Self::DateTime(time) => time.fmt(f),
            Self::Bool(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Decimal(value) => value.fmt(f),
            Self::Time(value) => value.fmt(f),
            Self::Duration(value) => value.fmt(f),
            Self::Phone(value) => value.fmt(f),
            Self::Choice(option) => option.fmt(f),
            Self::Options(options) => {
                let codes: Vec<&str> = options.iter().map(OptionCode::as_str).collect();
                f.write_str(&codes.join(" "))
            }
            Self::Ref(record) => record.fmt(f),
            Self::User(user) => user.fmt(f),
        }
    }
}

/// The present value of a field, whatever its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A scalar.
    Scalar(Scalar),
    /// The chosen options.
    Choices(BTreeSet<OptionCode>),
    /// The records that are named.
    Refs(BTreeSet<RecordId>),
    /// The sum of all counts.
    Counter(i64),
    /// Entries by ULID, oldest first.
    Log(BTreeMap<String, LogEntry>),
    /// A text written together.
    SharedNote(String),
    /// A value of a field that this catalogue does not know, kept as it stands.
    Unknown(Json),
}

/// The fields of one log entry.
pub type LogEntry = BTreeMap<String, Scalar>;

impl FieldValue {
    /// The JSON form of `fieldbook device show`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Scalar(scalar) => scalar.to_json(),
            Self::Choices(options) => options.iter().map(|option| json!(option.as_str())).collect(),
            Self::Refs(records) => records.iter().map(|record| json!(record.to_string())).collect(),
            Self::Counter(sum) => json!(sum),
            Self::SharedNote(text) => json!(text),
            Self::Log(entries) => entries
                .iter()
                .map(|(id, entry)| {
                    let mut object = Map::from_iter([("id".to_owned(), json!(id))]);
                    object.extend(entry.iter().map(|(key, value)| (key.clone(), value.to_json())));
                    Json::Object(object)
                })
                .collect(),
            Self::Unknown(json) => json.clone(),
        }
    }

    /// Returns the single value that stands there; `None` if the field's kind holds several, or this
    /// catalogue does not know it.
    pub fn scalar(&self) -> Option<&Scalar> {
        match self {
            Self::Scalar(scalar) => Some(scalar),
            Self::Choices(_)
            | Self::Refs(_)
            | Self::Counter(_)
            | Self::Log(_)
            | Self::SharedNote(_)
            | Self::Unknown(_) => None,
        }
    }

    /// Returns whether nothing stands in the field: what "required" forbids.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(Scalar::Text(text)) | Self::SharedNote(text) => text.trim().is_empty(),
            Self::Scalar(_) | Self::Counter(_) | Self::Unknown(_) => false,
            Self::Choices(options) => options.is_empty(),
            Self::Refs(records) => records.is_empty(),
            Self::Log(entries) => entries.is_empty(),
        }
    }
}

/// Why a value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueProblem {
    /// Not a value of this kind.
    Not {
        /// The field's kind.
        kind: &'static str,
    },
    /// A time of day that the clocks leave out that day.
    TimeSkipped {
        /// Whose clocks.
        zone: String,
    },
    /// A time of day that comes twice that day.
    TimeTwice {
        /// Whose clocks.
        zone: String,
        /// The earlier instant.
        first: String,
        /// The later one.
        second: String,
    },
    /// The kind takes no single value: use add, log, increment or note.
    NotScalar {
        /// The field's kind.
        kind: &'static str,
    },
    /// A number out of its bounds.
    OutOfBounds {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A decimal number or a length of time out of its bounds.
    OutOfRange {
        /// Smallest value, as people read it.
        min: String,
        /// Largest value, as people read it.
        max: String,
    },
    /// A decimal number with more digits after the point than the field takes.
    TooManyPlaces {
        /// How many it takes.
        most: u8,
    },
    /// A text over the limit.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not in the code list.
    NotAnOption {
        /// What would have been.
        options: Vec<String>,
    },
    /// No colleague is called so.
    NobodyOfThatName {
        /// Those who are called nearly so, each with name and id.
        near: Vec<String>,
    },
    /// Several people are called so, or their names begin so.
    SeveralPeople {
        /// Each with name and id.
        people: Vec<String>,
    },
}

impl Explained for ValueProblem {
    fn message(&self) -> Message {
        match self {
            Self::Not { kind } => Message::new(not_a(kind)),
            Self::TimeSkipped { zone } => Message::new("time_skipped").with("zone", zone),
            Self::TimeTwice { zone, first, second } => Message::new("time_twice")
                .with("zone", zone)
                .with("first", first)
                .with("second", second),
            Self::NotScalar { kind } => Message::new("no_single_value").with("kind", kind),
            Self::OutOfBounds { min, max } => {
                Message::new("out_of_bounds").with("min", min).with("max", max)
            }
            Self::OutOfRange { min, max } => {
                Message::new("out_of_bounds").with("min", min).with("max", max)
            }
            Self::TooManyPlaces { most } => Message::new("too_many_places").with("most", most),
            Self::TooLong { bytes } => {
                Message::new("too_long").with("bytes", bytes).with("most", TEXT_BYTES_MAX)
            }
            Self::NotAnOption { options } => {
                Message::new("not_an_option").with("options", options.join(", "))
            }
            Self::NobodyOfThatName { near } if near.is_empty() => {
                Message::new("nobody_of_that_name")
            }
            Self::NobodyOfThatName { near } => {
                Message::new("nobody_of_that_name").with("people", near.join(", "))
            }
            Self::SeveralPeople { people } => {
                Message::new("several_people").with("people", people.join(", "))
            }
        }
    }
}

explained_error!(ValueProblem);

fn not_a(kind: &str) -> &'static str {
    match kind {
        "date" => "not_a_date",
        "datetime" => "not_a_datetime",
        "bool" => "not_a_bool",
        "integer" => "not_an_integer",
        "decimal" => "not_a_decimal",
        "time" => "not_a_time",
        "duration" => "not_a_duration",
        "phone" => "not_a_phone",
        "choice" => "not_a_choice",
        "ref" => "not_a_ref",
        "refs" => "not_refs",
        "user" => "not_a_user",
        _ => "not_a_text",
    }
}
