//! `fieldbook device draft answer`

use clap::Args;

use super::super::Session;
use super::super::typed::Assignment;
use super::show;
use crate::failure::Failure;
use crate::report::Report;

/// Save answers in a draft
#[derive(Debug, Args)]
#[command(
    long_about = "Save answers in a draft, whatever is wrong with them, and show what is still \
    wrong. Each answer takes the place of the one before; an empty one takes it away.\n\n    \
    fieldbook device --dir ~/field draft answer DRAFT result=engaged purpose=rapport,check_in\n\n\
    With --json: as `draft show`."
)]
pub(super) struct Answer {
    /// The draft's id, or its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
    /// The answers
    #[arg(value_name = "FIELD=VALUE", required = true)]
    values: Vec<Assignment>,
}

impl Answer {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        super::save(session, draft, &self.values)?;
        show::saved(session, draft)
    }
}
