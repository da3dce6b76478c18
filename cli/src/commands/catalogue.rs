//! `fieldbook catalogue`: what a department changes, and how it comes in force.

mod check;
mod diff;
mod export;
mod history;
mod import;
mod preview;
mod publish;
mod rollback;
mod source;

use clap::{Args, Subcommand};
use model::words::LanguageTag;

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;

/// Work on a catalogue, and put it in force
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Work on a catalogue, and put it in force. A catalogue is the folder of files \
        that defines what is recorded, and what forms ask.\n\n    \
        fieldbook catalogue export ./catalogue-next\n    \
        fieldbook catalogue check ./catalogue-next\n    \
        fieldbook catalogue preview mediation --catalogue ./catalogue-next\n    \
        fieldbook catalogue diff ./catalogue ./catalogue-next\n    \
        fieldbook catalogue import visit.xlsx --like mediation --catalogue ./catalogue-next\n    \
        fieldbook catalogue publish ./catalogue-next --data ./data\n    \
        fieldbook catalogue rollback --data ./data",
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
    Publish(publish::Publish),
    History(history::History),
    Rollback(rollback::Rollback),
    Import(import::Import),
}

impl Catalogue {
    pub(crate) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        match self.command {
            CatalogueCommand::Check(command) => command.run(language),
            CatalogueCommand::Diff(command) => command.run(language),
            CatalogueCommand::Preview(command) => command.run(language),
            CatalogueCommand::Export(command) => command.run(language),
            CatalogueCommand::Publish(command) => command.run(language),
            CatalogueCommand::History(command) => command.run(language),
            CatalogueCommand::Rollback(command) => command.run(language),
            CatalogueCommand::Import(command) => command.run(language),
        }
    }
}
