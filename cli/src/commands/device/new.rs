//! `fieldbook device new`

use clap::Args;
use client_core::device::{NewRecord, input};
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
    purpose=rapport,check_in\n\n\
    Separate several options of a set with commas. Write a date as 2026-11-25. Write a time as \
    '2026-11-25 14:30', 14:30 (today) or 2026-11-25, in the department's time zone, or as \
    2026-11-25T14:30:00Z. For a wrong type or field name the command lists the valid ones.\n\n\
    With --json: {\"id\"}."
)]
pub(super) struct New {
    /// The record's type, such as person or `outreach_contact`
    #[arg(value_name = "TYPE")]
    record_type: String,
    /// The case it belongs to: the id of its person or property record, or its first characters
    #[arg(long, value_name = "ID")]
    case: Option<String>,
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
        let case = self.case.map(|id| session.case(&id)).transpose()?;
        let new = NewRecord { record_type: record_type.name.clone(), case, program, edits };
        let id = session
            .device
            .new_record_with(session.now, &mut session.rng, new, self.anyway.doubts())
            .map_err(record_failure)?;
        Ok(Report::new(json!({"id": id.to_string()}), id.to_string()))
    }
}
