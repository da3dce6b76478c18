//! `fieldbook catalogue check`

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use model::words::LanguageTag;
use serde_json::{Map, json};

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
    With --json: {\"types\",\"fields\",\"labels\",\"languages\":{LANG:{\"missing\"}}}, the numbers \
    of record types, of fields and of labels, and how many labels each language besides English \
    has not. The error of a catalogue with mistakes has them as \
    \"mistakes\":[{\"code\",\"file\",\"key\",\"problem\"}]."
)]
pub(super) struct Check {
    /// The folder of the catalogue
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Check {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let catalogue = source::load(Some(&self.folder))?;
        let types = catalogue.types.len();
        let fields: usize = catalogue.types.values().map(|known| known.fields.len()).sum();
        let mut text = say(language, "no_mistakes", &[("types", &types), ("fields", &fields)]);
        let labels = catalogue.labels().count();
        let mut languages = Map::new();
        for tag in &catalogue.languages {
            let missing =
                catalogue.labels().filter(|label| !label.others.contains_key(tag)).count();
            languages.insert(tag.to_string(), json!({"missing": missing}));
            if missing > 0 {
                let parts: [(&str, &dyn Display); 3] =
                    [("language", tag), ("missing", &missing), ("labels", &labels)];
                text.push('\n');
                text.push_str(&say(language, "labels_missing", &parts));
            }
        }
        let json = json!({
            "types": types, "fields": fields, "labels": labels, "languages": languages,
        });
        Ok(Report::new(json, text))
    }
}
