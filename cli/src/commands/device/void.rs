//! `fieldbook device void`

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;

/// Void a record of your own
#[derive(Debug, Args)]
#[command(
    long_about = "Void a record that you made by mistake, such as one of the wrong person: it \
    counts for nothing any more, and is still there with your reason. You may do so as long as the \
    department allows and nobody has decided on the record; later a supervisor does, with a \
    review.\n\n    \
    fieldbook device --dir ~/field void ID --reason 'of another person of that name'\n\n\
    With --json: {\"id\"}."
)]
pub(super) struct Void {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// Why
    #[arg(long, value_name = "REASON")]
    reason: String,
}

impl Void {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let record = session.record(&self.record)?;
        let (now, rng) = (session.now, &mut session.rng);
        session.device.void(now, rng, record, &self.reason).map_err(record_failure)?;
        Ok(Report::new(json!({"id": record.to_string()}), session.say("voided")))
    }
}
