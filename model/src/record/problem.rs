//! What can be wrong with a record: with one of its fields, or with another record that it names.

use std::collections::BTreeSet;

use crate::catalogue::{EditVerb, FieldKind, Implausible, Label};
use crate::forbidden::Forbidden;
use crate::ids::{CompartmentCode, FieldName, OptionCode, TypeName};
use crate::value::ValueProblem;
use crate::words::{Explained, Language, Message, explained_error};

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field.
    pub field: FieldName,
    /// The problem.
    pub problem: Problem,
}

impl FieldProblem {
    /// Returns whether who typed it is asked: a date that a wrong clock may be to blame for, or a text
    /// that looks as if it held what is never recorded.
    pub fn is_doubtful(&self) -> bool {
        match self.innermost() {
            Problem::Implausible(found) => found.is_doubtful,
            Problem::Forbidden(_) => true,
            _ => false,
        }
    }

    /// Returns whether it is a text that looks as if it held what is never recorded.
    pub fn is_forbidden(&self) -> bool {
        matches!(self.innermost(), Problem::Forbidden(_))
    }

    /// Returns what is wrong with the field, or with the part of an entry in it.
    fn innermost(&self) -> &Problem {
        let mut problem = &self.problem;
        while let Problem::Entry { problem: inside, .. } = problem {
            problem = inside;
        }
        problem
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
    /// Nothing stands in a field that the form requires with these words.
    RequiredHere {
        /// The department's words.
        message: Label,
    },
    /// The answer does not meet a limit of the form.
    Limit {
        /// The department's words.
        message: Label,
    },
    /// The form does not ask for it: other answers hide it, or it is computed.
    NotAsked,
    /// It cannot be changed as the record stands.
    ReadOnly,
    /// The value does not fit.
    Value(ValueProblem),
    /// The field's kind is edited in another way.
    WrongEdit {
        /// The field's kind.
        kind: &'static str,
        /// The edits it takes.
        takes: EditVerb,
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
    /// A text looks as if it held what is never recorded.
    Forbidden(Forbidden),
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

impl Problem {
    /// Returns the problem with an edit that a field of this kind does not take.
    pub fn wrong_edit(kind: &FieldKind) -> Self {
        Self::WrongEdit { kind: kind.name(), takes: kind.takes() }
    }
}

impl Explained for Problem {
    fn message(&self) -> Message {
        match self {
            Self::Unknown { record_type } => {
                Message::new("unknown_field").with("type", record_type)
            }
            Self::Required => Message::new("required"),
            Self::NotAsked => Message::new("not_asked"),
            Self::ReadOnly => Message::new("read_only"),
            Self::RequiredHere { message } => words_of("required_here", message),
            Self::Limit { message } => words_of("limit", message),
            Self::Value(problem) => problem.message(),
            Self::WrongEdit { kind, takes } => {
                Message::new("wrong_edit").with("kind", kind).with("takes", takes.code())
            }
            Self::Entry { key, problem } => {
                Message::new("entry").with("key", key).inside("problem", problem.message())
            }
            Self::Retired => Message::new("retired_field"),
            Self::RetiredOption { option, offered } => Message::new("retired_option")
                .with("option", option)
                .with("offered", offered.join(", ")),
            Self::DecidedBy { record_type } => Message::new("decided_by").with("type", record_type),
            Self::Implausible(problem) => problem.message(),
            Self::Forbidden(found) => found.message(),
            Self::Link(problem) => problem.message(),
            Self::EntryId => Message::new("entry_id"),
            Self::Shape { kind } => Message::new("not_the_kind").with("kind", kind),
        }
    }
}

/// A message whose words the department has written.
fn words_of(code: &str, words: &Label) -> Message {
    // Programs speak Spanish, so there is always something to say in it.
    let es = words.in_language(Language::Spanish);
    let all = Message::new(code).with("en", &words.en).with("es", es);
    words.others.iter().fold(all, |all, (tag, text)| all.with(tag.as_str(), text))
}

impl Explained for FieldProblem {
    fn message(&self) -> Message {
        Message::new("field").with("field", &self.field).inside("problem", self.problem.message())
    }
}

/// Why a record may not be as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReferenceProblem {
    /// It lives where the named record does, and that is not known.
    Unknown,
    /// The named record belongs to another case.
    OtherCase,
    /// The named record is of another type.
    OtherType {
        /// The type of the named record.
        record_type: TypeName,
    },
    /// The field names records of other types.
    NotOfType {
        /// The type of the named record.
        record_type: TypeName,
        /// What the field names.
        to: BTreeSet<TypeName>,
    },
    /// It lives where the named record does, and that is a directory.
    InDirectory,
    /// What stands there makes it a record of another compartment.
    Elsewhere {
        /// Where it belongs.
        compartment: CompartmentCode,
    },
}

impl Explained for ReferenceProblem {
    fn message(&self) -> Message {
        let message = Message::new(self.code());
        match self {
            Self::OtherType { record_type } => message.with("type", record_type),
            Self::NotOfType { record_type, to } => {
                let to: Vec<&str> = to.iter().map(TypeName::as_str).collect();
                message.with("type", record_type).with("to", to.join(", "))
            }
            Self::Elsewhere { compartment } => message.with("compartment", compartment),
            Self::Unknown | Self::OtherCase | Self::InDirectory => message,
        }
    }
}

impl ReferenceProblem {
    /// A stable name for the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "link_unknown",
            Self::OtherCase => "link_other_case",
            Self::OtherType { .. } => "link_other_type",
            Self::NotOfType { .. } => "link_not_of_type",
            Self::InDirectory => "link_in_directory",
            Self::Elsewhere { .. } => "lives_elsewhere",
        }
    }

    /// Returns whether it may come right when the named record has arrived.
    pub fn retry_after_pull(&self) -> bool {
        matches!(self, Self::Unknown)
    }
}

explained_error!(FieldProblem, Problem, ReferenceProblem);
