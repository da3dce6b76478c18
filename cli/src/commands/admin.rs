//! `fieldbook admin`: people, invitations, cases, devices and backups, whether or not the server is
//! running. A running server applies changes at once.

mod account;
mod assign;
mod audit;
mod backup;
mod devices;
mod erase;
mod init;
mod invite;
mod lock;
mod quarantine;
mod relocate;
mod restore;
mod revoke;
mod session;
mod tls;
mod unassign;
mod user;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::words::LanguageTag;

use crate::failure::{EXIT_CODES, Failure};
use crate::report::Report;
use crate::words::label;
pub(crate) use session::{
    Session, catalogue_failure, config_failure, failure as admin_failure, open_failure,
};

/// Administer a server: people, invitations, cases, devices, backups
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Administer a server's data folder: people, invitations, cases, devices, \
        backups. The commands work whether or not the server is running; a running server \
        applies changes at once.\n\n    \
        fieldbook admin --data ./data init --department 'Justice and Intervention'\n    \
        fieldbook admin --data ./data user add 'Ana Ejemplo' --role OW --program street_outreach\n    \
        fieldbook admin --data ./data invite 'Ana Ejemplo'\n\n\
        The folder's master key is in its file `master.key`, or in the environment variable \
        FIELDBOOK_MASTER_KEY as 64 hexadecimal digits. A person who has the master key can read \
        all records.",
    after_long_help = EXIT_CODES
)]
pub struct Admin {
    /// The server's data folder
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,

    #[command(subcommand)]
    command: AdminCommand,
}

/// Each command's own words are in its file: words here would replace them.
#[derive(Debug, Subcommand)]
enum AdminCommand {
    Init(init::Init),
    User(user::User),
    Invite(invite::Invite),
    Account(account::Account),
    Assign(assign::Assign),
    Unassign(unassign::Unassign),
    Lock(lock::Lock),
    Revoke(revoke::Revoke),
    Devices(devices::Devices),
    Quarantine(quarantine::Quarantine),
    Tls(tls::Tls),
    Move(relocate::Move),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Erase(erase::Erase),
    Audit(audit::Audit),
    Verify(verify::Verify),
}

impl Admin {
    pub(crate) fn run(self, language: LanguageTag, json: bool) -> Result<Report, Failure> {
        let data = self.data.ok_or_else(|| {
            Failure::invalid("usage", label("data_is_missing", &[])).hint(label("data_so", &[]))
        })?;
        let session = Session::new(data, language)?;
        match self.command {
            AdminCommand::Init(command) => command.run(&session),
            AdminCommand::User(command) => command.run(&session),
            AdminCommand::Invite(command) => command.run(&session, json),
            AdminCommand::Account(command) => command.run(&session),
            AdminCommand::Assign(command) => command.run(&session),
            AdminCommand::Unassign(command) => command.run(&session),
            AdminCommand::Lock(command) => command.run(&session),
            AdminCommand::Revoke(command) => command.run(&session),
            AdminCommand::Devices(command) => command.run(&session),
            AdminCommand::Quarantine(command) => command.run(&session),
            AdminCommand::Tls(command) => command.run(&session),
            AdminCommand::Move(command) => command.run(&session),
            AdminCommand::Backup(command) => command.run(&session, json),
            AdminCommand::Restore(command) => command.run(&session, json),
            AdminCommand::Erase(command) => command.run(&session),
            AdminCommand::Audit(command) => command.run(&session),
            AdminCommand::Verify(command) => command.run(&session, json),
        }
    }
}
