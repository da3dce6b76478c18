//! Which page there is, who has it, and a request on its way to it.

use crate::request::{Method, Request, Response};
use crate::source::{Refusal, Source};
use crate::views::phone::SyncLine;
use crate::views::{Handle, Offices};
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
    pub(crate) show: Show,
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
    /// Whoever supervises a program or administers the system.
    Overseers,
    /// Whoever watches over privacy.
    Privacy,
    /// Whoever watches over privacy, and whoever may open something in an emergency.
    Emergencies,
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
            Self::Overseers => offices.supervises || offices.administers,
            Self::Privacy => offices.privacy,
            Self::Emergencies => offices.privacy || offices.supervises,
            Self::Administrators => offices.administers,
        }
    }
}

pub(crate) type Show = fn(&Screen<'_>, &mut dyn Source) -> Result<Response, Refusal>;

impl Route {
    pub(crate) const fn get(path: &'static str, audience: Audience, show: Show) -> Self {
        Self { method: Method::Get, path, audience, show }
    }

    pub(crate) const fn post(path: &'static str, audience: Audience, show: Show) -> Self {
        Self { method: Method::Post, path, audience, show }
    }

    /// Returns what stands in the place of its braces, if this path is one of the route's.
    pub(crate) fn matches<'p>(&self, path: &'p str) -> Option<Option<&'p str>> {
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

/// Returns whether one of these routes is a page at this path for somebody with these offices.
pub(crate) fn opens(routes: &[Route], path: &str, offices: Offices) -> bool {
    let is_it = |route: &&Route| route.method == Method::Get && route.matches(path).is_some();
    routes.iter().find(is_it).is_some_and(|route| route.audience.includes(offices))
}

/// A request on its way to its page.
pub(crate) struct Screen<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) words: Words,
    pub(crate) handle: Option<Handle>,
    /// Every page there is.
    pub(crate) routes: &'static [Route],
    /// How the phone stands with its server; `None` at the console.
    pub(crate) phone: Option<SyncLine>,
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
