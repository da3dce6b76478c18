//! A contact in three taps: whom, what came of it, saved. A task is done in the same way.

use askama::Template;
use model::ids::TypeName;

use super::people::{Line, lines};
use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{page, page_with};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::Values;
use crate::views::phone::{Again, Noted, PersonRow, ShortAnswer, ShortForm, ShortOf};
use crate::views::{Handle, Names};
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/who.html")]
struct Who<'a> {
    frame: Frame<'a>,
    words: Words,
    asked: Option<&'a str>,
    rows: Vec<Line>,
    /// The last contact, whom it was with and what came of it.
    again: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "phone/short.html")]
struct Short<'a> {
    frame: Frame<'a>,
    words: Words,
    /// Where the answer is sent.
    path: String,
    case: Option<&'a Handle>,
    /// Whom it is about.
    about: String,
    /// What is to be done, and since when.
    task: Option<(String, Moment, bool)>,
    tried: Option<String>,
    why: Option<String>,
    question: Option<(String, Vec<(String, String)>)>,
    forms: Vec<(TypeName, String)>,
    edits: Option<&'a Handle>,
    besides: String,
    /// Whether it is of people whose names were not asked.
    of_nobody: bool,
    by_phone: bool,
    just_now: bool,
    may_put_off: bool,
    /// Others who may have been there.
    others: Vec<(Handle, String)>,
    /// What was wrong with what was sent.
    problem: Option<String>,
}

/// Shows whom the contact was with.
pub(crate) fn who(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let phone = super::of(source)?;
    let (rows, again) = (phone.people()?, phone.last_contact()?);
    choose(screen, source, None, &rows, again)
}

/// Shows who was found.
pub(crate) fn find(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let asked = screen.request.form.text("q").trim();
    if asked.is_empty() {
        return who(screen, source);
    }
    let rows = super::of(source)?.people_like(asked)?;
    choose(screen, source, Some(asked), &rows, None)
}

/// Notes the last contact once more.
pub(crate) fn note_again(_: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    Ok(noted(super::of(source)?.note_again()?))
}

/// Shows what may have come of a contact with somebody.
pub(crate) fn with_person(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    short(screen, source, &ShortOf::Case(screen.handle()?.clone()), None)
}

/// Notes it.
pub(crate) fn note_person(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    note(screen, source, &ShortOf::Case(screen.handle()?.clone()))
}

/// Shows what may have come of a contact with people whose names were not asked.
pub(crate) fn with_nobody(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    short(screen, source, &ShortOf::Nobody, None)
}

/// Notes it: a count, and never a person.
pub(crate) fn note_nobody(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    note(screen, source, &ShortOf::Nobody)
}

/// Shows what is to be done, and what may come of it.
pub(crate) fn of_task(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    short(screen, source, &ShortOf::Task(screen.handle()?.clone()), None)
}

/// Notes what came of it.
pub(crate) fn note_task(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    note(screen, source, &ShortOf::Task(screen.handle()?.clone()))
}

/// Begins a whole form in which a task is done.
pub(crate) fn begin_for_task(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    let record_type = screen.request.form.text("type").parse().map_err(|_| Refusal::NotFound)?;
    let draft = super::of(source)?.begin_for_task(screen.handle()?, &record_type)?;
    Ok(Response::SeeOther(format!("/drafts/{draft}")))
}

fn choose(
    screen: &Screen<'_>,
    source: &dyn Source,
    asked: Option<&str>,
    rows: &[PersonRow],
    again: Option<Again>,
) -> Result<Response, Refusal> {
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Quick, None);
    let words = screen.words;
    let again = again.map(|last| {
        let whom = match &last.about {
            Some(about) => words.label(about).to_owned(),
            None => words.quick_nobody(),
        };
        let whom = match last.others {
            0 => whom,
            others => words.quick_and_others(others, whom),
        };
        (whom, words.label(&last.result).to_owned())
    });
    page(&Who { words, asked, rows: lines(rows, words, frame.clock), again, frame })
}

