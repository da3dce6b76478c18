//! Moving everything that somebody works on to somebody else, in one step.

use askama::Template;

use super::{Choice, Effects, assigning, effects, last_day, people};
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page_with};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::assign::{AssignPlan, AssignPreview, Receiver, Worker};
use crate::words::Words;

#[derive(Template)]
#[template(path = "assign/caseload.html")]
struct Caseload<'a> {
    frame: Frame<'a>,
    words: Words,
    from: Vec<Choice>,
    to: Vec<Choice>,
    /// What was chosen, once somebody hands over and somebody gets.
    plan: Option<Plan>,
    done: Option<String>,
    left: Vec<(Handle, String, String)>,
    wrong: Vec<String>,
}

struct Plan {
    from: String,
    to: String,
    title: String,
    /// How many cases can be moved, in words.
    total: String,
    moves: Vec<Line>,
    /// Cases that whoever gets them cannot work on, and why.
    stays: Vec<(Handle, String, String)>,
}

struct Line {
    case: Handle,
    person: String,
    effects: Effects,
}

/// Shows who may hand over and get a caseload.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    render(screen, source, State::default())
}

#[derive(Default)]
struct State {
    plan: Option<(Handle, Handle)>,
    done: Option<u64>,
    left: Vec<(Handle, String, String)>,
    wrong: Vec<String>,
}

/// Shows what was chosen does, or does it.
pub(crate) fn send(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (form, words) = (&screen.request.form, screen.words);
    let chosen = (Handle::read(form.text("from")), Handle::read(form.text("to")));
    let (Some(from), Some(to)) = chosen else {
        let wrong = vec![words.caseload_choose()];
        return render(screen, source, State { wrong, ..State::default() });
    };
    if from == to {
        let wrong = vec![words.caseload_same()];
        return render(screen, source, State { wrong, ..State::default() });
    }
    let workers = assigning(source)?.workers()?;
    let away = workers.iter().find_map(|one| Some((one, one.away?)).filter(|_| one.worker == to));
    if let Some((one, until)) = away {
        let clock = Clock::new(words, &source.catalogue().zone, screen.request.now);
        let wrong = vec![words.assign_away(one.name.clone(), last_day(clock, until))];
        return render(screen, source, State { wrong, ..State::default() });
    }
    if form.get("sure").is_none() {
        return render(screen, source, State { plan: Some((from, to)), ..State::default() });
    }
    let plan = AssignPlan { from: Some(from.clone()), to: Receiver::Worker(to) };
    let (mut done, mut left) = (0, Vec::new());
    for (case, person) in assigning(source)?.caseload_of(&from)? {
        let why = match assigning(source)?.assign(&case, &plan, "") {
            Ok(_) => {
                done += 1;
                continue;
            }
            Err(refusal) => why_not(refusal, words)?,
        };
        left.push((case, named(person.as_ref(), words), why));
    }
    render(screen, source, State { done: Some(done), left, ..State::default() })
}

/// Returns why a case stays where it is; passes on what is wrong with all of them.
fn why_not(refusal: Refusal, words: Words) -> Result<String, Refusal> {
    match refusal {
        Refusal::Invalid(wrong) => Ok(wrong.join(" ")),
        Refusal::NotAllowed(why) => Ok(why),
        Refusal::NotFound => Ok(words.review_gone()),
        refusal => Err(refusal),
    }
}

/// Returns those who fit, to choose from.
fn named_all(workers: &[Worker], fits: impl Fn(&Worker) -> bool) -> Vec<(Handle, String)> {
    let there = workers.iter().filter(|one| fits(one));
    there.map(|one| (one.worker.clone(), one.name.clone())).collect()
}

fn named(person: Option<&model::catalogue::Label>, words: Words) -> String {
    person.map_or_else(|| words.person_hidden(), |name| words.label(name).to_owned())
}

fn render(screen: &Screen<'_>, source: &mut dyn Source, state: State) -> Result<Response, Refusal> {
    let words = screen.words;
    let workers = assigning(source)?.workers()?;
    let mut moves: Vec<(Handle, String, AssignPreview)> = Vec::new();
    let mut stays = Vec::new();
    if let Some((from, to)) = &state.plan {
        let plan = AssignPlan { from: Some(from.clone()), to: Receiver::Worker(to.clone()) };
        for (case, person) in assigning(source)?.caseload_of(from)? {
            let person = named(person.as_ref(), words);
            match assigning(source)?.preview(&case, &plan) {
                Ok(preview) => moves.push((case, person, preview)),
                Err(refusal) => stays.push((case, person, why_not(refusal, words)?)),
            }
        }
    }
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let name = |handle: &Handle| {
        let found = workers.iter().find(|one| one.worker == *handle);
        found.map(|one| one.name.clone()).unwrap_or_default()
    };
    let plan = state.plan.map(|(from, to)| Plan {
        title: words.caseload_title(name(&from), name(&to)),
        total: words.caseload_total(moves.len()),
        moves: moves
            .iter()
            .map(|(case, person, preview)| Line {
                case: case.clone(),
                person: person.clone(),
                effects: effects(preview, words, frame.clock, catalogue),
            })
            .collect(),
        stays,
        from: from.to_string(),
        to: to.to_string(),
    });
    let form = &screen.request.form;
    let status = if state.wrong.is_empty() { 200 } else { 422 };
    let view = Caseload {
        words,
        from: people(&named_all(&workers, |_| true), form.text("from")),
        to: people(&named_all(&workers, |one| one.away.is_none()), form.text("to")),
        plan,
        done: state.done.map(|count| words.caseload_done(count)),
        left: state.left,
        wrong: state.wrong,
        frame,
    };
    Ok(page_with(status, &view))
}
