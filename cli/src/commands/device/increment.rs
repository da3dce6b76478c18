//! `fieldbook device increment`

use clap::Args;
use model::input;

use super::Session;
use crate::failure::Failure;
use crate::report::Report;

/// Count a counter up or down
#[derive(Debug, Args)]
#[command(long_about = "Count a counter up or down. If two people count at the same time, both \
    amounts are added.\n\n    \
    fieldbook device --dir ~/field increment ID contact_attempts\n    \
    fieldbook device --dir ~/field increment ID contact_attempts -1\n\n\
    With --json: {\"id\",\"change\"}; `change` is null if there was nothing to change.")]
pub(super) struct Increment {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// The counter
    #[arg(value_name = "FIELD")]
    field: String,
    /// The amount to add, or to subtract if negative
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
