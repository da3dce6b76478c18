//! `fieldbook device draft discard`

use clap::Args;
use serde_json::json;

use super::super::Session;
use super::super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;

/// Throw a draft away
#[derive(Debug, Args)]
#[command(long_about = "Throw a draft away. `draft undo` has it back for ten minutes.\n\n    \
    fieldbook device --dir ~/field draft discard DRAFT\n\n\
    With --json: {\"id\"}.")]
pub(super) struct Discard {
    /// The draft's id, or its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
}

impl Discard {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        let (now, rng) = (session.now, &mut session.rng);
        session.device.discard_draft(now, rng, draft).map_err(record_failure)?;
        Ok(Report::new(json!({"id": draft.to_string()}), session.say("draft_discarded")))
    }
}
