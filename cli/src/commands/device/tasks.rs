//! `fieldbook device tasks`

use clap::Args;
use client_core::store::query::OpenTask;

use super::Session;
use super::session::record_failure;
use super::words::Words;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::{Table, shortened};

/// List what is due
#[derive(Debug, Args)]
#[command(
    long_about = "List the open tasks, due first. Records set them by the catalogue's rules, \
    such as a next contact after seven days, and later records answer them.\n\n    \
    fieldbook device --dir ~/field tasks\n\n\
    With --json: [{\"record\",\"type\",\"rule\",\"task\",\"case\",\"title\",\"due\",\"overdue\",\
    \"flagged\"}]."
)]
pub(super) struct Tasks;

impl Tasks {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let tasks = session.device.tasks(session.now).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let words = Words { catalogue: &catalogue, lang: &session.lang };
        let mut table = Table::new(["due", "task", "about", "", "record"]);
        for task in &tasks {
            let state = match (task.flagged, task.overdue) {
                (true, _) => "flagged",
                (false, true) => "overdue",
                (false, false) => "",
            };
            table.row([
                readable(task.due),
                words.task(&task.record_type, &task.rule),
                shortened(&task.title, 40),
                state.to_owned(),
                task.record.to_string(),
            ]);
        }
        let json = tasks.iter().map(OpenTask::to_json).collect();
        Ok(Report::new(json, table.render_or("nothing is due")))
    }
}
