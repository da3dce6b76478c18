//! `fieldbook device set`

use clap::Args;
use model::input;

use super::Session;
use super::typed::{Anyway, Assignment, pairs};
use crate::failure::Failure;
use crate::report::Report;

/// Set fields of a record; an empty value clears one
#[derive(Debug, Args)]
#[command(
    long_about = "Set fields of a record, all in one change; an empty value clears a field. \
    Setting a field with a conflict resolves the conflict.\n\n    \
    fieldbook device --dir ~/field set ID risk_level=high tier=1\n    \
    fieldbook device --dir ~/field set ID tier=\n\n\
    With --json: {\"id\",\"change\"}; `change` is null if there was nothing to change."
)]
pub(super) struct Set {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    #[command(flatten)]
    anyway: Anyway,
    /// The values
    #[arg(value_name = "FIELD=VALUE", required = true)]
    values: Vec<Assignment>,
}

impl Set {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let people = session.people()?;
        session.edit_with(&self.record, self.anyway.doubts(), |session, catalogue, record_type| {
            input::values(session.now, catalogue, &people, record_type, pairs(&self.values))
        })
    }
}
