//! `fieldbook device note`

use clap::Args;
use client_core::device::input;

use super::Session;
use crate::failure::Failure;
use crate::report::Report;

/// Write in a shared note
#[derive(Debug, Args)]
#[command(
    long_about = "Write at the end of a shared note. What two people write at the same time is \
    kept letter by letter.\n\n    \
    fieldbook device --dir ~/field note ID safety_plan --append ' Call the aunt first.'\n\n\
    With --json: {\"id\",\"change\"}; the change is null when there was nothing to change."
)]
pub(super) struct Note {
    /// The record's id, or its first characters where they name one only
    #[arg(value_name = "ID")]
    record: String,
    /// The shared note
    #[arg(value_name = "FIELD")]
    field: String,
    /// What to write, as it is: with the blank that parts it from what stands there
    #[arg(long, value_name = "TEXT")]
    append: String,
}

impl Note {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        session.edit(&self.record, |_, _, record_type| {
            input::appended(record_type, &self.field, &self.append).map(|edit| vec![edit])
        })
    }
}
