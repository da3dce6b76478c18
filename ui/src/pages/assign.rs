//! Giving a case to somebody: who hands it over and who gets it, what that does, and doing it.

pub(crate) mod caseload;
pub(crate) mod transfers;

use askama::Template;
use model::catalogue::Catalogue;
use model::ids::{CompartmentCode, ProgramCode};
use model::time::{Span, Timestamp};

use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::program_name;
use crate::pages::frame::{counts, page, page_with};
use crate::request::{Form, Response, says_why};
use crate::route::Screen;
use crate::source::assign::AssignSource;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::assign::{AssignChoices, AssignPlan, AssignPreview, Assigned, Receiver};
use crate::words::Words;

#[derive(Template)]
#[template(path = "assign/form.html")]
struct Choose<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    person: String,
    from: Vec<Choice>,
    /// Whether nobody hands it over.
    from_nobody: bool,
    to: Vec<Choice>,
    programs: Vec<Choice>,
    /// Who is away, and until when, in words.
    away: Vec<String>,
    reason: String,
    wrong: Vec<String>,
}

/// Something that can be chosen.
pub(crate) struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "assign/preview.html")]
struct Preview<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    person: String,
    title: String,
    effects: Effects,
    kept: Vec<(&'static str, String)>,
    reason: String,
    /// Whether another program decides first.
    asks: bool,
}

/// What giving a case to somebody does, in words.
pub(crate) struct Effects {
    opens: Vec<String>,
    needs_consent: Vec<String>,
    closes: Vec<String>,
    loses_sight: Option<String>,
    tasks: String,
    devices: Vec<String>,
    /// Whether anybody hands it over.
    is_taken: bool,
}

/// Shows who may give and get a case.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    choose(screen, source, Vec::new())
}

fn choose(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    wrong: Vec<String>,
) -> Result<Response, Refusal> {
    let case = screen.handle()?;
    let choices = assigning(source)?.choices(case)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let (words, form) = (screen.words, &screen.request.form);
    let status = if wrong.is_empty() { 200 } else { 422 };
    // One who works on it alone hands it over, unless somebody says otherwise.
    let from = match form.get("from") {
        Some(from) => from.to_owned(),
        None => choices.from.first().map(|(user, _)| user.to_string()).unwrap_or_default(),
    };
    let view = Choose {
        words,
        case,
        person: person(&choices, words),
        from_nobody: !choices.from.iter().any(|(user, _)| user.as_str() == from),
        from: people(&choices.from, &from),
        to: people(&choices.to, form.text("to")),
        programs: programs(&choices.programs, form.text("to"), words, catalogue),
        away: choices
            .away
            .iter()
            .map(|(name, until)| words.assign_away(name.clone(), last_day(frame.clock, *until)))
            .collect(),
        reason: form.text("reason").to_owned(),
        wrong,
        frame,
    };
    Ok(page_with(status, &view))
}

/// Says the last day of a time that ends then.
fn last_day(clock: Clock<'_>, until: Timestamp) -> String {
    clock.day(until - Span::from_millis(1))
}

/// Shows what was chosen does, or does it.
pub(crate) fn send(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let words = screen.words;
    if form.get("change").is_some() {
        return choose(screen, source, Vec::new());
    }
    let Some(plan) = read_plan(form) else {
        return choose(screen, source, vec![words.assign_choose_to()]);
    };
    let case = screen.handle()?;
    let asks = matches!(plan.to, Receiver::Program(_));
    if asks && !says_why(form.text("reason")) {
        return choose(screen, source, vec![words.assign_say_why()]);
    }
    if form.get("sure").is_some() {
        return match assigning(source)?.assign(case, &plan, form.text("reason")) {
            Ok(Assigned::Done) => Ok(Response::SeeOther(format!("/cases/{case}"))),
            Ok(Assigned::Asked) => Ok(Response::SeeOther("/transfers".to_owned())),
            Err(Refusal::Invalid(wrong)) => choose(screen, source, wrong),
            Err(refusal) => Err(refusal),
        };
    }
    let preview = match assigning(source)?.preview(case, &plan) {
        Ok(preview) => preview,
        Err(Refusal::Invalid(wrong)) => return choose(screen, source, wrong),
        Err(refusal) => return Err(refusal),
    };
    let choices = assigning(source)?.choices(case)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let receiver = match (&preview.to, &plan.to) {
        (Some(name), _) => name.clone(),
        (None, Receiver::Program(program)) => program_name(program, words, catalogue),
        (None, Receiver::Worker(_)) => String::new(),
    };
    page(&Preview {
        words,
        case,
        person: person(&choices, words),
        title: match asks {
            true => words.assign_asks(receiver),
            false => words.assign_gives(receiver),
        },
        effects: effects(&preview, words, frame.clock, catalogue),
        kept: vec![
            ("from", form.text("from").to_owned()),
            ("to", form.text("to").to_owned()),
            ("reason", form.text("reason").to_owned()),
        ],
        reason: form.text("reason").trim().to_owned(),
        asks,
        frame,
    })
}

