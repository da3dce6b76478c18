//! `fieldbook admin tls`: the certificate that devices know the server by.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::ids::DeviceId;
use serde_json::json;
use server::admin::{Admin, DeviceRow};
use server::reach::Reach;
use server::serve::names;
use server::serve::tls::{TlsError, own, pin_of_file};

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::{Failure, with_causes};
use crate::report::Report;

/// Renew the certificate that devices know the server by
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Renew the certificate that devices know the server by. They pin its public key: \
    a new certificate of the same key changes nothing for them, and a new key is announced first.\n\n    \
    fieldbook admin --data ./data tls show\n    \
    fieldbook admin --data ./data tls renew\n    \
    fieldbook admin --data ./data tls renew --new-key\n    \
    fieldbook admin --data ./data tls renew --switch"
)]
pub(super) struct Tls {
    #[command(subcommand)]
    command: TlsCommand,
}

#[derive(Debug, Subcommand)]
enum TlsCommand {
    Show(Show),
    Renew(Renew),
    Announce(Announce),
}

impl Tls {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        match self.command {
            TlsCommand::Show(command) => command.run(session),
            TlsCommand::Renew(command) => command.run(session),
            TlsCommand::Announce(command) => command.run(session),
        }
    }
}

/// Show which key devices trust, and which was announced
#[derive(Debug, Args)]
#[command(long_about = "Show which key devices trust, which was announced to come, and \
    which devices have not taken it yet.\n\n    \
    fieldbook admin --data ./data tls show\n\n\
    With --json: {\"fingerprint\",\"next_fingerprint\",\"devices_not_told\"}.")]
struct Show;

impl Show {
    fn run(self, session: &Session) -> Result<Report, Failure> {
        let admin = session.open()?;
        let reach = known(&admin)?;
        described(&admin, &reach)
    }
}

/// Make a new certificate, of the same key or of another
#[derive(Debug, Args)]
#[command(
    long_about = "Make a new certificate in the place of the server's own. With the same key it is \
    shown at once, and no device notices.\n\n    \
    fieldbook admin --data ./data tls renew\n\n\
    Another key takes two steps. `--new-key` makes it and announces it, signed by the department's \
    own key, to every device with its next sync; `--switch` shows it from then on. Wait between \
    them until the devices have taken it: one that has not refuses the new key, until it is bound again \
    with `fieldbook device reconnect`.\n\n    \
    fieldbook admin --data ./data tls renew --new-key\n    \
    fieldbook admin --data ./data tls renew --switch\n\n\
    With --json: {\"fingerprint\",\"next_fingerprint\",\"devices_not_told\"}."
)]
struct Renew {
    /// Make the next key and announce it
    #[arg(long)]
    new_key: bool,
    /// Show the key that was announced
    #[arg(long, conflicts_with = "new_key")]
    switch: bool,
    /// Switch although some devices have not heard of the key
    #[arg(long, requires = "switch")]
    force: bool,
}

impl Renew {
    fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let reach = known(&admin)?;
        let folder = own::folder(&session.config.data_dir);
        if !folder.exists() {
            return Err(not_made_here());
        }
        let now = clock::now();
        if self.new_key {
            let pin = own::make_next(&folder, &names(&reach.url)).map_err(tls_failure)?;
            let reach = admin.announce_key(now, &pin).map_err(failure)?;
            return described(&admin, &reach);
        }
        if !self.switch {
            own::renew(&folder, &names(&reach.url)).map_err(tls_failure)?;
            admin.note_certificate(now, "same key").map_err(failure)?;
            let text = "the certificate is renewed with the same key; devices notice nothing";
            let json = json!({
                "fingerprint": reach.pin,
                "next_fingerprint": reach.next_pin,
                "devices_not_told": 0,
            });
            return Ok(Report::new(json, text));
        }
        let next = own::next_pin(&folder).map_err(tls_failure)?.ok_or_else(no_next)?;
        let waiting = admin.not_told(&reach).map_err(failure)?;
        if !self.force && (!waiting.is_empty() || reach.next_pin.as_ref() != Some(&next)) {
            return Err(too_early(&waiting));
        }
        own::switch(&folder).map_err(tls_failure)?;
        admin.note_certificate(now, "next key").map_err(failure)?;
        let text = format!("the key with the fingerprint {next} is shown from now on");
        let json = json!({
            "fingerprint": next,
            "next_fingerprint": null,
            "devices_not_told": waiting.len(),
        });
        Ok(Report::new(json, text))
    }
}

