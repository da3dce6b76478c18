//! A consent that is taken back: what stops, and when, before the second tap.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/revoke.html")]
struct Revoke<'a> {
    frame: Frame<'a>,
    words: Words,
    record: &'a Handle,
    case: &'a Handle,
    about: String,
    title: String,
    opens: Vec<String>,
    programs: Vec<String>,
}

/// Shows what stops.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let record = screen.handle()?;
    let view = super::of(source)?.to_revoke(record)?;
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::People, None);
    let words = screen.words;
    let label = |label| words.label(label).to_owned();
    page(&Revoke {
        words,
        record,
        case: &view.case,
        about: view.about.as_ref().map_or_else(|| words.person_hidden(), label),
        title: label(&view.title),
        opens: view.opens.iter().map(label).collect(),
        programs: view.programs.iter().map(label).collect(),
        frame,
    })
}

/// Takes it back. It was asked twice, and whoever had access by the consent alone could not undo it: the case
/// follows, in which it stands as revoked.
pub(crate) fn revoke(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let phone = super::of(source)?;
    let record = screen.handle()?;
    let case = phone.to_revoke(record)?.case;
    phone.revoke(record)?;
    Ok(Response::SeeOther(format!("/cases/{case}")))
}
