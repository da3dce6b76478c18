//! `fieldbook admin tls`: the server's certificate.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use model::ids::DeviceId;
use model::words::Language;
use serde_json::json;
use server::admin::{Admin, DeviceRow};
use server::listener::names;
use server::listener::tls::{TlsError, own, pin_of_file};
use server::reach::Reach;

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::said::with_causes;
use crate::words::{self, both, label};

/// Renew the server's certificate
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Renew the server's certificate. Devices pin its public key: a new certificate \
    with the same key changes nothing for them, and a new key must be announced first.\n\n    \
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

/// Show the key that devices trust, and the announced key
#[derive(Debug, Args)]
#[command(long_about = "Show the key that devices trust, the key announced as the next one, and \
    the devices that have not received it yet.\n\n    \
    fieldbook admin --data ./data tls show\n\n\
    With --json: {\"fingerprint\",\"next_fingerprint\",\"devices_not_told\"}.")]
struct Show;

impl Show {
    fn run(self, session: &Session) -> Result<Report, Failure> {
        let admin = session.open()?;
        let reach = known(&admin)?;
        described(session, &admin, &reach)
    }
}

/// Create a new certificate, with the same key or a new one
#[derive(Debug, Args)]
#[command(
    long_about = "Create a new certificate to replace the server's own. With the same key the \
    server uses it at once, and devices need nothing.\n\n    \
    fieldbook admin --data ./data tls renew\n\n\
    A new key takes two steps. `--new-key` creates the key and announces it, signed with the \
    department's key, to every device with its next sync. `--switch` starts to use it. Wait \
    between the two steps until all devices have received the key: a device that has not \
    received it refuses the server until `fieldbook device reconnect` is run on it.\n\n    \
    fieldbook admin --data ./data tls renew --new-key\n    \
    fieldbook admin --data ./data tls renew --switch\n\n\
    With --json: {\"fingerprint\",\"next_fingerprint\",\"devices_not_told\"}."
)]
struct Renew {
    /// Create the next key and announce it
    #[arg(long)]
    new_key: bool,
    /// Switch to the announced key
    #[arg(long, conflicts_with = "new_key")]
    switch: bool,
    /// Switch even if some devices have not received the key
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
            return described(session, &admin, &reach);
        }
        if !self.switch {
            own::renew(&folder, &names(&reach.url)).map_err(tls_failure)?;
            admin.note_certificate(now, "same key").map_err(failure)?;
            let text = session.say("certificate_renewed");
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
        let text = session.say_with("key_switched", &[("next", &next)]);
        let json = json!({
            "fingerprint": next,
            "next_fingerprint": null,
            "devices_not_told": waiting.len(),
        });
        Ok(Report::new(json, text))
    }
}

/// Announce the key of a certificate that was made elsewhere
#[derive(Debug, Args)]
#[command(
    long_about = "Announce the key of a certificate that was made elsewhere and will be used \
    next: for `serve --tls-cert`, or for a proxy. Devices receive the key with their next sync; \
    `tls show` lists the devices that have not received it yet.\n\n    \
    fieldbook admin --data ./data tls announce ./next.pem\n\n\
    With --json: {\"fingerprint\",\"next_fingerprint\",\"devices_not_told\"}."
)]
struct Announce {
    /// The certificate (PEM)
    file: PathBuf,
}

impl Announce {
    fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let pin = pin_of_file(&self.file).map_err(tls_failure)?;
        let reach = admin.announce_key(clock::now(), &pin).map_err(failure)?;
        described(session, &admin, &reach)
    }
}

fn known(admin: &Admin) -> Result<Reach, Failure> {
    let never = || failure(server::admin::AdminError::NeverServed);
    admin.reach().map_err(failure)?.ok_or_else(never)
}

fn described(session: &Session, admin: &Admin, reach: &Reach) -> Result<Report, Failure> {
    let waiting = match reach.next_pin {
        Some(_) => admin.not_told(reach).map_err(failure)?,
        None => Vec::new(),
    };
    let mut text = match &reach.pin {
        Some(pin) => session.say_with("devices_trust", &[("pin", pin)]),
        None => session.say("devices_trust_authorities"),
    };
    text.push('\n');
    if let Some(next) = &reach.next_pin {
        text.push_str(&(session.say_with("announced_key", &[("pin", next)]) + "\n"));
        text.push_str(&told(session, &waiting));
    }
    let json = json!({
        "fingerprint": reach.pin,
        "next_fingerprint": reach.next_pin,
        "devices_not_told": waiting.len(),
    });
    Ok(Report::new(json, text))
}

/// Says how many devices may not have heard of the last announcement, and whose they are.
pub(super) fn told(session: &Session, waiting: &[DeviceRow]) -> String {
    let mut text = match waiting.len() {
        0 => session.say("every_device_has_it"),
        1 => session.say("device_has_it_not"),
        many => session.say_with("devices_have_it_not", &[("count", &many)]),
    };
    text.push('\n');
    for device in waiting {
        text.push_str(&format!("  {}  {}\n", device.id, device.user_name));
    }
    text
}

fn too_early(waiting: &[DeviceRow]) -> Failure {
    let ids: Vec<DeviceId> = waiting.iter().map(|device| device.id).collect();
    let said = match ids.len() {
        0 => label("next_key_not_announced", &[]),
        1 => label("device_not_told", &[]),
        many => label("devices_not_told", &[("count", &many)]),
    };
    Failure::refused("not_told", said).hint(label("they_take_it_with_a_sync", &[]))
}

fn no_next() -> Failure {
    Failure::not_found("no_next_key", label("no_next_key", &[])).hint(label("make_a_next_key", &[]))
}

fn not_made_here() -> Failure {
    Failure::not_found("not_made_here", label("not_made_here", &[]))
        .hint(label("renew_it_there", &[]))
}

fn tls_failure(error: TlsError) -> Failure {
    let why = with_causes(&error);
    let es = words::say(Language::Spanish, "certificate_failed", &[("why", &why)]);
    Failure::failed("tls", both(why, es))
}