/// Announce the key of a certificate that is made elsewhere
#[derive(Debug, Args)]
#[command(
    long_about = "Announce the key of a certificate that is made elsewhere and will be shown: the \
    next one of `serve --tls-cert`, or a proxy's. Devices learn of it with their next sync; `tls \
    show` says which have not taken it yet.\n\n    \
    fieldbook admin --data ./data tls announce ./next.pem\n\n\
    With --json: {\"fingerprint\",\"next_fingerprint\",\"devices_not_told\"}."
)]
struct Announce {
    /// The certificate, PEM
    file: PathBuf,
}

impl Announce {
    fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let pin = pin_of_file(&self.file).map_err(tls_failure)?;
        let reach = admin.announce_key(clock::now(), &pin).map_err(failure)?;
        described(&admin, &reach)
    }
}

fn known(admin: &Admin) -> Result<Reach, Failure> {
    let never = || failure(server::error::AdminError::NeverServed);
    admin.reach().map_err(failure)?.ok_or_else(never)
}

fn described(admin: &Admin, reach: &Reach) -> Result<Report, Failure> {
    let waiting = match reach.next_pin {
        Some(_) => admin.not_told(reach).map_err(failure)?,
        None => Vec::new(),
    };
    let mut text = match &reach.pin {
        Some(pin) => format!("devices trust  {pin}\n"),
        None => "devices trust the authorities of their systems\n".to_owned(),
    };
    if let Some(next) = &reach.next_pin {
        text.push_str(&format!("announced      {next}\n"));
        text.push_str(&told(&waiting));
    }
    let json = json!({
        "fingerprint": reach.pin,
        "next_fingerprint": reach.next_pin,
        "devices_not_told": waiting.len(),
    });
    Ok(Report::new(json, text))
}

/// Says how many devices may not have heard of the last announcement, and whose they are.
pub(super) fn told(waiting: &[DeviceRow]) -> String {
    let named = |device: &DeviceRow| format!("  {}  {}", device.id, device.user_name);
    let lines: Vec<String> = waiting.iter().map(named).collect();
    match lines.len() {
        0 => "every device in use has taken it\n".to_owned(),
        1 => format!("one device has not taken it yet:\n{}\n", lines.join("\n")),
        many => format!("{many} devices have not taken it yet:\n{}\n", lines.join("\n")),
    }
}

fn too_early(waiting: &[DeviceRow]) -> Failure {
    let ids: Vec<DeviceId> = waiting.iter().map(|device| device.id).collect();
    let message = match ids.len() {
        0 => "the next key was not announced by this server".to_owned(),
        1 => "a device has not taken the next key yet".to_owned(),
        many => format!("{many} devices have not taken the next key yet"),
    };
    Failure::refused("not_told", message).hint(
        "they take it with a sync and say so with the next (`tls show` lists them); revoke those that \
         are gone; \
         with `--force` they have to be bound again with `fieldbook device reconnect`",
    )
}

fn no_next() -> Failure {
    Failure::not_found("no_next_key", "no next key is ready")
        .hint("`tls renew --new-key` makes one and announces it")
}

fn not_made_here() -> Failure {
    Failure::not_found("not_made_here", "this server's certificate is not one that it made itself")
        .hint(
            "renew it where it is made: with the same key nothing else is to be done; another key \
             is announced before with `tls announce FILE`",
        )
}

fn tls_failure(error: TlsError) -> Failure {
    Failure::failed("tls", with_causes(&error))
}
