//! `fieldbook device history`

use std::fmt::Display;

use clap::Args;
use model::catalogue::{Field, FieldKind, RecordType};
use model::record::{HistoryEdit, HistoryVerb};
use model::value::{FieldValue, Scalar};
use serde_json::Value as Json;

use super::Session;
use super::session::record_failure;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;

/// Show who changed what in a record, and when
#[derive(Debug, Args)]
#[command(long_about = "Show who changed what in a record, and when. Each change is listed after \
    the changes it depends on; the order does not depend on clocks. A time is by the clock of \
    the device that wrote the change. If two people changed a field concurrently and the field \
    needs no decision, the value that lost is marked as overwritten; if it needed one, the edit that \
    decided is marked.\n\n    \
    fieldbook device --dir ~/field history ID\n\n\
    With --json: \
    [{\"change\",\"by\",\"device\",\"at\",\"edits\":[{\"field\",\"edit\",\"value\",\"overwritten\",\"decided\"}]}]; \
    `edit` is set, cleared, added, removed, logged, incremented, inserted or deleted; \
    `overwritten` and `decided` are present only if true.")]
pub(super) struct History {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
}

impl History {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let record = session.record(&self.record)?;
        let history = session.device.history(session.now, record).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let people = session.people()?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        let mut text = String::new();
        let mut json = Vec::new();
        let record_type = session.device.type_of(session.now, record).map_err(record_failure)?;
        let record_type = catalogue.record_type(&record_type);
        for view in history {
            text.push_str(&format!("{}  {}\n", words.time(view.entry.at), view.by));
            for edit in &view.entry.edits {
                // A text of several lines must not look like another entry.
                let told = done(edit, record_type, &words).replace('\n', "\n      ");
                text.push_str(&format!("    {told}\n"));
            }
            json.push(view.to_json());
        }
        Ok(Report::new(Json::Array(json), text))
    }
}

/// Returns an entry of a log with names in the place of users' ids.
fn named(field: Option<&Field>, mut entry: Json, words: &Words<'_>) -> Json {
    let parts = field.and_then(|field| field.kind.entry()).unwrap_or_default();
    for part in parts.iter().filter(|part| part.kind == FieldKind::User) {
        if let Some(value) = entry.get_mut(part.name.as_str()) {
            *value = Json::String(words.value(Some(part), value));
        }
    }
    entry
}

fn done(edit: &HistoryEdit, record_type: Option<&RecordType>, words: &Words<'_>) -> String {
    let say = |key: &str, value: &dyn Display| {
        words.say_with(key, &[("field", &edit.field), ("value", value)])
    };
    let told = match &edit.what {
        HistoryVerb::Set(FieldValue::Scalar(Scalar::DateTime(time))) => {
            say("was_set", &words.time(*time))
        }
        HistoryVerb::Set(FieldValue::Scalar(Scalar::Decimal(number))) => {
            let field = record_type.and_then(|known| known.field(edit.field.as_str()));
            say("was_set", &words.value(field, &serde_json::json!(number)))
        }
        HistoryVerb::Set(FieldValue::Scalar(Scalar::Duration(length))) => {
            say("was_set", &length.in_words())
        }
        HistoryVerb::Set(FieldValue::Scalar(Scalar::User(user))) => {
            say("was_set", &words.person(*user))
        }
        HistoryVerb::Set(FieldValue::Scalar(
            scalar @ (Scalar::Text(_)
            | Scalar::Date(_)
            | Scalar::Bool(_)
            | Scalar::Integer(_)
            | Scalar::Time(_)
            | Scalar::Phone(_)
            | Scalar::Options(_)
            | Scalar::Choice(_)
            | Scalar::Ref(_)),
        )) => say("was_set", scalar),
        HistoryVerb::Set(
            value @ (FieldValue::Choices(_)
            | FieldValue::Refs(_)
            | FieldValue::Counter(_)
            | FieldValue::Log(_)
            | FieldValue::SharedNote(_)
            | FieldValue::Unknown(_)),
        ) => say("was_set", &value.to_json()),
        HistoryVerb::Cleared => say("was_cleared", &""),
        HistoryVerb::Added(option) => say("was_added", option),
        HistoryVerb::Removed(option) => say("was_removed", option),
        HistoryVerb::Logged(_, entry) => {
            let field = record_type.and_then(|known| known.field(edit.field.as_str()));
            say("was_logged", &named(field, entry.clone(), words))
        }
        HistoryVerb::Incremented(by) => say("was_counted", &format!("{by:+}")),
        HistoryVerb::Inserted(text) => say("was_written", &format!("{text:?}")),
        HistoryVerb::Deleted(count) => say("was_deleted", count),
    };
    match (edit.overwritten, edit.decided) {
        (true, _) => format!("{told} {}", words.say("overwritten")),
        (false, true) => format!("{told} {}", words.say("decided_between")),
        (false, false) => told,
    }
}
