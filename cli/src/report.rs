//! The output of a command, for a person and for a script.

use serde_json::Value as Json;

use crate::failure::Exit;
use crate::printable;

/// The result of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What a person reads.
    pub text: String,
    /// What `--json` prints. Stable: fields may be added, never renamed or removed.
    pub json: Json,
    /// How the process ends: a report can be complete and still tell of a failure.
    pub exit: Exit,
}

impl Report {
    /// Creates a report of work done.
    pub fn new(json: Json, text: impl Into<String>) -> Self {
        Self { text: text.into(), json, exit: Exit::Done }
    }

    /// Creates the report of a command that has already printed everything.
    pub fn silent() -> Self {
        Self::new(Json::Null, "")
    }

    /// Returns the same report with another exit code.
    #[must_use]
    pub fn exit(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Returns the text for stdout, without control characters that a terminal would obey.
    pub fn render(&self, json: bool) -> String {
        if json {
            let text = self.json.to_string();
            let is_silent = self.json.is_null();
            return if is_silent {
                String::new()
            } else {
                printable::json(&text).into_owned() + "\n"
            };
        }
        match self.text.trim_end_matches('\n') {
            "" => String::new(),
            text => printable::text(text).into_owned() + "\n",
        }
    }
}
