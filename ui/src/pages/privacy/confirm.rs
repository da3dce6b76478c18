//! Showing again that it is oneself who sits there, before what must not happen by accident.

use askama::Template;

use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::frame::page_with;
use crate::pages::sign_in;
use crate::request::{Method, Request, Response, way_back};
use crate::route::{self, Route, Screen};
use crate::source::{Refusal, Source};
use crate::views::{Confirmed, Department, SignInProblem};
use crate::words::Words;

#[derive(Template)]
#[template(path = "privacy/confirm.html")]
struct Confirm<'a> {
    frame: Frame<'a>,
    back: &'a str,
    /// Whether something was sent that was not done.
    undone: bool,
    wrong: bool,
    password_missing: bool,
    code_missing: bool,
}

impl Confirm<'_> {
    fn has_problem(&self) -> bool {
        self.wrong || self.password_missing || self.code_missing
    }
}

/// Shows where to type.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let frame = frame(screen.request, screen.routes, source);
    let back = way_back(screen.request.form.text("back"));
    Ok(page_with(200, &asked(frame, back)))
}

/// Shows where to type, in the place of the page that asks for it.
pub(crate) fn before(
    request: &Request<'_>,
    routes: &'static [Route],
    source: &dyn Source,
) -> Response {
    let offices = source.viewer().offices;
    // What was sent cannot be sent again from here: its page is opened, or the one above it.
    let mut back = request.path;
    while back != "/" && !route::opens(routes, back, offices) {
        back = back
            .rsplit_once('/')
            .map(|(above, _)| above)
            .filter(|it| !it.is_empty())
            .unwrap_or("/");
    }
    let undone = request.method == Method::Post;
    page_with(403, &Confirm { undone, ..asked(frame(request, routes, source), back) })
}

/// Takes what was typed, and goes back.
pub(crate) fn send(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let (password, code) = (form.text("password"), form.text("totp").trim());
    let back = way_back(form.text("back"));
    let (password_missing, code_missing) = (password.is_empty(), code.is_empty());
    let mut wrong = false;
    if !password_missing && !code_missing {
        let console = source.console().ok_or(Refusal::NotFound)?;
        match console.privacy().confirm(password, code)? {
            Confirmed::Done => return Ok(Response::SeeOther(back.to_owned())),
            Confirmed::Wrong => wrong = true,
            Confirmed::SignedOut => {
                let department = Department { name: &source.catalogue().department };
                let problem = Some(SignInProblem::SignedOut);
                return Ok(sign_in::show(screen.words, &department, problem, Some(back)));
            }
        }
    }
    let frame = frame(screen.request, screen.routes, source);
    let page = Confirm { wrong, password_missing, code_missing, ..asked(frame, back) };
    Ok(page_with(if wrong { 403 } else { 422 }, &page))
}

fn asked<'a>(frame: Frame<'a>, back: &'a str) -> Confirm<'a> {
    let (undone, wrong, password_missing, code_missing) = (false, false, false, false);
    Confirm { frame, back, undone, wrong, password_missing, code_missing }
}

fn frame<'a>(request: &Request<'a>, routes: &'static [Route], source: &'a dyn Source) -> Frame<'a> {
    let (words, catalogue) = (Words::of(request.language), source.catalogue());
    Frame {
        words,
        clock: Clock::new(words, &catalogue.zone, request.now),
        department: words.label(&catalogue.department),
        viewer: Some(source.viewer()),
        place: Place::Elsewhere,
        counts: None,
        path: "/",
        routes,
        phone: None,
    }
}
