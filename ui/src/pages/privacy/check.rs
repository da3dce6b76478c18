//! Checking the chain of the audit, and taking the audit along.

use askama::Template;

use super::purpose::{Gate, gate, watch};
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};

#[derive(Template)]
#[template(path = "privacy/check.html")]
struct Check<'a> {
    frame: Frame<'a>,
    purpose: String,
    rows: String,
    /// What does not hold first.
    first: Option<String>,
    others: Vec<String>,
    key: String,
}

/// Checks the audit, and says what was found.
pub(crate) fn check(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let purpose = match gate(screen, source)? {
        Gate::Open(purpose) => purpose,
        Gate::Asked(instead) => return Ok(instead),
    };
    let found = watch(source)?.check_audit()?;
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Audit, counts);
    let frame = Frame { path: "/audit", ..frame };
    let mut problems = found.problems.into_iter();
    page(&Check {
        rows: frame.words.audit_rows(found.rows),
        first: problems.next(),
        others: problems.take(OTHERS_MAX).collect(),
        key: found.key,
        purpose,
        frame,
    })
}

/// Sends the audit as a file.
pub(crate) fn file(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    if let Gate::Asked(instead) = gate(screen, source)? {
        return Ok(instead);
    }
    watch(source)?.export_audit()?;
    Ok(Response::AuditFile)
}

/// Where one row is broken, all after it may be.
const OTHERS_MAX: usize = 20;
