//! What devices vouched for after a restore.

use askama::Template;

use super::purpose::{Gate, gate, watch};
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, type_name};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::VouchedRow;

#[derive(Template)]
#[template(path = "privacy/vouched.html")]
struct Vouched<'a> {
    frame: Frame<'a>,
    purpose: String,
    rows: Vec<Line>,
    previous: Option<String>,
    next: Option<String>,
}

struct Line {
    record_type: String,
    compartment: String,
    author: String,
    handed_in_by: String,
    device: String,
    at: Moment,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let purpose = match gate(screen, source)? {
        Gate::Open(purpose) => purpose,
        Gate::Asked(instead) => return Ok(instead),
    };
    let before = screen.number("before");
    let view = watch(source)?.vouched(before)?;
    let counts = counts(source);
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Audit, counts);
    let (words, clock) = (frame.words, frame.clock);
    let known = |name: Option<String>| name.unwrap_or_else(|| words.audit_unknown_device());
    let line = |row: VouchedRow| Line {
        record_type: type_name(&row.record_type, words, catalogue),
        compartment: words.label(&row.compartment).to_owned(),
        author: known(row.author),
        handed_in_by: known(row.handed_in_by),
        device: row.device,
        at: Moment::at(clock, row.at),
    };
    page(&Vouched {
        purpose,
        rows: view.rows.into_iter().map(line).collect(),
        previous: before.map(|_| "/audit/vouched".to_owned()),
        next: view.next.map(|next| format!("/audit/vouched?before={next}")),
        frame,
    })
}
