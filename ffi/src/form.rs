//! A form as it stands: what it asks with the answers given so far, in one language.

use std::collections::BTreeMap;

use model::forms::{FormState, QuestionState};
use model::ids::{FieldName, OptionCode};
use model::record;
use model::value::FieldValue;
use model::words::Explained as _;
use model::{catalogue, forms};

use crate::catalogue::Words;
use crate::error::FieldProblem;

/// A form as it stands with some answers. Show the questions that are `shown`, in their order, under
/// the heading of their section; ask for the form again after each answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Form {
    /// Its sections, in their order.
    pub sections: Vec<FormSection>,
    /// Its questions, in their order, without retired fields.
    pub questions: Vec<Question>,
}

/// A section of a form.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FormSection {
    /// Its name, to which questions refer.
    pub name: String,
    /// Its heading.
    pub label: String,
    /// A text under the heading.
    pub note: Option<String>,
    /// Whether it starts a new page where a form is shown in pages.
    pub page: bool,
    /// Whether it is shown with these answers.
    pub shown: bool,
}

/// A question of a form.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Question {
    /// The field; `Field` has its label and its kind.
    pub field: FieldName,
    /// The section it belongs to, if it belongs to one.
    pub section: Option<String>,
    /// A text above the question.
    pub note: Option<String>,
    /// A hint below the question.
    pub hint: Option<String>,
    /// An example of an answer.
    pub example: Option<String>,
    /// Whether it is asked with these answers. Keep the answer of a hidden question aside: it is
    /// refused when the record is created, and applies again when the question is shown again.
    pub shown: bool,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether its answer cannot be changed as the record stands.
    pub read_only: bool,
    /// Whether it is computed from other answers: show `computed`, and take no answer.
    pub is_computed: bool,
    /// The computed value; nothing while answers are missing.
    pub computed: Option<String>,
    /// The answer to start with, as text.
    pub default_answer: Option<String>,
    /// The options to offer, in their order; nothing for a field without options.
    pub options: Option<Vec<OptionCode>>,
    /// What is wrong with the answer.
    pub problems: Vec<FieldProblem>,
}

/// Returns the answers that these edits give.
pub(crate) fn answers(
    edits: impl IntoIterator<Item = record::Edit>,
) -> BTreeMap<FieldName, FieldValue> {
    let mut answers = BTreeMap::new();
    edits.into_iter().for_each(|edit| forms::apply(&mut answers, &edit));
    answers
}

impl Words<'_> {
    /// Returns the form of a type as it stands.
    pub(crate) fn form(&self, known: &catalogue::RecordType, state: &FormState) -> Form {
        let sections = known.sections.iter().map(|section| FormSection {
            name: section.name.clone(),
            label: self.label(&section.label),
            note: self.optional(section.note.as_ref()),
            page: section.page,
            shown: state.sections.get(&section.name).copied().unwrap_or(false),
        });
        let questions = state.questions.iter().filter_map(|question| {
            let field = known.field(question.field.as_str())?;
            Some(self.question(&field.question, question))
        });
        Form { sections: sections.collect(), questions: questions.collect() }
    }

    fn question(&self, asked: &catalogue::Question, state: &QuestionState) -> Question {
        let problem = |problem: &record::Problem| {
            FieldProblem::of(Some(state.field.clone()), &problem.message())
        };
        Question {
            field: state.field.clone(),
            section: asked.section.clone(),
            note: self.optional(asked.note.as_ref()),
            hint: self.optional(asked.hint.as_ref()),
            example: self.optional(asked.example.as_ref()),
            shown: state.shown,
            required: state.required.is_some(),
            read_only: state.read_only,
            is_computed: state.is_computed,
            computed: state.computed.as_ref().map(ToString::to_string),
            default_answer: state.default.as_ref().map(ToString::to_string),
            options: state.offered.clone(),
            problems: state.problems.iter().map(problem).collect(),
        }
    }

    fn optional(&self, label: Option<&catalogue::Label>) -> Option<String> {
        label.map(|label| self.label(label))
    }
}
