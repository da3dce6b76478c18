//! `fieldbook admin user import`

use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Json, json};
use server::admin::{Admin, LineOutcome, ListLine};

use crate::clock;
use crate::commands::admin::session::{Session, failure};
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::words::label;

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Say what each line would do, and do nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub(super) fn run(self, session: &Session, admin: &mut Admin) -> Result<Report, Failure> {
        let list = fs::read(&self.file).map_err(|error| {
            let path = self.file.display().to_string();
            Failure::failed("file", label("list_unread", &[("path", &path), ("why", &error)]))
        })?;
        let mut rng = clock::rng()?;
        let lines = admin.import_users(clock::now(), &mut rng, &list, self.dry_run);
        let lines = lines.map_err(failure)?;
        let fails = lines.iter().filter(|(_, outcome)| outcome.fails()).count();
        let done = !self.dry_run && fails == 0;
        let mut table = session.heads(["head_row", "~head_name", "~head_roles", "~head_outcome"]);
        for (line, outcome) in &lines {
            table.row([
                line.number.to_string(),
                line.name.clone(),
                session.say_with("role_in", &[("role", &line.role), ("program", &line.program)]),
                said(session, outcome),
            ]);
        }
        let summary = match (done, fails) {
            (true, _) => session.say("list_done"),
            (false, 0) => session.say("list_would_be_done"),
            (false, fails) => session.say_with("list_not_done", &[("count", &fails)]),
        };
        let text = format!("{}\n{summary}", table.render());
        let json = json!({
            "done": done,
            "lines": lines.iter().map(|line| as_json(session, line)).collect::<Vec<Json>>(),
        });
        let report = Report::new(json, text);
        Ok(if fails > 0 { report.exit(Exit::Invalid) } else { report })
    }
}

fn said(session: &Session, outcome: &LineOutcome) -> String {
    match outcome {
        LineOutcome::Adds => session.say("line_adds"),
        LineOutcome::GivesRole => session.say("line_gives_role"),
        LineOutcome::NothingNew => session.say("line_nothing_new"),
        LineOutcome::Fails(why) => session.told(why),
    }
}

fn as_json(session: &Session, (line, outcome): &(ListLine, LineOutcome)) -> Json {
    let (code, why) = match outcome {
        LineOutcome::Adds => ("adds", None),
        LineOutcome::GivesRole => ("gives_role", None),
        LineOutcome::NothingNew => ("nothing_new", None),
        LineOutcome::Fails(why) => ("fails", Some(session.told(why))),
    };
    json!({
        "line": line.number,
        "name": line.name,
        "role": line.role,
        "program": line.program,
        "outcome": code,
        "why": why,
    })
}
