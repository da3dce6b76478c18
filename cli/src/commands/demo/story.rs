//! The text that the demo prints while it plays.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

use model::catalogue::Label;
use model::words::{Language, Message};

use crate::report::Report;
use crate::words;

/// Tells the story as it happens: on stdout, or on stderr when stdout is for a script.
pub(super) struct Story {
    language: Language,
    json: bool,
}

/// What fills a phrase.
type Parts<'a> = &'a [(&'a str, &'a dyn Display)];

impl Story {
    pub(super) fn new(language: Language, json: bool) -> Self {
        Self { language, json }
    }

    /// Prints the title of a new part of the day.
    pub(super) fn part(&mut self, key: &str, parts: Parts<'_>) {
        let title = self.say(key, parts);
        self.line(format_args!("\n{title}\n"));
    }

    /// Prints one event of the story.
    pub(super) fn tell(&mut self, key: &str, parts: Parts<'_>) {
        let event = self.say(key, parts);
        self.line(format_args!("  {event}"));
    }

    /// Returns a phrase in the language of the story.
    pub(super) fn say(&self, key: &str, parts: Parts<'_>) -> String {
        words::say(self.language, key, parts)
    }

    /// Returns a message in the language of the story, or its bare code if it has no words.
    pub(super) fn told(&self, message: &Message) -> String {
        message.in_language(self.language).unwrap_or_else(|| message.code().to_owned())
    }

    /// Returns a label in the language of the story.
    pub(super) fn label(&self, label: &Label) -> String {
        label.in_language(self.language).to_owned()
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
        self.part("demo_goes_on", &[("url", &url)]);
        let alias = match self.language {
            Language::English => program.to_string(),
            Language::Spanish => format!("'{program} --lang es'"),
        };
        self.line(format_args!("    alias fieldbook={alias}\n    cd {folder}\n"));
        let case = self.say("demo_case", &[("name", &"Elm")]);
        for line in [
            "device --dir sol conflicts",
            "device --dir ana list",
            "device --dir ana tasks",
            "device --dir ana draft list",
            &format!("device --dir ana new person name='{case}'"),
            "device --dir ana sync",
            "admin --data data devices",
            "admin --data data invite 'Ana Alder'",
        ] {
            self.line(format_args!("    fieldbook {line}"));
        }
        let end = self.say("demo_ctrl_c", &[]);
        self.line(format_args!("\n  {end}"));
    }

    /// Prints lines as they are.
    pub(super) fn print_text(&mut self, text: &str) {
        for line in text.lines() {
            self.line(format_args!("    {line}"));
        }
    }

    fn line(&mut self, text: impl Display) {
        let _ = if self.json {
            writeln!(std::io::stderr().lock(), "{text}")
        } else {
            writeln!(std::io::stdout().lock(), "{text}")
        };
    }
}
