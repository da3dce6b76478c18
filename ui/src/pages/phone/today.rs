//! The worker's day on one page: what is overdue, due today and in the next days, what is not finished.

use askama::Template;

use super::shift::{self, Out};
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, type_name};
use crate::pages::frame::{PAGE_ROWS, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::Values;
use crate::views::phone::{TodayTask, TodayView};
use crate::views::{Handle, Names};
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/today.html")]
struct Today<'a> {
    frame: Frame<'a>,
    words: Words,
    day: String,
    /// The shift that they are on.
    out: Option<Out>,
    sections: Vec<Section>,
    /// How many more there are in these days.
    more: Option<String>,
    unfinished: Vec<Unfinished>,
    to_finish: Vec<Hurried>,
    conflicts: Option<String>,
    refused: Option<String>,
    /// What is said of cases that were taken away.
    taken: Vec<String>,
    has_people: bool,
    is_empty: bool,
}

/// What is due in the same time.
struct Section {
    id: &'static str,
    heading: String,
    late: bool,
    groups: Vec<Group>,
}

/// What is to be done for one person.
struct Group {
    case: Option<Handle>,
    about: String,
    /// How many things, where there are several.
    things: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    task: Handle,
    label: String,
    due: Moment,
    late: bool,
    paused: bool,
    tried: Option<String>,
    why: Option<String>,
    may_put_off: bool,
}

struct Unfinished {
    draft: Handle,
    title: String,
    about: Option<String>,
    touched: Moment,
    state: String,
    old: bool,
}

struct Hurried {
    record: Handle,
    title: String,
    about: String,
    when: Moment,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = super::of(source)?.today()?;
    let shift = super::of(source)?.shift()?;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Home, None);
    let (words, clock) = (screen.words, frame.clock);
    let nobody = Names::default();
    let values = Values { words, clock, catalogue, names: &nobody };
    let rows_max = match screen.request.form.get("all") {
        Some(_) => usize::MAX,
        None => usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX),
    };
    let (sections, left) = sections(&view, values, rows_max);
    let unfinished = view.unfinished.iter().map(|form| {
        let label = type_name(&form.record_type, words, catalogue);
        Unfinished {
            draft: form.draft.clone(),
            title: match form.edits {
                true => words.form_title_change(label),
                false => label,
            },
            about: form.about.as_ref().map(|about| words.label(about).to_owned()),
            touched: Moment::said(clock, form.touched_at, said_ago(clock, form.touched_at)),
            state: match form.problems {
                0 => words.drafts_complete(),
                missing => words.drafts_missing(missing),
            },
            old: form.is_old,
        }
    });
    let to_finish = view.to_finish.iter().map(|record| Hurried {
        record: record.record.clone(),
        title: type_name(&record.record_type, words, catalogue),
        about: match &record.about {
            Some(about) => words.label(about).to_owned(),
            None => words.quick_nobody(),
        },
        when: Moment::said(clock, record.occurred_at, said_ago(clock, record.occurred_at)),
    });
    let is_empty = sections.is_empty()
        && view.unfinished.is_empty()
        && view.to_finish.is_empty()
        && view.conflicts == 0
        && view.refused == 0;
    page(&Today {
        words,
        day: clock.today(),
        out: shift::out(&shift, words, &frame),
        sections,
        more: (left > 0).then(|| words.today_more(left)),
        unfinished: unfinished.collect(),
        to_finish: to_finish.collect(),
        conflicts: (view.conflicts > 0).then(|| words.today_conflicts(view.conflicts)),
        refused: (view.refused > 0).then(|| words.line_refused(view.refused)),
        taken: view.taken.iter().map(|sent| words.taken_case(*sent)).collect(),
        has_people: view.has_people,
        is_empty,
        frame,
    })
}

/// Forgets which cases were taken away: it was read.
pub(crate) fn seen_taken(_: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.seen_taken()?;
    Ok(Response::SeeOther("/".to_owned()))
}

/// Says when something was: the time of today, the day otherwise.
pub(crate) fn said_ago(clock: Clock<'_>, time: model::time::Timestamp) -> String {
    match clock.days_since(time) {
        0 => clock.time(time),
        _ => clock.ago(time),
    }
}

/// Returns the tasks by when they are due, and how many more there are than fit.
fn sections(view: &TodayView, values: Values<'_>, rows_max: usize) -> (Vec<Section>, usize) {
    let words = values.words;
    let parts = [
        (When::Overdue, "overdue", words.today_overdue()),
        (When::Today, "today", words.today_today()),
        (When::Week, "week", words.today_week()),
    ];
    let (mut sections, mut left, mut room) = (Vec::new(), 0, rows_max);
    for (when, id, heading) in parts {
        let belongs = |task: &&TodayTask| When::of(task, values.clock) == Some(when);
        let tasks: Vec<&TodayTask> = view.tasks.iter().filter(belongs).collect();
        let shown = tasks.len().min(room);
        room -= shown;
        left += tasks.len() - shown;
        if shown > 0 {
            let groups = groups(tasks.into_iter().take(shown), values);
            sections.push(Section { id, heading, late: when == When::Overdue, groups });
        }
    }
    (sections, left)
}

/// When something is due, as far as the day's page tells it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Overdue,
    Today,
    Week,
}

impl When {
    /// Returns when a task is due; `None` for one that is not due for so long that the page leaves it out.
    fn of(task: &TodayTask, clock: Clock<'_>) -> Option<Self> {
        match -clock.days_since(task.due) {
            _ if task.overdue => Some(Self::Overdue),
            days if days <= 0 => Some(Self::Today),
            days if days <= WEEK_DAYS => Some(Self::Week),
            _ => None,
        }
    }
}

/// Puts together what is to be done for one person, whose first thing decides where they stand.
fn groups<'t>(tasks: impl Iterator<Item = &'t TodayTask>, values: Values<'_>) -> Vec<Group> {
    let (words, clock) = (values.words, values.clock);
    let mut groups: Vec<Group> = Vec::new();
    for task in tasks {
        let row = Row {
            task: task.task.clone(),
            label: words.label(&task.label).to_owned(),
            due: Moment::due(clock, task.due),
            late: task.overdue,
            paused: task.paused,
            tried: (task.attempts > 0).then(|| words.tried(task.attempts)),
            why: task.returned.as_ref().map(|said| values.returned(said)),
            may_put_off: task.may_put_off,
        };
        let same = |group: &&mut Group| task.case.is_some() && group.case == task.case;
        match groups.iter_mut().find(same) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                case: task.case.clone(),
                about: words.label(&task.about).to_owned(),
                things: None,
                rows: vec![row],
            }),
        }
    }
    for group in groups.iter_mut().filter(|group| group.rows.len() > 1) {
        group.things = Some(words.today_things(group.rows.len()));
    }
    groups
}

/// How far ahead the day looks.
const WEEK_DAYS: i64 = 7;
