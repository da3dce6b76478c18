//! `fieldbook device`: what an app on a phone does, on the command line.

mod add;
mod asked;
mod conflicts;
mod dismiss;
mod enroll;
mod form;
mod history;
mod increment;
mod lender;
mod list;
mod log;
mod new;
mod note;
mod reconnect;
mod refusals;
mod remove;
mod resolve;
mod retry;
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
mod wording;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::words::LanguageTag;

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;
pub(crate) use asked::Form;
pub(crate) use enroll::enroll_failure;
pub(crate) use session::{Session, open_failure, record_failure, store_failure, store_path, vault};
pub(crate) use sync::{driver_failure, outcome_failure, transport_failure};
pub(crate) use typed::{Assignment, input_failure, pairs, record_type};
pub(crate) use wording::Words;

/// Be a device: record, find, synchronize
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Be a device: an encrypted store in a folder, its key beside it, and the same \
        engine that runs on a phone. Every command except `enroll`, `reconnect`, `sync` and \
        `watch` works without a network.\n\n    \
        fieldbook device --dir ~/field enroll --server https://10.0.0.7:8443 --code ABCD-EFGH\n    \
        fieldbook device --dir ~/field new person name='Case Alder'\n    \
        fieldbook device --dir ~/field sync\n\n\
        The environment variable FIELDBOOK_PIN holds the store's PIN, of at least eight \
        characters. If it is set when the device enrolls, every later command needs it. After \
        ten wrong PINs the key is destroyed.",
    after_long_help = EXIT_CODES
)]
pub struct Device {
    /// The device's folder
    #[arg(long, value_name = "DIR", global = true)]
    dir: Option<PathBuf>,

    #[command(subcommand)]
    command: DeviceCommand,
}

/// Each command's own words are in its file: words here would replace them.
#[derive(Debug, Subcommand)]
enum DeviceCommand {
    Enroll(enroll::Enroll),
    Reconnect(reconnect::Reconnect),
    Form(form::ShowForm),
    New(new::New),
    Set(set::Set),
    Add(add::Add),
    Remove(remove::Remove),
    Increment(increment::Increment),
    Log(log::Log),
    Note(note::Note),
    Show(show::Show),
    History(history::History),
    List(list::List),
    Search(search::Search),
    Tasks(tasks::Tasks),
    Conflicts(conflicts::Conflicts),
    Resolve(resolve::Resolve),
    Refusals(refusals::Refusals),
    Retry(retry::Retry),
    Dismiss(dismiss::Dismiss),
    Sync(sync::Sync),
    Status(status::Status),
    Verify(verify::Verify),
    Watch(watch::Watch),
}

impl Device {
    pub(crate) fn run(self, language: LanguageTag, json: bool) -> Result<Report, Failure> {
        let dir = self.dir.ok_or_else(|| {
            Failure::invalid("usage", "`--dir DIR` is missing: which folder is the device in?")
                .hint("fieldbook device --dir DIR COMMAND ...")
        })?;
        if let DeviceCommand::Enroll(command) = self.command {
            return command.run(&dir, language);
        }
        let mut session = Session::open(&dir, language)?;
        match self.command {
            DeviceCommand::Enroll(_) => Err(Failure::failed("usage", "the device is open already")),
            DeviceCommand::Reconnect(command) => command.run(session),
            DeviceCommand::Form(command) => command.run(&mut session),
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
            DeviceCommand::Refusals(command) => command.run(&mut session),
            DeviceCommand::Retry(command) => command.run(&mut session),
            DeviceCommand::Dismiss(command) => command.run(&mut session),
            DeviceCommand::Sync(command) => command.run(session, json),
            DeviceCommand::Status(command) => command.run(&mut session),
            DeviceCommand::Verify(command) => command.run(&mut session),
            DeviceCommand::Watch(command) => command.run(session, json),
        }
    }
}
