//! `fieldbook device history`

use clap::Args;
use model::ids::RecordId;
use serde_json::Value as Json;

use super::Session;
use super::session::record_failure;
use super::typed::record_id;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;

/// Show who changed what in a record, and when
#[derive(Debug, Args)]
#[command(long_about = "Show who changed what in a record, and when, each change after those it \
    follows. Times are those of the device that wrote it; the order does not rest on them.\n\n    \
    fieldbook device --dir ~/field history ID\n\n\
    With --json: [{\"change\",\"by\",\"device\",\"at\",\"edits\":[{\"field\",\"edit\",\"value\"}]}]; \
    an edit is set, cleared, added, removed, logged, incremented, inserted or deleted.")]
pub(super) struct History {
    /// The record's id
    #[arg(value_name = "ID", value_parser = record_id)]
    record: RecordId,
}

impl History {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let history = session.device.history(session.now, self.record).map_err(record_failure)?;
        let mut text = String::new();
        let mut json = Vec::new();
        for view in history {
            text.push_str(&format!("{}  {}\n", readable(view.entry.at), view.by));
            for edit in &view.entry.edits {
                text.push_str(&format!("    {} {}\n", edit.field, edit.what));
            }
            json.push(view.to_json());
        }
        Ok(Report::new(Json::Array(json), text))
    }
}
