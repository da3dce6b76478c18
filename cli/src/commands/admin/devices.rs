//! `fieldbook admin devices`

use clap::Args;
use serde_json::{Value as Json, json};

use super::Session;
use super::session::failure;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::Table;

/// List the enrolled devices
#[derive(Debug, Args)]
#[command(
    long_about = "List the enrolled devices, newest first: whose they are, when they were last \
    seen, and which are revoked.\n\n    \
    fieldbook admin --data ./data devices\n\n\
    With --json: [{\"id\",\"user\",\"platform\",\"enrolled_at\",\"last_seen\",\"revoked_at\"}]."
)]
pub(super) struct Devices;

impl Devices {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let devices = session.open()?.devices().map_err(failure)?;
        let mut table = Table::new(["~owner", "~platform", "enrolled", "last seen", "state", "id"]);
        let mut json = Vec::new();
        for device in devices {
            let state = match device.revoked_at {
                Some(at) => format!("revoked {}", readable(at)),
                None => "enrolled".into(),
            };
            json.push(json!({
                "id": device.id.to_string(),
                "user": device.user_name,
                "platform": device.platform,
                "enrolled_at": device.enrolled_at.to_string(),
                "last_seen": device.last_seen.map(|at| at.to_string()),
                "revoked_at": device.revoked_at.map(|at| at.to_string()),
            }));
            table.row([
                device.user_name,
                device.platform,
                readable(device.enrolled_at),
                device.last_seen.map_or_else(|| "never".into(), readable),
                state,
                device.id.to_string(),
            ]);
        }
        let text = table.render_or("no device yet; `invite` lets a person enrol one");
        Ok(Report::new(Json::Array(json), text))
    }
}
