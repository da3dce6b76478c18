//! Asks whether something is really to be done, and says what it would do.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};

#[derive(Template)]
#[template(path = "administration/sure.html")]
struct Sure<'a> {
    frame: Frame<'a>,
    asked: Asked,
}

/// What is asked.
pub(super) struct Asked {
    pub(super) title: String,
    /// What it would do, and when.
    pub(super) what: Vec<String>,
    /// Where the form goes that does it.
    pub(super) path: String,
    /// What the form sends besides.
    pub(super) field: Option<(&'static str, String)>,
    pub(super) button: String,
    /// Where nothing is done.
    pub(super) back: String,
}

/// Shows the question.
pub(super) fn show(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    place: Place,
    asked: Asked,
) -> Result<Response, Refusal> {
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), place, counts);
    page(&Sure { frame, asked })
}

/// Returns whether the form says that it is really to be done.
pub(super) fn is_sure(screen: &Screen<'_>) -> bool {
    screen.request.form.get("sure").is_some()
}
