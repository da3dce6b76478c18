//! Opening a compartment of a case in an emergency.

use askama::Template;
use model::ids::CompartmentCode;
use model::time::Span;

use super::purpose::watch;
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page_with};
use crate::request::{Response, says_why};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{Handle, Openable, Opening};

#[derive(Template)]
#[template(path = "privacy/open.html")]
struct Open<'a> {
    frame: Frame<'a>,
    case: &'a Handle,
    compartments: Vec<(String, String, bool)>,
    lengths: Vec<(u32, String, bool)>,
    reason: &'a str,
    /// What is wrong, each with the field that it is at.
    problems: Vec<(&'static str, String)>,
}

impl Open<'_> {
    fn is_wrong(&self, field: &str) -> bool {
        self.problems.iter().any(|(wrong, _)| *wrong == field)
    }
}

/// Shows what may be opened.
pub(crate) fn form(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let openable = watch(source)?.openable(screen.handle()?)?;
    asked(screen, source, 200, &openable, Vec::new())
}

/// Opens it, and goes on to the case.
pub(crate) fn send(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (case, form) = (screen.handle()?, &screen.request.form);
    let openable = watch(source)?.openable(case)?;
    let mut problems = Vec::new();
    let chosen: Option<CompartmentCode> = form.text("compartment").parse().ok();
    let chosen = chosen.filter(|code| openable.iter().any(|(known, ..)| known == code));
    if chosen.is_none() {
        problems.push(("compartment", screen.words.open_choose()));
    }
    let reason = form.text("reason").trim();
    if !says_why(reason) {
        problems.push(("reason", screen.words.open_reason_length()));
    }
    let minutes = form.text("minutes").parse().unwrap_or(LENGTHS[0]);
    if let (Some(compartment), true) = (chosen, problems.is_empty()) {
        let opening = Opening { compartment, minutes, reason: reason.to_owned() };
        match watch(source)?.open_emergency(case, &opening) {
            Ok(()) => return Ok(Response::SeeOther(format!("/cases/{case}"))),
            Err(Refusal::Invalid(told)) => {
                problems.extend(told.into_iter().map(|problem| ("compartment", problem)));
            }
            Err(other) => return Err(other),
        }
    }
    asked(screen, source, 422, &openable, problems)
}

fn asked(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    status: u16,
    openable: &Openable,
    problems: Vec<(&'static str, String)>,
) -> Result<Response, Refusal> {
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Cases, counts);
    let (words, clock) = (frame.words, frame.clock);
    let form = &screen.request.form;
    let compartment = |(code, label, longest): &(CompartmentCode, _, Span)| {
        let said = words.open_at_most(words.label(label).to_owned(), clock.span(*longest));
        (code.to_string(), said, form.text("compartment") == code.as_str())
    };
    let longest = openable.iter().map(|(.., longest)| *longest).max().unwrap_or_default();
    let lengths = LENGTHS.into_iter().filter(|it| Span::from_minutes((*it).into()) <= longest);
    let length = |minutes: u32| {
        let said = clock.span(Span::from_minutes(minutes.into()));
        (minutes, said, form.text("minutes") == minutes.to_string())
    };
    let page = Open {
        case: screen.handle()?,
        compartments: openable.iter().map(compartment).collect(),
        lengths: lengths.map(length).collect(),
        reason: form.text("reason"),
        problems,
        frame,
    };
    Ok(page_with(status, &page))
}

/// How long something may be opened, in minutes: as short as will do.
const LENGTHS: [u32; 4] = [30, 60, 120, 240];
