//! A record: what stands in it, what waits for a decision, and who did what to it.

use std::collections::BTreeMap;

use askama::Template;
use model::catalogue::{Field, RecordType};
use model::ids::{ChangeHash, FieldName, TypeName};
use model::record::{Conflict, HistoryEdit, HistoryEntry};
use model::value::FieldValue;

use super::case::{self, Line, SKEW, line};
use crate::form;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, program_name};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::{Shown, Values};
use crate::views::{Handle, RecordView, Returned, Seen};
use crate::words::Words;

#[derive(Template)]
#[template(path = "record/record.html")]
struct Record<'a> {
    frame: Frame<'a>,
    words: Words,
    record: &'a Handle,
    case: Option<(&'a Handle, String)>,
    line: Line,
    program: String,
    compartment: String,
    notices: Vec<String>,
    /// What was taken out of it, by name: how somebody is reached.
    hidden: String,
    /// What was said when it was given back, while it waits for its author.
    returned: Vec<Back>,
    conflicts: Vec<Disagreement>,
    sections: Vec<Section>,
    history: Vec<Change>,
    history_before: Option<ChangeHash>,
    /// Whether the newest part of its history is on another page.
    is_earlier: bool,
    /// What is said of changes that cannot be read any more.
    left_out: Option<String>,
    may_edit: bool,
    may_settle: bool,
    may_send_back: bool,
    /// How much of it was seen by whoever reviews it now.
    review: Option<u64>,
}

/// What a reviewer said who gave it back.
struct Back {
    review: Handle,
    by: String,
    why: String,
    /// The fields that are meant: their labels, and their names where something stands in them.
    marked: Vec<(Option<String>, String)>,
}

/// Fields that stand together.
struct Section {
    heading: Option<String>,
    values: Vec<Standing>,
}

/// What stands in a field.
struct Standing {
    field: String,
    label: String,
    shown: Shown,
    /// Whether it waits for a decision.
    disputed: bool,
    /// Whether it was marked when the record was given back.
    marked: bool,
    history: Vec<Step>,
}

/// What somebody did to a field.
struct Step {
    who: String,
    at: Moment,
    told: String,
    fate: Option<Fate>,
}

/// What an edit was to others at the same field.
struct Fate {
    class: &'static str,
    words: String,
}

/// Values that were written to a field by people who did not know of each other.
struct Disagreement {
    field: String,
    label: String,
    /// Whether anybody who changes the record may write it: what a supervisor decides is not discussed.
    is_open: bool,
    values: Vec<Position>,
}

/// One of them.
struct Position {
    /// The change that wrote it.
    change: ChangeHash,
    shown: Shown,
    who: String,
    at: Moment,
}

/// One change of a record.
struct Change {
    who: String,
    at: Moment,
    /// When the server had it, if that lies apart.
    received: Option<Moment>,
    told: Vec<(String, Option<Fate>)>,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    // A desk shows it to whoever passes by, and a phone in the street to whoever stands near.
    let hides = source.console().is_some() || source.phone().is_some();
    render(screen, source, hides)
}

/// Shows it with how somebody is reached; that it was asked for is in the audit.
pub(crate) fn contact(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    // A phone notes for the audit whatever record is shown.
    if source.phone().is_none() {
        source.console().ok_or(Refusal::NotFound)?.show_contact(screen.handle()?)?;
    }
    render(screen, source, false)
}

/// Takes out of a record how somebody is reached. Returns the fields of which something was taken.
fn hide_contact(view: &mut RecordView, record_type: &RecordType) -> Vec<FieldName> {
    let fields = record_type.fields.iter();
    let reaches = fields.filter(|field| case::reaches_somebody(&field.kind, &field.name));
    let reaches: Vec<&FieldName> = reaches.map(|field| &field.name).collect();
    let mut taken = Vec::new();
    for name in reaches {
        let before = (view.conflicts.len(), view.row.fields.len());
        view.conflicts.retain(|conflict| conflict.field != *name);
        view.row.fields.remove(name);
        let mut is_taken = before != (view.conflicts.len(), view.row.fields.len());
        for entry in &mut view.history {
            let edits = entry.edits.len();
            entry.edits.retain(|edit| edit.field != *name);
            is_taken |= edits != entry.edits.len();
        }
        taken.extend(is_taken.then(|| name.clone()));
    }
    view.history.retain(|entry| !entry.edits.is_empty());
    taken
}

