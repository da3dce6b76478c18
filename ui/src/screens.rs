//! Which page answers which request, and what stands around it.

use model::catalogue::{Catalogue, Label};
use model::words::Language;

use crate::clock::Clock;
use crate::pages;
use crate::request::{Method, Request, Response};
use crate::source::{Refusal, Source};
use crate::views::{Counts, Handle, Offices, Viewer};
use crate::words::Words;

/// A page that can be asked for, or a form that can be sent.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// How it is asked.
    pub method: Method,
    /// Its path. A part in braces is a handle: `/cases/{case}`.
    pub path: &'static str,
    /// Who has it.
    pub audience: Audience,
    show: Show,
}

/// Who has a page at all. What they see on it, their source decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who is signed in.
    Everybody,
    /// Whoever reads or writes cases.
    Cases,
    /// Whoever supervises a program.
    Supervisors,
    /// Whoever watches over privacy.
    Privacy,
    /// Whoever administers the system.
    Administrators,
}

impl Audience {
    /// Returns whether somebody with these offices has the page.
    pub fn includes(self, offices: Offices) -> bool {
        match self {
            Self::Everybody => true,
            Self::Cases => offices.cases,
            Self::Supervisors => offices.supervises,
            Self::Privacy => offices.privacy,
            Self::Administrators => offices.administers,
        }
    }
}

type Show = fn(&Screen<'_>, &mut dyn Source) -> Result<Response, Refusal>;

impl Route {
    pub(crate) const fn get(path: &'static str, audience: Audience, show: Show) -> Self {
        Self { method: Method::Get, path, audience, show }
    }

    pub(crate) const fn post(path: &'static str, audience: Audience, show: Show) -> Self {
        Self { method: Method::Post, path, audience, show }
    }

    /// Returns what stands in the place of its braces, if this path is one of the route's.
    fn matches<'p>(&self, path: &'p str) -> Option<Option<&'p str>> {
        let (mut asked, mut parts) = (path.split('/'), self.path.split('/'));
        let mut filled = None;
        loop {
            match (asked.next(), parts.next()) {
                (None, None) => return Some(filled),
                (Some(part), Some(own)) if own.starts_with('{') => filled = Some(part),
                (Some(part), Some(own)) if part == own => {}
                _ => return None,
            }
        }
    }
}

/// Every page there is, with its forms.
pub const ROUTES: &[Route] = pages::ROUTES;

/// Returns whether there is a page at this path for somebody with these offices.
pub(crate) fn opens(path: &str, offices: Offices) -> bool {
    let is_it = |route: &&Route| route.method == Method::Get && route.matches(path).is_some();
    ROUTES.iter().find(is_it).is_some_and(|route| route.audience.includes(offices))
}

/// A request on its way to its page.
pub(crate) struct Screen<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) words: Words,
    handle: Option<Handle>,
}

impl Screen<'_> {
    /// Returns what the address names.
    pub(crate) fn handle(&self) -> Result<&Handle, Refusal> {
        self.handle.as_ref().ok_or(Refusal::NotFound)
    }

    /// Returns the number in a query or a form: where a page begins.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.request.form.text(name).parse().ok()
    }
}

/// Answers a request.
pub fn respond(request: &Request<'_>, source: &mut dyn Source) -> Response {
    let words = Words::of(request.language);
    let offices = source.viewer().offices;
    let found = ROUTES.iter().filter(|route| route.method == request.method).find_map(|route| {
        let filled = route.matches(request.path)?;
        Some((route, filled))
    });
    let answer = match found {
        Some((route, filled)) if route.audience.includes(offices) => {
            let handle = filled.map(|text| Handle::read(text).ok_or(Refusal::NotFound)).transpose();
            handle.and_then(|handle| (route.show)(&Screen { request, words, handle }, source))
        }
        // Who has no such page gets the answer for one that is not there.
        Some(_) | None => Err(Refusal::NotFound),
    };
    answer.unwrap_or_else(|refusal| pages::refused::show(request, source, &refusal))
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

/// The department, before anybody is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Department<'a> {
    /// Its name.
    pub name: &'a Label,
}

/// What was wrong when somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProblem {
    /// The name, the password or the code; which of them is told to nobody.
    Wrong,
    /// It was wrong too often: it is tried again after so many seconds.
    Locked(u64),
    /// The session has ended; nothing that was saved is lost.
    Ended,
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

/// Which part of the screens a page belongs to, for the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    Cases,
    Tasks,
    Review,
    Conflicts,
    Elsewhere,
}

/// What stands around every page.
pub(crate) struct Frame<'a> {
    pub(crate) words: Words,
    pub(crate) clock: Clock<'a>,
    pub(crate) department: &'a str,
    /// `None` on pages before anybody is signed in.
    pub(crate) viewer: Option<&'a Viewer>,
    pub(crate) place: Place,
    pub(crate) counts: Option<Counts>,
    /// Where this page is, to come back to.
    pub(crate) path: &'a str,
}

impl<'a> Frame<'a> {
    /// Returns what stands around a page of this place.
    pub(crate) fn of(
        screen: &Screen<'a>,
        catalogue: &'a Catalogue,
        viewer: &'a Viewer,
        place: Place,
        counts: Option<Counts>,
    ) -> Self {
        let words = screen.words;
        let clock = Clock::new(words, &catalogue.zone, screen.request.now);
        let department = words.label(&catalogue.department);
        let path = screen.request.path;
        Self { words, clock, department, viewer: Some(viewer), place, counts, path }
    }

    /// Returns the entries of the navigation that its reader has.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let words = self.words;
        let counts = self.counts.unwrap_or_default();
        let entry = |place, path, label| Entry {
            path,
            label,
            count: 0,
            counted: String::new(),
            current: place == self.place,
        };
        let all = [
            entry(Place::Home, "/", words.nav_home()),
            entry(Place::Cases, "/cases", words.nav_cases()),
            Entry {
                count: counts.overdue,
                counted: words.tile_overdue(),
                ..entry(Place::Tasks, "/tasks", words.nav_tasks())
            },
            Entry {
                count: counts.review,
                counted: words.tile_review(),
                ..entry(Place::Review, "/review", words.nav_review())
            },
            Entry {
                count: counts.conflicts,
                counted: words.unit_open(),
                ..entry(Place::Conflicts, "/conflicts", words.nav_conflicts())
            },
        ];
        all.into_iter().filter(|entry| self.opens(entry.path)).collect()
    }

    /// Returns how long it is until the reader's session ends if nothing is done, in milliseconds.
    pub(crate) fn idle(&self) -> Option<i64> {
        let ends = self.viewer?.session_ends?;
        Some(ends.since(self.clock.now()).as_millis().max(0))
    }

    /// Returns whether its reader has the page at a path.
    pub(crate) fn opens(&self, path: &str) -> bool {
        self.viewer.is_some_and(|viewer| opens(path, viewer.offices))
    }

    /// Returns the code of the language that this page is not in, and the name it has for itself.
    pub(crate) fn other_language(&self) -> (&'static str, &'static str) {
        match self.words.language {
            Language::English => ("es", "Español"),
            Language::Spanish => ("en", "English"),
        }
    }
}

/// An entry of the navigation.
pub(crate) struct Entry {
    pub(crate) path: &'static str,
    pub(crate) label: String,
    /// How much waits there.
    pub(crate) count: u64,
    /// As which it waits, in words.
    pub(crate) counted: String,
    pub(crate) current: bool,
}
