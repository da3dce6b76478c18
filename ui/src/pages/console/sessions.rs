//! Where somebody is signed in, and how to end it.

use askama::Template;

use super::rows::Moment;
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};

#[derive(Template)]
#[template(path = "console/sessions.html")]
struct Sessions<'a> {
    frame: Frame<'a>,
    rows: Vec<Line>,
    /// Whether there is more than this one.
    others: bool,
    /// How many recovery codes they have.
    codes: u64,
}

struct Line {
    number: String,
    begun: Moment,
    used: Moment,
    this: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let console = source.console().ok_or(Refusal::NotFound)?;
    let (rows, codes) = (console.sessions()?, console.recovery().recovery_codes_left()?);
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Elsewhere, counts);
    let clock = frame.clock;
    let others = rows.iter().any(|row| !row.this);
    let rows = rows.into_iter().map(|row| Line {
        number: row.number,
        begun: Moment::at(clock, row.begun_at),
        used: Moment::at(clock, row.used_at),
        this: row.this,
    });
    page(&Sessions { rows: rows.collect(), others, codes, frame })
}

/// Ends a session, or every other one.
pub(crate) fn end(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let console = source.console().ok_or(Refusal::NotFound)?;
    match (form.get("number"), form.get("others")) {
        (Some(number), _) => console.end_session(Some(number))?,
        (None, Some(_)) => console.end_session(None)?,
        // A form that names nothing must not end everything.
        (None, None) => return Err(Refusal::NotFound),
    }
    Ok(Response::SeeOther("/sessions".to_owned()))
}

/// Does nothing but be asked: the session goes on.
pub(crate) fn stay(_: &Screen<'_>, _: &mut dyn Source) -> Result<Response, Refusal> {
    Ok(Response::SeeOther("/".to_owned()))
}
