//! `fieldbook device remove`

use clap::Args;
use model::input::{self, SetEdit};

use super::Session;
use super::typed::{Assignment, pairs};
use crate::failure::Failure;
use crate::report::Report;

/// Remove options from a set
#[derive(Debug, Args)]
#[command(
    long_about = "Remove options from a set. An option that another person adds at the same time \
    stays.\n\n    \
    fieldbook device --dir ~/field remove ID risk=weapon\n\n\
    Separate several options with commas: risk=weapon,recently_shot.\n\n\
    With --json: {\"id\",\"change\"}; `change` is null if there was nothing to change."
)]
pub(super) struct Remove {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// The options
    #[arg(value_name = "SETFIELD=VALUE", required = true)]
    options: Vec<Assignment>,
}

impl Remove {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        session.edit(&self.record, |_, catalogue, record_type| {
            input::options(catalogue, record_type, pairs(&self.options), SetEdit::Remove)
        })
    }
}
