//! The kinds of fields: what each holds, and how it is edited.
//!
//! Nothing that matches a kind has an arm for all others: a new kind makes the compiler name the
//! places that have to know of it.

use std::collections::BTreeSet;

use super::{Field, Label};
use crate::decimal::Decimal;
use crate::ids::TypeName;
use crate::time::Minutes;

/// The kinds of DESIGN §4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A text: one writer at a time.
    Text,
    /// A day.
    Date,
    /// An instant.
    DateTime,
    /// True or false.
    Bool,
    /// A whole number between two bounds, both included.
    Integer {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
    },
    /// A decimal number between two bounds, both included.
    Decimal {
        /// Smallest value.
        min: Decimal,
        /// Largest value.
        max: Decimal,
        /// Most digits after the point.
        places: u8,
        /// What it counts.
        unit: Option<Label>,
    },
    /// A time of day.
    Time,
    /// How long something took, in whole minutes, between two bounds, both included.
    Duration {
        /// Shortest.
        min: Minutes,
        /// Longest.
        max: Minutes,
    },
    /// A phone number.
    Phone,
    /// One of a code list.
    Choice {
        /// The list's name in [`super::Catalogue::code_lists`].
        list: String,
    },
    /// Another record of one of these types; any type when empty.
    Ref {
        /// The types it may name.
        to: BTreeSet<TypeName>,
    },
    /// Somebody who uses the system, by their id.
    User,
    /// Several of a code list.
    Choices {
        /// The list's name in [`super::Catalogue::code_lists`].
        list: String,
    },
    /// Several other records, each of one of these types; any type when empty.
    Refs {
        /// The types they may be of.
        to: BTreeSet<TypeName>,
    },
    /// A number that several people count up.
    Counter,
    /// Dated entries that are only ever added. Each is a map of scalar fields.
    Log {
        /// The fields of an entry: scalar kinds and choices.
        entry: Vec<Field>,
    },
    /// A text that several people write together.
    SharedNote,
}

impl FieldKind {
    /// Returns the kind's name in the catalogue's files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Bool => "bool",
            Self::Integer { .. } => "integer",
            Self::Decimal { .. } => "decimal",
            Self::Time => "time",
            Self::Duration { .. } => "duration",
            Self::Phone => "phone",
            Self::Choice { .. } => "choice",
            Self::Ref { .. } => "ref",
            Self::User => "user",
            Self::Choices { .. } => "choices",
            Self::Refs { .. } => "refs",
            Self::Counter => "counter",
            Self::Log { .. } => "log",
            Self::SharedNote => "shared_note",
        }
    }

    /// Returns the types of the records that it names, one or several; any type when there are none.
    /// `None` if it names no records.
    pub fn names(&self) -> Option<&BTreeSet<TypeName>> {
        match self {
            Self::Ref { to } | Self::Refs { to } => Some(to),
            Self::Text
            | Self::Date
            | Self::DateTime
            | Self::Bool
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Time
            | Self::Duration { .. }
            | Self::Phone
            | Self::Choice { .. }
            | Self::User
            | Self::Choices { .. }
            | Self::Counter
            | Self::Log { .. }
            | Self::SharedNote => None,
        }
    }

    /// Returns the name of its code list; `None` if it has none.
    pub fn list(&self) -> Option<&str> {
        match self {
            Self::Choice { list } | Self::Choices { list } => Some(list),
            Self::Text
            | Self::Date
            | Self::DateTime
            | Self::Bool
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Time
            | Self::Duration { .. }
            | Self::Phone
            | Self::Ref { .. }
            | Self::User
            | Self::Refs { .. }
            | Self::Counter
            | Self::Log { .. }
            | Self::SharedNote => None,
        }
    }

    /// Returns whether the document keeps one scalar for it (the first row of DESIGN §4's table).
    pub fn is_scalar(&self) -> bool {
        match self {
            Self::Text
            | Self::Date
            | Self::DateTime
            | Self::Bool
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Time
            | Self::Duration { .. }
            | Self::Phone
            | Self::Choice { .. }
            | Self::Ref { .. }
            | Self::User => true,
            Self::Choices { .. }
            | Self::Refs { .. }
            | Self::Counter
            | Self::Log { .. }
            | Self::SharedNote => false,
        }
    }

    /// Returns the fields of an entry; `None` if it is no log.
    pub fn entry(&self) -> Option<&[Field]> {
        match self {
            Self::Log { entry } => Some(entry),
            Self::Text
            | Self::Date
            | Self::DateTime
            | Self::Bool
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Time
            | Self::Duration { .. }
            | Self::Phone
            | Self::Choice { .. }
            | Self::Ref { .. }
            | Self::User
            | Self::Choices { .. }
            | Self::Refs { .. }
            | Self::Counter
            | Self::SharedNote => None,
        }
    }

    /// Returns whether its values are days or instants.
    pub fn is_dated(&self) -> bool {
        match self {
            Self::Date | Self::DateTime => true,
            Self::Text
            | Self::Bool
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Time
            | Self::Duration { .. }
            | Self::Phone
            | Self::Choice { .. }
            | Self::Ref { .. }
            | Self::User
            | Self::Choices { .. }
            | Self::Refs { .. }
            | Self::Counter
            | Self::Log { .. }
            | Self::SharedNote => false,
        }
    }

    /// Returns the edits that a field of this kind takes.
    pub fn takes(&self) -> EditVerb {
        match self {
            Self::Text
            | Self::Date
            | Self::DateTime
            | Self::Bool
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Time
            | Self::Duration { .. }
            | Self::Phone
            | Self::Choice { .. }
            | Self::Ref { .. }
            | Self::User => EditVerb::SetAndClear,
            Self::Choices { .. } | Self::Refs { .. } => EditVerb::AddAndRemove,
            Self::Counter => EditVerb::Increment,
            Self::Log { .. } => EditVerb::Log,
            Self::SharedNote => EditVerb::Note,
        }
    }
}

/// How a kind of field is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditVerb {
    /// Its value is set, or cleared.
    SetAndClear,
    /// Options or records are added and removed, each by itself.
    AddAndRemove,
    /// It is counted up or down.
    Increment,
    /// Entries are added.
    Log,
    /// Text is written into it.
    Note,
}

impl EditVerb {
    /// Returns the code by which [`crate::words`] knows it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::SetAndClear => "takes_set_and_clear",
            Self::AddAndRemove => "takes_add_and_remove",
            Self::Increment => "takes_increment",
            Self::Log => "takes_log",
            Self::Note => "takes_note",
        }
    }
}
