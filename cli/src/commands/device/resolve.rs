//! `fieldbook device resolve`

use clap::Args;
use model::ids::RecordId;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use super::typed::record_id;
use crate::failure::Failure;
use crate::report::Report;

/// Decide which value of a conflict stays
#[derive(Debug, Args)]
#[command(
    long_about = "Decide which value of a conflict stays, for everybody. The others remain in \
    the history.\n\n    \
    fieldbook device --dir ~/field resolve ID risk_level --keep high\n\n\
    To write another value than those in conflict, use `set`.\n\n\
    With --json: {\"id\",\"field\",\"kept\"}."
)]
pub(super) struct Resolve {
    /// The record's id
    #[arg(value_name = "ID", value_parser = record_id)]
    record: RecordId,
    /// The field
    #[arg(value_name = "FIELD")]
    field: String,
    /// The value that stays, as `conflicts` shows it
    #[arg(long, value_name = "VALUE")]
    keep: String,
}

impl Resolve {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        session
            .device
            .resolve(session.now, &mut session.rng, self.record, &self.field, &self.keep)
            .map_err(record_failure)?;
        let text = format!("{} is decided: {}", self.field, self.keep);
        let json = json!({"id": self.record.to_string(), "field": self.field, "kept": self.keep});
        Ok(Report::new(json, text))
    }
}
