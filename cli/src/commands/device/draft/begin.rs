//! `fieldbook device draft begin`

use clap::Args;
use client_core::device::NewDraft;
use serde_json::json;

use super::super::Session;
use super::super::session::record_failure;
use super::super::typed::{self, Assignment};
use crate::failure::Failure;
use crate::report::Report;

/// Begin a draft of a new record
#[derive(Debug, Args)]
#[command(
    long_about = "Begin a draft of a new record and print its id. The answers that its form \
    starts with are in it.\n\n    \
    fieldbook device --dir ~/field draft begin outreach_contact --case CASE mode=street\n\n\
    With --json: {\"id\"}."
)]
pub(super) struct Begin {
    /// The record's type, such as person or `outreach_contact`
    #[arg(value_name = "TYPE")]
    record_type: String,
    /// The case it belongs to: the id of its person or property record, or its first characters
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// The program that the record belongs to, if your roles allow several
    #[arg(long, value_name = "PROGRAM")]
    program: Option<String>,
    /// The first answers
    #[arg(value_name = "FIELD=VALUE")]
    values: Vec<Assignment>,
}

impl Begin {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let catalogue = session.catalogue();
        let record_type = typed::record_type(&catalogue, &self.record_type)?.name.clone();
        let program = self.program.map(|name| typed::program(&catalogue, &name)).transpose()?;
        let case = self.case.map(|id| session.case(&id)).transpose()?;
        let new = NewDraft::Record { record_type, case, program };
        let (now, rng) = (session.now, &mut session.rng);
        let id = session.device.begin_draft(now, rng, new).map_err(record_failure)?;
        super::save(session, id, &self.values)?;
        Ok(Report::new(json!({"id": id.to_string()}), id.to_string()))
    }
}
