//! `fieldbook device log`

use clap::Args;
use model::input;

use super::Session;
use super::typed::{Anyway, Assignment, pairs};
use crate::failure::Failure;
use crate::report::Report;

/// Add an entry to a log
#[derive(Debug, Args)]
#[command(
    long_about = "Add an entry to a log. Entries are never changed or removed: if two people add \
    entries at the same time, both are kept.\n\n    \
    fieldbook device --dir ~/field log ID goals goal='a steady job' status=open\n\n\
    With --json: {\"id\",\"change\"}."
)]
pub(super) struct Log {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// The log
    #[arg(value_name = "LOGFIELD")]
    field: String,
    #[command(flatten)]
    anyway: Anyway,
    /// The parts of the entry
    #[arg(value_name = "KEY=VALUE", required = true)]
    parts: Vec<Assignment>,
}

impl Log {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let people = session.people()?;
        session.edit_with(&self.record, self.anyway.doubts(), |session, catalogue, record_type| {
            let (now, rng) = (session.now, &mut session.rng);
            let parts = pairs(&self.parts);
            input::log_entry(now, rng, catalogue, &people, record_type, &self.field, parts)
                .map(|edit| vec![edit])
        })
    }
}
