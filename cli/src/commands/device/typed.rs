//! Parses the arguments `FIELD=VALUE` and ids, with failures that suggest what was meant.

use std::str::FromStr;

use client_core::device::Doubts;
use model::catalogue::{Catalogue, EditVerb, Label, RecordType};
use model::ids::{ProgramCode, TypeName};
use model::input::{InputError, Mistake};
use model::record::Problem;
use model::words::Message;

use crate::failure::Failure;
use crate::said::Said;
use crate::suggest::{self, Names};

/// `NAME=VALUE` as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    name: String,
    value: String,
}

impl FromStr for Assignment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok(Self { name: name.trim().to_owned(), value: value.to_owned() })
            }
            _ => Err("write it as NAME=VALUE, such as mode=phone_text".into()),
        }
    }
}

/// What is said of dates that the clock may be wrong about.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Anyway {
    /// Accept dates that look wrong by this device's clock
    #[arg(long)]
    anyway: bool,
}

impl Anyway {
    pub(crate) fn doubts(self) -> Doubts {
        if self.anyway { Doubts::Overrule } else { Doubts::Ask }
    }
}

/// Returns the assignments as the device reads them.
pub(crate) fn pairs(assignments: &[Assignment]) -> impl Iterator<Item = (&str, &str)> {
    assignments.iter().map(|typed| (typed.name.as_str(), typed.value.as_str()))
}

/// Returns the record type of this name.
pub(crate) fn record_type<'a>(
    catalogue: &'a Catalogue,
    name: &str,
) -> Result<&'a RecordType, Failure> {
    let known = name.parse::<TypeName>().ok().and_then(|name| catalogue.record_type(&name));
    known.ok_or_else(|| {
        let made = catalogue.types.keys().filter(|name| !catalogue.is_retired(name));
        let names = made.map(TypeName::as_str);
        Failure::not_found("unknown_type", Message::new("unknown_type").with("type", name))
            .hint(suggest::hint(Names::Types, name, names))
    })
}

/// Returns the program of this name.
pub(crate) fn program(catalogue: &Catalogue, name: &str) -> Result<ProgramCode, Failure> {
    let known = name.parse().ok().filter(|code| catalogue.programs.contains_key(code));
    let programs = catalogue.programs.keys().map(ProgramCode::as_str);
    known.ok_or_else(|| {
        let message = Message::new("unknown_program").with("program", name);
        Failure::not_found("unknown_program", message).hint(suggest::hint(
            Names::Programs,
            name,
            programs,
        ))
    })
}

/// Returns the failure of invalid input, with the valid names, or with the command that edits the
/// field.
pub(crate) fn input_failure(record_type: &RecordType, error: &InputError) -> Failure {
    let unknown = error.0.iter().find_map(|mistake| match mistake {
        Mistake::NoField { name, .. } => Some(name),
        _ => None,
    });
    if let Some(name) = unknown {
        let asked = record_type.fields.iter().filter(|field| !field.retired);
        let names = asked.map(|field| field.name.as_str());
        return Failure::invalid("unknown_field", Said::of(error)).hint(suggest::hint(
            Names::Fields,
            name,
            names,
        ));
    }
    let meant = error.0.iter().find_map(|mistake| match mistake {
        Mistake::Field(problem) => match problem.problem {
            Problem::WrongEdit { takes, .. } => Some(command_for(takes, problem.field.as_str())),
            _ => None,
        },
        _ => None,
    });
    match meant {
        Some(command) => Failure::invalid("wrong_edit", Said::of(error)).hint(Label::same(command)),
        None => Failure::invalid("invalid_value", Said::of(error)),
    }
}

/// Returns the command that edits a field whose kind takes these edits.
fn command_for(verb: EditVerb, field: &str) -> String {
    let rest = match verb {
        EditVerb::AddAndRemove => {
            format!("add ID {field}=OPTION\nfieldbook device remove ID {field}=OPTION")
        }
        EditVerb::Increment => format!("increment ID {field} BY"),
        EditVerb::Log => format!("log ID {field} KEY=VALUE ..."),
        EditVerb::Note => format!("note ID {field} --append TEXT"),
        EditVerb::SetAndClear => format!("set ID {field}=VALUE"),
    };
    format!("fieldbook device {rest}")
}

#[cfg(test)]
mod tests {
    use model::ids::UserId;
    use model::input;
    use model::people::People;
    use model::time::Timestamp;
    use model::words::Language;

    use super::*;
    use crate::failure::Exit;

    fn nobody() -> People {
        People::new(UserId::from_bytes([1; 16]), [])
    }

    #[test]
    fn an_assignment_keeps_everything_after_the_first_sign() {
        let typed: Assignment = "note=a = b".parse().unwrap();
        assert_eq!((typed.name.as_str(), typed.value.as_str()), ("note", "a = b"));
        assert!("note".parse::<Assignment>().is_err());
        assert!("=x".parse::<Assignment>().is_err());
    }

    #[test]
    fn an_unknown_name_comes_back_with_the_names_there_are() {
        let catalogue = Catalogue::builtin().unwrap();
        let failure = record_type(&catalogue, "persn").unwrap_err();
        assert_eq!(failure.exit, Exit::NotFound);
        assert!(failure.hint.unwrap().starts_with("did you mean `person`?"));

        let intake = record_type(&catalogue, "outreach_intake").unwrap();
        let error = input::values(
            Timestamp::from_millis(0),
            &catalogue,
            &nobody(),
            intake,
            [("riks_level", "high")],
        )
        .unwrap_err();
        let failure = input_failure(intake, &error);
        assert_eq!((failure.exit, failure.code), (Exit::Invalid, "unknown_field"));
        let spanish = failure.clone().in_language(Language::Spanish);
        assert_eq!(spanish.message, "`riks_level` no es un campo de outreach_intake");
        assert!(spanish.hint.unwrap().starts_with("¿quiso decir `risk_level`?\ncampos: risk,"));
        assert!(failure.hint.unwrap().starts_with("did you mean `risk_level`?\nfields: risk,"));
    }

    #[test]
    fn a_field_that_is_edited_in_another_way_names_the_command() {
        let catalogue = Catalogue::builtin().unwrap();
        let intake = record_type(&catalogue, "outreach_intake").unwrap();
        for (field, command) in [
            ("risk", "add ID risk=OPTION"),
            ("contact_attempts", "increment ID contact_attempts BY"),
            ("goals", "log ID goals KEY=VALUE"),
            ("safety_plan", "note ID safety_plan --append TEXT"),
        ] {
            let error = input::values(
                Timestamp::from_millis(0),
                &catalogue,
                &nobody(),
                intake,
                [(field, "x")],
            )
            .unwrap_err();
            let failure = input_failure(intake, &error);
            assert_eq!(failure.code, "wrong_edit");
            assert!(failure.hint.unwrap().contains(command), "{field}");
        }
    }
}
