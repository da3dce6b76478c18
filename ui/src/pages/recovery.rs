//! One's own recovery codes: how many are left, and new ones.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::{Response, way_back};
use crate::route::Screen;
use crate::source::recovery::RecoverySource;
use crate::source::{Refusal, Source};
use crate::words::Words;

#[derive(Template)]
#[template(path = "recovery/left.html")]
struct Left<'a> {
    frame: Frame<'a>,
    words: Words,
    left: u64,
    few: bool,
    /// The page that they wanted, if they have just signed in with one.
    back: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "recovery/made.html")]
struct Made<'a> {
    frame: Frame<'a>,
    words: Words,
    codes: Vec<String>,
}

/// Shows how many are left.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let left = own(source)?.recovery_codes_left()?;
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Elsewhere, counts);
    let back = screen.request.form.get("back").map(way_back);
    page(&Left { words: screen.words, left, few: left <= FEW, back, frame })
}

/// Makes new ones, and shows them this once.
pub(crate) fn make(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let codes = own(source)?.make_recovery_codes()?;
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Elsewhere, counts);
    page(&Made { words: screen.words, codes, frame })
}

fn own(source: &mut dyn Source) -> Result<&mut dyn RecoverySource, Refusal> {
    Ok(source.console().ok_or(Refusal::NotFound)?.recovery())
}

/// So few that it is time for new ones.
const FEW: u64 = 3;
