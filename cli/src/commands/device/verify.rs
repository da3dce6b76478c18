//! `fieldbook device verify`

use std::fmt::Display;

use clap::Args;

use super::Session;
use super::session::store_failure;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::words;

/// Verify the whole store
#[derive(Debug, Args)]
#[command(
    long_about = "Verify the whole store: every page of the file, every change's hash, and that \
    every record shown follows from its changes. The command exits with 1 if it finds a problem.\n\n    \
    fieldbook device --dir ~/field verify\n\n\
    With --json: {\"records\",\"changes\",\"sound\",\"problems\":[{\"id\",\"code\",\
    \"problem\"}]}."
)]
pub(super) struct Verify;

impl Verify {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let found = session.device.verify().map_err(|error| store_failure(&error))?;
        let language = session.language;
        let sound = found.is_sound();
        let verdict = session.say(if sound { "all_holds" } else { "not_all_holds" });
        let parts: [(&str, &dyn Display); 3] =
            [("records", &found.records), ("changes", &found.changes), ("verdict", &verdict)];
        let mut text = words::say(language, "checked", &parts);
        text.push('\n');
        for problem in &found.problems {
            let record = problem.record.map(|record| format!("{record}: ")).unwrap_or_default();
            text.push_str(&format!("  {record}{}\n", problem.in_language(language)));
        }
        let exit = if sound { Exit::Done } else { Exit::Failed };
        Ok(Report::new(found.to_json(language), text).exit(exit))
    }
}
