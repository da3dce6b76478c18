//! The line as a whole: global options and the five commands.

use clap::Parser;
use model::words::LanguageTag;

use crate::commands::Command;
use crate::failure::EXIT_CODES;
use crate::words;

/// Field records for outreach, hospital response and reentry: offline on a phone, merged on a server
#[derive(Debug, Parser)]
#[command(
    name = "fieldbook",
    version,
    long_about = "Field records for outreach, hospital response and reentry.\n\n\
        People record their work without waiting for a network; a server merges it. No edit is \
        lost: if two people change a value at the same time, both values are kept until a person \
        decides.\n\n\
        To see it at work, in a new folder that is deleted afterwards:\n\n    \
        fieldbook demo",
    after_long_help = EXIT_CODES,
    after_help = "`fieldbook COMMAND --help` explains a command and gives an example.",
    arg_required_else_help = true,
    propagate_version = true,
    infer_long_args = false
)]
pub struct Arguments {
    /// Print data and errors as JSON, for scripts
    #[arg(
        long,
        global = true,
        overrides_with = "json",
        long_help = "Print data and errors as JSON, for scripts.\n\nAccepted anywhere on the line. \
            Data goes to stdout; an error goes to stderr as \
            {\"error\":{\"code\",\"message\",\"hint\"}}. Fields may be added to the output, never \
            renamed or removed."
    )]
    pub json: bool,

    /// The language: en, es, or another that the catalogue's labels are in (vi); the environment's (LANG) when left out
    #[arg(long, value_name = "LANG", global = true, overrides_with = "lang")]
    pub lang: Option<LanguageTag>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Returns the language of the person who runs the command.
    pub(crate) fn language(&self) -> LanguageTag {
        self.lang.unwrap_or_else(words::language_of_environment)
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    #[test]
    fn the_line_is_put_together_without_contradiction() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn json_is_accepted_anywhere_on_the_line() {
        for line in [
            "fieldbook --json device --dir d search alder",
            "fieldbook device --json --dir d search alder",
            "fieldbook device --dir d --json search alder",
            "fieldbook device --dir d search --json alder",
            "fieldbook device --dir d search alder --json",
            "fieldbook device search alder --dir d --json",
            "fieldbook admin --data d user add Ana --role OW --program p --json",
            "fieldbook --json admin --data d backup f --json",
        ] {
            assert!(Arguments::try_parse_from(line.split(' ')).unwrap().json, "{line}");
        }
    }

    #[test]
    fn every_command_teaches_by_an_example() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path}{}", command.get_name());
            let long = command.get_long_about().unwrap_or_default().to_string();
            assert!(long.contains("    fieldbook "), "{path} has no example");
            for inner in command.get_subcommands().filter(|c| c.get_name() != "help") {
                walk(inner, &format!("{path} "));
            }
        }
        walk(&Arguments::command(), "");
    }
}
