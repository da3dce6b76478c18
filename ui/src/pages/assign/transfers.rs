//! Cases that one program asks another to take over.

use askama::Template;
use model::catalogue::Catalogue;

use super::{Choice, assigning, people};
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, Person, program_name};
use crate::pages::frame::{counts, page_with};
use crate::request::{Response, says_why};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::assign::{TransferAnswer, TransferOutcome, TransferRow, TransferState};
use crate::words::Words;

#[derive(Template)]
#[template(path = "assign/transfers.html")]
struct Transfers<'a> {
    frame: Frame<'a>,
    words: Words,
    waiting: Vec<Waiting>,
    asked: Vec<Line>,
    decided: Vec<Line>,
    wrong: Vec<String>,
}

/// One that waits for the reader.
struct Waiting {
    line: Line,
    workers: Vec<Choice>,
    /// What was written into the refusal that was not taken.
    answer: String,
}

struct Line {
    transfer: Handle,
    person: Option<Person>,
    program: String,
    asked_by: String,
    asked: Moment,
    reason: String,
    /// What was decided, in words.
    outcome: String,
    decided: Option<Moment>,
}

/// Shows what was asked.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    list(screen, source, Vec::new())
}

fn list(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    wrong: Vec<String>,
) -> Result<Response, Refusal> {
    let rows = assigning(source)?.transfers()?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let words = screen.words;
    let status = if wrong.is_empty() { 200 } else { 422 };
    let (mut waiting, mut asked, mut decided) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let line = line(row, words, frame.clock, catalogue);
        match &row.state {
            TransferState::WaitsForReader(workers) => {
                let is_this = screen.handle.as_ref() == Some(&row.transfer);
                let form = &screen.request.form;
                let (to, answer) = match is_this {
                    true => (form.text("to"), form.text("answer").to_owned()),
                    false => ("", String::new()),
                };
                waiting.push(Waiting { line, workers: people(workers, to), answer });
            }
            TransferState::WaitsForOthers => asked.push(line),
            TransferState::Decided { .. } => decided.push(line),
        }
    }
    Ok(page_with(status, &Transfers { words, waiting, asked, decided, wrong, frame }))
}

fn line(row: &TransferRow, words: Words, clock: Clock<'_>, catalogue: &Catalogue) -> Line {
    let (outcome, decided) = match &row.state {
        TransferState::Decided { outcome, by, at } => {
            let by = by.clone().unwrap_or_default();
            let said = match outcome {
                TransferOutcome::Accepted(to) => {
                    words.transfer_accepted(by, to.clone().unwrap_or_default())
                }
                TransferOutcome::Refused(why) => {
                    words.transfer_refused(by, why.clone().unwrap_or_default())
                }
                TransferOutcome::TakenBack => words.transfer_taken_back(),
            };
            (said, at.map(|at| Moment::at(clock, at)))
        }
        _ => (String::new(), None),
    };
    Line {
        transfer: row.transfer.clone(),
        person: row
            .case
            .as_ref()
            .map(|(case, name)| Person { case: case.clone(), name: words.label(name).to_owned() }),
        program: program_name(&row.to_program, words, catalogue),
        asked_by: row.asked_by.clone(),
        asked: Moment::at(clock, row.asked_at),
        reason: row.reason.clone().unwrap_or_else(|| words.transfer_words_gone()),
        outcome,
        decided,
    }
}

/// Takes a case over.
pub(crate) fn accept(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    match Handle::read(screen.request.form.text("to")) {
        Some(worker) => answer(screen, source, &TransferAnswer::Accept(worker)),
        None => list(screen, source, vec![screen.words.assign_choose_to()]),
    }
}

/// Does not take it over, and says why.
pub(crate) fn refuse(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let reason = screen.request.form.text("answer").trim().to_owned();
    match says_why(&reason) {
        true => answer(screen, source, &TransferAnswer::Refuse(reason)),
        false => list(screen, source, vec![screen.words.assign_say_why()]),
    }
}

/// Takes back what was asked.
pub(crate) fn take_back(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    answer(screen, source, &TransferAnswer::TakeBack)
}

fn answer(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    answer: &TransferAnswer,
) -> Result<Response, Refusal> {
    match assigning(source)?.answer(screen.handle()?, answer) {
        Ok(()) => Ok(Response::SeeOther("/transfers".to_owned())),
        Err(Refusal::Invalid(wrong)) => list(screen, source, wrong),
        Err(refusal) => Err(refusal),
    }
}
