//! The `fieldbook` command line: server, administration, a device, and the demo.
//!
//! [`main`] parses the line, hands it to a command of [`commands`], and prints what came back: data
//! on stdout, everything else on stderr, as text or (with `--json`) as JSON. A command returns a
//! [`report::Report`] or a [`failure::Failure`] and prints nothing itself, unless it runs on
//! (`serve`, `watch`, `demo`).

pub mod arguments;
pub mod ask;
pub mod clock;
pub mod commands;
pub mod details;
pub mod failure;
pub mod logging;
pub mod panics;
pub mod printable;
pub mod progress;
pub mod qr;
pub mod report;
pub mod said;
pub mod signals;
pub mod suggest;
pub mod table;
pub mod words;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};
use model::words::Language;

use arguments::Arguments;
use failure::{Exit, Failure};
use report::Report;

/// Runs one line of arguments, the program's name first, and says how the process is to end.
pub fn main(line: impl IntoIterator<Item = OsString>) -> ExitCode {
    panics::keep_caught_ones_quiet();
    let line: Vec<OsString> = line.into_iter().collect();
    // Help and mistakes are told before the line is understood.
    let language = words::language_of_line(&line);
    let command = words::help::command_in(Arguments::command(), language.into());
    let parsed = command
        .try_get_matches_from(&line)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return explain(&error, &line, language.into()).into(),
    };
    let (json, language) = (arguments.json, arguments.language());
    let exit = match commands::run(arguments.command, language, json) {
        Ok(report) => print(&report, json),
        Err(failure) => complain(&failure, json),
    };
    exit.into()
}

/// Prints what clap has to say: help and version as asked for, mistakes as every other mistake.
fn explain(error: &clap::Error, line: &[OsString], language: Language) -> Exit {
    use clap::error::ErrorKind;
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let json = line.iter().any(|part| part == "--json");
    match error.kind() {
        _ if language == Language::Spanish && is_help => {
            let help = words::help::help_in_spanish(&error.render().to_string());
            let help = help.as_bytes();
            // A closed pipe ends the reading, not the work.
            match error.use_stderr() {
                true => drop(std::io::stderr().lock().write_all(help)),
                false => drop(std::io::stdout().lock().write_all(help)),
            }
            if error.use_stderr() { Exit::Invalid } else { Exit::Done }
        }
        _ if language == Language::Spanish => {
            let (message, hint) = words::help::mistake_in_spanish(error);
            let failure = Failure::invalid("usage", message);
            complain(&hint.map_or(failure.clone(), |hint| failure.hint(hint)), json)
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A closed pipe ends the reading, not the work.
            let _ = error.print();
            Exit::Done
        }
        _ if json => {
            let text = error.render().to_string();
            let text = text.trim_start_matches("error: ").trim();
            let (message, rest) = text.split_once("\n\n").unwrap_or((text, ""));
            let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
            let hint = rest.lines().map(str::trim).filter(|line| !line.is_empty());
            let hint = hint.collect::<Vec<_>>().join("; ");
            let failure = Failure::invalid("usage", message);
            complain(&if hint.is_empty() { failure } else { failure.hint(hint) }, true)
        }
        _ => {
            let text = error.render().to_string();
            let _ = match printable::text(&text) {
                // As it came, with its colours.
                Cow::Borrowed(_) => error.print(),
                Cow::Owned(plain) => std::io::stderr().lock().write_all(plain.as_bytes()),
            };
            Exit::Invalid
        }
    }
}

fn print(report: &Report, json: bool) -> Exit {
    let text = report.render(json);
    // A reader that has seen enough (`| head`) closes the pipe: the work is done all the same.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
    report.exit
}

fn complain(failure: &Failure, json: bool) -> Exit {
    let _ = std::io::stderr().lock().write_all(failure.render(json).as_bytes());
    failure.exit
}
