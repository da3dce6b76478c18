//! The line above every page of a phone: how it stands with its server, in words.

use model::time::Span;

use crate::clock::Clock;
use crate::views::phone::SyncLine;
use crate::words::Words;

/// How the phone stands with its server, in words.
pub(crate) struct StateLine {
    pub(crate) text: String,
    pub(crate) class: &'static str,
    /// What is said of a phone that has not met its server for long, whose clock is wrong, or that is
    /// nearly full.
    pub(crate) banners: Vec<(String, &'static str)>,
}

impl StateLine {
    /// Says it. What is not sent is never green.
    pub(crate) fn of(line: &SyncLine, words: Words, clock: Clock<'_>) -> Self {
        let (text, class) = said(line, words, clock);
        let storage_low = line.storage_low.then(|| (words.sync_storage_full(), "warning"));
        let banners =
            [not_synced(line, words, clock), clock_is_wrong(line, words, clock), storage_low];
        Self { text, class, banners: banners.into_iter().flatten().collect() }
    }
}

fn said(line: &SyncLine, words: Words, clock: Clock<'_>) -> (String, &'static str) {
    match (line.refused, line.unsent, line.last) {
        _ if line.running => (words.line_running(), "open"),
        (0, 0, Some(last)) if clock.days_since(last) == 0 => {
            (words.line_all_sent(clock.time(last)), "good")
        }
        (0, 0, Some(last)) => (words.line_all_sent(clock.at(last)), "good"),
        (0, 0, None) => (words.line_never(), "open"),
        (0, waiting, _) if line.unreachable => (words.line_safe_here(waiting), "warn"),
        (0, waiting, _) => (words.line_to_send(waiting), "warn"),
        (refused, ..) => (words.line_refused(refused), "bad"),
    }
}

/// Says that the phone has not met its server for a day, more strongly after two, and most when it is about
/// to lock, or has: with what to do, and that nothing is lost.
fn not_synced(line: &SyncLine, words: Words, clock: Clock<'_>) -> Option<(String, &'static str)> {
    let kept = line.unsent + line.drafts;
    let kept = if kept > 0 { words.line_kept(line.drafts, line.unsent) } else { String::new() };
    let with_kept = |said: String| format!("{said} {kept}").trim_end().to_owned();
    if line.locked {
        return Some((with_kept(words.line_locked()), "problem"));
    }
    let since = clock.now().since(line.last?);
    let locks_soon = line.locks_at.filter(|at| at.since(clock.now()) <= Span::from_days(1));
    match (since, locks_soon) {
        (since, Some(at)) if since >= Span::from_days(1) => {
            Some((with_kept(words.line_locks(clock.at(at))), "problem"))
        }
        (since, _) if since >= Span::from_days(2) => Some((words.line_two_days(), "problem")),
        (since, _) if since >= Span::from_days(1) => Some((words.line_one_day(), "warning")),
        _ => None,
    }
}

/// Says that the phone's clock is wrong. Everything goes on: the server keeps how far it was off.
fn clock_is_wrong(
    line: &SyncLine,
    words: Words,
    clock: Clock<'_>,
) -> Option<(String, &'static str)> {
    let behind = line.behind;
    let off = Span::from_millis(behind.as_millis().saturating_abs());
    if off < CLOCK_OFF {
        return None;
    }
    let said = match behind == off {
        true => words.line_clock_behind(clock.span(off)),
        false => words.line_clock_ahead(clock.span(off)),
    };
    Some((said, "warning"))
}

/// A clock that is off by less is called right: answers travel, and clocks drift.
const CLOCK_OFF: Span = Span::from_minutes(5);
