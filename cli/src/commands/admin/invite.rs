//! `fieldbook admin invite`

use std::fmt::Display;
use std::io::IsTerminal as _;

use clap::Args;
use serde_json::json;
use server::admin::{app_link, payload, to_scan};
use server::listener::served;

use super::Session;
use super::session::about_user;
use crate::clock;
use crate::failure::Failure;
use crate::qr;
use crate::report::Report;
use crate::words::label;

/// Invite a person to enroll a device
#[derive(Debug, Args)]
#[command(long_about = "Create a one-use code with which a person can enroll one device within \
    ten minutes. The command prints the code, the server's address and the fingerprint of its \
    public key; on a terminal also a QR code for a phone. If phones trust the server's certificate, \
    it prints the address that opens the field app in a phone's browser, and the QR code leads \
    there.\n\n    \
    fieldbook admin --data ./data invite 'Ana Ejemplo'\n    \
    fieldbook admin --data ./data invite 'Ana Ejemplo' --reconnect\n\n\
    With --reconnect the code reconnects an existing device to the department after a move or a \
    restore: `fieldbook device reconnect`. The code cannot enroll a new device.\n\n\
    The address is that of the server that runs on the folder, or ran on it last.\n\n\
    With --json: {\"url\",\"code\",\"fingerprint\",\"app\"}; `fingerprint` is null if devices trust \
    the server through the certificate authorities of their systems, `app` (the address of the field \
    app) if they do not.")]
pub(super) struct Invite {
    /// The person's name
    name: String,
    /// Reconnect an existing device instead of enrolling a new one
    #[arg(long)]
    reconnect: bool,
}

impl Invite {
    pub(super) fn run(self, session: &Session, json: bool) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let data = &session.config.data_dir;
        // Looked up first: a code that nobody learns would stay open for ten minutes.
        let served = served(data).map_err(|error| {
            Failure::failed("server_file", label("server_file_unread", &[("why", &error)]))
        })?;
        let Some(served) = served else {
            let parts: [(&str, &dyn Display); 1] = [("data", &data.display())];
            return Err(Failure::not_found("never_served", label("no_server_has_run", &parts))
                .hint(label("start_it_to_invite", &parts)));
        };
        let (now, mut rng) = (clock::now(), clock::rng()?);
        let invited = match self.reconnect {
            true => admin.invite_to_reconnect(now, &mut rng, &self.name),
            false => admin.invite(now, &mut rng, &self.name),
        };
        let invitation = invited.map_err(|error| about_user(&admin, &self.name, error))?;
        let (url, fingerprint, code) = (served.url, served.fingerprint, invitation.code);
        let (row, option) = match &fingerprint {
            Some(fingerprint) => (
                session.say_with("fingerprint_row", &[("fingerprint", fingerprint)]),
                format!(" --fingerprint {fingerprint}"),
            ),
            None => (String::new(), String::new()),
        };
        let app = (!self.reconnect && fingerprint.is_none()).then(|| app_link(&url, &code));
        let app_row = match &app {
            Some(app) => session.say_with("app_row", &[("app", app)]),
            None => String::new(),
        };
        let browser = match self.reconnect || app.is_some() {
            true => String::new(),
            false => session.say_with("app_needs_certificate", &[]),
        };
        let verb = if self.reconnect { "reconnect" } else { "enroll" };
        let until = admin.zone().show(invitation.expires_at);
        let parts: [(&str, &dyn Display); 9] = [
            ("name", &self.name),
            ("until", &until),
            ("url", &url),
            ("code", &code),
            ("row", &row),
            ("app", &app_row),
            ("browser", &browser),
            ("verb", &verb),
            ("option", &option),
        ];
        let mut text = session.say_with("device_invited", &parts);
        if !json && std::io::stdout().is_terminal() {
            let fingerprint = fingerprint.as_deref();
            let scanned = match self.reconnect {
                true => payload(verb, &url, &code, fingerprint),
                false => to_scan(&url, &code, fingerprint),
            };
            text.extend(qr::for_terminal(&scanned).map(|code| format!("\n{code}\n")));
        }
        let json = json!({"url": url, "code": code, "fingerprint": fingerprint, "app": app});
        Ok(Report::new(json, text))
    }
}
