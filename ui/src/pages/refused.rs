//! What is shown in the place of a page that is not there, or not for whoever asks.

use askama::Template;

use super::frame::page_with;
use super::privacy::confirm;
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::request::{Request, Response};
use crate::route::{self, Route};
use crate::source::{Refusal, Source};
use crate::views::Department;
use crate::views::phone::SyncLine;
use crate::words::Words;

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    frame: Frame<'a>,
    title: String,
    reasons: Vec<String>,
    /// A page on which something can be done about it.
    way_on: Option<(&'static str, String)>,
}

/// Answers with what was refused, and what to do.
pub(crate) fn show(
    request: &Request<'_>,
    routes: &'static [Route],
    phone: Option<SyncLine>,
    source: &dyn Source,
    refusal: &Refusal,
) -> Response {
    let words = Words::of(request.language);
    let home = Some(("/", words.go_home()));
    let (status, title, reasons, way_on) = match refusal {
        Refusal::NotFound => (404, words.not_found_title(), vec![words.not_found()], home),
        Refusal::ReasonNeeded => {
            let watches = route::opens(routes, "/audit", source.viewer().offices);
            let way_on = if watches { Some(("/audit", words.nav_audit())) } else { home };
            (403, words.reason_title(), vec![words.reason_needed()], way_on)
        }
        Refusal::ConfirmFirst => return confirm::before(request, routes, source),
        Refusal::NotAllowed(reason) => (403, words.refused_title(), vec![reason.clone()], home),
        Refusal::Invalid(reasons) => (422, words.refused_title(), reasons.clone(), home),
        Refusal::Unavailable(reason) => (503, words.refused_title(), vec![reason.clone()], home),
    };
    let catalogue = source.catalogue();
    let frame = Frame {
        words,
        clock: Clock::new(words, &catalogue.zone, request.now),
        department: words.label(&catalogue.department),
        viewer: Some(source.viewer()),
        place: Place::Elsewhere,
        counts: None,
        path: "/",
        routes,
        phone,
    };
    page_with(status, &Refused { frame, title, reasons, way_on })
}

#[derive(Template)]
#[template(path = "outside.html")]
struct Outside<'a> {
    words: Words,
    department: &'a str,
    reason: &'a str,
}

/// Answers where nobody is known who reads.
pub(crate) fn outside(
    words: Words,
    department: &Department<'_>,
    reason: &str,
    status: u16,
) -> Response {
    let department = words.label(department.name);
    page_with(status, &Outside { words, department, reason })
}
