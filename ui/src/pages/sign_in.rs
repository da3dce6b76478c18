//! Signing in.

use askama::Template;

use super::frame::page_with;
use crate::request::Response;
use crate::views::{Department, SignInProblem};
use crate::words::Words;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    words: Words,
    department: &'a str,
    problem: Option<String>,
    /// Whether the problem is only that the session has ended.
    ended: bool,
    back: &'a str,
}

/// Returns the page; `back` is the page that they wanted.
pub(crate) fn show(
    words: Words,
    department: &Department<'_>,
    problem: Option<SignInProblem>,
    back: Option<&str>,
) -> Response {
    let status = match problem {
        None | Some(SignInProblem::Ended) => 200,
        Some(SignInProblem::Wrong | SignInProblem::SignedOut) => 403,
        Some(SignInProblem::Locked(_)) => 429,
    };
    let ended = problem == Some(SignInProblem::Ended);
    let problem = problem.map(|problem| match problem {
        SignInProblem::Wrong => words.sign_in_wrong(),
        SignInProblem::Locked(seconds) => words.sign_in_locked(seconds.div_ceil(60)),
        SignInProblem::Ended => words.sign_in_ended(),
        SignInProblem::SignedOut => words.sign_in_signed_out(),
    });
    let department = words.label(department.name);
    page_with(status, &SignIn { words, department, problem, ended, back: back.unwrap_or("/") })
}
