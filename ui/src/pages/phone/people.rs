//! The people on the phone: those whom somebody dealt with last come first, others are found by name.

use askama::Template;

use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::phone::PersonRow;
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/people.html")]
struct People<'a> {
    frame: Frame<'a>,
    words: Words,
    /// What was looked for; `None` before anything was.
    asked: Option<&'a str>,
    rows: Vec<Line>,
}

/// Somebody in a list.
pub(crate) struct Line {
    pub(crate) case: Handle,
    pub(crate) title: String,
    pub(crate) age: Option<String>,
    pub(crate) contact: Option<Moment>,
    pub(crate) due: Option<Moment>,
    pub(crate) late: bool,
}

/// Shows whom one is likely to look for.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let rows = super::of(source)?.people()?;
    shown(screen, source, None, &rows)
}

/// Shows who was found. What is looked for is sent, and never stands in an address.
pub(crate) fn find(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let asked = screen.request.form.text("q").trim();
    if asked.is_empty() {
        return show(screen, source);
    }
    let rows = super::of(source)?.people_like(asked)?;
    shown(screen, source, Some(asked), &rows)
}

/// Begins the form of somebody who was not found.
pub(crate) fn add(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let name = screen.request.form.text("q").trim();
    Ok(Response::SeeOther(match super::of(source)?.add_person(name)? {
        Some(draft) => format!("/drafts/{draft}"),
        None => "/new".to_owned(),
    }))
}

fn shown(
    screen: &Screen<'_>,
    source: &dyn Source,
    asked: Option<&str>,
    rows: &[PersonRow],
) -> Result<Response, Refusal> {
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::People, None);
    let words = screen.words;
    page(&People { words, asked, rows: lines(rows, words, frame.clock), frame })
}

/// Returns people as lists show them.
pub(crate) fn lines(rows: &[PersonRow], words: Words, clock: Clock<'_>) -> Vec<Line> {
    let line = |row: &PersonRow| Line {
        case: row.case.clone(),
        title: words.label(&row.title).to_owned(),
        age: row.age.as_ref().map(|age| words.label(age).to_owned()),
        contact: row.last_contact.map(|at| Moment::said(clock, at, clock.ago(at))),
        due: row.next_due.map(|at| Moment::due(clock, at)),
        late: row.next_due.is_some_and(|at| at < clock.now()),
    };
    rows.iter().map(line).collect()
}
