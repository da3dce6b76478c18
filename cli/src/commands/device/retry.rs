//! `fieldbook device retry`

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;
use crate::words;

/// Try something that was refused again, with the next sync
#[derive(Debug, Args)]
#[command(long_about = "Try something that was refused again, with the next sync: after the role \
    or the case was given back, say. An edit is made anew on the record as it is now; a record \
    that was refused goes with all that was written to it.\n\n    \
    fieldbook device --dir ~/field refusals\n    \
    fieldbook device --dir ~/field retry 3\n\n\
    With --json: {\"number\",\"waiting\"}; the second is how many changes wait again.")]
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
