//! `fieldbook admin devices`

use clap::Args;
use model::wire::DraftsV1;
use serde_json::{Value as Json, json};

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;

/// List the enrolled devices
#[derive(Debug, Args)]
#[command(
    long_about = "List the enrolled devices, newest first: whose they are, when they were last \
    seen, how many drafts were open on them then, and which are revoked.\n\n    \
    fieldbook admin --data ./data devices\n\n\
    With --json: [{\"id\",\"user\",\"platform\",\"enrolled_at\",\"last_seen\",\"revoked_at\",\
    \"drafts\",\"oldest_draft\"}]."
)]
pub(super) struct Devices;

impl Devices {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let admin = session.open()?;
        let (devices, zone) = (admin.devices().map_err(failure)?, admin.zone());
        let mut table = session.heads([
            "~head_owner",
            "~head_platform",
            "head_enrolled",
            "head_last_seen",
            "head_drafts",
            "head_state",
            "head_id",
        ]);
        let mut json = Vec::new();
        let (now, old_after) = (clock::now(), admin.drafts_old_after());
        for device in devices {
            let state = match device.revoked_at {
                Some(at) => session.say_with("state_revoked", &[("at", &zone.show(at))]),
                None => session.say("state_enrolled"),
            };
            let drafts = match device.drafts {
                DraftsV1 { count: 0, .. } => String::new(),
                DraftsV1 { count, oldest: Some(oldest) } if oldest + old_after < now => {
                    let since = zone.show(oldest);
                    session.say_with("drafts_since", &[("count", &count), ("since", &since)])
                }
                DraftsV1 { count, .. } => count.to_string(),
            };
            json.push(json!({
                "id": device.id.to_string(),
                "user": device.user_name,
                "platform": device.platform,
                "enrolled_at": device.enrolled_at.to_string(),
                "last_seen": device.last_seen.map(|at| at.to_string()),
                "revoked_at": device.revoked_at.map(|at| at.to_string()),
                "drafts": device.drafts.count,
                "oldest_draft": device.drafts.oldest.map(|at| at.to_string()),
            }));
            table.row([
                device.user_name,
                device.platform,
                zone.show(device.enrolled_at),
                device.last_seen.map_or_else(|| session.say("never"), |at| zone.show(at)),
                drafts,
                state,
                device.id.to_string(),
            ]);
        }
        let text = table.render_or(&session.say("no_device_yet"));
        Ok(Report::new(Json::Array(json), text))
    }
}
