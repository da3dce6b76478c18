//! How a page's template becomes an answer.

use askama::Template;

use crate::request::Response;
use crate::source::{Refusal, Source};
use crate::views::Counts;

/// How many rows of a list make a page.
pub(crate) const PAGE_ROWS: u64 = 50;

/// Renders a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Refusal> {
    render(template).map(Response::ok)
}

/// Renders a page that is answered with another status.
pub(crate) fn page_with(status: u16, template: &impl Template) -> Response {
    match render(template) {
        Ok(body) => Response::Page { status, body },
        Err(_) => Response::Page { status: 500, body: String::new() },
    }
}

/// Returns the counts that the navigation shows; `None` where they cannot be had: a page does without.
pub(crate) fn counts(source: &mut dyn Source) -> Option<Counts> {
    source.console()?.counts().ok()
}

fn render(template: &impl Template) -> Result<String, Refusal> {
    // Writing to a string does not fail, and our values have no errors of their own.
    template.render().map_err(|_| Refusal::Unavailable(String::new()))
}
