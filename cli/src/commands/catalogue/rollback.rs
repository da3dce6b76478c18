//! `fieldbook catalogue rollback`

use std::path::PathBuf;

use clap::Args;
use model::words::LanguageTag;
use serde_json::json;

use super::source;
use crate::clock;
use crate::commands::admin::Session;
use crate::failure::Failure;
use crate::report::Report;

/// Put an earlier catalogue in force again
#[derive(Debug, Args)]
#[command(
    long_about = "Put an earlier catalogue in force again: the one before the present one, or any \
    that `catalogue history` lists. The command shows what would change and asks first. It refuses \
    a catalogue by which records that were made since could never be read again; add what they need \
    to it, and publish that.\n\n    \
    fieldbook catalogue rollback --data ./data\n    \
    fieldbook catalogue rollback --data ./data --to 3f0c92ab61d4\n\n\
    With --json: {\"digest\",\"changes\":[{\"code\",\"at\",\"what\",\"instead\"}]}."
)]
pub(super) struct Rollback {
    /// The data folder that `fieldbook admin init` created
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The digest of the catalogue, or its first digits; if left out, the one before the present one
    #[arg(long, value_name = "DIGEST")]
    to: Option<String>,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl Rollback {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let session = Session::new(self.data, language)?;
        let admin = session.open()?;
        let earlier = admin.earlier_catalogue(self.to.as_deref());
        let earlier = earlier.map_err(|error| source::not_published(error.into()))?;
        let published = source::put_in_force(&admin, clock::now(), &earlier, language, self.yes);
        let (digest, changes) = published.map_err(source::not_published)?;
        let said = session.say_with("catalogue_published", &[("digest", &digest)]);
        Ok(Report::new(json!({"digest": digest, "changes": changes}), said))
    }
}
