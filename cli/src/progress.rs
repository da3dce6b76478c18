//! Progress of long work, on stderr and only on a terminal.

use std::borrow::Cow;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Returns a spinner for work of unknown length. It is hidden if the output is not a terminal.
pub fn spinner(what: impl Into<Cow<'static, str>>, json: bool) -> ProgressBar {
    if is_hidden(json) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner().with_message(what);
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// Returns a progress bar for work of this length. It is hidden if the output is not a terminal.
pub fn bar(what: impl Into<Cow<'static, str>>, length: u64, json: bool) -> ProgressBar {
    if is_hidden(json) {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length).with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn is_hidden(json: bool) -> bool {
    json || !std::io::stderr().is_terminal()
}
