//! A form as text: what it asks with the answers given so far.

use std::fmt::Display;

use model::catalogue::{CodeList, Field, FieldKind, RecordType};
use model::forms::{FormState, QuestionState};
use model::ids::OptionCode;
use model::title::shown_amount;
use model::words::{Explained as _, LanguageTag};
use serde_json::{Value as Json, json};

use super::wording::Words;
use crate::report::Report;

/// A form that is to be shown.
pub(crate) struct Form<'a> {
    pub(crate) words: Words<'a>,
    pub(crate) record_type: &'a RecordType,
    pub(crate) state: FormState,
}

impl Form<'_> {
    pub(crate) fn report(&self) -> Report {
        Report::new(self.json(), self.text())
    }

    /// Every question that is asked, section by section; those that are not, by their names.
    fn text(&self) -> String {
        let mut text = format!("{}\n", self.words.label(&self.record_type.label));
        text.push_str(&self.questions_in(None));
        for section in &self.record_type.sections {
            if self.state.sections.get(&section.name) == Some(&false) {
                continue;
            }
            text.push_str(&format!("\n{}\n", self.words.label(&section.label)));
            if let Some(note) = &section.note {
                text.push_str(&format!("{}\n", self.words.label(note)));
            }
            text.push_str(&self.questions_in(Some(&section.name)));
        }
        let hidden = self.state.questions.iter().filter(|question| !question.shown);
        let hidden: Vec<&str> = hidden.map(|question| question.field.as_str()).collect();
        if !hidden.is_empty() {
            let fields = hidden.join(", ");
            text.push_str(&format!(
                "\n{}\n",
                self.words.say_with("form_hidden", &[("fields", &fields)])
            ));
        }
        text
    }

    fn questions_in(&self, section: Option<&String>) -> String {
        let asked = self.state.questions.iter().filter(|question| question.shown);
        let fields = asked.filter_map(|question| {
            let field = self.record_type.field(question.field.as_str())?;
            (field.question.section.as_ref() == section).then_some((field, question))
        });
        fields.map(|(field, question)| self.question(field, question)).collect()
    }

    fn question(&self, field: &Field, question: &QuestionState) -> String {
        let label = |label| self.words.label(label);
        let mark = if question.required.is_some() { '*' } else { ' ' };
        let name = self.words.field(Some(self.record_type), field.name.as_str());
        let mut text = String::new();
        if let Some(note) = &field.question.note {
            text.push_str(&format!("    {}\n", label(note)));
        }
        let answer = match (&question.computed, question.is_computed) {
            (Some(value), _) => format!("= {value}"),
            (None, true) => self.words.say("form_computed"),
            (None, false) => self.kind(field, question),
        };
        text.push_str(&format!("  {mark} {name}: {answer}\n"));
        let asked = &field.question;
        let below = asked.hint.iter().map(|hint| label(hint).to_owned());
        let below =
            below.chain(asked.example.iter().map(|example| {
                self.words.say_with("form_example", &[("example", &label(example))])
            }));
        let below = below.chain(question.read_only.then(|| self.words.say("form_read_only")));
        let problems = question.problems.iter().map(|problem| {
            let problem = problem.message().told(self.words.language);
            format!("! {problem}")
        });
        for line in below.chain(problems) {
            text.push_str(&format!("      {line}\n"));
        }
        text
    }

    /// Returns what may be entered.
    fn kind(&self, field: &Field, question: &QuestionState) -> String {
        let say = |key| self.words.say(key);
        let options = |list: &str| {
            let list = self.words.catalogue.code_lists.get(list);
            let offered = question.offered.as_deref().unwrap_or_default();
            offered.iter().map(|option| self.option(list, option)).collect::<Vec<_>>().join(", ")
        };
        match &field.kind {
            FieldKind::Text => say("form_text"),
            FieldKind::Date => say("form_date"),
            FieldKind::DateTime => say("form_datetime"),
            FieldKind::Bool => say("form_bool"),
            FieldKind::Integer { min, max } => {
                self.words.say_with("form_integer", &[("min", min), ("max", max)])
            }
            FieldKind::Decimal { min, max, unit, .. } => {
                let shown = |number| shown_amount(number, unit.as_ref(), self.words.language);
                let parts: [(&str, &dyn Display); 2] =
                    [("min", &shown(*min)), ("max", &shown(*max))];
                self.words.say_with("form_decimal", &parts)
            }
            FieldKind::Time => say("form_time"),
            FieldKind::Duration { min, max } => {
                let parts: [(&str, &dyn Display); 2] =
                    [("min", &min.in_words()), ("max", &max.in_words())];
                self.words.say_with("form_duration", &parts)
            }
            FieldKind::Phone => say("form_phone"),
            FieldKind::Choice { list } => {
                self.words.say_with("form_choice", &[("options", &options(list))])
            }
            FieldKind::Choices { list } => {
                self.words.say_with("form_choices", &[("options", &options(list))])
            }
            FieldKind::Ref { .. } => say("form_ref"),
            FieldKind::Refs { .. } => say("form_refs"),
            FieldKind::User => say("form_user"),
            FieldKind::Counter => say("form_counter"),
            FieldKind::Log { .. } => say("form_log"),
            FieldKind::SharedNote => say("form_shared_note"),
        }
    }

    fn option(&self, list: Option<&CodeList>, option: &OptionCode) -> String {
        match list.and_then(|list| list.options.get(option)) {
            Some(label) => format!("{} ({option})", self.words.label(label)),
            None => option.to_string(),
        }
    }

    fn json(&self) -> Json {
        let language = self.words.language;
        let questions = self.state.questions.iter().map(|question| {
            json!({
                "field": question.field,
                "shown": question.shown,
                "required": question.required.is_some(),
                "read_only": question.read_only,
                "options": question.offered,
                "computed": question.computed.as_ref().map(ToString::to_string),
                "problems": question.problems.iter().map(|problem| problem_json(problem, language))
                    .collect::<Vec<_>>(),
            })
        });
        json!({
            "type": self.record_type.name,
            "sections": self.state.sections,
            "questions": questions.collect::<Vec<_>>(),
        })
    }
}

fn problem_json(problem: &model::record::Problem, language: LanguageTag) -> Json {
    let message = problem.message();
    json!({"code": message.code(), "problem": message.told(language)})
}
