//! For what somebody reads the audit: asked once in each session, and shown on each page of it.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page_with};
use crate::request::{Method, Response};
use crate::route::Screen;
use crate::source::{PrivacySource, Refusal, Source};

#[derive(Template)]
#[template(path = "privacy/purpose.html")]
struct Ask<'a> {
    frame: Frame<'a>,
    typed: &'a str,
    problems: Vec<String>,
}

/// What stands in the place of a page of the audit, or the purpose for which it is read.
pub(crate) enum Gate {
    Asked(Response),
    Open(String),
}

/// Returns the purpose, or asks for it.
pub(crate) fn gate(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Gate, Refusal> {
    if let Some(purpose) = watch(source)?.audit_purpose()? {
        return Ok(Gate::Open(purpose));
    }
    // What was sent waits for nothing: the audit begins with its first page.
    if screen.request.method == Method::Post {
        return Ok(Gate::Asked(Response::SeeOther("/audit".to_owned())));
    }
    Ok(Gate::Asked(asked(screen, source, 200, Vec::new())))
}

/// Keeps the purpose, and goes on to the audit.
pub(crate) fn send(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    match watch(source)?.state_audit_purpose(screen.request.form.text("purpose")) {
        Ok(()) => Ok(Response::SeeOther("/audit".to_owned())),
        Err(Refusal::Invalid(problems)) => Ok(asked(screen, source, 422, problems)),
        Err(other) => Err(other),
    }
}

/// Returns what concerns the watch over privacy.
pub(crate) fn watch(source: &mut dyn Source) -> Result<&mut dyn PrivacySource, Refusal> {
    Ok(source.console().ok_or(Refusal::NotFound)?.privacy())
}

fn asked(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    status: u16,
    problems: Vec<String>,
) -> Response {
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Audit, counts);
    let frame = Frame { path: "/audit", ..frame };
    page_with(status, &Ask { frame, typed: screen.request.form.text("purpose"), problems })
}
