//! `fieldbook device draft edit`

use clap::Args;
use client_core::device::NewDraft;
use serde_json::json;

use super::super::Session;
use super::super::session::record_failure;
use super::super::typed::Assignment;
use crate::failure::Failure;
use crate::report::Report;

/// Begin a draft of an edit
#[derive(Debug, Args)]
#[command(
    long_about = "Begin a draft of an edit of a record and print its id. The record stays as it \
    is until the draft is submitted; only the fields that were answered in it are changed then.\n\n    \
    fieldbook device --dir ~/field draft edit ID risk_level=high\n\n\
    With --json: {\"id\"}."
)]
pub(super) struct Edit {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// The first answers
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<Assignment>,
}

impl Edit {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let record = session.record(&self.record)?;
        let (now, rng) = (session.now, &mut session.rng);
        let begun = session.device.begin_draft(now, rng, NewDraft::Edit(record));
        let id = begun.map_err(record_failure)?;
        super::save(session, id, &self.values)?;
        Ok(Report::new(json!({"id": id.to_string()}), id.to_string()))
    }
}
