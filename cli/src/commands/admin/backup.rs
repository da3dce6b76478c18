//! `fieldbook admin backup`

use std::fmt::Display;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::Failure;
use crate::progress;
use crate::report::Report;

/// Write a backup, while the server runs
#[derive(Debug, Args)]
#[command(
    long_about = "Write a backup into one file, while the server runs. A file that exists is \
    not overwritten.\n\n    \
    fieldbook admin --data ./data backup ./fieldbook-2026-11-25.backup\n\n\
    The file is encrypted with the master key and does not contain the keys of the cases: \
    erasing a case makes it unreadable in every backup. Keep `master.key` and the newest copy of \
    `keys.db` elsewhere; without them the backup cannot be read.\n\n\
    With --json: {\"file\",\"feed\"}."
)]
pub(super) struct Backup {
    /// The file to write
    file: PathBuf,
}

impl Backup {
    pub(super) fn run(self, session: &Session, json: bool) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        let bar = progress::spinner(session.say("writing_the_backup"), json);
        let head = admin.backup(clock::now(), &self.file).map_err(failure)?;
        bar.finish_and_clear();
        let file = self.file.display().to_string();
        let parts: [(&str, &dyn Display); 2] = [("file", &file), ("entry", &head.0)];
        let text = session.say_with("backup_written", &parts);
        Ok(Report::new(json!({"file": file, "feed": head.0}), text))
    }
}
