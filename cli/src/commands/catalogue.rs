//! `fieldbook catalogue`: what a department changes, before a server uses it.

mod check;
mod diff;
mod export;
mod import;
mod preview;
mod source;

use clap::{Args, Subcommand};
use model::words::LanguageTag;

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;

/// Work on a catalogue before a server uses it
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Work on a catalogue before a server uses it. A catalogue is the folder of files \
        that defines what is recorded, and what forms ask.\n\n    \
        fieldbook catalogue export ./catalogue-next\n    \
        fieldbook catalogue check ./catalogue-next\n    \
        fieldbook catalogue preview mediation --catalogue ./catalogue-next\n    \
        fieldbook catalogue diff ./catalogue ./catalogue-next\n    \
        fieldbook catalogue import visit.xlsx --like mediation --catalogue ./catalogue-next",
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
    Diff(diff::Diff),
    Preview(preview::Preview),
    Export(export::Export),
    Import(import::Import),
}

impl Catalogue {
    pub(crate) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        match self.command {
            CatalogueCommand::Check(command) => command.run(language),
            CatalogueCommand::Diff(command) => command.run(language),
            CatalogueCommand::Preview(command) => command.run(language),
            CatalogueCommand::Export(command) => command.run(language),
            CatalogueCommand::Import(command) => command.run(language),
        }
    }
}
