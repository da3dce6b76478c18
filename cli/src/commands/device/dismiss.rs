//! `fieldbook device dismiss`

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;
use crate::words;

/// Dismiss a refused change
#[derive(Debug, Args)]
#[command(long_about = "Dismiss a refused change from the list. The change is kept: `refusals \
    --all` still shows it, and `retry` can still send it again.\n\n    \
    fieldbook device --dir ~/field dismiss 3\n\n\
    With --json: {\"number\"}.")]
pub(super) struct Dismiss {
    /// The number that `refusals` shows
    #[arg(value_name = "NUMBER")]
    number: i64,
}

impl Dismiss {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        session.device.dismiss(self.number).map_err(record_failure)?;
        let number = self.number;
        let text = words::say(session.language, "kept_out_of_sight", &[("number", &number)]);
        Ok(Report::new(json!({"number": self.number}), text))
    }
}
