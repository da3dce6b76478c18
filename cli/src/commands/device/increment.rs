//! `fieldbook device increment`

use clap::Args;
use client_core::device::input;

use super::Session;
use crate::failure::Failure;
use crate::report::Report;

/// Count a counter up or down
#[derive(Debug, Args)]
#[command(long_about = "Count a counter up or down. What two people count at the same time adds \
    up.\n\n    \
    fieldbook device --dir ~/field increment ID contact_attempts\n    \
    fieldbook device --dir ~/field increment ID contact_attempts -1\n\n\
    With --json: {\"id\",\"change\"}; the change is null when there was nothing to change.")]
pub(super) struct Increment {
    /// The record's id, or its first characters where they name one only
    #[arg(value_name = "ID")]
    record: String,
    /// The counter
    #[arg(value_name = "FIELD")]
    field: String,
    /// By how much
    #[arg(value_name = "BY", default_value = "1", allow_negative_numbers = true)]
    by: String,
}

impl Increment {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        session.edit(&self.record, |_, _, record_type| {
            input::increment(record_type, &self.field, &self.by).map(|edit| vec![edit])
        })
    }
}