fn note(screen: &Screen<'_>, source: &mut dyn Source, of: &ShortOf) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let mut answer = ShortAnswer {
        option: form.text("result").to_owned(),
        people: None,
        by_phone: !form.text("by_phone").is_empty(),
        also: form.all("also").filter_map(Handle::read).collect(),
    };
    if *of == ShortOf::Nobody {
        let people = form.text("people").trim().parse().ok();
        let Some(people) = people.filter(|people| (1..=PEOPLE_MAX).contains(people)) else {
            return short(screen, source, of, Some(screen.words.quick_people_wrong(PEOPLE_MAX)));
        };
        answer.people = Some(people);
    }
    Ok(noted(super::of(source)?.note(of, &answer)?))
}

/// Returns where somebody goes who has noted something with one tap.
pub(crate) fn noted(noted: Noted) -> Response {
    Response::SeeOther(match noted {
        Noted::Saved(draft) => format!("/saved/{draft}"),
        Noted::Asked(draft) => format!("/drafts/{draft}"),
    })
}

fn short(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    of: &ShortOf,
    problem: Option<String>,
) -> Result<Response, Refusal> {
    let Some(view) = super::of(source)?.short_form(of)? else {
        // The department has no contact that they note: they choose from what they may write.
        return Ok(Response::SeeOther(match of {
            ShortOf::Case(case) => format!("/cases/{case}/new"),
            ShortOf::Nobody | ShortOf::Task(_) => "/new".to_owned(),
        }));
    };
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let place = if let ShortOf::Task(_) = of { Place::Home } else { Place::Quick };
    let frame = Frame::of(screen, catalogue, viewer, place, None);
    let (words, clock) = (screen.words, frame.clock);
    let nobody = Names::default();
    let values = Values { words, clock, catalogue, names: &nobody };
    let status = if problem.is_some() { 422 } else { 200 };
    let template = template(&view, of, problem, values, screen, frame);
    match status {
        200 => page(&template),
        status => Ok(page_with(status, &template)),
    }
}

fn template<'a>(
    view: &'a ShortForm,
    of: &ShortOf,
    problem: Option<String>,
    values: Values<'_>,
    screen: &Screen<'_>,
    frame: Frame<'a>,
) -> Short<'a> {
    let (words, clock) = (values.words, values.clock);
    let label = |label| words.label(label).to_owned();
    Short {
        words,
        path: match of {
            ShortOf::Case(case) => format!("/quick/{case}"),
            ShortOf::Nobody => "/quick/group".to_owned(),
            ShortOf::Task(task) => format!("/tasks/{task}"),
        },
        case: view.case.as_ref(),
        about: match &view.about {
            Some(about) => label(about),
            None => words.quick_nobody(),
        },
        task: view
            .task
            .as_ref()
            .map(|(task, due)| (label(task), Moment::due(clock, *due), *due < clock.now())),
        tried: (view.attempts > 0).then(|| words.tried(view.attempts)),
        why: view.returned.as_ref().map(|said| values.returned(said)),
        question: view.question.as_ref().map(|(question, options)| {
            let options = options.iter().map(|(code, option)| (code.clone(), label(option)));
            (label(question), options.collect())
        }),
        forms: view.forms.iter().map(|(name, form)| (name.clone(), label(form))).collect(),
        edits: view.edits.as_ref(),
        besides: view.besides.iter().map(label).collect::<Vec<_>>().join(" · "),
        of_nobody: *of == ShortOf::Nobody,
        just_now: view.just_now,
        may_put_off: view.may_put_off && matches!(of, ShortOf::Task(_)),
        others: view.others.iter().map(|(case, other)| (case.clone(), label(other))).collect(),
        by_phone: !screen.request.form.text("by_phone").is_empty(),
        problem,
        frame,
    }
}

/// As many people are counted at once at most.
const PEOPLE_MAX: u32 = 500;
