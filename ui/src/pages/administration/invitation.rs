//! A code that is shown once, with all that whoever has it needs.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{counts, page};
use crate::qr::Qr;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{Handle, InvitationView};

#[derive(Template)]
#[template(path = "administration/invitation.html")]
struct Invitation<'a> {
    frame: Frame<'a>,
    title: String,
    what: String,
    view: InvitationView,
    until: Moment,
    qr: Option<Qr>,
    /// Whether it is for a device whose browser would not trust the server.
    lacks_certificate: bool,
    back: String,
}

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Account,
    Device,
}

/// Shows a code. Nobody sees it again.
pub(super) fn show(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    (member, purpose): (&Handle, For),
    view: InvitationView,
) -> Result<Response, Refusal> {
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::People, counts);
    let (words, name) = (frame.words, view.name.clone());
    let (title, what) = match purpose {
        For::Account => (words.code_for_account(name), words.code_account_what()),
        For::Device => (words.code_for_device(name), words.code_device_what()),
    };
    let until = Moment::at(frame.clock, view.until);
    let lacks_certificate = purpose == For::Device && view.app.is_none();
    let (qr, back) = (Qr::of(&view.scanned), format!("/people/{member}"));
    page(&Invitation { title, what, until, qr, lacks_certificate, back, view, frame })
}
