//! `fieldbook admin erase`

use std::fmt::Display;

use clap::Args;
use model::ids::CaseId;
use serde_json::json;

use super::Session;
use super::session::{case_id, failure};
use crate::ask;
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::label;

/// Erase a case for good, by court order or law
#[derive(Debug, Args)]
#[command(
    long_about = "Erase a case for good. Its keys are destroyed, so that its records can no \
    longer be read, here or in any backup. Every device removes the records with its next sync, \
    and later changes to them are refused and not kept. The server keeps only the case's id, the \
    time of the erasure and the order. Erasing cannot be undone.\n\n    \
    fieldbook admin --data ./data erase 0190c0de-0000-7000-8000-000000000001 --order 'RSMo 610.140, case 26-1'\n\n\
    The command asks before it acts; `--yes` skips the question. It is idempotent: repeating it \
    only finishes an erasure that a crash interrupted. Destroy old copies of `keys.db`: an old \
    copy can still open the erased records.\n\n\
    With --json: {\"case\",\"erased_at\",\"order\"}."
)]
pub(super) struct Erase {
    /// The case's id
    #[arg(value_parser = case_id)]
    case: CaseId,
    /// The court order or law that requires the erasure; it is kept
    #[arg(long, value_name = "TEXT")]
    order: String,
    /// Do not ask first: for scripts
    #[arg(long)]
    yes: bool,
}

impl Erase {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        admin.check_erase(self.case, &self.order).map_err(failure)?;
        let what = label("will_be_erased", &[("case", &self.case)]);
        ask::before(&what, session.language, self.yes)?;
        let left = admin.erase(clock::now(), self.case, &self.order).map_err(failure)?;
        let parts: [(&str, &dyn Display); 2] = [("case", &left.case), ("order", &left.legal_basis)];
        let text = session.say_with("case_erased", &parts);
        let json = json!({
            "case": left.case.to_string(),
            "erased_at": left.erased_at.to_string(),
            "order": left.legal_basis,
        });
        Ok(Report::new(json, text))
    }
}
