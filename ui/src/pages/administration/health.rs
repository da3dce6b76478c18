//! How the server is, without a word about any case.

use askama::Template;

use super::administration;
use super::lines::size;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::HealthView;

#[derive(Template)]
#[template(path = "administration/health.html")]
struct Health<'a> {
    frame: Frame<'a>,
    published: Option<Moment>,
    size: String,
    backup: Option<(Moment, String)>,
    /// Why a backup is to be made now.
    warning: Option<String>,
    view: HealthView,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = administration(source)?.health()?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Health, counts);
    let (words, clock) = (frame.words, frame.clock);
    let warning = match &view.backup {
        None => Some(words.health_backup_never()),
        Some(last) => last.old.then(|| words.health_backup_old()),
    };
    let said = |at| Moment::said(clock, at, clock.ago(at));
    page(&Health {
        published: view.published.map(said),
        size: size(view.bytes),
        backup: view.backup.as_ref().map(|last| (said(last.at), last.file.clone())),
        warning,
        view,
        frame,
    })
}
