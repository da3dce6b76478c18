//! What a phone shows before its store is open: where it is enrolled, and where it is unlocked.

use askama::Template;

use super::frame::page_with;
use crate::request::Response;
use crate::views::{EnrollProblem, PhoneDoor, UnlockProblem};
use crate::words::{Words, capitalized};

#[derive(Template)]
#[template(path = "phone_door/enroll.html")]
struct Enroll<'a> {
    words: Words,
    code: &'a str,
    code_problem: Option<String>,
    secret_problem: Option<String>,
    problem: Option<String>,
    length_min: usize,
}

#[derive(Template)]
#[template(path = "phone_door/unlock.html")]
struct Unlock<'a> {
    words: Words,
    back: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "phone_door/anew.html")]
struct Anew {
    words: Words,
    unsure: bool,
}

#[derive(Template)]
#[template(path = "phone_door/gone.html")]
struct Gone {
    words: Words,
    why: String,
}

/// Returns the page.
pub(crate) fn show(words: Words, door: &PhoneDoor<'_>) -> Response {
    match door {
        PhoneDoor::Enroll { code, length_min, problem } => {
            enroll(words, code, *length_min, problem.as_ref())
        }
        PhoneDoor::Unlock { back, problem } => {
            let status = if problem.is_some() { 403 } else { 200 };
            let problem = problem.as_ref().map(|problem| match problem {
                UnlockProblem::Wrong { tries_left } => words.unlock_wrong(u64::from(*tries_left)),
                UnlockProblem::TooSoon { seconds } => words.unlock_wait(seconds.div_ceil(60)),
                UnlockProblem::Unreadable => words.unlock_unreadable(),
            });
            page_with(status, &Unlock { words, back, problem })
        }
        PhoneDoor::Destroyed => page_with(403, &Gone { words, why: words.door_destroyed() }),
        PhoneDoor::Anew { unsure } => {
            page_with(if *unsure { 422 } else { 200 }, &Anew { words, unsure: *unsure })
        }
    }
}

fn enroll(
    words: Words,
    code: &str,
    length_min: usize,
    problem: Option<&EnrollProblem>,
) -> Response {
    let mut page =
        Enroll { words, code, code_problem: None, secret_problem: None, problem: None, length_min };
    match problem {
        None => {}
        Some(EnrollProblem::CodeMissing) => page.code_problem = Some(words.enroll_code_missing()),
        Some(EnrollProblem::CodeRefused) => page.code_problem = Some(words.enroll_code_refused()),
        Some(EnrollProblem::SecretShort) => {
            page.secret_problem = Some(words.enroll_secret_short(length_min.to_string()));
        }
        Some(EnrollProblem::SecretsDiffer) => {
            page.secret_problem = Some(words.enroll_secrets_differ());
        }
        Some(EnrollProblem::Unreachable) => page.problem = Some(words.enroll_unreachable()),
        Some(EnrollProblem::NoRoom) => page.problem = Some(words.enroll_no_room()),
        Some(EnrollProblem::Other(why)) => page.problem = Some(capitalized(why)),
    }
    page_with(if problem.is_some() { 422 } else { 200 }, &page)
}
