//! Records that wait for review: approved one by one or together, or returned with reasons.

use askama::Template;
use model::ids::{ChangeHash, FieldName};

use super::rows::{Moment, program_name, type_name};
use crate::frame::{Frame, Place};
use crate::pages::frame::{PAGE_ROWS, counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{ConsoleSource, Refusal, Source};
use crate::views::{Approval, Handle, ReviewRow, Seen};
use crate::words::Words;

#[derive(Template)]
#[template(path = "console/review.html")]
struct Review<'a> {
    frame: Frame<'a>,
    total: String,
    rows: Vec<Line>,
    /// What was not approved with the others, and why.
    left: Vec<Left>,
    approved: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

struct Line {
    record: Handle,
    seen: u64,
    title: String,
    record_type: String,
    person: String,
    program: String,
    author: String,
    came: Moment,
    due: Moment,
    overdue: bool,
    disputed: bool,
}

struct Left {
    record: Handle,
    title: String,
    why: String,
}

/// Shows the queue.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    queue(screen, source, None, Vec::new())
}

fn queue(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    approved: Option<u64>,
    left: Vec<Left>,
) -> Result<Response, Refusal> {
    let skip = screen.number("skip").unwrap_or(0);
    let view = source.console().ok_or(Refusal::NotFound)?.review(skip)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Review, counts);
    let (words, clock) = (frame.words, frame.clock);
    let line = |waits: &ReviewRow| Line {
        record: waits.row.record.clone(),
        seen: waits.row.amendments,
        title: words.label(&waits.row.title).to_owned(),
        record_type: type_name(&waits.row.record_type, words, catalogue),
        person: person(waits, words),
        program: program_name(&waits.row.program, words, catalogue),
        author: waits.row.author.clone(),
        came: Moment::at(clock, waits.row.received_at.unwrap_or(waits.row.created_at)),
        due: Moment::due(clock, waits.due),
        overdue: waits.due < clock.now(),
        disputed: waits.row.conflicts > 0,
    };
    let after = skip.saturating_add(u64::try_from(view.rows.len()).unwrap_or(0));
    page(&Review {
        total: words.review_total(view.total),
        rows: view.rows.iter().map(line).collect(),
        approved: approved.map(|count| words.review_approved(count)),
        left,
        previous: (skip > 0).then(|| at(skip.saturating_sub(PAGE_ROWS))),
        next: (after < view.total).then(|| at(after)),
        frame,
    })
}

fn person(waits: &ReviewRow, words: Words) -> String {
    waits.person.as_ref().map_or_else(|| words.person_hidden(), |it| words.label(it).to_owned())
}

fn at(skip: u64) -> String {
    if skip == 0 { "/review".to_owned() } else { format!("/review?skip={skip}") }
}

/// Approves those that were chosen, and says which were not and why.
pub(crate) fn approve_chosen(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    let words = screen.words;
    let chosen: Vec<(Handle, Seen)> = screen.request.form.all("pick").filter_map(picked).collect();
    let (mut approved, mut left) = (0, Vec::new());
    for (record, seen) in chosen.into_iter().take(BATCH_MAX) {
        let console = source.console().ok_or(Refusal::NotFound)?;
        let why = match console.approve(&record, seen) {
            Ok(Approval::Done) => {
                approved += 1;
                continue;
            }
            Ok(outcome) => why_not(&outcome, words),
            Err(Refusal::NotFound) => words.review_gone(),
            Err(Refusal::NotAllowed(reason)) => reason,
            Err(refusal) => return Err(refusal),
        };
        let title =
            source.record(&record, None).map(|view| words.label(&view.row.title).to_owned());
        left.push(Left { record, title: title.unwrap_or_default(), why });
    }
    queue(screen, source, Some(approved), left)
}

/// Records that are approved together: as many as somebody has looked at in one sitting.
const BATCH_MAX: usize = 100;

fn picked(text: &str) -> Option<(Handle, Seen)> {
    let (handle, seen) = text.split_once(' ')?;
    Some((Handle::read(handle)?, Seen(seen.parse().ok()?)))
}

fn why_not(outcome: &Approval, words: Words) -> String {
    match outcome {
        Approval::Changed => words.review_changed(),
        Approval::Disputed => words.review_disputed(),
        Approval::Done | Approval::Settled => words.review_gone(),
    }
}

/// Approves a record, and goes on with the queue.
pub(crate) fn approve(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let record = screen.handle()?;
    let seen = Seen(screen.number("seen").ok_or(Refusal::NotFound)?);
    let outcome = source.console().ok_or(Refusal::NotFound)?.approve(record, seen)?;
    match outcome {
        Approval::Done => next_in_queue(source),
        outcome => Err(Refusal::Invalid(vec![why_not(&outcome, screen.words)])),
    }
}

/// Goes to the record that has waited longest, or to the queue when none is left.
fn next_in_queue(source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = source.console().ok_or(Refusal::NotFound)?.review(0)?;
    let next = view.rows.first().map(|waits| format!("/records/{}", waits.row.record));
    Ok(Response::SeeOther(next.unwrap_or_else(|| "/review".to_owned())))
}

/// Begins the form in which a record is returned.
pub(crate) fn give_back(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let console: &mut dyn ConsoleSource = source.console().ok_or(Refusal::NotFound)?;
    let draft = console.begin_return(screen.handle()?)?;
    Ok(Response::SeeOther(format!("/drafts/{draft}")))
}

/// Decides which of several values stands.
pub(crate) fn settle(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let record = screen.handle()?;
    let form = &screen.request.form;
    let field: FieldName = form.text("field").parse().map_err(|_| Refusal::NotFound)?;
    let change: ChangeHash = form.text("keep").parse().map_err(|_| Refusal::NotFound)?;
    match source.console().ok_or(Refusal::NotFound)?.settle(record, &field, change)? {
        true => Ok(Response::SeeOther(format!("/records/{record}"))),
        false => Err(Refusal::Invalid(vec![screen.words.conflict_settled()])),
    }
}
