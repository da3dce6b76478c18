//! `fieldbook admin account`

use std::fmt::Display;

use clap::{Args, Subcommand};
use model::zone::Zone;
use serde_json::{Value as Json, json};
use server::admin::AccountRow;
use server::listener::served;

use super::Session;
use super::session::{about_user, failure};
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::label;

/// Open and close accounts for the console
#[derive(Debug, Args)]
#[command(
    long_about = "Open and close accounts for the console, with a password and an authenticator. \
    An administrator creates a code; the person who receives it chooses the password, so that no \
    administrator ever knows a password. What a person may see depends on their roles, which the \
    server checks with every request.\n\n    \
    fieldbook admin --data ./data account invite 'Sol Ejemplo'\n    \
    fieldbook admin --data ./data account close 'Sol Ejemplo'"
)]
pub(super) struct Account {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Create a code to open or renew an account
    #[command(
        long_about = "Create a one-use code with which a person chooses a password and sets up \
        an authenticator within eight hours. Use it also for a person who forgot the password or \
        lost the authenticator. The present password works until the code is used. Creating \
        another code revokes this one.\n\n    \
        fieldbook admin --data ./data account invite 'Sol Ejemplo'\n\n\
        With --json: {\"name\",\"code\",\"expires_at\",\"url\"}."
    )]
    Invite(Named),
    /// Close an account, and end its sessions
    #[command(
        long_about = "Close a person's account and end their sessions. The person is signed out \
        at once and cannot sign in again. Their records are kept. `account invite` reopens the \
        account.\n\n    \
        fieldbook admin --data ./data account close 'Sol Ejemplo'\n\n\
        With --json: {\"name\",\"closed\":true,\"sessions\"}."
    )]
    Close(Named),
    /// End a person's sessions
    #[command(
        long_about = "End every session of a person, for example after they left a computer \
        unattended. The person can sign in again.\n\n    \
        fieldbook admin --data ./data account sign-out 'Sol Ejemplo'\n\n\
        With --json: {\"name\",\"sessions\"}."
    )]
    SignOut(Named),
    /// List the accounts
    #[command(long_about = "List the accounts.\n\n    \
        fieldbook admin --data ./data account list\n\n\
        With --json: [{\"name\",\"user\",\"set_at\",\"closed_at\",\"sessions\"}].")]
    List,
}

#[derive(Debug, Args)]
struct Named {
    /// The person's name
    name: String,
}

impl Account {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let now = clock::now();
        match self.command {
            AccountCommand::List => {
                let accounts = admin.accounts().map_err(failure)?;
                Ok(listed(session, admin.zone(), &accounts))
            }
            AccountCommand::Invite(Named { name }) => invite(session, &name),
            AccountCommand::Close(Named { name }) => {
                let sessions = admin
                    .account_close(now, &name)
                    .map_err(|error| about_user(&admin, &name, error))?;
                let ended = ended(session, sessions);
                let text =
                    session.say_with("account_closed", &[("name", &name), ("ended", &ended)]);
                let json = json!({"name": name, "closed": true, "sessions": sessions});
                Ok(Report::new(json, text))
            }
            AccountCommand::SignOut(Named { name }) => {
                let sessions = admin
                    .account_sign_out(now, &name)
                    .map_err(|error| about_user(&admin, &name, error))?;
                let json = json!({"name": name, "sessions": sessions});
                Ok(Report::new(json, format!("{name}: {}", ended(session, sessions))))
            }
        }
    }
}

fn invite(session: &Session, name: &str) -> Result<Report, Failure> {
    let data = &session.config.data_dir;
    let served = served(data).map_err(|error| {
        Failure::failed("server_file", label("server_file_unread", &[("why", &error)]))
    })?;
    let mut admin = session.open()?;
    let invitation = admin
        .account_invite(clock::now(), &mut clock::rng()?, name)
        .map_err(|error| about_user(&admin, name, error))?;
    let (code, until) = (invitation.code, admin.zone().show(invitation.expires_at));
    let url = served.map(|served| served.url);
    let at = url.clone().unwrap_or_else(|| session.say("the_servers_address"));
    let parts: [(&str, &dyn Display); 4] =
        [("name", &name), ("until", &until), ("at", &at), ("code", &code)];
    let text = session.say_with("account_invited", &parts);
    let json = json!({
        "name": name,
        "code": code,
        "expires_at": invitation.expires_at.to_string(),
        "url": url,
    });
    Ok(Report::new(json, text))
}

fn listed(session: &Session, zone: &Zone, accounts: &[AccountRow]) -> Report {
    let heads = ["~head_name", "head_set_up", "head_closed", "head_sessions"];
    let mut table = session.heads(heads);
    for account in accounts {
        table.row([
            account.name.clone(),
            zone.show(account.set_at),
            account.closed_at.map_or_else(|| session.say("no"), |at| zone.show(at)),
            account.sessions.to_string(),
        ]);
    }
    let json = accounts.iter().map(account_json).collect();
    Report::new(json, table.render_or(&session.say("nobody_signs_in")))
}

fn account_json(account: &AccountRow) -> Json {
    json!({
        "name": account.name,
        "user": account.user.to_string(),
        "set_at": account.set_at.to_string(),
        "closed_at": account.closed_at.map(|at| at.to_string()),
        "sessions": account.sessions,
    })
}

fn ended(session: &Session, sessions: usize) -> String {
    match sessions {
        0 => session.say("no_session"),
        1 => session.say("session_ended"),
        many => session.say_with("sessions_ended", &[("count", &many)]),
    }
}
