//! A question as it is asked: its words, what answers it, what is wrong with the answer.

pub(crate) mod control;

use std::collections::BTreeMap;

use model::catalogue::{Field, FieldKind, Label, RecordType};
use model::forms::QuestionState;
use model::ids::FieldName;
use model::record::{FieldProblem, Problem as Wrong};
use model::words::Explained as _;

use super::{digest, id_of, part_sent_as, typed_part};
use crate::request::Form;
use crate::values::{Shown, Values};
use crate::views::DraftView;
use crate::words::capitalized;
use control::{Control, Drawn, name_of};

/// Asks the questions of a form.
pub(crate) struct Asker<'a> {
    pub(crate) values: Values<'a>,
    pub(crate) record_type: &'a RecordType,
    pub(crate) view: &'a DraftView,
    /// Whether what is missing is said, too: somebody wanted to submit it.
    pub(crate) strict: bool,
    /// New entries that were not taken: what was typed, and what is wrong with each log.
    pub(crate) refused: Option<(&'a Form, BTreeMap<FieldName, Vec<String>>)>,
}

/// A question as it is asked.
pub(crate) struct Asked {
    pub(crate) field: String,
    /// The id of its input, or the beginning of those of its inputs.
    pub(crate) id: String,
    /// The name under which its answer is sent.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) required: bool,
    pub(crate) note: Option<String>,
    pub(crate) hints: Vec<String>,
    pub(crate) errors: Vec<String>,
    /// What was said of it when its record was given back.
    pub(crate) marked: Vec<String>,
    /// What somebody else has put there since it was answered here; empty if they emptied it.
    pub(crate) changed: Option<String>,
    /// The digest of what an untouched browser sends; `None` if its answer is not sent as one.
    pub(crate) was: Option<String>,
    pub(crate) control: Control,
    /// Whether it belongs to the question before it.
    pub(crate) nested: bool,
}

impl Asked {
    /// Returns the ids of what describes it, for `aria-describedby`.
    pub(crate) fn described_by(&self) -> String {
        let hints = (!self.hints.is_empty()).then(|| format!("{}-hint", self.id));
        let marked = (!self.marked.is_empty()).then(|| format!("{}-marked", self.id));
        let changed = self.changed.is_some().then(|| format!("{}-changed", self.id));
        let error = (!self.errors.is_empty()).then(|| format!("{}-error", self.id));
        hints.into_iter().chain(marked).chain(changed).chain(error).collect::<Vec<_>>().join(" ")
    }

    /// Returns where a link to it leads.
    pub(crate) fn target(&self) -> &str {
        match &self.control {
            Control::Radios { options, .. } | Control::Boxes { options } => {
                options.first().map_or(&self.id, |option| &option.id)
            }
            Control::Log { parts, .. } => parts.first().map_or(&self.id, Self::target),
            Control::Line(_)
            | Control::Area { .. }
            | Control::Append { .. }
            | Control::Select { .. }
            | Control::Counter { .. }
            | Control::Fixed { .. } => &self.id,
        }
    }
}

/// What keeps a form from being submitted, with the place on the page.
pub(crate) struct Problem {
    pub(crate) text: String,
    pub(crate) target: Option<String>,
}

impl<'a> Asker<'a> {
    /// Returns a question; `None` if it is not on the page.
    pub(super) fn question(&self, state: &QuestionState, nested: bool) -> Option<Asked> {
        let field = self.record_type.field(state.field.as_str())?;
        if !state.shown || self.view.not_asked.contains(&state.field) {
            return None;
        }
        let id = id_of(&field.name);
        let control = match state.is_computed || state.read_only {
            true => Control::Fixed { shown: self.fixed(field, state) },
            false => self.control(&Drawn {
                field,
                id: &id,
                state: Some(state),
                value: self.view.answers.get(&field.name),
                typed: self.view.typed.get(&field.name).cloned().into_iter().collect(),
            }),
        };
        let was = control.is_sent().then(|| digest(control.sends()));
        let mut errors = self.errors(&field.name);
        if let Some((_, refused)) = &self.refused {
            errors.extend(refused.get(&field.name).cloned().unwrap_or_default());
        }
        Some(Asked {
            field: field.name.to_string(),
            name: name_of(field),
            id,
            label: self.label(&field.label),
            required: state.required.is_some() && control.is_sent(),
            note: field.question.note.as_ref().map(|note| self.label(note)),
            hints: if control.is_sent() { self.hints(field) } else { Vec::new() },
            errors,
            marked: self.marked(field),
            changed: self.changed(field),
            was,
            control,
            nested,
        })
    }