fn render(screen: &Screen<'_>, source: &mut dyn Source, hides: bool) -> Result<Response, Refusal> {
    let before = screen.request.form.get("history");
    let before = before.map(|text| text.parse::<ChangeHash>().map_err(|_| Refusal::NotFound));
    let before = before.transpose()?;
    let mut view = source.record(screen.handle()?, before)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let words = screen.words;
    let record_type = catalogue.record_type(&view.row.record_type);
    let hidden = match record_type.filter(|_| hides) {
        Some(record_type) => hide_contact(&mut view, record_type),
        None => Vec::new(),
    };
    let hidden = hidden.iter().map(|name| {
        let field = record_type.and_then(|known| known.field(name.as_str()));
        field.map_or_else(|| name.to_string(), |field| words.label(&field.label).to_owned())
    });
    let hidden: Vec<String> = hidden.collect();
    let values = Values { words, clock: frame.clock, catalogue, names: &view.names };
    let compartment = catalogue.compartments.get(&view.row.compartment);
    page(&Record {
        words,
        record: &view.row.record,
        case: view.row.case.as_ref().map(|case| {
            let title = view.case_title.as_ref();
            (case, title.map_or_else(|| words.person_hidden(), |it| words.label(it).to_owned()))
        }),
        line: line(&view.row, values),
        program: program_name(&view.row.program, words, catalogue),
        compartment: compartment
            .map_or(view.row.compartment.as_str(), |it| words.label(&it.label))
            .to_owned(),
        notices: view.notices.iter().map(|notice| words.label(notice).to_owned()).collect(),
        hidden: hidden.join(", "),
        returned: view.returned.iter().map(|said| back(said, &view, record_type, values)).collect(),
        conflicts: conflicts(&view, record_type, values),
        sections: sections(&view, record_type, values),
        history: view.history.iter().map(|it| change(it, &view, record_type, values)).collect(),
        history_before: view.history_before,
        is_earlier: before.is_some(),
        left_out: (view.left_out > 0).then(|| words.record_left_out(view.left_out)),
        may_edit: view.may_edit,
        may_settle: view.may_settle,
        may_send_back: view.may_send_back,
        review: view.review.map(|Seen(changes)| changes),
        frame,
    })
}

fn back(
    said: &Returned,
    view: &RecordView,
    record_type: Option<&RecordType>,
    values: Values<'_>,
) -> Back {
    let stands = |name: &FieldName| view.row.fields.get(name).is_some_and(|it| !it.is_empty());
    let label = |name: &FieldName| {
        let target = stands(name).then(|| name.to_string());
        (target, values.field(record_type, name.as_str()))
    };
    Back {
        review: said.review.clone(),
        by: values.returned_by(said),
        why: values.reasons(said),
        marked: said.marked.iter().map(label).collect(),
    }
}

/// Begins a form that changes it.
pub(crate) fn edit(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let draft = source.forms().begin_edit(screen.handle()?)?;
    Ok(Response::SeeOther(format!("/drafts/{draft}")))
}

fn conflicts(
    view: &RecordView,
    record_type: Option<&RecordType>,
    values: Values<'_>,
) -> Vec<Disagreement> {
    let shown = |conflict: &Conflict| {
        let field = record_type.and_then(|known| known.field(conflict.field.as_str()));
        let positions = conflict.values.iter().map(|value| Position {
            change: value.change,
            shown: values.value(field, &value.value),
            who: values.device(value.device),
            at: Moment::at(values.clock, value.at),
        });
        Disagreement {
            field: conflict.field.to_string(),
            label: values.field(record_type, conflict.field.as_str()),
            is_open: field.is_some_and(|field| field.guard.is_none() && !field.retired),
            values: positions.collect(),
        }
    };
    // Those that nobody is asked about stand in the history.
    view.conflicts.iter().filter(|conflict| conflict.review).map(shown).collect()
}

