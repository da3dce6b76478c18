//! `fieldbook admin revoke`

use clap::Args;
use model::ids::DeviceId;
use serde_json::json;
use server::admin::AdminError;

use super::Session;
use super::session::failure;
use crate::ask;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::label;

/// Revoke a device, such as a lost phone
#[derive(Debug, Args)]
#[command(
    long_about = "Revoke a device, such as a lost phone. From its next request on, the device \
    receives only the order to destroy its keys. Changes that it still sends are quarantined for \
    a supervisor to review. The command asks before it acts; `--yes` skips the question.\n\n    \
    fieldbook admin --data ./data devices\n    \
    fieldbook admin --data ./data revoke 0190c0de-0000-7000-8000-00000000000d\n\n\
    With --json: {\"device\",\"revoked\":true}."
)]
pub(super) struct Revoke {
    /// The device's id
    #[arg(value_parser = device_id)]
    device: DeviceId,
    /// Do not ask first: for scripts
    #[arg(long)]
    yes: bool,
}

impl Revoke {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let known = admin.devices().map_err(failure)?;
        if !known.iter().any(|known| known.id == self.device) {
            return Err(failure(AdminError::UnknownDevice(self.device)));
        }
        let what = label("will_be_revoked", &[("device", &self.device)]);
        ask::before(&what, session.language, self.yes)?;
        admin.revoke_device(clock::now(), self.device).map_err(failure)?;
        let text = session.say_with("device_revoked", &[("device", &self.device)]);
        Ok(Report::new(json!({"device": self.device.to_string(), "revoked": true}), text))
    }
}

pub(super) fn device_id(text: &str) -> Result<DeviceId, String> {
    text.parse().map_err(|_| {
        "a device is named by its id; `fieldbook admin --data DIR devices` lists them".to_owned()
    })
}
