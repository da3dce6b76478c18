//! A case on one sheet of paper, for whoever takes it over: said why first, and in the audit.

use askama::Template;

use super::case::{self, Consent, Line};
use super::console::rows::{TaskLine, task_lines};
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page, page_with};
use crate::request::{Response, says_why};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::{Shown, Values};
use crate::views::{CaseView, Handle};
use crate::words::Words;

#[derive(Template)]
#[template(path = "handoff/ask.html")]
struct Ask<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    person: String,
    purpose: String,
    wrong: Vec<String>,
}

#[derive(Template)]
#[template(path = "handoff/sheet.html")]
struct Sheet<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    person: String,
    record_type: String,
    printed: String,
    purpose: String,
    notices: Vec<String>,
    card: Vec<(String, Shown)>,
    team: String,
    consents: Vec<Consent>,
    tasks: Vec<TaskLine>,
    rows: Vec<Line>,
}

/// Asks what the sheet is for.
pub(crate) fn ask(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = source.case(screen.handle()?, None)?;
    asked(screen, source, &view, Vec::new())
}

fn asked(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    view: &CaseView,
    wrong: Vec<String>,
) -> Result<Response, Refusal> {
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let words = screen.words;
    let status = if wrong.is_empty() { 200 } else { 422 };
    let ask = Ask {
        words,
        case: &view.case,
        person: case::title(view, words),
        purpose: screen.request.form.text("purpose").to_owned(),
        wrong,
        frame,
    };
    Ok(page_with(status, &ask))
}

/// Shows the sheet.
pub(crate) fn sheet(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (handle, words) = (screen.handle()?, screen.words);
    let purpose = screen.request.form.text("purpose").trim();
    if !says_why(purpose) {
        let view = source.case(handle, None)?;
        return asked(screen, source, &view, vec![words.handoff_say_why()]);
    }
    let console = source.console().ok_or(Refusal::NotFound)?;
    let view = console.hand_off(handle, purpose)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let clock = frame.clock;
    let values = Values { words, clock, catalogue, names: &view.names };
    let opened_by = view.opened_by.as_ref();
    let mut rows = case::lines(&view, values);
    rows.retain(|row| row.voided.is_none());
    rows.truncate(SHEET_ROWS);
    page(&Sheet {
        words,
        case: &view.case,
        person: case::title(&view, words),
        record_type: opened_by.map(|row| values.record_type(&row.record_type)).unwrap_or_default(),
        printed: words.handoff_printed(clock.at(clock.now()), viewer.name.clone()),
        purpose: purpose.to_owned(),
        notices: view.notices.iter().map(|notice| words.label(notice).to_owned()).collect(),
        card: opened_by.map(|row| case::card(row, values)).unwrap_or_default(),
        team: match view.team.is_empty() {
            true => words.nobody(),
            false => view.team.join(", "),
        },
        consents: view.consents.iter().map(|row| case::consent(row, values)).collect(),
        tasks: task_lines(&view.tasks, words, clock, catalogue),
        rows,
        frame,
    })
}

/// Records on one sheet: the newest.
const SHEET_ROWS: usize = 12;