/// Returns what stands in a record, by the sections of its form; last what the catalogue does not know.
fn sections(
    view: &RecordView,
    record_type: Option<&RecordType>,
    values: Values<'_>,
) -> Vec<Section> {
    let marks = record_type.and_then(|known| known.decides.as_ref()?.marks.as_ref());
    let shown = |name: &FieldName, field: Option<&Field>, value: &FieldValue| match &view.marks {
        Some(of) if marks == Some(name) => labels_of_fields(of, value, values),
        _ => values.value(field, value),
    };
    let standing = |name: &FieldName, field: Option<&Field>, value: &FieldValue| Standing {
        field: name.to_string(),
        label: values.field(record_type, name.as_str()),
        shown: shown(name, field, value),
        marked: view.returned.iter().any(|said| said.marked.contains(name)),
        disputed: view.conflicts.iter().any(|it| it.review && it.field == *name),
        history: steps(name, view, record_type, values),
    };
    let filled = |name: &FieldName| view.row.fields.get(name).filter(|value| !value.is_empty());
    let known = record_type.map(|known| form::sections(known, values.words)).unwrap_or_default();
    let mut sections: Vec<Section> = Vec::new();
    for section in known {
        let fields = section.fields.iter();
        let standing = fields
            .filter_map(|field| Some(standing(&field.name, Some(field), filled(&field.name)?)));
        sections.push(Section { heading: section.heading, values: standing.collect() });
    }
    let is_known =
        |name: &FieldName| record_type.is_some_and(|it| it.field(name.as_str()).is_some());
    let unknown: BTreeMap<_, _> =
        view.row.fields.iter().filter(|(name, _)| !is_known(name)).collect();
    let unknown = unknown.into_iter().map(|(name, value)| standing(name, None, value));
    sections.push(Section {
        heading: Some(values.words.record_unknown_fields()),
        values: unknown.collect(),
    });
    sections.retain(|section| !section.values.is_empty());
    sections
}

/// Returns the labels of fields of a type that a text names.
fn labels_of_fields(of: &TypeName, value: &FieldValue, values: Values<'_>) -> Shown {
    let of = values.catalogue.record_type(of);
    let text = values.value(None, value).plain();
    let labels = text.split_whitespace().map(|name| values.field(of, name));
    Shown::text(labels.collect::<Vec<_>>().join(", "))
}

/// Returns what was done to a field, the last first, as far as this page of the history goes.
fn steps(
    name: &FieldName,
    view: &RecordView,
    record_type: Option<&RecordType>,
    values: Values<'_>,
) -> Vec<Step> {
    let of_field = |entry: &HistoryEntry| {
        let who = values.device(entry.device);
        let at = entry.at;
        let edits = entry.edits.iter().filter(|edit| edit.field == *name);
        let steps = edits.map(move |edit| Step {
            told: values.done(record_type, &who, edit),
            who: who.clone(),
            at: Moment::at(values.clock, at),
            fate: fate(edit, values.words),
        });
        steps.collect::<Vec<_>>()
    };
    view.history.iter().flat_map(of_field).collect()
}

/// Says whether an edit was replaced without anybody being asked, or decided between several.
fn fate(edit: &HistoryEdit, words: Words) -> Option<Fate> {
    match (edit.overwritten, edit.decided) {
        (true, _) => Some(Fate { class: "open", words: words.record_overwritten() }),
        (false, true) => Some(Fate { class: "good", words: words.record_decided() }),
        (false, false) => None,
    }
}

fn change(
    entry: &HistoryEntry,
    view: &RecordView,
    record_type: Option<&RecordType>,
    values: Values<'_>,
) -> Change {
    let who = values.device(entry.device);
    let received = view.received.get(&entry.change).copied();
    let apart = received.filter(|time| time.since(entry.at) > SKEW || entry.at.since(*time) > SKEW);
    let told = entry.edits.iter();
    let told = told.map(|edit| (values.done(record_type, &who, edit), fate(edit, values.words)));
    Change {
        told: told.collect(),
        at: Moment::at(values.clock, entry.at),
        received: apart.map(|time| Moment::at(values.clock, time)),
        who,
    }
}
