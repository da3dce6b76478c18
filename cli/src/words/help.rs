//! Help and clap's usage errors, in the reader's language.
//!
//! The English text is with each command. The tables here have the Spanish for every paragraph,
//! found by the English text itself, so that a changed text needs a new translation.

mod device;
mod office;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use model::words::Language;

use super::say;

/// Returns the program's command line with its help in a language.
pub(crate) fn command_in(command: Command, language: Language) -> Command {
    match language {
        Language::English => command,
        // What clap adds by itself is there once it is built.
        Language::Spanish => {
            let mut built = translated(command);
            built.build();
            translated(built)
        }
    }
}

fn translated(command: Command) -> Command {
    let text = |given: Option<&StyledStr>| given.map(|text| in_spanish(&text.to_string()));
    let about = text(command.get_about());
    let long_about = text(command.get_long_about());
    let after_help = text(command.get_after_help());
    let after_long_help = text(command.get_after_long_help());
    let mut command = command.mut_args(argument);
    command = about.into_iter().fold(command, Command::about);
    command = long_about.into_iter().fold(command, Command::long_about);
    command = after_help.into_iter().fold(command, Command::after_help);
    command = after_long_help.into_iter().fold(command, Command::after_long_help);
    command.mut_subcommands(translated)
}

fn argument(argument: Arg) -> Arg {
    let text = |given: Option<&StyledStr>| given.map(|text| in_spanish(&text.to_string()));
    let (help, long_help) = (text(argument.get_help()), text(argument.get_long_help()));
    let argument = help.into_iter().fold(argument, Arg::help);
    long_help.into_iter().fold(argument, Arg::long_help)
}

/// Returns a text of several paragraphs in Spanish. A paragraph without a translation stays as it
/// is.
fn in_spanish(text: &str) -> String {
    let paragraphs = text.split("\n\n");
    let spanish = paragraphs.map(|paragraph| match known(paragraph) {
        Some(spanish) => spanish.to_owned(),
        None => match paragraph.strip_prefix(WITH_JSON) {
            Some(shape) => format!("Con --json: {shape}"),
            None => paragraph.to_owned(),
        },
    });
    spanish.collect::<Vec<_>>().join("\n\n")
}

fn known(paragraph: &str) -> Option<&'static str> {
    let mut all = office::OFFICE.iter().chain(device::DEVICE);
    all.find(|(english, _)| *english == paragraph.trim()).map(|(_, spanish)| *spanish)
}

const WITH_JSON: &str = "With --json: ";

/// Returns clap's help text with the headings and marks that clap itself writes in Spanish.
pub(crate) fn help_in_spanish(help: &str) -> String {
    let mut text = String::new();
    for line in help.lines() {
        let line = match line {
            "Commands:" => "Comandos:".to_owned(),
            "Arguments:" => "Argumentos:".to_owned(),
            "Options:" => "Opciones:".to_owned(),
            line => match line.strip_prefix("Usage: ") {
                Some(usage) => format!("Uso: {}", usage_in_spanish(usage)),
                None => line
                    .replace("[default:", "[si no se indica:")
                    .replace("[possible values:", "[valores:"),
            },
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

fn usage_in_spanish(usage: &str) -> String {
    usage
        .replace("[OPTIONS]", "[OPCIONES]")
        .replace("<COMMAND>", "<COMANDO>")
        .replace("[COMMAND]", "[COMANDO]")
}

/// Returns a mistake in the command line, and what to do about it, in Spanish.
pub(crate) fn mistake_in_spanish(error: &clap::Error) -> (String, Option<String>) {
    let said = |kind: ContextKind| error.get(kind).map(value).unwrap_or_default();
    let spanish =
        |key: &str, parts: &[(&str, &dyn std::fmt::Display)]| say(Language::Spanish, key, parts);
    let argument = said(ContextKind::InvalidArg);
    let message = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            spanish("line_unknown_command", &[("name", &said(ContextKind::InvalidSubcommand))])
        }
        ErrorKind::UnknownArgument => spanish("line_unknown_argument", &[("name", &argument)]),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let typed = said(ContextKind::InvalidValue);
            match typed.is_empty() {
                true => spanish("line_value_missing", &[("name", &argument)]),
                false => spanish("line_bad_value", &[("value", &typed), ("name", &argument)]),
            }
        }
        ErrorKind::MissingRequiredArgument => {
            spanish("line_argument_missing", &[("names", &argument)])
        }
        ErrorKind::ArgumentConflict => {
            let other = said(ContextKind::PriorArg);
            spanish("line_conflict", &[("name", &argument), ("other", &other)])
        }
        ErrorKind::MissingSubcommand => spanish("line_command_missing", &[]),
        ErrorKind::TooManyValues => spanish("line_too_many", &[("name", &argument)]),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            spanish("line_value_missing", &[("name", &argument)])
        }
        ErrorKind::InvalidUtf8 => spanish("line_not_text", &[]),
        _ => spanish("line_wrong", &[]),
    };
    let suggested =
        [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    let mut hints: Vec<String> = suggested
        .into_iter()
        .filter_map(|kind| error.get(kind).map(value))
        .map(|near| spanish("near", &[("name", &near)]))
        .collect();
    let valid = said(ContextKind::ValidValue);
    if !valid.is_empty() {
        hints.push(spanish("line_valid_values", &[("values", &valid)]));
    }
    let usage = said(ContextKind::Usage);
    if let Some(usage) = usage.trim().strip_prefix("Usage: ") {
        hints.push(format!("Uso: {}", usage_in_spanish(usage)));
    }
    hints.push(spanish("line_see_help", &[]));
    (message, Some(hints.join("\n")))
}