/// Reads who hands over and who gets; `None` if nobody was chosen to get it.
fn read_plan(form: &Form) -> Option<AssignPlan> {
    let from = Handle::read(form.text("from"));
    let to = match form.text("to").split_once(':')? {
        ("worker", handle) => Receiver::Worker(Handle::read(handle)?),
        ("program", code) => Receiver::Program(code.parse().ok()?),
        _ => return None,
    };
    Some(AssignPlan { from, to })
}

fn assigning(source: &mut dyn Source) -> Result<&mut dyn AssignSource, Refusal> {
    Ok(source.console().ok_or(Refusal::NotFound)?.assigning())
}

fn person(choices: &AssignChoices, words: Words) -> String {
    let named = choices.person.as_ref().map(|name| words.label(name).to_owned());
    named.unwrap_or_else(|| words.person_hidden())
}

fn people(people: &[(Handle, String)], chosen: &str) -> Vec<Choice> {
    let choice = |(handle, name): &(Handle, String)| {
        let value = handle.to_string();
        let chosen = chosen == value || chosen.strip_prefix("worker:") == Some(&value);
        Choice { chosen, value, label: name.clone() }
    };
    let mut choices: Vec<_> = people.iter().map(choice).collect();
    choices.sort_by_key(|choice| model::search::plain(&choice.label));
    choices
}

fn programs(
    programs: &[ProgramCode],
    chosen: &str,
    words: Words,
    catalogue: &Catalogue,
) -> Vec<Choice> {
    let choice = |program: &ProgramCode| Choice {
        chosen: chosen.strip_prefix("program:") == Some(program.as_str()),
        value: program.to_string(),
        label: program_name(program, words, catalogue),
    };
    let mut choices: Vec<_> = programs.iter().map(choice).collect();
    choices.sort_by_key(|choice| model::search::plain(&choice.label));
    choices
}

/// Returns what giving a case to somebody does, in words.
fn effects(
    preview: &AssignPreview,
    words: Words,
    clock: Clock<'_>,
    catalogue: &Catalogue,
) -> Effects {
    let name = |code: &CompartmentCode| compartment_name(code, words, catalogue);
    let names = |codes: &[CompartmentCode]| codes.iter().map(name).collect();
    let device = |(seen, drafts): &(_, u32)| {
        let seen = match seen {
            Some(seen) => words.assign_device_seen(clock.at(*seen)),
            None => words.assign_device_never(),
        };
        match drafts {
            0 => seen,
            drafts => format!("{seen}; {}", words.assign_device_drafts(*drafts)),
        }
    };
    let lost = preview.from.as_ref().filter(|_| preview.loses_sight);
    Effects {
        opens: preview
            .opens
            .iter()
            .map(|(code, records)| words.assign_opened(name(code), *records))
            .collect(),
        needs_consent: names(&preview.needs_consent),
        closes: names(&preview.closes),
        loses_sight: lost.map(|name| words.assign_loses_sight(name.clone())),
        tasks: words.assign_tasks(preview.overdue, preview.tasks),
        devices: preview.devices.iter().map(device).collect(),
        is_taken: preview.from.is_some(),
    }
}

fn compartment_name(code: &CompartmentCode, words: Words, catalogue: &Catalogue) -> String {
    let known = catalogue.compartments.get(code);
    known.map_or(code.as_str(), |known| words.label(&known.label)).to_owned()
}
