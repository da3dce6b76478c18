//! How a form asks for what a record holds: which questions are shown, which must be answered, what
//! may be chosen, what is computed.
//!
//! The rules are data, typed against the catalogue when it is loaded. [`crate::forms`] evaluates them.

mod condition;
mod datum;
mod expression;

use std::collections::BTreeSet;

use super::Label;
use crate::ids::{FieldName, TypeName};

pub use condition::{Condition, Pattern, Relation};
pub use datum::{Datum, DatumKind, Number};
pub use expression::{Expression, Lookup};

/// How a form asks for one field, besides its name and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Question {
    /// The section it stands in; `None` if it stands in none.
    pub section: Option<String>,
    /// A text above the question.
    pub note: Option<Label>,
    /// What helps to answer.
    pub hint: Option<Label>,
    /// An answer as it might be.
    pub example: Option<Label>,
    /// The text field that says what, where an option that means [`Meaning::Other`] is chosen. It
    /// is asked there, and nowhere else.
    ///
    /// [`Meaning::Other`]: super::Meaning::Other
    pub says_what: Option<FieldName>,
    /// Without it, always.
    pub shown_when: Option<Condition>,
    /// Without it, where [`crate::catalogue::Field::required`] says so.
    pub required_when: Option<Condition>,
    /// What is said when an answer is missing.
    pub required_message: Option<Label>,
    /// Without it, never.
    pub read_only_when: Option<Condition>,
    /// Which options are offered. [`Expression::Property`] is a property of the option in question.
    pub choices_when: Option<Condition>,
    /// What an answer has to meet.
    pub limits: Vec<Limit>,
    /// What stands there before anybody answers.
    pub default: Option<Expression>,
    /// What is shown there instead of an answer.
    pub computed: Option<Expression>,
    /// Whether the options that the person chose last in such records come first.
    pub recent_first: bool,
}

impl Question {
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let conditions =
            [&self.shown_when, &self.required_when, &self.read_only_when, &self.choices_when];
        conditions.into_iter().flatten()
    }

    /// Notes what any part of it reads.
    pub fn note_reads(&self, reads: &mut Reads) {
        self.conditions().for_each(|condition| condition.note_reads(reads));
        self.limits.iter().for_each(|limit| limit.holds.note_reads(reads));
        [&self.default, &self.computed].into_iter().flatten().for_each(|it| it.note_reads(reads));
    }

    /// Returns whether anything of how it is asked depends on answers or on the case.
    pub fn asks_conditionally(&self) -> bool {
        self.conditions().next().is_some()
            || !self.limits.is_empty()
            || self.default.is_some()
            || self.computed.is_some()
    }
}

/// What an answer has to meet. An empty answer meets every limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Holds for every answer that will do.
    pub holds: Condition,
    /// What is said of one that will not.
    pub message: Label,
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSection {
    /// Its name, to which fields refer.
    pub name: String,
    /// What people read above it.
    pub label: Label,
    /// A text below that.
    pub note: Option<Label>,
    /// Whether it begins a page of its own where a form is shown in pages.
    pub page: bool,
    /// Without it, always. What is hidden with it is each of its questions.
    pub shown_when: Option<Condition>,
}

/// What a condition or an expression reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reads {
    /// Fields of the record.
    pub fields: BTreeSet<FieldName>,
    /// Fields of the newest record of a type in the same case.
    pub latest: BTreeSet<(TypeName, FieldName)>,
    /// Fields of records of the same type that the person who fills the form in made before.
    pub own: BTreeSet<FieldName>,
    /// Properties of the option in question.
    pub properties: BTreeSet<String>,
}
