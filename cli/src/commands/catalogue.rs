//! `fieldbook catalogue`: what is recorded, as data, before it is put to use.

mod check;

use clap::{Args, Subcommand};

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;

/// Look at a catalogue before it is put to use
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Look at a catalogue, the folder of files that says what is recorded, before a \
        server puts it to use.\n\n    \
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
    pub(crate) fn run(self) -> Result<Report, Failure> {
        match self.command {
            CatalogueCommand::Check(command) => command.run(),
        }
    }
}
