//! `fieldbook device draft entry`

use clap::Args;
use model::ids::FieldName;
use model::input;
use model::record::Edit;

use super::super::Session;
use super::super::session::record_failure;
use super::super::typed::{self, Assignment, input_failure, pairs};
use super::show;
use crate::failure::Failure;
use crate::report::Report;

/// Save, rewrite or remove an entry of a log in a draft
#[derive(Debug, Args)]
#[command(
    long_about = "Save an entry of a log in a draft. Until the draft is submitted its entries can \
    be rewritten and removed.\n\n    \
    fieldbook device --dir ~/field draft entry DRAFT goals goal='a steady job' status=open\n    \
    fieldbook device --dir ~/field draft entry DRAFT goals --of ENTRY goal='a job'\n    \
    fieldbook device --dir ~/field draft entry DRAFT goals --of ENTRY\n\n\
    With --json: as `draft show`."
)]
pub(super) struct Entry {
    /// The draft's id, or its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
    /// The log
    #[arg(value_name = "LOGFIELD")]
    field: String,
    /// The entry that is rewritten; without parts it is removed
    #[arg(long, value_name = "ENTRY")]
    of: Option<String>,
    /// The parts of the entry
    #[arg(value_name = "KEY=VALUE", required_unless_present = "of")]
    parts: Vec<Assignment>,
}

impl Entry {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        let row = super::row(session, draft)?;
        let catalogue = session.catalogue();
        let record_type = typed::record_type(&catalogue, row.record_type.as_str())?;
        let people = session.people()?;
        let (now, rng) = (session.now, &mut session.rng);
        let mut edits = Vec::new();
        if !self.parts.is_empty() {
            let parts = pairs(&self.parts);
            let entry =
                input::log_entry(now, rng, &catalogue, &people, record_type, &self.field, parts);
            edits.push(entry.map_err(|error| input_failure(record_type, &error))?);
        }
        if let Some(of) = self.of {
            let field = self.field.parse().ok();
            let field =
                field.filter(|field: &FieldName| record_type.field(field.as_str()).is_some());
            let removed = match &field {
                Some(field) => session.device.remove_draft_entry(now, rng, draft, (field, &of)),
                None => Ok(false),
            };
            if !removed.map_err(record_failure)? {
                let message = format!("the draft has no entry `{of}` there");
                return Err(Failure::not_found("unknown_entry", message)
                    .hint("`fieldbook device draft show` lists the entries"));
            }
            for edit in &mut edits {
                if let Edit::Log { id, .. } = edit {
                    id.clone_from(&of);
                }
            }
        }
        let saved = session.device.edit_draft(now, rng, draft, &edits);
        saved.map_err(record_failure)?;
        show::saved(session, draft)
    }
}
