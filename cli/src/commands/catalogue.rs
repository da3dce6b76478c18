//! `fieldbook catalogue`: checks a catalogue before a server uses it.

mod check;

use clap::{Args, Subcommand};
use model::words::Language;

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;

/// Check a catalogue before a server uses it
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Check a catalogue before a server uses it. A catalogue is the folder of files \
        that defines what is recorded.\n\n    \
        fieldbook catalogue check ./catalogue ./catalogue-next",
    after_long_help = EXIT_CODES
)]
pub struct Catalogue {
    #[command(subcommand)]
    command: CatalogueCommand,
}

/// Each command's own words are in its file: words here would replace them.
#[derive(Debug, Subcommand)]
enum CatalogueCommand {
    Check(check::Check),
}

impl Catalogue {
    pub(crate) fn run(self, language: Language) -> Result<Report, Failure> {
        match self.command {
            CatalogueCommand::Check(command) => command.run(language),
        }
    }
}
