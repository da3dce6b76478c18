//! `fieldbook admin quarantine`

use clap::Args;
use serde_json::{Value as Json, json};

use super::Session;
use super::session::failure;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::Table;

/// List what was refused and is kept
#[derive(Debug, Args)]
#[command(
    long_about = "List the changes that the server refused, newest first. Nothing refused is \
    thrown away: the bytes are kept for a supervisor. The list says why, and holds none of the \
    content.\n\n    \
    fieldbook admin --data ./data quarantine\n\n\
    With --json: [{\"id\",\"device\",\"record\",\"code\",\"reason\",\"received_at\",\"times\",\
    \"bytes\"}]."
)]
pub(super) struct Quarantine;

impl Quarantine {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let rows = session.open()?.quarantine().map_err(failure)?;
        let mut table = Table::new(["received", "code", ">times", ">bytes", "record", "reason"]);
        let mut json = Vec::new();
        for row in rows {
            json.push(json!({
                "id": row.id,
                "device": row.device.to_string(),
                "record": row.record.to_string(),
                "code": row.code,
                "reason": row.reason,
                "received_at": row.received_at.to_string(),
                "times": row.times,
                "bytes": row.bytes,
            }));
            table.row([
                readable(row.received_at),
                row.code,
                row.times.to_string(),
                row.bytes.to_string(),
                row.record.to_string(),
                row.reason,
            ]);
        }
        Ok(Report::new(Json::Array(json), table.render_or("nothing was refused")))
    }
}
