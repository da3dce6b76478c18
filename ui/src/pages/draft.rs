//! A form that is filled in, and the list of those that were begun.

use std::collections::BTreeMap;

use askama::Template;
use model::catalogue::{Catalogue, RecordType};
use model::ids::{FieldName, TypeName};
use model::value::{FieldValue, Scalar};

use crate::clock::Clock;
use crate::form::{self, Action, Asker, Part, Problem, digest_of_page};
// The templates name what they match.
use crate::form::Control;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{counts, page, page_with};
use crate::request::{Form, Response};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::{Shown, Values};
use crate::views::{Answered, DraftView, Handle, Submitted};
use crate::words::Words;

#[derive(Template)]
#[template(path = "draft/list.html")]
struct List<'a> {
    frame: Frame<'a>,
    words: Words,
    rows: Vec<DraftRow>,
}

struct DraftRow {
    draft: Handle,
    title: String,
    about: Option<(String, String)>,
    begun: Moment,
    old: bool,
    state: String,
}

/// Shows the forms that were begun and not submitted.
pub(crate) fn list(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let drafts = source.forms().drafts()?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Elsewhere, counts);
    let (words, clock) = (screen.words, frame.clock);
    let row = |view: &DraftView| DraftRow {
        draft: view.draft.clone(),
        title: title(view, catalogue, words),
        about: about(view, words),
        begun: Moment::said(clock, view.begun_at, clock.ago(view.begun_at)),
        old: is_old(view, catalogue, clock),
        state: match view.problems.len() {
            0 => words.drafts_complete(),
            missing => words.drafts_missing(missing),
        },
    };
    page(&List { rows: drafts.iter().map(row).collect(), words, frame })
}

#[derive(Template)]
#[template(path = "draft/draft.html")]
struct Page<'a> {
    frame: Frame<'a>,
    words: Words,
    draft: &'a Handle,
    title: String,
    about: Option<(String, String)>,
    begun: String,
    /// What is said of a form that was begun long ago.
    old: Option<String>,
    edits: bool,
    /// The refused work that it writes anew.
    repairs: Option<&'a Handle>,
    /// What is wrong with the whole.
    reason: Option<String>,
    doubtful: bool,
    problems: Vec<Problem>,
    parts: Vec<Drawn>,
    /// The times that are noted with one tap, each with what stands there; none at the console.
    stamps: Vec<Stamp>,
    state: String,
}

/// A time that is noted with one tap.
struct Stamp {
    field: FieldName,
    label: String,
    at: Option<Moment>,
}

#[derive(Template)]
#[template(path = "draft/changed.html")]
struct Changed {
    parts: Vec<Drawn>,
    state: String,
}

/// A part of the form as it is drawn.
struct Drawn {
    id: String,
    /// The id of its heading.
    heading: Option<String>,
    hidden: bool,
    html: String,
    /// A digest of it, by which is told whether it stands on the page as it is.
    seen: String,
}

#[derive(Template)]
#[template(path = "draft/part.html")]
struct PartTemplate<'p> {
    words: Words,
    part: &'p Part,
}

/// What came of an attempt to submit a form or to add to a log.
#[derive(Default)]
struct Outcome<'f> {
    /// Whether what is missing is said.
    strict: bool,
    reason: Option<String>,
    doubtful: bool,
    /// What was typed, and is in no entry.
    refused: Option<(&'f Form, BTreeMap<FieldName, Vec<String>>)>,
}

/// Shows a form as it stands.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = source.forms().form(screen.handle()?)?;
    let counts = counts(source);
    filled(screen, source, counts, &view, Outcome::default(), 200)
}

