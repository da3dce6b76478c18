//! `fieldbook catalogue publish`

use std::path::PathBuf;

use clap::Args;
use model::words::LanguageTag;
use serde_json::json;
use server::config::read_catalogue;

use super::source::{self, in_folder};
use crate::clock;
use crate::commands::admin::{Session, config_failure};
use crate::failure::Failure;
use crate::report::Report;

/// Put a catalogue in force
#[derive(Debug, Args)]
#[command(
    long_about = "Put a catalogue in force, whether or not a server runs on the data folder: a \
    running one follows at once, and devices receive the catalogue with their next sync. The \
    command shows what would change and asks first. It refuses a catalogue with mistakes, and one \
    by which some records could never be read again. The catalogue before it can be put in force \
    again with `catalogue rollback`.\n\n    \
    fieldbook catalogue publish ./catalogue-next --data ./data\n\n\
    A server that is started with `--catalogue DIR` uses that folder's catalogue from then on: \
    leave the option out once you publish.\n\n\
    With --json: {\"digest\",\"changes\":[{\"code\",\"at\",\"what\",\"instead\"}]}."
)]
pub(super) struct Publish {
    /// The folder of the catalogue
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The data folder that `fieldbook admin init` created
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl Publish {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let source = read_catalogue(&self.folder).map_err(config_failure)?;
        let session = Session::new(self.data, language)?;
        let admin = session.open()?;
        let failure = |error| in_folder(&self.folder, source::not_published(error));
        let (now, yes) = (clock::now(), self.yes);
        let published = source::put_in_force(&admin, now, &source, language, yes);
        let (digest, changes) = published.map_err(failure)?;
        let said = session.say_with("catalogue_published", &[("digest", &digest)]);
        Ok(Report::new(json!({"digest": digest, "changes": changes}), said))
    }
}
