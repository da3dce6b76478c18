//! `fieldbook catalogue check`

use std::path::PathBuf;

use clap::Args;
use model::words::Language;
use serde_json::json;

use super::source;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::say;

/// Check the files of a catalogue
#[derive(Debug, Args)]
#[command(
    long_about = "Check the files of a catalogue: every mistake is listed with its file and key, \
    all at once. The command exits with 2 if there are any. What it would change for people who \
    work with another catalogue is shown by `catalogue diff`.\n\n    \
    fieldbook catalogue check ./catalogue\n\n\
    With --json: {\"types\",\"fields\"}, the numbers of record types and of fields. The error of \
    a catalogue with mistakes has them as \
    \"mistakes\":[{\"code\",\"file\",\"key\",\"problem\"}]."
)]
pub(super) struct Check {
    /// The folder of the catalogue
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Check {
    pub(super) fn run(self, language: Language) -> Result<Report, Failure> {
        let catalogue = source::load(Some(&self.folder))?;
        let types = catalogue.types.len();
        let fields: usize = catalogue.types.values().map(|known| known.fields.len()).sum();
        let text = say(language, "no_mistakes", &[("types", &types), ("fields", &fields)]);
        Ok(Report::new(json!({"types": types, "fields": fields}), text))
    }
}
