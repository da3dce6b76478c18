//! `fieldbook catalogue check`

use std::path::{Path, PathBuf};

use clap::Args;
use model::catalogue::Catalogue;
use model::catalogue::compare::{Difference, compare};
use serde_json::json;
use server::config::read_catalogue;

use crate::commands::admin::{catalogue_failure, config_failure};
use crate::failure::{Exit, Failure};
use crate::report::Report;

/// Show what a new catalogue would change
#[derive(Debug, Args)]
#[command(
    long_about = "Show what a new catalogue would change for people who work with the old one. \
    Nearly everything may change: existing records stay valid and labelled, and so do records \
    that a phone makes before it receives the new catalogue. The command exits with 1 if some \
    records could never be read again, and shows what to do instead; a server does not start \
    with such a catalogue.\n\n    \
    fieldbook catalogue check ./catalogue ./catalogue-next\n\n\
    To remove an option or a field, retire it: add `retired = true` to it.\n\n\
    With --json: {\"readable\",\"changes\":[{\"code\",\"at\",\"what\",\"instead\"}]}; `instead` \
    is null if the change is allowed."
)]
pub(super) struct Check {
    /// The folder of the catalogue that is in force
    #[arg(value_name = "OLD")]
    old: PathBuf,
    /// The folder of the new catalogue
    #[arg(value_name = "NEW")]
    new: PathBuf,
}

impl Check {
    pub(super) fn run(self) -> Result<Report, Failure> {
        let differences = compare(&read(&self.old)?, &read(&self.new)?);
        let readable = !differences.iter().any(Difference::is_unreadable);
        let changes: Vec<_> = differences
            .iter()
            .map(|found| {
                json!({
                    "code": found.code,
                    "at": found.at,
                    "what": found.what,
                    "instead": found.instead,
                })
            })
            .collect();
        let mut text: String = differences.iter().map(|found| format!("{found}\n")).collect();
        text.push_str(match (readable, differences.is_empty()) {
            (true, true) => "nothing would change\n",
            (true, false) => "\neverything that was recorded stays readable\n",
            (false, _) => "\nnot everything that was recorded could be read any more\n",
        });
        let exit = if readable { Exit::Done } else { Exit::Failed };
        Ok(Report::new(json!({"readable": readable, "changes": changes}), text).exit(exit))
    }
}

fn read(folder: &Path) -> Result<Catalogue, Failure> {
    let source = read_catalogue(folder).map_err(config_failure)?;
    Catalogue::load(&source).map_err(|mistakes| {
        let failure = catalogue_failure(&mistakes);
        Failure { message: format!("{}: {}", folder.display(), failure.message), ..failure }
    })
}
