//! The commands, one file each.

pub mod admin;
pub mod catalogue;
pub mod demo;
pub mod device;
pub mod serve;

use clap::Subcommand;
use model::words::LanguageTag;
use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;
use crate::report::Report;

/// What can be done. Each command's own words are in its file: words here would replace them.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    Admin(admin::Admin),
    Catalogue(catalogue::Catalogue),
    Device(device::Device),
}

/// Runs a command.
///
/// # Errors
/// Whatever kept it from doing what it was asked.
pub(crate) fn run(command: Command, language: LanguageTag, json: bool) -> Result<Report, Failure> {
    let done = match command {
        Command::Demo(command) => command.run(language.into(), json),
        Command::Serve(command) => command.run(language, json),
        Command::Admin(command) => command.run(language, json),
        Command::Catalogue(command) => command.run(language),
        Command::Device(command) => command.run(language, json),
    };
    done.map_err(|failure| failure.in_language(language))
}

/// Returns a runtime for commands that talk to the network: one thread is enough for one person.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    started(Builder::new_current_thread())
}

/// Returns a runtime for a server: as many threads as there are cores.
pub(crate) fn server_runtime() -> Result<Runtime, Failure> {
    started(Builder::new_multi_thread())
}

fn started(mut builder: Builder) -> Result<Runtime, Failure> {
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::failed("runtime", format!("the runtime did not start: {error}")))
}
