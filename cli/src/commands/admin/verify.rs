//! `fieldbook admin verify`

use std::fmt::Display;

use clap::Args;
use model::words::Explained as _;
use serde_json::json;
use server::admin::About;

use super::Session;
use super::session::failure;
use crate::failure::{Exit, Failure};
use crate::progress;
use crate::report::Report;

/// Verify all data
#[derive(Debug, Args)]
#[command(long_about = "Verify all data: that no entry of the feed or of the audit is missing or \
    altered, that every change can be decrypted and matches its hash, and that the read model \
    matches the documents. The command exits with 1 if it finds a problem. It also lists roles \
    that neither work nor supervise in their program.\n\n    \
    fieldbook admin --data ./data verify\n\n\
    With --json: {\"holds\",\"feed_entries\",\"audit_rows\",\"changes\",\"records\",\
    \"problems\":[{\"record\",\"refused\",\"code\",\"problem\"}],\
    \"misfits\":[{\"user\",\"role\",\"program\"}]}.")]
pub(super) struct Verify;

impl Verify {
    pub(super) fn run(self, session: &Session, json: bool) -> Result<Report, Failure> {
        let admin = session.open()?;
        let bar = progress::spinner(session.say("checking"), json);
        let found = admin.verify().map_err(failure)?;
        bar.finish_and_clear();
        let holds = found.problems.is_empty();
        let verdict = if holds { session.say("all_holds") } else { session.say("not_all_holds") };
        let parts: [(&str, &dyn Display); 5] = [
            ("feed", &found.feed_entries),
            ("audit", &found.audit_rows),
            ("changes", &found.changes),
            ("records", &found.records),
            ("verdict", &verdict),
        ];
        let mut text = session.say_with("data_checked", &parts) + "\n";
        let mut problems = Vec::new();
        for problem in &found.problems {
            let said = session.told(&problem.message());
            text.push_str(&format!("  {said}\n"));
            let (record, refused) = match problem.about {
                Some(About::Record(record)) => (Some(record.to_string()), None),
                Some(About::Refused(change)) => (None, Some(change)),
                None => (None, None),
            };
            problems.push(json!({
                "record": record,
                "refused": refused,
                "code": problem.what.code(),
                "problem": said,
            }));
        }
        let misfits: Vec<_> = found
            .misfits
            .iter()
            .map(|(user, held)| {
                let parts: [(&str, &dyn Display); 3] =
                    [("user", user), ("role", &held.role), ("program", &held.program)];
                text.push_str(&format!("  {}\n", session.say_with("role_unfit_of", &parts)));
                json!({
                    "user": user.to_string(),
                    "role": held.role.as_str(),
                    "program": held.program.as_str(),
                })
            })
            .collect();
        let json = json!({
            "holds": holds,
            "feed_entries": found.feed_entries,
            "audit_rows": found.audit_rows,
            "changes": found.changes,
            "records": found.records,
            "problems": problems,
            "misfits": misfits,
        });
        Ok(Report::new(json, text).exit(if holds { Exit::Done } else { Exit::Failed }))
    }
}
