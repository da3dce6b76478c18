//! Answers a request with its page.

use model::words::Language;

use crate::pages::{self, PHONE_ROUTES, ROUTES};
use crate::request::{Request, Response};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{Department, Handle, PhoneDoor, SignInProblem, Welcome};
use crate::words::Words;

/// Answers a request.
pub fn respond(request: &Request<'_>, source: &mut dyn Source) -> Response {
    let words = Words::of(request.language);
    let offices = source.viewer().offices;
    // A phone has pages of its own, and those of cases, forms and records in common with the console.
    let phone = source.phone().map(|phone| phone.line());
    let routes = if phone.is_some() { PHONE_ROUTES } else { ROUTES };
    let found = routes.iter().filter(|route| route.method == request.method).find_map(|route| {
        let filled = route.matches(request.path)?;
        Some((route, filled))
    });
    let answer = match found {
        Some((route, filled)) if route.audience.includes(offices) => {
            let handle = filled.map(|text| Handle::read(text).ok_or(Refusal::NotFound)).transpose();
            handle.and_then(|handle| {
                (route.show)(&Screen { request, words, handle, routes, phone }, source)
            })
        }
        // Who has no such page gets the answer for one that is not there.
        Some(_) | None => Err(Refusal::NotFound),
    };
    answer.unwrap_or_else(|refusal| pages::refused::show(request, routes, phone, source, &refusal))
}

/// Returns the page that says why a request was not even begun: where nobody is known who reads.
pub fn refused(
    language: Language,
    department: &Department<'_>,
    reason: &str,
    status: u16,
) -> Response {
    pages::refused::outside(Words::of(language), department, reason, status)
}

/// Returns the page on which people sign in. `back` is the page that they wanted.
pub fn sign_in(
    language: Language,
    department: &Department<'_>,
    problem: Option<SignInProblem>,
    back: Option<&str>,
) -> Response {
    pages::sign_in::show(Words::of(language), department, problem, back)
}

/// Returns the page of a step of setting an account up, before anybody is signed in.
pub fn welcome(language: Language, department: &Department<'_>, step: &Welcome<'_>) -> Response {
    pages::welcome::show(Words::of(language), department, step)
}

/// Returns what a phone shows before its store is open.
pub fn phone_door(language: Language, door: &PhoneDoor<'_>) -> Response {
    pages::phone_door::show(Words::of(language), door)
}
