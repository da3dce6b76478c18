//! `fieldbook admin restore`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use server::admin::Admin;

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::progress;
use crate::report::Report;

/// Put a backup in the place of the data
#[derive(Debug, Args)]
#[command(
    long_about = "Put a backup in the place of the data. Stop the server first. What was there \
    is kept beside it. With their next sync the devices notice, and bring back everything that \
    they still hold and the backup does not.\n\n    \
    fieldbook admin --data ./data restore ./fieldbook-2026-11-25.backup\n\n\
    With --json: {\"file\",\"feed\"}."
)]
pub(super) struct Restore {
    /// The backup
    file: PathBuf,
}

impl Restore {
    pub(super) fn run(self, session: &Session, json: bool) -> Result<Report, Failure> {
        let file = self.file.display().to_string();
        if !self.file.is_file() {
            return Err(Failure::not_found("no_file", format!("there is no file {file}")));
        }
        let mut rng = clock::rng()?;
        let bar = progress::spinner("restoring", json);
        let head =
            Admin::restore(clock::now(), &mut rng, &session.config, &self.file).map_err(failure)?;
        bar.finish_and_clear();
        let text = format!(
            "the data is that of {file}, up to entry {} of the feed; devices bring back what it \
             lacks",
            head.0
        );
        Ok(Report::new(json!({"file": file, "feed": head.0}), text))
    }
}
