//! `fieldbook admin move`

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::failure;
use super::tls::told;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;

/// Announce the server's next address
#[derive(Debug, Args)]
#[command(
    name = "move",
    long_about = "Announce the server's next address. Every device receives the address, signed \
    with the department's key, with its next sync, and uses it once the present address no \
    longer answers. Nothing has to be done on a phone.\n\n    \
    fieldbook admin --data ./data move --url https://field.example.org\n    \
    fieldbook admin --data ./data move --cancel\n\n\
    When the devices have received the address, move the server and start it with `--public-url` \
    and the new address. On a device that did not receive it in time, run `fieldbook device \
    reconnect`.\n\n\
    With --json: {\"url\",\"next_url\",\"devices_not_told\"}."
)]
pub(super) struct Move {
    /// The next address
    #[arg(long, value_name = "URL", required_unless_present = "cancel")]
    url: Option<String>,
    /// Cancel the announcement
    #[arg(long, conflicts_with = "url")]
    cancel: bool,
}

impl Move {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let reach = admin.announce_address(clock::now(), self.url.as_deref()).map_err(failure)?;
        let waiting = admin.not_told(&reach).map_err(failure)?;
        let mut text = match &reach.next_url {
            Some(next) => {
                session.say_with("announced_address", &[("next", next), ("url", &reach.url)])
            }
            None => session.say_with("announced_no_other", &[("url", &reach.url)]),
        };
        text.push('\n');
        text.push_str(&told(session, &waiting));
        let json = json!({
            "url": reach.url,
            "next_url": reach.next_url,
            "devices_not_told": waiting.len(),
        });
        Ok(Report::new(json, text))
    }
}
