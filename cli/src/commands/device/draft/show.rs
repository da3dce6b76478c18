//! `fieldbook device draft show`

use clap::Args;
use client_core::device::{DraftView, RecordError};
use client_core::store::drafts::DraftOf;
use model::answers::Answer;
use model::ids::DraftId;
use model::value::FieldValue;
use model::words::Explained as _;
use serde_json::{Value as Json, json};

use super::super::Session;
use super::super::asked::Form;
use super::super::session::record_failure;
use super::super::typed;
use super::super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;

/// Show a draft
#[derive(Debug, Args)]
#[command(
    long_about = "Show a draft: its answers, what its form asks with them, and what keeps it from \
    being submitted.\n\n    \
    fieldbook device --dir ~/field draft show DRAFT\n\n\
    With --json: {\"id\",\"type\",\"case\",\"record\",\"begun_at\",\"touched_at\",\"old\",\
    \"last_answered\",\"answers\":{...},\"typed\":{...},\"changed_since\":[...],\
    \"problems\":[{\"field\",\"code\",\"problem\"}],\"form\"}."
)]
pub(super) struct Show {
    /// The draft's id, or its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
}

impl Show {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        report(session, draft, Shown::Form)
    }
}

/// Shows what a draft is after something was saved in it. A locked device saves, and shows nothing.
pub(super) fn saved(session: &Session, draft: DraftId) -> Result<Report, Failure> {
    match session.device.draft(session.now, draft) {
        Err(RecordError::Locked) => {
            Ok(Report::new(json!({"id": draft.to_string()}), session.say("saved")))
        }
        _ => report(session, draft, Shown::Answers),
    }
}

/// How much of a draft people are shown; scripts get all of it.
#[derive(PartialEq, Eq)]
enum Shown {
    Answers,
    Form,
}

fn report(session: &Session, draft: DraftId, shown: Shown) -> Result<Report, Failure> {
    let view = session.device.draft(session.now, draft).map_err(record_failure)?;
    let catalogue = session.catalogue();
    let record_type = typed::record_type(&catalogue, view.draft.record_type.as_str())?;
    let people = session.people()?;
    let words = Words { catalogue: &catalogue, language: session.language, people: &people };
    let answers = answered(&view, &words);
    let mut text = String::new();
    for (name, answer) in &answers {
        let field = words.field(Some(record_type), name);
        text.push_str(&format!("{field}: {answer}\n"));
    }
    if !answers.is_empty() {
        text.push('\n');
    }
    if !view.changed_since.is_empty() {
        let fields: Vec<_> = view.changed_since.iter().map(ToString::to_string).collect();
        let said = words.say_with("draft_changed", &[("fields", &fields.join(", "))]);
        text.push_str(&format!("{said}\n\n"));
    }
    for problem in &view.problems {
        text.push_str(&format!("! {}\n", problem.message().told(session.language)));
    }
    if view.problems.is_empty() {
        text.push_str(&format!("{}\n", words.say("draft_ready")));
    }
    let mut json = json(&view, session);
    let form = Form { words, record_type, state: view.form }.report();
    if shown == Shown::Form {
        text.push_str(&format!("\n{}", form.text));
    }
    if let Json::Object(object) = &mut json {
        object.insert("form".to_owned(), form.json);
    }
    Ok(Report::new(json, text))
}

/// Returns what was answered, by field: values as people read them, and what was typed.
fn answered(view: &DraftView, words: &Words<'_>) -> Vec<(String, String)> {
    let record_type = words.catalogue.record_type(&view.draft.record_type);
    let shown = view.answers.iter().map(|(name, answer)| {
        let field = record_type.and_then(|known| known.field(name.as_str()));
        let answer = match answer {
            Answer::Value(FieldValue::Log(entries)) => {
                let value = FieldValue::Log(entries.clone()).to_json();
                let lines = words.value(field, &value);
                let ids = entries.keys().map(|id| format!("[{id}]"));
                let lines = lines.lines().zip(ids).map(|(line, id)| format!("\n  {id} {line}"));
                lines.collect()
            }
            Answer::Value(value) => words.value(field, &value.to_json()),
            Answer::Typed(text) => words.say_with("draft_typed", &[("text", text)]),
            Answer::Nothing => words.say("emptied"),
        };
        (name.to_string(), answer)
    });
    shown.collect()
}

fn json(view: &DraftView, session: &Session) -> Json {
    let draft = &view.draft;
    let record = match draft.of {
        DraftOf::Edit(record) => Some(record.to_string()),
        DraftOf::New(_) => None,
    };
    let value = |answer: &Answer| match answer {
        Answer::Value(value) => Some(value.to_json()),
        Answer::Nothing => Some(Json::Null),
        Answer::Typed(_) => None,
    };
    let values = view.answers.iter();
    let values = values.filter_map(|(field, answer)| Some((field.to_string(), value(answer)?)));
    let typed = view.answers.iter().filter_map(|(field, answer)| match answer {
        Answer::Typed(text) => Some((field.to_string(), json!(text))),
        Answer::Value(_) | Answer::Nothing => None,
    });
    let problems = view.problems.iter().map(|problem| {
        let message = problem.problem.message();
        json!({
            "field": problem.field,
            "code": message.code(),
            "problem": message.told(session.language),
        })
    });
    json!({
        "id": draft.id.to_string(),
        "type": draft.record_type,
        "case": draft.case.map(|case| case.to_string()),
        "record": record,
        "begun_at": draft.begun_at.to_string(),
        "touched_at": draft.touched_at.to_string(),
        "old": view.is_old,
        "last_answered": draft.last_answered,
        "answers": values.collect::<serde_json::Map<_, _>>(),
        "typed": typed.collect::<serde_json::Map<_, _>>(),
        "changed_since": view.changed_since,
        "problems": problems.collect::<Vec<_>>(),
    })
}
