//! `fieldbook device retry`

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;
use crate::words;

/// Retry a refused change with the next sync
#[derive(Debug, Args)]
#[command(long_about = "Retry a refused change with the next sync, for example after the role or \
    the case was assigned again. An edit is applied to the record as it is now. A refused record \
    is sent with all its edits.\n\n    \
    fieldbook device --dir ~/field refusals\n    \
    fieldbook device --dir ~/field retry 3\n\n\
    With --json: {\"number\",\"waiting\"}; `waiting` is how many changes now wait to be sent.")]
pub(super) struct Retry {
    /// The number that `refusals` shows
    #[arg(value_name = "NUMBER")]
    number: i64,
}

impl Retry {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let Self { number } = self;
        let waiting =
            session.device.retry(session.now, &mut session.rng, number).map_err(record_failure)?;
        let text = match waiting {
            0 => session.say("says_so_already"),
            1 => session.say("one_waits"),
            many => words::say(session.language, "many_wait", &[("count", &many)]),
        };
        Ok(Report::new(json!({"number": number, "waiting": waiting}), text))
    }
}
