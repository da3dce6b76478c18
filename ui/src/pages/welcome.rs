//! Setting an account up: with a code from an administrator, in two steps, before anybody is signed in.

use askama::Template;

use super::frame::page_with;
use crate::qr::Qr;
use crate::request::Response;
use crate::views::{Department, Welcome, WelcomeBegun, WelcomeProblem};
use crate::words::Words;

#[derive(Template)]
#[template(path = "welcome/code.html")]
struct Code<'a> {
    words: Words,
    department: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "welcome/account.html")]
struct Account<'a> {
    words: Words,
    department: &'a str,
    code: &'a str,
    begun: &'a WelcomeBegun,
    /// The secret in groups of four.
    letters: String,
    qr: Option<Qr>,
    /// What is wrong, and with which field.
    problem: Option<(&'static str, String)>,
}

impl Account<'_> {
    fn is_wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|(wrong, _)| *wrong == field)
    }

    fn problem_text(&self) -> &str {
        self.problem.as_ref().map_or("", |(_, problem)| problem)
    }
}

#[derive(Template)]
#[template(path = "welcome/done.html")]
struct Done<'a> {
    words: Words,
    department: &'a str,
    codes: &'a [String],
}

/// Returns the page of a step.
pub(crate) fn show(words: Words, department: &Department<'_>, step: &Welcome<'_>) -> Response {
    let department = words.label(department.name);
    match step {
        Welcome::Code(problem) => {
            let said = match problem {
                Some(WelcomeProblem::Code) => Some(words.welcome_wrong_code()),
                Some(WelcomeProblem::TooMany(seconds)) => {
                    Some(words.sign_in_locked(seconds.div_ceil(60)))
                }
                _ => None,
            };
            let status = match problem {
                None => 200,
                Some(WelcomeProblem::TooMany(_)) => 429,
                Some(_) => 403,
            };
            page_with(status, &Code { words, department, problem: said })
        }
        Welcome::Account { code, begun, problem } => {
            let problem = problem.and_then(|problem| match problem {
                WelcomeProblem::WeakPassword => Some(("password", words.welcome_weak())),
                WelcomeProblem::WrongTotp => Some(("totp", words.welcome_wrong_totp())),
                WelcomeProblem::Code | WelcomeProblem::TooMany(_) => None,
            });
            let status = if problem.is_some() { 422 } else { 200 };
            let letters = grouped(&begun.secret);
            let qr = Qr::of(&begun.otpauth);
            let page = Account { words, department, code, begun, letters, qr, problem };
            page_with(status, &page)
        }
        Welcome::Done { codes } => page_with(200, &Done { words, department, codes }),
    }
}

/// Writes a secret as people type it.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups = letters.chunks(4).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}