    /// Returns the parts of a new entry of a log, with what was typed into one that was not taken.
    pub(super) fn entry(&self, log: &Field) -> Vec<Asked> {
        let parts = log.kind.entry().unwrap_or_default().iter().filter(|part| !part.retired);
        let asked = |part: &Field| {
            let id = format!("new-{}-{}", log.name, part.name);
            let refused = self.refused.as_ref();
            let typed = refused.map(|(form, _)| typed_part(form, &log.name, &part.name));
            let typed = typed.unwrap_or_default();
            let control =
                self.control(&Drawn { field: part, id: &id, state: None, value: None, typed });
            Asked {
                field: part.name.to_string(),
                name: part_sent_as(&log.name, &part.name),
                id,
                label: self.label(&part.label),
                required: part.required,
                note: part.question.note.as_ref().map(|note| self.label(note)),
                hints: self.hints(part),
                errors: Vec::new(),
                marked: Vec::new(),
                changed: None,
                was: None,
                control,
                nested: false,
            }
        };
        parts.map(asked).collect()
    }

    /// Lists everything that keeps the form from being submitted.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let asked = |field: &FieldName| {
            let state = self.view.form.question(field)?;
            self.question(state, false)
        };
        let of_entries = self
            .refused
            .iter()
            .flat_map(|(_, refused)| refused)
            .flat_map(|(field, texts)| texts.iter().map(move |text| (field, text.clone())));
        let of_fields = self
            .view
            .problems
            .iter()
            .map(|it| (&it.field, it.problem.message().told(self.language())));
        let of_fields = of_fields.filter(|_| self.strict);
        let problem = |(field, told): (&FieldName, String)| {
            let label = self.values.field(Some(self.record_type), field.as_str());
            let target = asked(field).map(|asked| asked.target().to_owned());
            Problem { text: format!("{label}: {told}"), target }
        };
        of_entries.chain(of_fields).map(problem).collect()
    }

    /// Says what is wrong with an answer. What is only missing is not said before somebody wants to
    /// submit the form.
    fn errors(&self, field: &FieldName) -> Vec<String> {
        let is_said = |problem: &&FieldProblem| {
            let is_missing =
                matches!(problem.problem, Wrong::Required | Wrong::RequiredHere { .. });
            problem.field == *field && (self.strict || !is_missing)
        };
        let said = self.view.problems.iter().filter(is_said);
        let told = |problem: &FieldProblem| match problem.problem {
            Wrong::Required => self.values.words.form_missing(),
            _ => capitalized(&problem.problem.message().told(self.language())),
        };
        said.map(told).collect()
    }

    fn changed(&self, field: &Field) -> Option<String> {
        let is_changed = self.view.changed_since.contains(&field.name);
        let now = self.view.stands.get(&field.name);
        is_changed
            .then(|| now.map(|now| self.values.value(Some(field), now).plain()).unwrap_or_default())
    }

    /// Says who marked it when the record was given back, and why.
    fn marked(&self, field: &Field) -> Vec<String> {
        let marks = self.view.returned.iter().filter(|said| said.marked.contains(&field.name));
        marks.map(|said| self.values.returned(said)).collect()
    }

    fn fixed(&self, field: &Field, state: &QuestionState) -> Option<Shown> {
        if !state.is_computed {
            let value = self.view.answers.get(&field.name)?;
            return Some(self.values.value(Some(field), value));
        }
        let computed = state.computed.as_ref()?;
        match computed.as_answer(&field.kind) {
            Some(value) => Some(self.values.value(Some(field), &value)),
            None => Some(Shown::text(computed.to_string())),
        }
    }

    /// Says what helps to answer.
    fn hints(&self, field: &Field) -> Vec<String> {
        let words = self.values.words;
        let question = &field.question;
        let is_marked = self.view.markable.as_ref().is_some_and(|it| it.field == field.name);
        // Its names are chosen by their labels, and not typed.
        let hint = question.hint.as_ref().filter(|_| !is_marked);
        let given = hint.map(|hint| self.label(hint));
        let example = question.example.as_ref().map(|it| words.form_example(self.label(it)));
        let of_kind = match &field.kind {
            FieldKind::Integer { min, max } if *min > i64::MIN && *max < i64::MAX => {
                Some(words.form_range(max.to_string(), min.to_string()))
            }
            FieldKind::Decimal { unit, .. } => unit.as_ref().map(|unit| self.label(unit)),
            FieldKind::Duration { .. } => Some(words.form_duration_hint()),
            FieldKind::Text
            | FieldKind::Date
            | FieldKind::DateTime
            | FieldKind::Bool
            | FieldKind::Integer { .. }
            | FieldKind::Time
            | FieldKind::Phone
            | FieldKind::Choice { .. }
            | FieldKind::Ref { .. }
            | FieldKind::User
            | FieldKind::Choices { .. }
            | FieldKind::Refs { .. }
            | FieldKind::Counter
            | FieldKind::Log { .. }
            | FieldKind::SharedNote => None,
        };
        let is_new = self.view.edits.is_none() && field.name.as_str() == "occurred_at";
        let of_field = is_new.then(|| words.form_happened_hint());
        given.into_iter().chain(example).chain(of_kind).chain(of_field).collect()
    }

    fn label(&self, label: &Label) -> String {
        self.values.words.label(label).to_owned()
    }

    fn language(&self) -> model::words::Language {
        self.values.words.language
    }
}
