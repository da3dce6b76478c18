//! `fieldbook admin lock`

use clap::Args;
use model::ids::DeviceId;
use serde_json::json;

use super::Session;
use super::revoke::device_id;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;

/// Let a device show nothing, such as a mislaid phone
#[derive(Debug, Args)]
#[command(
    long_about = "Let a device show nothing, such as a mislaid phone, until it is found. From its next \
    request on, the device shows no records and receives none; it still hands over what it has \
    recorded. With --release it works again from the request after that. To take a device out of \
    use for good, use `revoke`.\n\n    \
    fieldbook admin --data ./data devices\n    \
    fieldbook admin --data ./data lock 0190c0de-0000-7000-8000-00000000000d\n\n\
    With --json: {\"device\",\"locked\"}."
)]
pub(super) struct Lock {
    /// The device's id
    #[arg(value_parser = device_id)]
    device: DeviceId,
    /// Take the order back
    #[arg(long)]
    release: bool,
}

impl Lock {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let (mut admin, now) = (session.open()?, clock::now());
        let (done, said) = match self.release {
            true => (admin.unlock_device(now, self.device), "device_unlocked"),
            false => (admin.lock_device(now, self.device), "device_locked"),
        };
        done.map_err(failure)?;
        let text = session.say_with(said, &[("device", &self.device)]);
        let json = json!({"device": self.device.to_string(), "locked": !self.release});
        Ok(Report::new(json, text))
    }
}
