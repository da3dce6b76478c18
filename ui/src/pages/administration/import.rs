//! A list of people from a spreadsheet: what it would do is shown first.

use askama::Template;

use super::administration;
use super::lines::Badge;
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page, page_with};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{ImportLine, ImportOutcome, ImportView};
use crate::words::Words;

#[derive(Template)]
#[template(path = "administration/import.html")]
struct Import<'a> {
    frame: Frame<'a>,
    /// How a list looks.
    example: &'static str,
    /// The list, as it was pasted.
    list: String,
    /// What is wrong with the list as a whole.
    problems: Vec<String>,
    tried: Option<Tried>,
}

/// What the list does, or would do.
struct Tried {
    lines: Vec<Line>,
    summary: String,
    /// Whether it can be done as it is.
    can_be_done: bool,
    done: bool,
}

struct Line {
    number: u64,
    name: String,
    role: String,
    days: String,
    outcome: Badge,
}

/// Asks for the list.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    page(&shown(screen, source, (String::new(), Vec::new(), None)))
}

/// Says what the list would do, or does it.
pub(crate) fn run(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let list = form.text("list").to_owned();
    let only_try = form.get("sure").is_none();
    match administration(source)?.import(&list, only_try) {
        Ok(view) => {
            let tried = tried(view, screen.words);
            let status =
                if tried.lines.iter().any(|line| line.outcome.class == BAD) { 422 } else { 200 };
            Ok(page_with(status, &shown(screen, source, (list, Vec::new(), Some(tried)))))
        }
        Err(Refusal::Invalid(problems)) => {
            Ok(page_with(422, &shown(screen, source, (list, problems, None))))
        }
        Err(other) => Err(other),
    }
}

fn shown<'a>(
    screen: &Screen<'a>,
    source: &'a mut dyn Source,
    (list, problems, tried): (String, Vec<String>, Option<Tried>),
) -> Import<'a> {
    let counts = counts(source);
    let source: &'a dyn Source = source;
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::People, counts);
    Import { frame, example: EXAMPLE, list, problems, tried }
}

fn tried(view: ImportView, words: Words) -> Tried {
    let count = |wanted: fn(&ImportOutcome) -> bool| {
        let lines = view.lines.iter().filter(|line| wanted(&line.outcome));
        u64::try_from(lines.count()).unwrap_or(u64::MAX)
    };
    let fails = count(|outcome| matches!(outcome, ImportOutcome::Fails(_)));
    let news = count(|outcome| matches!(outcome, ImportOutcome::Adds | ImportOutcome::GivesRole));
    let summary = match (view.done, fails, news) {
        (true, ..) => words.import_done(news),
        (false, 0, 0) => words.import_nothing(),
        (false, 0, _) => words.import_would(news),
        (false, ..) => words.import_fails(fails),
    };
    Tried {
        lines: view.lines.into_iter().map(|row| line(row, words)).collect(),
        summary,
        can_be_done: !view.done && fails == 0 && news > 0,
        done: view.done,
    }
}

fn line(row: ImportLine, words: Words) -> Line {
    let (class, said) = match row.outcome {
        ImportOutcome::Adds => ("good", words.import_adds()),
        ImportOutcome::GivesRole => ("open", words.import_gives()),
        ImportOutcome::NothingNew => ("", words.import_has_it()),
        ImportOutcome::Fails(why) => (BAD, why),
    };
    let (first, last) = row.days;
    let days = match (first.is_empty(), last.is_empty()) {
        (true, true) => String::new(),
        (false, true) => words.staff_from(first),
        (true, false) => words.staff_until(last),
        (false, false) => words.staff_from_until(first, last),
    };
    Line {
        number: row.number,
        name: row.name,
        role: words.staff_role_in(row.program, row.role),
        days,
        outcome: Badge { class, words: said },
    }
}

/// The heads are the same in every language, as the codes are.
const EXAMPLE: &str = "name,role,program,from,until\nAna Ejemplo,OW,street_outreach,,2027-06-30";

const BAD: &str = "bad";
