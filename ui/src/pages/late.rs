//! Work that was refused: what it says, and whether it is taken after all.

use std::collections::BTreeMap;

use askama::Template;
use model::ids::FieldName;
use model::value::FieldValue;
use model::words::{Language, Message};

use super::console::rows::{Moment, program_name, type_name};
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page, page_with};
use crate::request::{Response, says_why};
use crate::route::Screen;
use crate::source::late::LateSource;
use crate::source::{Refusal, Source};
use crate::values::{Shown, Values};
use crate::views::Handle;
use crate::views::late::{Reason, RefusedDecision, RefusedRow, RefusedView};
use crate::words::{Words, capitalized};

#[derive(Template)]
#[template(path = "late/list.html")]
struct List<'a> {
    frame: Frame<'a>,
    words: Words,
    rows: Vec<Line>,
}

struct Line {
    entry: Handle,
    by: String,
    record_type: String,
    program: String,
    reason: String,
    changes: String,
    since: Moment,
}

#[derive(Template)]
#[template(path = "late/entry.html")]
struct Entry<'a> {
    frame: Frame<'a>,
    words: Words,
    entry: &'a Handle,
    title: String,
    about: String,
    reasons: Vec<(String, Moment, String)>,
    unreadable: Option<String>,
    is_new: bool,
    /// Each field that would change: its name, what stands in it, and what would.
    fields: Vec<(String, Option<Shown>, Option<Shown>)>,
    is_readable: bool,
    reason: String,
    wrong: Vec<String>,
}

/// Shows what waits.
pub(crate) fn list(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let rows = late(source)?.waiting()?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Review, counts);
    let words = screen.words;
    let line = |row: &RefusedRow| Line {
        entry: row.entry.clone(),
        by: row.by.clone(),
        record_type: match &row.record_type {
            Some(name) => type_name(name, words, catalogue),
            None => words.late_unknown(),
        },
        program: match &row.program {
            Some(program) => program_name(program, words, catalogue),
            None => words.late_unknown(),
        },
        reason: why(&row.reason, words),
        changes: words.late_changes(row.changes),
        since: Moment::at(frame.clock, row.since),
    };
    page(&List { words, rows: rows.iter().map(line).collect(), frame })
}

/// Shows what was refused.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    entry(screen, source, Vec::new())
}

/// Decides about it.
pub(crate) fn decide(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let decision = match form.text("decision") {
        "accept" => Some(RefusedDecision::Accept),
        "dismiss" => Some(RefusedDecision::Dismiss),
        "repair" => None,
        // A form that says nothing must not decide anything.
        _ => return Err(Refusal::NotFound),
    };
    let reason = form.text("reason").trim();
    if !says_why(reason) {
        return entry(screen, source, vec![screen.words.assign_say_why()]);
    }
    let late = late(source)?;
    let decided = match decision {
        Some(decision) => late.decide(screen.handle()?, decision, reason),
        None => match late.begin_repair(screen.handle()?, reason) {
            Ok(draft) => return Ok(Response::SeeOther(format!("/drafts/{draft}"))),
            Err(refusal) => Err(refusal),
        },
    };
    match decided {
        Ok(left) if left.is_empty() => Ok(Response::SeeOther("/late".to_owned())),
        Ok(wrong) | Err(Refusal::Invalid(wrong)) => entry(screen, source, wrong),
        Err(Refusal::NotAllowed(why)) => entry(screen, source, vec![why]),
        Err(refusal) => Err(refusal),
    }
}

fn entry(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    wrong: Vec<String>,
) -> Result<Response, Refusal> {
    let view = late(source)?.refused(screen.handle()?)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Review, counts);
    let (words, clock) = (screen.words, frame.clock);
    let values = Values { words, clock, catalogue, names: &view.names };
    let record_type = match &view.record_type {
        Some(name) => type_name(name, words, catalogue),
        None => words.late_unknown(),
    };
    let mut about = vec![view.by.clone()];
    about.extend(view.program.as_ref().map(|program| program_name(program, words, catalogue)));
    about.extend(view.created_at.map(|at| clock.at(at)));
    let reasons = view.reasons.iter().map(|(reason, since, times)| {
        (why(reason, words), Moment::at(clock, *since), words.late_times(*times))
    });
    let status = if wrong.is_empty() { 200 } else { 422 };
    let shown = Entry {
        words,
        entry: &view.entry,
        title: words.late_of(record_type),
        about: about.join(" · "),
        reasons: reasons.collect(),
        unreadable: (view.unreadable > 0).then(|| words.late_unreadable(view.unreadable)),
        is_new: view.is_new,
        fields: fields(&view, values),
        is_readable: view.after.is_some(),
        reason: screen.request.form.text("reason").to_owned(),
        wrong,
        frame,
    };
    Ok(page_with(status, &shown))
}

/// Returns why something was refused, in words. Of a reason only its name and its English are kept: another
/// language has the wording that needs nothing filled in, or shows the English.
fn why(reason: &Reason, words: Words) -> String {
    let translated = match words.language {
        Language::English => None,
        other => Message::new(&reason.code).in_language(other),
    };
    capitalized(translated.as_deref().unwrap_or(&reason.english))
}

/// Returns each field that would change, in the order of its type.
fn fields(view: &RefusedView, values: Values<'_>) -> Vec<(String, Option<Shown>, Option<Shown>)> {
    let Some(after) = &view.after else { return Vec::new() };
    let known = view.record_type.as_ref().and_then(|name| values.catalogue.record_type(name));
    let order = |name: &FieldName| {
        known.and_then(|known| known.fields.iter().position(|field| field.name == *name))
    };
    let mut names: Vec<&FieldName> = after.keys().chain(view.before.keys()).collect();
    names.sort_by_key(|name| (order(name).unwrap_or(usize::MAX), *name));
    names.dedup();
    let changed = names.into_iter().filter(|name| after.get(*name) != view.before.get(*name));
    changed
        .map(|name| {
            let field = known.and_then(|known| known.field(name.as_str()));
            let said = |fields: &BTreeMap<FieldName, FieldValue>| {
                let value = fields.get(name).filter(|value| !value.is_empty())?;
                Some(values.value(field, value))
            };
            (values.field(known, name.as_str()), said(&view.before), said(after))
        })
        .collect()
}

fn late(source: &mut dyn Source) -> Result<&mut dyn LateSource, Refusal> {
    Ok(source.console().ok_or(Refusal::NotFound)?.late())
}
