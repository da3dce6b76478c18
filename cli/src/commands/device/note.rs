//! `fieldbook device note`

use clap::Args;
use model::input;

use super::Session;
use crate::failure::Failure;
use crate::report::Report;

/// Write in a shared note
#[derive(Debug, Args)]
#[command(
    long_about = "Write at the end of a shared note. If two people write at the same time, both \
    texts are kept in full.\n\n    \
    fieldbook device --dir ~/field note ID safety_plan --append ' Call the aunt first.'\n\n\
    With --json: {\"id\",\"change\"}; `change` is null if there was nothing to change."
)]
pub(super) struct Note {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// The shared note
    #[arg(value_name = "FIELD")]
    field: String,
    /// The text to append, exactly as given: begin it with a space to separate it from the existing
    /// text
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
