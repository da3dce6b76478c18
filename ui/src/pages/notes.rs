//! Everything that was written in words in a case, on one page.

use askama::Template;
use model::catalogue::{Field, FieldKind};
use model::value::{FieldValue, Scalar};

use super::case::{State, reaches_somebody, state, title, undated};
use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::Values;
use crate::views::{Handle, RecordRow};
use crate::words::Words;

#[derive(Template)]
#[template(path = "case/notes.html")]
struct Notes<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    title: String,
    notices: Vec<String>,
    find: &'a str,
    rows: Vec<Note>,
}

/// What one record says in words.
struct Note {
    record: Handle,
    title: String,
    record_type: String,
    when: Moment,
    author: String,
    state: Option<State>,
    texts: Vec<(String, String)>,
}

/// Shows all of them. What is looked for is sent, and never stands in an address.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let find = screen.request.form.text("q").trim();
    let find = match screen.request.method {
        crate::request::Method::Post => find,
        crate::request::Method::Get => "",
    };
    let (view, rows) = source.notes(screen.handle()?, find)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let words = screen.words;
    let values = Values { words, clock: frame.clock, catalogue, names: &view.names };
    let notes = rows.iter().map(|row| note(row, values));
    page(&Notes {
        words,
        case: &view.case,
        title: title(&view, words),
        notices: view.notices.iter().map(|notice| words.label(notice).to_owned()).collect(),
        find,
        rows: notes.filter(|note| !note.texts.is_empty()).collect(),
        frame,
    })
}

fn note(row: &RecordRow, values: Values<'_>) -> Note {
    Note {
        record: row.record.clone(),
        title: undated(values.words.label(&row.title), row, values),
        record_type: values.record_type(&row.record_type),
        when: Moment::at(values.clock, row.occurred_at),
        author: row.author.clone(),
        state: state(row, values),
        texts: texts(row, values),
    }
}

/// Returns what a record says in words, in the order of its form. Names and ways to reach somebody are
/// no notes.
fn texts(row: &RecordRow, values: Values<'_>) -> Vec<(String, String)> {
    let Some(record_type) = values.catalogue.record_type(&row.record_type) else {
        return Vec::new();
    };
    let is_note = |field: &&Field| {
        !record_type.title.contains(&field.name) && !reaches_somebody(&field.kind, &field.name)
    };
    let fields = record_type.fields.iter().filter(is_note);
    let texts = fields.filter_map(|field| {
        let value = row.fields.get(&field.name).filter(|value| !value.is_empty())?;
        let text = text(field, value, values)?;
        Some((values.words.label(&field.label).to_owned(), text))
    });
    texts.collect()
}

fn text(field: &Field, value: &FieldValue, values: Values<'_>) -> Option<String> {
    match value {
        FieldValue::Scalar(Scalar::Text(text)) | FieldValue::SharedNote(text) => Some(text.clone()),
        FieldValue::Log(_) => {
            let parts = field.kind.entry().unwrap_or_default();
            let has_text = parts.iter().any(|part| part.kind == FieldKind::Text);
            has_text.then(|| values.value(Some(field), value).plain().replace("; ", "\n"))
        }
        FieldValue::Scalar(_)
        | FieldValue::Choices(_)
        | FieldValue::Refs(_)
        | FieldValue::Counter(_)
        | FieldValue::Unknown(_) => None,
    }
}
