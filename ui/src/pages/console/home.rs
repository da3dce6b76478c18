//! The supervisor's day: what is to be done, and what has gone quiet.

use askama::Template;

use super::rows::{CaseLine, TaskLine, case_lines, task_lines};
use crate::frame::{Frame, Place};
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::{Audience, Screen};
use crate::source::{Refusal, Source};
use crate::views::Counts;
use crate::words::Words;

#[derive(Template)]
#[template(path = "console/home.html")]
struct Home<'a> {
    frame: Frame<'a>,
    tiles: Vec<Tile>,
    /// Whether they work on cases or read them.
    cases: bool,
    due: Vec<TaskLine>,
    quiet: Vec<CaseLine>,
}

/// A count, and the list that it counts.
struct Tile {
    path: &'static str,
    count: u64,
    label: String,
    late: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = source.console().ok_or(Refusal::NotFound)?.home()?;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Home, Some(view.counts));
    let (words, clock) = (frame.words, frame.clock);
    let tiles = tiles(view.counts, words);
    page(&Home {
        tiles: tiles.into_iter().filter(|tile| frame.opens(tile.path)).collect(),
        cases: Audience::Cases.includes(viewer.offices),
        due: task_lines(&view.due, words, clock, catalogue),
        quiet: case_lines(&view.quiet, words, clock),
        frame,
    })
}

fn tiles(counts: Counts, words: Words) -> [Tile; 5] {
    let tile = |path, count, label| Tile { path, count, label, late: false };
    [
        Tile { late: true, ..tile("/tasks/overdue", counts.overdue, words.tile_overdue()) },
        tile("/tasks/today", counts.today, words.tile_today()),
        tile("/review", counts.review, words.tile_review()),
        tile("/conflicts", counts.conflicts, words.tile_conflicts()),
        Tile { late: true, ..tile("/emergencies", counts.safety, words.tile_safety()) },
    ]
}
