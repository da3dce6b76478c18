//! `fieldbook catalogue diff`

use std::path::PathBuf;

use clap::Args;
use model::catalogue::compare::{Difference, compare};
use model::words::LanguageTag;
use serde_json::json;

use super::source;
use crate::details::changes;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::words::say;

/// Show what a new catalogue would change
#[derive(Debug, Args)]
#[command(
    long_about = "Show what a new catalogue would change for people who work with the old one. \
    Nearly everything may change: existing records stay valid and labelled, and so do records \
    that a phone makes before it receives the new catalogue. The command exits with 1 if some \
    records could never be read again, and shows what to do instead; a server does not start \
    with such a catalogue.\n\n    \
    fieldbook catalogue diff ./catalogue ./catalogue-next\n\n\
    To remove an option or a field, retire it: add `retired = true` to it.\n\n\
    With --json: {\"readable\",\"changes\":[{\"code\",\"at\",\"what\",\"instead\"}]}; `instead` \
    is null if the change is allowed. The error of a catalogue with mistakes has them as \
    \"mistakes\":[{\"code\",\"file\",\"key\",\"problem\"}]."
)]
pub(super) struct Diff {
    /// The folder of the catalogue that is in force
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The folder of the new catalogue
    #[arg(value_name = "NEW")]
    new: PathBuf,
}

impl Diff {
    pub(super) fn run(self, language: LanguageTag) -> Result<Report, Failure> {
        let differences = compare(&source::load(Some(&self.old))?, &source::load(Some(&self.new))?);
        let readable = !differences.iter().any(Difference::is_unreadable);
        let mut text: String =
            differences.iter().map(|found| found.in_language(language) + "\n").collect();
        text.push_str(&match (readable, differences.is_empty()) {
            (true, true) => say(language, "nothing_would_change", &[]),
            (true, false) => format!("\n{}", say(language, "all_stays_readable", &[])),
            (false, _) => format!("\n{}", say(language, "not_all_stays_readable", &[])),
        });
        let exit = if readable { Exit::Done } else { Exit::Failed };
        let changes = changes(&differences, language);
        Ok(Report::new(json!({"readable": readable, "changes": changes}), text).exit(exit))
    }
}
