//! `fieldbook device tasks`

use clap::Args;
use client_core::store::query::OpenTask;

use super::Session;
use super::session::record_failure;
use super::show::reasons;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::{Column, Table};

/// List the open tasks
#[derive(Debug, Args)]
#[command(
    long_about = "List the open tasks, those due first. Records create tasks by the catalogue's \
    rules, such as a next contact after seven days; a date in next_due also creates one. A later \
    record completes the task that is due, or the next one. An unsuccessful attempt completes no \
    task; it is counted as an attempt. A task is paused while the person is in custody.\n\n    \
    fieldbook device --dir ~/field tasks\n\n\
    With --json: [{\"record\",\"type\",\"rule\",\"task\",\"case\",\"title\",\"due\",\"overdue\",\
    \"flagged\",\"paused\",\"attempts\",\"last_attempt\",\"owner\",\"owner_name\",\"yours\"}]."
)]
pub(super) struct Tasks {
    /// Only your own tasks
    #[arg(long)]
    mine: bool,
}

impl Tasks {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let mut tasks = session.device.tasks(session.now).map_err(record_failure)?;
        tasks.retain(|task| task.yours || !self.mine);
        let catalogue = session.catalogue();
        let people = session.people()?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        let mut table = Table::of([
            Column::left(words.say("head_due")),
            Column::wide(words.say("head_task")),
            Column::wide(words.say("head_about")),
            Column::left(String::new()),
            Column::left(words.say("head_owner")),
            Column::left(words.say("head_attempts")),
            Column::left(words.say("head_record")),
        ]);
        for task in &tasks {
            let state = match task {
                OpenTask { paused: true, .. } => words.say("paused"),
                OpenTask { flagged: true, .. } => words.say("flagged"),
                OpenTask { overdue: true, .. } => words.say("overdue"),
                _ => String::new(),
            };
            let tried = task.last_attempt.map(|last| {
                let last = words.time(last);
                words.say_with("attempts_last", &[("count", &task.attempts), ("last", &last)])
            });
            table.row([
                words.time(task.due),
                match &task.returned {
                    Some(said) => {
                        format!("{}: {}", words.label(&task.label), reasons(said, &words))
                    }
                    None => words.label(&task.label).to_owned(),
                },
                words.label(&task.title).to_owned(),
                state,
                task.owner.map(|owner| words.person(owner)).unwrap_or_default(),
                tried.unwrap_or_default(),
                // What is to be done is done to the record that was given back.
                task.returned.as_ref().map_or(task.record, |said| said.record).to_string(),
            ]);
        }
        let json = tasks.iter().map(|task| task.to_json(session.language)).collect();
        Ok(Report::new(json, table.render_or(&words.say("nothing_due"))))
    }
}
