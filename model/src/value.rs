//! The values a field can hold, as the program sees them and as JSON shows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::catalogue::{Catalogue, CodeList, Field, FieldKind};
use crate::ids::{OptionCode, RecordId};
use crate::limits::TEXT_BYTES_MAX;
use crate::time::{Date, Timestamp};

/// One scalar value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A day.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// One of a code list.
    Choice(OptionCode),
    /// Another record.
    Ref(RecordId),
}

impl Scalar {
    /// The JSON form: text, number or bool; days and instants as in RFC 3339.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Text(text) => json!(text),
            Self::Bool(value) => json!(value),
            Self::Integer(value) => json!(value),
            other => json!(other.to_string()),
        }
    }

    /// Reads a value of `field` as a person types it, and checks it against the catalogue.
    ///
    /// # Errors
    /// When the text is no value of the field's kind; the problem says what would be.
    pub fn parse(catalogue: &Catalogue, field: &Field, text: &str) -> Result<Self, ValueProblem> {
        match &field.kind {
            FieldKind::Text => {
                let bytes = text.len();
                if bytes > TEXT_BYTES_MAX {
                    return Err(ValueProblem::TooLong { bytes });
                }
                Ok(Self::Text(text.to_owned()))
            }
            FieldKind::Date => text.parse().map(Self::Date).map_err(ValueProblem::not("date")),
            FieldKind::DateTime => {
                text.parse().map(Self::DateTime).map_err(ValueProblem::not("datetime"))
            }
            FieldKind::Bool => match text {
                "true" | "yes" | "y" | "1" => Ok(Self::Bool(true)),
                "false" | "no" | "n" | "0" => Ok(Self::Bool(false)),
                _ => Err(ValueProblem::Not { kind: "bool" }),
            },
            FieldKind::Integer { min, max } => {
                let value = text.parse().map_err(|_| ValueProblem::Not { kind: "integer" })?;
                check_bounds(value, *min, *max).map(Self::Integer)
            }
            FieldKind::Choice { list } => check_option(catalogue, list, text).map(Self::Choice),
            FieldKind::Ref { .. } => text.parse().map(Self::Ref).map_err(ValueProblem::not("ref")),
            kind => Err(ValueProblem::NotScalar { kind: kind.name() }),
        }
    }

    /// Checks a value that is already typed: its kind, bounds, length and code.
    ///
    /// # Errors
    /// When it is no value of this field.
    pub fn check(&self, catalogue: &Catalogue, field: &Field) -> Result<(), ValueProblem> {
        self.check_by(&catalogue.code_lists, field)
    }

    /// Checks it with these code lists.
    pub(crate) fn check_by(&self, lists: &CodeLists, field: &Field) -> Result<(), ValueProblem> {
        match (&field.kind, self) {
            (FieldKind::Text, Self::Text(text)) if text.len() > TEXT_BYTES_MAX => {
                Err(ValueProblem::TooLong { bytes: text.len() })
            }
            (FieldKind::Integer { min, max }, Self::Integer(value)) => {
                check_bounds(*value, *min, *max).map(drop)
            }
            (FieldKind::Choice { list }, Self::Choice(option)) => {
                check_option_by(lists, list, option.as_str()).map(drop)
            }
            (FieldKind::Text, Self::Text(_))
            | (FieldKind::Date, Self::Date(_))
            | (FieldKind::DateTime, Self::DateTime(_))
            | (FieldKind::Bool, Self::Bool(_))
            | (FieldKind::Ref { .. }, Self::Ref(_)) => Ok(()),
            (kind, _) if kind.is_scalar() => Err(ValueProblem::Not { kind: kind.name() }),
            (kind, _) => Err(ValueProblem::NotScalar { kind: kind.name() }),
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
            Self::Choice(option) => option.fmt(f),
            Self::Ref(record) => record.fmt(f),
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

    /// Whether nothing stands in the field: what "required" forbids.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(Scalar::Text(text)) | Self::SharedNote(text) => text.trim().is_empty(),
            Self::Scalar(_) | Self::Counter(_) | Self::Unknown(_) => false,
            Self::Choices(options) => options.is_empty(),
            Self::Log(entries) => entries.is_empty(),
        }
    }
}

/// Why a value does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueProblem {
    /// Not a value of this kind.
    #[error("is not a valid {kind}{}", example(kind))]
    Not {
        /// The field's kind.
        kind: &'static str,
    },
    /// The kind takes no single value: use add, log, increment or note.
    #[error("is a {kind} field and takes no single value")]
    NotScalar {
        /// The field's kind.
        kind: &'static str,
    },
    /// A number out of its bounds.
    #[error("must lie between {min} and {max}")]
    OutOfBounds {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A text over the limit.
    #[error("is {bytes} bytes long; at most {TEXT_BYTES_MAX} are kept")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Not in the code list.
    #[error("is none of: {}", options.join(", "))]
    NotAnOption {
        /// What would have been.
        options: Vec<String>,
    },
}

impl ValueProblem {
    fn not<E>(kind: &'static str) -> impl Fn(E) -> Self {
        move |_| Self::Not { kind }
    }
}

fn example(kind: &str) -> &'static str {
    match kind {
        "date" => " (such as 2026-11-25)",
        "datetime" => " (such as 2026-11-25T14:30:00Z)",
        "bool" => " (true or false)",
        "integer" => " (a whole number)",
        "ref" => " (a record id)",
        _ => "",
    }
}

fn check_bounds(value: i64, min: i64, max: i64) -> Result<i64, ValueProblem> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(ValueProblem::OutOfBounds { min, max })
    }
}

/// Code lists by their names.
pub(crate) type CodeLists = BTreeMap<String, CodeList>;

/// Checks that `text` is an option of the code list `list`, be it retired.
///
/// # Errors
/// When it is not; the problem lists what is offered.
pub fn check_option(
    catalogue: &Catalogue,
    list: &str,
    text: &str,
) -> Result<OptionCode, ValueProblem> {
    check_option_by(&catalogue.code_lists, list, text)
}

/// Checks it with these code lists.
pub(crate) fn check_option_by(
    lists: &CodeLists,
    list: &str,
    text: &str,
) -> Result<OptionCode, ValueProblem> {
    let Some(list) = lists.get(list) else {
        return Err(ValueProblem::NotAnOption { options: Vec::new() });
    };
    match text.parse::<OptionCode>() {
        Ok(option) if list.options.contains_key(&option) => Ok(option),
        _ => Err(ValueProblem::NotAnOption {
            options: list.order.iter().map(ToString::to_string).collect(),
        }),
    }
}
