//! `fieldbook device`: what an app on a phone does, on the command line.

mod add;
mod conflicts;
mod enroll;
mod history;
mod increment;
mod list;
mod log;
mod new;
mod note;
mod remove;
mod resolve;
mod search;
mod session;
mod set;
mod show;
mod status;
mod sync;
mod tasks;
mod typed;
mod verify;
mod watch;
mod words;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;
pub(crate) use enroll::enrol_failure;
pub(crate) use session::{Session, open_failure, record_failure, store_failure, store_path, vault};
pub(crate) use sync::{driver_failure, outcome_failure, transport_failure};
pub(crate) use typed::{input_failure, record_type};

/// Be a device: record, find, synchronize
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Be a device: an encrypted store in a folder, its key beside it, and the same \
        engine that runs on a phone. Everything but `enroll`, `sync` and `watch` works without a \
        network.\n\n    \
        fieldbook device --dir ~/field enroll --server https://10.0.0.7:8443 --code ABCD-EFGH\n    \
        fieldbook device --dir ~/field new person name='Case Alder'\n    \
        fieldbook device --dir ~/field sync\n\n\
        The environment variable FIELDBOOK_PIN is the store's PIN. Set when the device enrols, it \
        is needed from then on; ten wrong ones destroy the key.",
    after_long_help = EXIT_CODES
)]
pub struct Device {
    /// The device's folder
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,

    /// The language of labels: en or es
    #[arg(long, value_name = "LANG", global = true, default_value = "en", value_parser = ["en", "es"])]
    lang: String,

    #[command(subcommand)]
    command: DeviceCommand,
}

#[derive(Debug, Subcommand)]
enum DeviceCommand {
    /// Enrol this device with an invitation's code
    Enroll(enroll::Enroll),
    /// Make a record
    New(new::New),
    /// Set fields of a record; an empty value clears one
    Set(set::Set),
    /// Add options to a set
    Add(add::Add),
    /// Remove options from a set
    Remove(remove::Remove),
    /// Count a counter up or down
    Increment(increment::Increment),
    /// Add an entry to a log
    Log(log::Log),
    /// Write in a shared note
    Note(note::Note),
    /// Show a record
    Show(show::Show),
    /// Show who changed what in a record, and when
    History(history::History),
    /// List records
    List(list::List),
    /// Find records by names, aliases and notes
    Search(search::Search),
    /// List what is due
    Tasks(tasks::Tasks),
    /// List values that wait for a person's decision
    Conflicts(conflicts::Conflicts),
    /// Decide which value of a conflict stays
    Resolve(resolve::Resolve),
    /// Send what was recorded and receive what others did
    Sync(sync::Sync),
    /// Show what this device holds and what waits to be sent
    Status(status::Status),
    /// Check the store from end to end
    Verify(verify::Verify),
    /// Stay connected, and synchronize as soon as there is something new
    Watch(watch::Watch),
}

impl Device {
    pub(crate) fn run(self, json: bool) -> Result<Report, Failure> {
        let dir = self.dir.ok_or_else(|| {
            Failure::invalid("usage", "`--dir DIR` is missing: which folder is the device in?")
                .hint("fieldbook device --dir DIR COMMAND ...")
        })?;
        if let DeviceCommand::Enroll(command) = self.command {
            return command.run(&dir);
        }
        let mut session = Session::open(&dir, self.lang)?;
        match self.command {
            DeviceCommand::Enroll(_) => Err(Failure::failed("usage", "the device is open already")),
            DeviceCommand::New(command) => command.run(&mut session),
            DeviceCommand::Set(command) => command.run(&mut session),
            DeviceCommand::Add(command) => command.run(&mut session),
            DeviceCommand::Remove(command) => command.run(&mut session),
            DeviceCommand::Increment(command) => command.run(&mut session),
            DeviceCommand::Log(command) => command.run(&mut session),
            DeviceCommand::Note(command) => command.run(&mut session),
            DeviceCommand::Show(command) => command.run(&mut session),
            DeviceCommand::History(command) => command.run(&mut session),
            DeviceCommand::List(command) => command.run(&mut session),
            DeviceCommand::Search(command) => command.run(&mut session),
            DeviceCommand::Tasks(command) => command.run(&mut session),
            DeviceCommand::Conflicts(command) => command.run(&mut session),
            DeviceCommand::Resolve(command) => command.run(&mut session),
            DeviceCommand::Sync(command) => command.run(&mut session, json),
            DeviceCommand::Status(command) => command.run(&mut session),
            DeviceCommand::Verify(command) => command.run(&mut session),
            DeviceCommand::Watch(command) => command.run(&mut session, json),
        }
    }
}
