//! The text that the demo prints while it plays.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

use crate::report::Report;

/// Tells the story as it happens: on stdout, or on stderr when stdout is for a script.
pub(super) struct Story {
    json: bool,
}

impl Story {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints the title of a new part of the day.
    pub(super) fn part(&mut self, title: impl Display) {
        self.line(format_args!("\n{title}\n"));
    }

    /// Prints one event of the story.
    pub(super) fn tell(&mut self, what: impl Display) {
        self.line(format_args!("  {what}"));
    }

    /// Prints the end of the story although the command goes on.
    pub(super) fn print(&mut self, report: &Report, json: bool) {
        // A reader that has seen enough closes the pipe: the demo goes on all the same.
        let _ = std::io::stdout().lock().write_all(report.render(json).as_bytes());
    }

    /// Says what one can do while the server runs on.
    pub(super) fn tell_how_to_go_on(&mut self, folder: &Path, url: &str) {
        let program = std::env::current_exe().unwrap_or_else(|_| "fieldbook".into());
        let (program, folder) = (program.display(), folder.display());
        self.part(format_args!("The server goes on at {url}. In another terminal:"));
        self.line(format_args!("    alias fieldbook={program}\n    cd {folder}\n"));
        for line in [
            "device --dir sol conflicts",
            "device --dir ana list",
            "device --dir ana tasks",
            "device --dir ana new person name='Case Elm'",
            "device --dir ana sync",
            "admin --data data devices",
            "admin --data data invite 'Ana Ejemplo'",
        ] {
            self.line(format_args!("    fieldbook {line}"));
        }
        self.line(format_args!("\n  Ctrl-C ends the demo and removes the folder."));
    }

    fn line(&mut self, text: impl Display) {
        let _ = if self.json {
            writeln!(std::io::stderr().lock(), "{text}")
        } else {
            writeln!(std::io::stdout().lock(), "{text}")
        };
    }
}
