//! Looking for people and places. What is typed travels in a body, never in an address.

use askama::Template;

use super::rows::{Moment, program_name, type_name};
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page, page_with};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Found;

#[derive(Template)]
#[template(path = "console/find.html")]
struct Find<'a> {
    frame: Frame<'a>,
    asked: &'a str,
    /// Why nothing was looked for.
    problems: Vec<String>,
    /// What was found; `None` before anything was looked for.
    rows: Option<Vec<Line>>,
    /// How many come before what follows.
    next: Option<usize>,
}

struct Line {
    path: String,
    title: String,
    record_type: String,
    program: String,
    written: Moment,
}

/// Shows where to type.
pub(crate) fn form(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    page(&shown(screen, source, "", None, Vec::new(), 0))
}

/// Looks, and shows what was found.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let asked = screen.request.form.text("q").trim();
    let skip = screen.number("skip").and_then(|skip| usize::try_from(skip).ok()).unwrap_or(0);
    match source.find(asked, skip) {
        Ok(found) => page(&shown(screen, source, asked, Some(found), Vec::new(), skip)),
        Err(Refusal::Invalid(problems)) => {
            Ok(page_with(422, &shown(screen, source, asked, None, problems, 0)))
        }
        Err(other) => Err(other),
    }
}

fn shown<'a>(
    screen: &Screen<'a>,
    source: &'a mut dyn Source,
    asked: &'a str,
    found: Option<Found>,
    problems: Vec<String>,
    skip: usize,
) -> Find<'a> {
    let counts = counts(source);
    let source: &'a dyn Source = source;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Elsewhere, counts);
    let (words, clock) = (frame.words, frame.clock);
    let more = found.as_ref().is_some_and(|found| found.more);
    let rows: Option<Vec<Line>> = found.map(|found| {
        let line = |row: crate::views::RecordRow| Line {
            path: match &row.case {
                Some(case) => format!("/cases/{case}"),
                None => format!("/records/{}", row.record),
            },
            title: words.label(&row.title).to_owned(),
            record_type: type_name(&row.record_type, words, catalogue),
            program: program_name(&row.program, words, catalogue),
            written: Moment::said(clock, row.created_at, clock.day(row.created_at)),
        };
        found.rows.into_iter().map(line).collect()
    });
    let next = rows.as_ref().filter(|_| more).map(|rows| skip + rows.len());
    Find { frame, asked, problems, rows, next }
}