/// Takes what a form was sent with.
pub(crate) fn send(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let draft = screen.handle()?.clone();
    let sent = &screen.request.form;
    let action = Action::read(sent.text("action"));
    let view = source.forms().form(&draft)?;
    if action == Action::Discard {
        source.forms().discard(&draft)?;
        return Ok(Response::SeeOther(match source.phone() {
            // It can be had back from there.
            Some(_) => format!("/saved/{draft}"),
            None => begun_at(&view),
        }));
    }
    let answers = form::answers(&view, record_type(source.catalogue(), &view)?, sent);
    let view = match answers.is_empty() {
        true => view,
        false => source.forms().answer(&draft, answers)?,
    };
    if action == Action::Change && screen.request.wants_part {
        return changed(screen, source, &view);
    }
    let added = form::entries(&view, record_type(source.catalogue(), &view)?, sent, &action);
    let (view, refused) = with_entries(screen.words, source, view, added)?;
    if !refused.is_empty() {
        let outcome = Outcome { refused: Some((sent, refused)), ..Outcome::default() };
        let counts = counts(source);
        return filled(screen, source, counts, &view, outcome, 422);
    }
    match action {
        Action::Submit { anyway } => submitted(screen, source, &draft, anyway),
        Action::Stamp(time) => {
            source.phone().ok_or(Refusal::NotFound)?.stamp(&draft, &time)?;
            Ok(Response::SeeOther(format!("/drafts/{draft}")))
        }
        _ => Ok(Response::SeeOther(place(&draft, &action))),
    }
}

/// Adds entries one by one: one that does not fit keeps no other from being added.
fn with_entries(
    words: Words,
    source: &mut dyn Source,
    mut view: DraftView,
    added: Vec<(FieldName, Answered)>,
) -> Result<(DraftView, BTreeMap<FieldName, Vec<String>>), Refusal> {
    let mut refused = BTreeMap::new();
    for (field, entry) in added {
        let known = record_type(source.catalogue(), &view)?.field(field.as_str());
        let missing = known.map(|log| form::missing(log, &entry)).unwrap_or_default();
        if !missing.is_empty() {
            let said = missing
                .iter()
                .map(|part| words.form_part_missing(words.label(&part.label).to_owned()));
            refused.insert(field, said.collect());
            continue;
        }
        match source.forms().answer(&view.draft, vec![(field.clone(), entry)]) {
            Ok(next) => view = next,
            Err(Refusal::Invalid(reasons)) => drop(refused.insert(field, reasons)),
            Err(refusal) => return Err(refusal),
        }
    }
    Ok((view, refused))
}

fn submitted(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    draft: &Handle,
    anyway: bool,
) -> Result<Response, Refusal> {
    match source.forms().submit(draft, anyway)? {
        Submitted::Record(record) => Ok(Response::SeeOther(match source.phone() {
            Some(_) => format!("/saved/{draft}"),
            None => format!("/records/{record}"),
        })),
        Submitted::Refused { draft: view, reason, doubtful } => {
            let counts = counts(source);
            let outcome = Outcome { strict: true, reason, doubtful, refused: None };
            filled(screen, source, counts, &view, outcome, 422)
        }
    }
}

/// Answers with the parts of the page that are not as the browser has them: what stands in them is what
/// is kept, and never what was sent.
fn changed(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    view: &DraftView,
) -> Result<Response, Refusal> {
    let catalogue = source.catalogue();
    let words = screen.words;
    let clock = Clock::new(words, &catalogue.zone, screen.request.now);
    let asker = asker(catalogue, words, clock, view, Outcome::default())?;
    let mut parts = drawn(&asker)?;
    parts.retain(|part| screen.request.form.text(&format!("seen.{}", part.id)) != part.seen);
    page(&Changed { parts, state: words.form_kept_at(clock.time(clock.now())) })
}

fn filled(
    screen: &Screen<'_>,
    source: &dyn Source,
    counts: Option<crate::views::Counts>,
    view: &DraftView,
    outcome: Outcome<'_>,
    status: u16,
) -> Result<Response, Refusal> {
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Elsewhere, counts);
    let (words, clock) = (screen.words, frame.clock);
    let (reason, doubtful) = (outcome.reason.clone(), outcome.doubtful);
    let asker = asker(catalogue, words, clock, view, outcome)?;
    let template = Page {
        words,
        draft: &view.draft,
        title: title(view, catalogue, words),
        about: about(view, words),
        begun: words.form_begun(clock.at(view.begun_at)),
        old: is_old(view, catalogue, clock).then(|| words.form_old(clock.ago(view.begun_at))),
        edits: view.edits.is_some(),
        repairs: view.repairs.as_ref(),
        reason,
        doubtful,
        problems: asker.problems(),
        parts: drawn(&asker)?,
        stamps: match frame.phone {
            Some(_) => stamps(&asker),
            None => Vec::new(),
        },
        state: words.form_kept(),
        frame,
    };
    match status {
        200 => page(&template),
        status => Ok(page_with(status, &template)),
    }
}

