//! What is to be done: everything, what is late, and what today asks for.

use askama::Template;

use super::rows::{TaskLine, task_lines};
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::TasksOf;
use crate::words::Words;

#[derive(Template)]
#[template(path = "console/tasks.html")]
struct Tasks<'a> {
    frame: Frame<'a>,
    tabs: [Tab; 3],
    rows: Vec<TaskLine>,
    /// What is said where there is no row: that there is none, and what to do.
    empty: (String, String),
    /// Where the page is that follows.
    next: Option<String>,
    /// Where the first page is, on every other one.
    first: Option<&'static str>,
}

struct Tab {
    path: &'static str,
    label: String,
    count: u64,
    current: bool,
}

/// Shows every open task.
pub(crate) fn all(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    show(screen, source, TasksOf::All)
}

/// Shows the tasks past their due time.
pub(crate) fn overdue(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    show(screen, source, TasksOf::Overdue)
}

/// Shows the tasks due before the day ends.
pub(crate) fn today(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    show(screen, source, TasksOf::Today)
}

fn show(screen: &Screen<'_>, source: &mut dyn Source, of: TasksOf) -> Result<Response, Refusal> {
    let before = screen.number("before");
    let view = source.console().ok_or(Refusal::NotFound)?.tasks(of, before)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Tasks, counts);
    let words = frame.words;
    let here = path(of);
    page(&Tasks {
        tabs: [TasksOf::All, TasksOf::Overdue, TasksOf::Today].map(|tab| Tab {
            path: path(tab),
            label: label(tab, words),
            count: match tab {
                TasksOf::All => 0,
                TasksOf::Overdue => counts.unwrap_or_default().overdue,
                TasksOf::Today => counts.unwrap_or_default().today,
            },
            current: tab == of,
        }),
        rows: task_lines(&view.rows, words, frame.clock, catalogue),
        empty: empty(of, words),
        next: view.next.map(|next| format!("{here}?before={next}")),
        first: before.map(|_| here),
        frame,
    })
}

fn path(of: TasksOf) -> &'static str {
    match of {
        TasksOf::All => "/tasks",
        TasksOf::Overdue => "/tasks/overdue",
        TasksOf::Today => "/tasks/today",
    }
}

fn label(of: TasksOf, words: Words) -> String {
    match of {
        TasksOf::All => words.tasks_all(),
        TasksOf::Overdue => words.tile_overdue(),
        TasksOf::Today => words.tile_today(),
    }
}

fn empty(of: TasksOf, words: Words) -> (String, String) {
    match of {
        TasksOf::All => (words.no_tasks(), words.no_tasks_hint()),
        TasksOf::Overdue => (words.none_overdue(), words.none_overdue_hint()),
        TasksOf::Today => (words.none_today(), words.none_today_hint()),
    }
}
