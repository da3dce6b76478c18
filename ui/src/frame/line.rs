//! The line above every page of a phone: how it stands with its server, in words.

use model::time::Span;

use crate::clock::Clock;
use crate::views::phone::SyncLine;
use crate::words::Words;

/// How the phone stands with its server, in words.
pub(crate) struct StateLine {
    pub(crate) text: String,
    pub(crate) class: &'static str,
    /// What is said of a phone that has not met its server for long.
    pub(crate) banner: Option<(String, &'static str)>,
}

impl StateLine {
    /// Says it. What is not sent is never green.
    pub(crate) fn of(line: &SyncLine, words: Words, clock: Clock<'_>) -> Self {
        let (text, class) = said(line, words, clock);
        Self { text, class, banner: banner(line, words, clock) }
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

/// Says that the phone has not met its server for a day, and more strongly after two.
fn banner(line: &SyncLine, words: Words, clock: Clock<'_>) -> Option<(String, &'static str)> {
    let since = clock.now().since(line.last?);
    match since {
        since if since >= Span::from_days(2) => Some((words.line_two_days(), "problem")),
        since if since >= Span::from_days(1) => Some((words.line_one_day(), "warning")),
        _ => None,
    }
}
