//! Records in which people wrote different values, until somebody decides.

use askama::Template;

use super::rows::Moment;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{program_name, type_name};
use crate::pages::frame::{PAGE_ROWS, counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;

#[derive(Template)]
#[template(path = "console/conflicts.html")]
struct Conflicts<'a> {
    frame: Frame<'a>,
    rows: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

struct Line {
    record: Handle,
    case: Option<Handle>,
    title: String,
    record_type: String,
    program: String,
    author: String,
    written: Moment,
    values: String,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let skip = screen.number("skip").unwrap_or(0);
    let found = source.console().ok_or(Refusal::NotFound)?.conflicts(skip)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Conflicts, counts);
    let (words, clock) = (frame.words, frame.clock);
    let rows = found.rows.iter().map(|row| Line {
        record: row.record.clone(),
        case: row.case.clone(),
        title: words.label(&row.title).to_owned(),
        record_type: type_name(&row.record_type, words, catalogue),
        program: program_name(&row.program, words, catalogue),
        author: row.author.clone(),
        written: Moment::at(clock, row.created_at),
        values: words.count_conflicts(row.conflicts),
    });
    let after = skip.saturating_add(u64::try_from(found.rows.len()).unwrap_or(0));
    page(&Conflicts {
        rows: rows.collect(),
        previous: (skip > 0).then(|| at(skip.saturating_sub(PAGE_ROWS))),
        next: found.more.then(|| at(after)),
        frame,
    })
}

fn at(skip: u64) -> String {
    if skip == 0 { "/conflicts".to_owned() } else { format!("/conflicts?skip={skip}") }
}