fn value(value: &ContextValue) -> String {
    match value {
        ContextValue::Strings(all) => all.join(", "),
        ContextValue::StyledStrs(all) => {
            all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::arguments::Arguments;

    #[test]
    fn every_text_of_the_help_has_its_spanish_and_no_spanish_is_left_over() {
        let mut command = Arguments::command();
        command.build();
        let (mut missing, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (place, text) in texts(&command, "") {
            for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
                let paragraph = paragraph.trim_end();
                match known(paragraph) {
                    Some(_) => drop(used.insert(paragraph.trim().to_owned())),
                    None if is_code(paragraph) => {}
                    None => drop(missing.insert(format!("{place}: {paragraph}"))),
                }
            }
        }
        assert!(missing.is_empty(), "{missing:#?}");
        let (mut seen, mut left) = (BTreeSet::new(), BTreeSet::new());
        for (english, spanish) in office::OFFICE.iter().chain(device::DEVICE) {
            assert!(seen.insert(english), "stands twice: {english}");
            assert_ne!(english, spanish);
            if !used.contains(*english) {
                left.insert(english);
            }
        }
        assert!(left.is_empty(), "nothing says this any more: {left:#?}");
    }

    #[test]
    fn the_spanish_line_takes_what_the_english_one_takes() {
        command_in(Arguments::command(), Language::Spanish).debug_assert();
    }

    /// Returns whether a paragraph is an example or the shape of JSON, which are the same in every
    /// language.
    fn is_code(paragraph: &str) -> bool {
        let shape = paragraph.strip_prefix(WITH_JSON).unwrap_or_default();
        let is_shape = shape.starts_with(['{', '[']) && !shape.contains(' ');
        is_shape || paragraph.lines().all(|line| line.starts_with("    "))
    }

    fn texts(command: &Command, path: &str) -> Vec<(String, String)> {
        let path = format!("{path} {}", command.get_name());
        let mut found = Vec::new();
        let mut note = |text: Option<&StyledStr>, place: &str| {
            found.extend(text.map(|text| (format!("{path} {place}"), text.to_string())));
        };
        note(command.get_about(), "about");
        note(command.get_long_about(), "long about");
        note(command.get_after_help(), "after");
        note(command.get_after_long_help(), "after, long");
        for argument in command.get_arguments() {
            note(argument.get_help(), argument.get_id().as_str());
            note(argument.get_long_help(), argument.get_id().as_str());
        }
        found.extend(command.get_subcommands().flat_map(|inner| texts(inner, &path)));
        found
    }
}