fn asker<'a>(
    catalogue: &'a Catalogue,
    words: Words,
    clock: Clock<'a>,
    view: &'a DraftView,
    outcome: Outcome<'a>,
) -> Result<Asker<'a>, Refusal> {
    Ok(Asker {
        values: Values { words, clock, catalogue, names: &view.names },
        record_type: record_type(catalogue, view)?,
        view,
        strict: outcome.strict,
        refused: outcome.refused,
    })
}

fn drawn(asker: &Asker<'_>) -> Result<Vec<Drawn>, Refusal> {
    let draw = |part: Part| {
        let hidden = part.questions.is_empty();
        let html = match hidden {
            true => String::new(),
            false => PartTemplate { words: asker.values.words, part: &part }
                .render()
                // Writing to a string does not fail.
                .map_err(|_| Refusal::Unavailable(String::new()))?,
        };
        let heading = part.heading.is_some() && !hidden;
        Ok(Drawn {
            heading: heading.then(|| format!("{}-heading", part.id)),
            hidden,
            seen: digest_of_page(&html),
            html,
            id: part.id,
        })
    };
    form::parts(asker).into_iter().map(draw).collect()
}

/// Returns the times of a form that a phone notes with one tap.
fn stamps(asker: &Asker<'_>) -> Vec<Stamp> {
    let Values { words, clock, .. } = asker.values;
    let times = asker.record_type.stamps.as_ref().map(|stamps| &*stamps.times);
    let stamp = |name: &FieldName| {
        let field = asker.record_type.field(name.as_str())?;
        let at = match asker.view.answers.get(name).and_then(FieldValue::scalar) {
            Some(Scalar::DateTime(at)) => Some(Moment::at(clock, *at)),
            _ => None,
        };
        Some(Stamp { field: name.clone(), label: words.label(&field.label).to_owned(), at })
    };
    times.unwrap_or_default().iter().filter_map(stamp).collect()
}

fn record_type<'c>(catalogue: &'c Catalogue, view: &DraftView) -> Result<&'c RecordType, Refusal> {
    catalogue.record_type(&view.record_type).ok_or(Refusal::NotFound)
}

fn title(view: &DraftView, catalogue: &Catalogue, words: Words) -> String {
    let known = catalogue.record_type(&view.record_type);
    let label = known.map_or(TypeName::as_str(&view.record_type), |it| words.label(&it.label));
    match view.edits {
        Some(_) => words.form_title_change(label.to_owned()),
        None => words.form_title_new(label.to_owned()),
    }
}

/// Returns where whoever fills in the form came from: the record that is changed, or the case.
fn about(view: &DraftView, words: Words) -> Option<(String, String)> {
    let case = view.case.as_ref();
    let name = case.map(|(_, title)| words.label(title).to_owned());
    match (&view.edits, case) {
        (Some(_), _) => Some((begun_at(view), name.unwrap_or_else(|| words.form_the_record()))),
        (None, Some((case, _))) => Some((format!("/cases/{case}"), name.unwrap_or_default())),
        (None, None) => None,
    }
}

fn begun_at(view: &DraftView) -> String {
    if let Some(entry) = &view.repairs {
        return format!("/late/{entry}");
    }
    match (&view.edits, &view.case) {
        (Some(record), _) => format!("/records/{record}"),
        (None, Some((case, _))) => format!("/cases/{case}"),
        (None, None) => "/drafts".to_owned(),
    }
}

/// Returns where the page goes on: at the question that a button belongs to.
fn place(draft: &Handle, action: &Action) -> String {
    match action.field() {
        Some(field) => format!("/drafts/{draft}#{}-field", form::id_of(field)),
        None => format!("/drafts/{draft}"),
    }
}

fn is_old(view: &DraftView, catalogue: &Catalogue, clock: Clock<'_>) -> bool {
    clock.now().since(view.begun_at) > catalogue.drafts_old_after
}
