//! `fieldbook device new`

use clap::Args;
use client_core::device::NewRecord;
use model::ids::RecordId;
use model::input;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use super::typed::{self, Anyway, Assignment, input_failure, pairs};
use crate::failure::Failure;
use crate::report::Report;

/// Create a record
#[derive(Debug, Args)]
#[command(
    long_about = "Create a record and print its id. When the command returns, the record is \
    saved on this device. This works even on a device that is locked because it has not reached \
    its server for too long.\n\n    \
    fieldbook device --dir ~/field new person name='Case Alder'\n    \
    fieldbook device --dir ~/field new outreach_contact --case CASE mode=street result=engaged \
    purpose=rapport,check_in\n    \
    fieldbook device --dir ~/field new outreach_contact --case CASE --case CASE mode=street \
    result=engaged minutes=20\n\n\
    Give `--case` several times for several people who were met at once: each gets a record, all or \
    none are saved, and what is common to them, such as the minutes and the note, stands in the \
    first.\n\n\
    Separate several options of a set with commas. Write a date as 2026-11-25. Write a time as \
    '2026-11-25 14:30', 14:30 (today) or 2026-11-25, in the department's time zone, or as \
    2026-11-25T14:30:00Z. For a wrong type or field name the command lists the valid ones.\n\n\
    With --json: {\"id\"}; with several cases {\"id\",\"also\":[...]}."
)]
pub(super) struct New {
    /// The record's type, such as person or `outreach_contact`
    #[arg(value_name = "TYPE")]
    record_type: String,
    /// The case it belongs to: the id of its person or property record, or its first characters
    #[arg(long, value_name = "ID")]
    case: Vec<String>,
    /// The program that the record belongs to, if your roles allow several
    #[arg(long, value_name = "PROGRAM")]
    program: Option<String>,
    #[command(flatten)]
    anyway: Anyway,
    /// The record's first values
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<Assignment>,
}

impl New {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let catalogue = session.catalogue();
        let record_type = typed::record_type(&catalogue, &self.record_type)?;
        let program = self.program.map(|name| typed::program(&catalogue, &name)).transpose()?;
        let people = session.people()?;
        let typed = pairs(&self.values);
        let edits = input::first_values(session.now, &catalogue, &people, record_type, typed)
            .map_err(|error| input_failure(record_type, &error))?;
        let cases = self.case.iter().map(|id| session.case(id)).collect::<Result<Vec<_>, _>>()?;
        let (case, also) = match cases.split_first() {
            Some((first, also)) => (Some(*first), also),
            None => (None, &[][..]),
        };
        let new = NewRecord { record_type: record_type.name.clone(), case, program, edits };
        let (now, rng) = (session.now, &mut session.rng);
        let doubts = self.anyway.doubts();
        let made = session.device.new_records_together(now, rng, new, also, doubts);
        Ok(made_report(&made.map_err(record_failure)?))
    }
}

/// Returns the ids of new records, the first of people who were met at once first.
fn made_report(records: &[RecordId]) -> Report {
    let ids: Vec<String> = records.iter().map(ToString::to_string).collect();
    let json = match ids.split_first() {
        Some((id, [])) => json!({"id": id}),
        Some((id, also)) => json!({"id": id, "also": also}),
        None => json!({}),
    };
    Report::new(json, ids.join("\n"))
}
