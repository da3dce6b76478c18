//! What was opened in emergencies: what waits on top, each read made under it, and what is done about it.

use askama::Template;

use super::acts;
use super::purpose::watch;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, type_name};
use crate::pages::frame::{counts, page_with};
use crate::request::{Response, says_why};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{EmergencyQuestion, EmergencyRow, Handle};

#[derive(Template)]
#[template(path = "privacy/emergencies.html")]
struct Emergencies<'a> {
    frame: Frame<'a>,
    waiting: String,
    everybodys: bool,
    rows: Vec<Card>,
    previous: Option<String>,
    next: Option<String>,
}

struct Card {
    number: i64,
    who: String,
    case: Handle,
    compartment: String,
    opened: Moment,
    until: Moment,
    closed: Option<Moment>,
    reason: Option<String>,
    seen: Option<String>,
    questions: Vec<Asked>,
    /// What is wrong with what they asked.
    ask_wrong: Option<String>,
    /// What they typed.
    typed: String,
    may_ask: bool,
    reads: Vec<Read>,
    more: bool,
    is_open: bool,
    /// Whether the case can be read by it.
    leads_there: bool,
    may_see: bool,
}

struct Read {
    at: Moment,
    what: String,
    outcome: Option<String>,
}

/// A question about an opening.
struct Asked {
    number: i64,
    by: String,
    at: Moment,
    question: Option<String>,
    answer: Option<(String, Moment)>,
    /// Whether it waits for the reader.
    may_answer: bool,
    wrong: Option<String>,
    typed: String,
}

/// A text that says too little: the question or the answer of this number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Question(i64),
    Answer(i64),
}

/// Shows the list.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    listed(screen, source, None)
}

/// Asks whoever opened something about it.
pub(crate) fn ask(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (number, text) = (number(screen)?, screen.request.form.text("text"));
    if !says_why(text) {
        return listed(screen, source, Some(Wrong::Question(number)));
    }
    watch(source)?.ask_about_emergency(number, text)?;
    Ok(Response::SeeOther("/emergencies".to_owned()))
}

/// Answers what was asked.
pub(crate) fn answer(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (number, text) = (number(screen)?, screen.request.form.text("text"));
    if !says_why(text) {
        return listed(screen, source, Some(Wrong::Answer(number)));
    }
    watch(source)?.answer_question(number, text)?;
    Ok(Response::SeeOther("/emergencies".to_owned()))
}

fn listed(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    wrong: Option<Wrong>,
) -> Result<Response, Refusal> {
    let skip = screen.number("skip").unwrap_or(0);
    let view = watch(source)?.emergencies(skip)?;
    let counts = counts(source);
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Emergencies, counts);
    let (words, clock) = (frame.words, frame.clock);
    let everybodys = view.everybodys;
    let said = |at: Wrong| (wrong == Some(at)).then(|| words.open_reason_length());
    let typed = |at: Wrong| match wrong == Some(at) {
        true => screen.request.form.text("text").to_owned(),
        false => String::new(),
    };
    let asked = |own: bool, asked: EmergencyQuestion| {
        let at = Wrong::Answer(asked.number);
        let answer = asked.answered.map(|(answer, at)| {
            (answer.unwrap_or_else(|| words.emergency_no_reason()), Moment::at(clock, at))
        });
        Asked {
            number: asked.number,
            by: asked.by,
            at: Moment::at(clock, asked.at),
            question: asked.question,
            may_answer: own && answer.is_none(),
            answer,
            wrong: said(at),
            typed: typed(at),
        }
    };
    let card = |row: EmergencyRow| Card {
        number: row.number,
        questions: row.questions.into_iter().map(|it| asked(row.own, it)).collect(),
        ask_wrong: said(Wrong::Question(row.number)),
        typed: typed(Wrong::Question(row.number)),
        may_ask: everybodys && !row.own,
        compartment: words.label(&row.compartment).to_owned(),
        opened: Moment::at(clock, row.opened_at),
        until: Moment::at(clock, row.until),
        closed: row.closed_at.map(|at| Moment::at(clock, at)),
        reason: row.reason,
        may_see: everybodys && !row.own && row.seen.is_none(),
        seen: row.seen.map(|(name, at)| words.emergency_seen_by(clock.at(at), name)),
        reads: row
            .reads
            .into_iter()
            .map(|read| Read {
                at: Moment::at(clock, read.at),
                what: read.record_type.map_or_else(
                    || words.emergency_read_case(),
                    |it| type_name(&it, words, catalogue),
                ),
                outcome: acts::outcome(&read.outcome.replace(", in an emergency", ""), words).0,
            })
            .collect(),
        more: row.more,
        is_open: row.is_open,
        leads_there: row.own && row.is_open,
        who: row.who,
        case: row.case,
    };
    let after = skip.saturating_add(u64::try_from(view.rows.len()).unwrap_or(0));
    let status = if wrong.is_some() { 422 } else { 200 };
    let shown = Emergencies {
        waiting: match everybodys {
            true => words.emergencies_unseen(view.waiting),
            false => words.emergencies_open(view.waiting),
        },
        everybodys,
        previous: (skip > 0).then(|| at(skip.saturating_sub(CARDS))),
        next: (after < view.total).then(|| at(after)),
        rows: view.rows.into_iter().map(card).collect(),
        frame,
    };
    Ok(page_with(status, &shown))
}

fn at(skip: u64) -> String {
    if skip == 0 { "/emergencies".to_owned() } else { format!("/emergencies?skip={skip}") }
}

/// Notes that somebody has looked at one.
pub(crate) fn see(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let number = number(screen)?;
    watch(source)?.see_emergency(number)?;
    Ok(Response::SeeOther("/emergencies".to_owned()))
}

/// Closes one before its time.
pub(crate) fn close(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let number = number(screen)?;
    match watch(source)?.close_emergency(number) {
        // It was over meanwhile: the list says so.
        Ok(()) | Err(Refusal::NotFound) => Ok(Response::SeeOther("/emergencies".to_owned())),
        Err(other) => Err(other),
    }
}

fn number(screen: &Screen<'_>) -> Result<i64, Refusal> {
    screen.request.form.text("number").parse().map_err(|_| Refusal::NotFound)
}

/// Openings of one page.
const CARDS: u64 = 25;
