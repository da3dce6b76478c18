//! `fieldbook device verify`

use std::fmt::Display;

use clap::Args;

use super::Session;
use super::session::store_failure;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::words;

/// Check the store from end to end
#[derive(Debug, Args)]
#[command(
    long_about = "Check the store from end to end: every page of the file, every change's hash, \
    and that everything shown is what the changes make. Ends with 1 when anything does not \
    hold.\n\n    \
    fieldbook device --dir ~/field verify\n\n\
    With --json: {\"records\",\"changes\",\"sound\",\"problems\":[{\"id\",\"problem\"}]}."
)]
pub(super) struct Verify;

impl Verify {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let found = session.device.verify().map_err(|error| store_failure(&error))?;
        let sound = found.is_sound();
        let verdict = session.say(if sound { "all_holds" } else { "not_all_holds" });
        let parts: [(&str, &dyn Display); 3] =
            [("records", &found.records), ("changes", &found.changes), ("verdict", &verdict)];
        let mut text = words::say(session.language, "checked", &parts);
        text.push('\n');
        for problem in &found.problems {
            let record = problem.record.map(|record| format!("{record}: ")).unwrap_or_default();
            text.push_str(&format!("  {record}{}\n", problem.what));
        }
        let exit = if sound { Exit::Done } else { Exit::Failed };
        Ok(Report::new(found.to_json(), text).exit(exit))
    }
}
