//! `fieldbook device show`

use clap::Args;
use client_core::store::query::{ConflictView, RecordView, Returned};

use model::value::Scalar;

use super::Session;
use super::session::record_failure;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::pairs;

/// Show a record
#[derive(Debug, Args)]
#[command(
    long_about = "Show a record: the values of its fields, how far its newest change has come \
    (on this phone, sent, on the server, refused), and the values that wait for a decision. The \
    server's audit notes that the record was viewed.\n\n    \
    fieldbook device --dir ~/field show ID\n    \
    fieldbook device --dir ~/field --lang es show ID\n\n\
    With --json: \
    {\"id\",\"type\",\"case\",\"state\",\"fields\":{...},\"conflicts\":[{\"field\",\"review\",\"values\":[{\"value\",\"by\",\"device\",\"at\",\"change\"}]}]}. \
    `state` is on_phone, sent, on_server or refused."
)]
pub(super) struct Show {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
}

impl Show {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let view = session
            .device
            .show(session.now, session.record(&self.record)?)
            .map_err(record_failure)?;
        let catalogue = session.catalogue();
        let people = session.people()?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        Ok(Report::new(view.to_json(), as_text(&view, &words)))
    }
}

fn as_text(view: &RecordView, words: &Words<'_>) -> String {
    let record_type = words.catalogue.record_type(&view.record_type);
    let mut text = format!("{}\n", words.label(&view.title));
    text.push_str(&format!(
        "{}, {}, {}\n",
        words.record_type(&view.record_type),
        words.say(view.state.code()),
        words.say_with("made", &[("at", &words.time(view.created_at))])
    ));
    if let Some(told) = &view.refusal {
        let reason = told.in_language(words.language);
        text.push_str(&words.say_with("refused_because", &[("reason", &reason)]));
        text.push('\n');
    }
    for said in &view.returned {
        let (by, why) = (returned_by(said, words), reasons(said, words));
        text.push_str(&format!("\n{by} {why}\n"));
        let marked = said.marked.iter().map(|name| words.field(record_type, name.as_str()));
        let marked = marked.collect::<Vec<_>>().join(", ");
        if !marked.is_empty() {
            text.push_str(&words.say_with("fields_to_mend", &[("fields", &marked)]));
            text.push('\n');
        }
    }
    // In the order of the form; what this catalogue does not know comes last.
    let mut names: Vec<&str> = view.fields.keys().map(String::as_str).collect();
    let place = |name: &str| {
        let fields = record_type.map(|known| known.fields.as_slice()).unwrap_or_default();
        fields.iter().position(|field| field.name.as_str() == name).unwrap_or(usize::MAX)
    };
    names.sort_by_key(|name| place(name));
    let rows: Vec<(String, String)> = names
        .into_iter()
        .map(|name| {
            let field = record_type.and_then(|known| known.field(name));
            let label = words.field(record_type, name);
            let is_marked = view.returned.iter().any(|said| said.marked.contains(name));
            let label =
                if is_marked { words.say_with("to_mend", &[("field", &label)]) } else { label };
            (label, words.value(field, &view.fields[name]))
        })
        .collect();
    if !rows.is_empty() {
        text.push('\n');
        text.push_str(&pairs(rows.iter().map(|(name, value)| (name.as_str(), value.clone()))));
    }
    for conflict in &view.conflicts {
        let name = words.field(record_type, conflict.field.as_str());
        let waits = words.say_with("waits_for_decision", &[("field", &name)]);
        text.push_str(&format!("\n{waits}\n{}", values_of(conflict, words)));
    }
    text
}

/// Says who gave a record back, and when.
fn returned_by(said: &Returned, words: &Words<'_>) -> String {
    let by = said.by_name.clone().unwrap_or_else(|| words.person(said.by));
    words.say_with("returned_by", &[("by", &by), ("at", &words.time(said.at))])
}

/// Says why a record was given back, in one line.
pub(super) fn reasons(said: &Returned, words: &Words<'_>) -> String {
    let review = words.catalogue.record_type(&said.review_type);
    let fields = review.map(|known| known.fields.as_slice()).unwrap_or_default();
    let says = fields.iter().filter_map(|field| {
        let value = said.says.get(field.name.as_str())?;
        Some(words.value(Some(field), value))
    });
    says.collect::<Vec<_>>().join(". ")
}

/// Returns the values of a conflict, as `resolve` takes them, and whose they are.
pub(super) fn values_of(conflict: &ConflictView, words: &Words<'_>) -> String {
    let rows: Vec<(String, String)> = conflict
        .values
        .iter()
        .map(|value| {
            // A person is shown by name, which `resolve` takes as well.
            let shown = match &value.scalar {
                Some(Scalar::User(user)) => words.person(*user),
                _ => value.text(),
            };
            (shown, format!("{}, {}", value.by, words.time(value.at)))
        })
        .collect();
    pairs(rows.iter().map(|(value, whose)| (value.as_str(), whose.clone())))
}
