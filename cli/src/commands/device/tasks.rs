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
    such as a next contact after seven days; a date in next_due is one, too. A later record answers \
    the task that is due or due next. What was tried without success answers nothing: it is counted \
    as an attempt. A task is paused while the person is in custody.\n\n    \
    fieldbook device --dir ~/field tasks\n\n\
    With --json: [{\"record\",\"type\",\"rule\",\"task\",\"case\",\"title\",\"due\",\"overdue\",\
    \"flagged\",\"paused\",\"attempts\",\"last_attempt\",\"owner\"}]."
)]
pub(super) struct Tasks;

impl Tasks {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let tasks = session.device.tasks(session.now).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let words = Words { catalogue: &catalogue, lang: &session.lang };
        let mut table = Table::new(["due", "task", "about", "", "attempts", "record"]);
        for task in &tasks {
            let state = match task {
                OpenTask { paused: true, .. } => "paused",
                OpenTask { flagged: true, .. } => "flagged",
                OpenTask { overdue: true, .. } => "overdue",
                _ => "",
            };
            let tried = match task.last_attempt {
                Some(last) => format!("{}, last {}", task.attempts, readable(last)),
                None => String::new(),
            };
            table.row([
                readable(task.due),
                words.task(&task.record_type, &task.rule),
                shortened(&task.title, 40),
                state.to_owned(),
                tried,
                task.record.to_string(),
            ]);
        }
        let json = tasks.iter().map(OpenTask::to_json).collect();
        Ok(Report::new(json, table.render_or("nothing is due")))
    }
}
