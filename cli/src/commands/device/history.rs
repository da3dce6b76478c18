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
    follows. Times are those of the device that wrote it; the order does not rest on them. Where two \
    people changed a field without knowing of each other and nobody is asked to decide, the value \
    that is not shown is marked as overwritten.\n\n    \
    fieldbook device --dir ~/field history ID\n\n\
    With --json: [{\"change\",\"by\",\"device\",\"at\",\"edits\":[{\"field\",\"edit\",\"value\",\
    \"overwritten\"}]}]; an edit is set, cleared, added, removed, logged, incremented, inserted or \
    deleted; overwritten is there when it is true.")]
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
                // A text of several lines must not look like another entry.
                let told = edit.to_string().replace('\n', "\n      ");
                text.push_str(&format!("    {told}\n"));
            }
            json.push(view.to_json());
        }
        Ok(Report::new(Json::Array(json), text))
    }
}
