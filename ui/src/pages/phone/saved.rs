//! What was just saved, and that it can be taken back.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::console::rows::type_name;
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::phone::Undone;
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/saved.html")]
struct Saved<'a> {
    frame: Frame<'a>,
    words: Words,
    draft: &'a Handle,
    /// The record; `None` if the form was thrown away.
    record: Option<&'a Handle>,
    what: String,
    case: Option<(&'a Handle, String)>,
    may_undo: bool,
    hurried: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = super::of(source)?.saved(screen.handle()?)?;
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Elsewhere, None);
    let words = screen.words;
    page(&Saved {
        words,
        draft: &view.draft,
        record: view.record.as_ref(),
        what: type_name(&view.record_type, words, catalogue),
        case: view.case.as_ref().map(|(case, title)| (case, words.label(title).to_owned())),
        may_undo: view.may_undo,
        hurried: view.hurried,
        frame,
    })
}

/// Undoes it: the form is open again, as it was.
pub(crate) fn undo(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    match super::of(source)?.undo(screen.handle()?)? {
        Undone::Open(draft) => Ok(Response::SeeOther(format!("/drafts/{draft}"))),
        Undone::TooLate(reason) => Err(Refusal::Invalid(vec![reason])),
    }
}

/// Says that nothing is to be added to what was noted in a hurry.
pub(crate) fn finish(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.finish(screen.handle()?)?;
    Ok(Response::SeeOther("/".to_owned()))
}
