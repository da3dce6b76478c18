//! Conditions: data, not a language. Each is a question over answers that is true or false.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::str::FromStr;

use regex_lite::Regex;

use super::expression::{Expression, Lookup};
use super::{Datum, Reads};
use crate::ids::OptionCode;
use crate::words::{Explained, Message, explained_error};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Each of these holds; true of none.
    All(Vec<Self>),
    /// One of these holds; false of none.
    Any(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// There is a value.
    Answered(Expression),
    /// Two values stand in this relation. False where one of them is missing.
    Compare {
        /// One.
        left: Expression,
        /// How they stand.
        relation: Relation,
        /// The other.
        right: Expression,
    },
    /// One of these options is chosen.
    Includes {
        /// The options chosen.
        value: Expression,
        /// The options asked for.
        options: BTreeSet<OptionCode>,
    },
    /// A text as a whole is of this form. False where there is none.
    Matches {
        /// The text.
        value: Expression,
        /// Its form.
        pattern: Pattern,
    },
}

/// How two values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// They are the same.
    Is,
    /// The left one is less, or earlier.
    LessThan,
    /// The left one is not more, or not later.
    AtMost,
    /// The left one is not less, or not earlier.
    AtLeast,
    /// The left one is more, or later.
    MoreThan,
}

impl Relation {
    fn is_met(self, ordering: Ordering) -> bool {
        match self {
            Self::Is => ordering == Ordering::Equal,
            Self::LessThan => ordering == Ordering::Less,
            Self::AtMost => ordering != Ordering::Greater,
            Self::AtLeast => ordering != Ordering::Less,
            Self::MoreThan => ordering == Ordering::Greater,
        }
    }
}

impl Condition {
    /// Returns whether it holds.
    pub fn holds(&self, lookup: &dyn Lookup) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(lookup)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(lookup)),
            Self::Not(condition) => !condition.holds(lookup),
            Self::Answered(value) => value.value(lookup).is_some(),
            Self::Compare { left, relation, right } => {
                let ordering =
                    left.value(lookup).and_then(|left| left.compare(&right.value(lookup)?));
                ordering.is_some_and(|ordering| relation.is_met(ordering))
            }
            Self::Includes { value, options } => match value.value(lookup) {
                Some(Datum::Options(chosen)) => !chosen.is_disjoint(options),
                _ => false,
            },
            Self::Matches { value, pattern } => match value.value(lookup) {
                Some(Datum::Text(text)) => pattern.regex.is_match(&text),
                _ => false,
            },
        }
    }

    /// Notes what it reads.
    pub fn note_reads(&self, reads: &mut Reads) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().for_each(|condition| condition.note_reads(reads));
            }
            Self::Not(condition) => condition.note_reads(reads),
            Self::Answered(value) | Self::Includes { value, .. } | Self::Matches { value, .. } => {
                value.note_reads(reads);
            }
            Self::Compare { left, right, .. } => {
                left.note_reads(reads);
                right.note_reads(reads);
            }
        }
    }
}

/// The form of a text: a regular expression that the whole text has to match. Matching takes time
/// that grows with the text and the expression, never faster.
#[derive(Debug, Clone)]
pub struct Pattern {
    text: String,
    regex: Regex,
}

impl Pattern {
    /// Returns the regular expression.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, InvalidPattern> {
        // By itself, too: `a)(b` is none, and would be one between our brackets.
        let invalid = |error: regex_lite::Error| InvalidPattern { why: error.to_string() };
        Regex::new(text).map_err(invalid)?;
        let regex = Regex::new(&format!("^(?:{text})$")).map_err(invalid)?;
        Ok(Self { text: text.to_owned(), regex })
    }
}

/// A text that is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPattern {
    why: String,
}

impl Explained for InvalidPattern {
    fn message(&self) -> Message {
        Message::new("invalid_pattern").with("why", &self.why)
    }
}

explained_error!(InvalidPattern);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Pattern {}
