//! `fieldbook catalogue history`

use std::path::PathBuf;

use clap::Args;
use model::words::LanguageTag;
use serde_json::{Value as Json, json};

use super::source;
use crate::commands::admin::Session;
use crate::failure::Failure;
use crate::report::Report;

/// List the catalogues that were in force
#[derive(Debug, Args)]
#[command(
    long_about = "List the catalogues that are or were in force, oldest first. None is ever \
    forgotten: records that were made by it stay labelled.\n\n    \
    fieldbook catalogue history --data ./data\n\n\
    With --json: [{\"digest\",\"since\",\"in_force\"}]."
)]
pub(super) struct History {
    /// The data folder that `fieldbook admin init` created
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
}

impl History {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let session = Session::new(self.data, language)?;
        let admin = session.open()?;
        let versions = admin.catalogues();
        let versions = versions.map_err(|error| source::not_published(error.into()))?;
        let mut table = session.heads(["head_catalogue", "head_since", "head_state"]);
        let mut json = Vec::new();
        for version in versions {
            let state = match version.in_force {
                true => session.say("in_force"),
                false => String::new(),
            };
            table.row([version.short(), admin.zone().show(version.since), state]);
            json.push(json!({
                "digest": version.digest,
                "since": version.since.to_string(),
                "in_force": version.in_force,
            }));
        }
        let text = table.render_or(&session.say("no_catalogue_yet"));
        Ok(Report::new(Json::Array(json), text))
    }
}
