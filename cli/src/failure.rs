//! How a command fails: what a person reads, what a script reads, and the exit code.

use std::fmt::Write as _;
use std::process::ExitCode;

use model::words::Language;
use serde_json::{Map, Value as Json, json};

use crate::details::Details;
use crate::printable;
use crate::said::Said;
use crate::words;

/// How the process ends. The numbers are part of the contract; `fieldbook --help` lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: something did not hold, or a store, file or server has a fault.
    Failed,
    /// 2: wrong usage or invalid input.
    Invalid,
    /// 3: refused or not permitted.
    Refused,
    /// 4: what was named is not there.
    NotFound,
    /// 5: the server was not reached.
    Unreachable,
}

impl Exit {
    /// Returns the number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Invalid => 2,
            Self::Refused => 3,
            Self::NotFound => 4,
            Self::Unreachable => 5,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The part of every long help that says what the exit codes mean.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a check failed, or a store, file or server has a fault
  2  wrong usage or invalid input; the message names the option or the field
  3  refused, or not permitted
  4  the named record, user, file or other thing does not exist
  5  the server could not be reached; nothing is lost, try again later";

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How the process ends.
    pub exit: Exit,
    /// A stable name for scripts, such as `unknown_field`.
    pub code: &'static str,
    /// One sentence for a person, lower-case, without a full stop. Holds no field data.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The message in Spanish, where it is not the one of the code.
    pub(crate) spanish: Option<Box<str>>,
    /// What to do about it in Spanish, where it is not the one of the code.
    pub(crate) spanish_hint: Option<Box<str>>,
    /// What there are several of, for scripts; people read them in the hint.
    pub details: Option<Box<Details>>,
    /// The language of the message and the hint.
    pub language: Language,
}

impl Failure {
    /// Creates a failure of a check, or of a store, file or server.
    pub fn failed(code: &'static str, message: impl Into<Said>) -> Self {
        let Said { en: message, es: spanish } = message.into();
        let spanish = spanish.map(String::into_boxed_str);
        Self {
            exit: Exit::Failed,
            code,
            message,
            hint: None,
            spanish,
            spanish_hint: None,
            details: None,
            language: Language::English,
        }
    }

    /// Creates a failure of invalid input.
    pub fn invalid(code: &'static str, message: impl Into<Said>) -> Self {
        Self { exit: Exit::Invalid, ..Self::failed(code, message) }
    }

    /// Creates a failure of an act that is refused or not permitted.
    pub fn refused(code: &'static str, message: impl Into<Said>) -> Self {
        Self { exit: Exit::Refused, ..Self::failed(code, message) }
    }

    /// Creates a failure of a thing that does not exist.
    pub fn not_found(code: &'static str, message: impl Into<Said>) -> Self {
        Self { exit: Exit::NotFound, ..Self::failed(code, message) }
    }

    /// Creates a failure of a server that cannot be reached.
    pub fn unreachable(message: impl Into<Said>) -> Self {
        Self { exit: Exit::Unreachable, ..Self::failed("unreachable", message) }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<Said>) -> Self {
        let Said { en, es } = hint.into();
        Self { hint: Some(en), spanish_hint: es.map(String::into_boxed_str), ..self }
    }

    /// Adds what there are several of: as the hint, one per line, and for scripts.
    #[must_use]
    pub fn details(self, details: Details) -> Self {
        let hint = details.lines();
        Self { details: Some(Box::new(details)), ..self.hint(hint) }
    }

    /// Returns the same failure in a language. Text without a translation stays in English.
    #[must_use]
    pub fn in_language(self, language: impl Into<Language>) -> Self {
        let language = language.into();
        if language == Language::English {
            return self;
        }
        let known = words::failure(self.code);
        let message = self.spanish.clone().or_else(|| known.map(|known| known.message.into()));
        let hint = self.spanish_hint.clone().or_else(|| known?.hint.map(Into::into));
        Self {
            message: message.map_or(self.message, String::from),
            hint: self.hint.map(|english| hint.map_or(english, String::from)),
            language,
            ..self
        }
    }

    /// Returns the text for stderr, without control characters that a terminal would obey.
    pub fn render(&self, json: bool) -> String {
        if json {
            let mut error = Map::from_iter([
                ("code".to_owned(), json!(self.code)),
                ("message".to_owned(), json!(self.message)),
            ]);
            error.extend(self.hint.as_ref().map(|hint| ("hint".to_owned(), json!(hint))));
            let details = self.details.iter().map(|details| details.json(self.language));
            error.extend(details.map(|(key, list)| (key.to_owned(), list)));
            let text = json!({ "error": Json::Object(error) }).to_string();
            return printable::json(&text).into_owned() + "\n";
        }
        let mut text = format!("error: {}\n", self.message);
        if let Some(hint) = &self.hint {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n  {}", hint.replace('\n', "\n  "));
        }
        printable::text(&text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_well_and_parses_well() {
        let failure = Failure::not_found("unknown_type", "there is no record type `persn`")
            .hint("did you mean `person`?");
        assert_eq!(
            failure.render(false),
            "error: there is no record type `persn`\n\n  did you mean `person`?\n"
        );
        let parsed: Json = serde_json::from_str(&failure.render(true)).unwrap();
        assert_eq!(
            parsed,
            json!({"error": {
                "code": "unknown_type",
                "message": "there is no record type `persn`",
                "hint": "did you mean `person`?",
            }})
        );
        assert_eq!(failure.exit.code(), 4);
    }

    #[test]
    fn what_a_server_answers_is_shown_and_not_obeyed() {
        let failure = Failure::refused("refused", "the server says: \u{1b}[2J\u{9b}1mno\u{7}")
            .hint("\u{1b}]0;gone\u{7}ask it again");
        for json in [false, true] {
            let printed = failure.render(json);
            assert!(!printed.trim_end().contains(|c: char| c.is_control() && c != '\n'));
            assert!(printed.contains("ask it again"), "{printed}");
        }
    }
}
