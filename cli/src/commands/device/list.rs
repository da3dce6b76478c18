//! `fieldbook device list`

use clap::Args;
use client_core::store::query::{ListFilter, ListRow};
use model::ids::CaseId;

use super::Session;
use super::session::record_failure;
use super::typed::{self, case_id};
use super::words::Words;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::{Table, shortened};

/// List records
#[derive(Debug, Args)]
#[command(long_about = "List the records on this device, newest first.\n\n    \
    fieldbook device --dir ~/field list\n    \
    fieldbook device --dir ~/field list --type person\n    \
    fieldbook device --dir ~/field list --case CASE --limit 20\n\n\
    With --json: [{\"id\",\"type\",\"case\",\"title\",\"occurred_at\",\"updated_at\",\"state\",\
    \"conflicts\"}].")]
pub(super) struct List {
    /// Only records of this type
    #[arg(long = "type", value_name = "TYPE")]
    record_type: Option<String>,
    /// Only records of this case
    #[arg(long, value_name = "ID", value_parser = case_id)]
    case: Option<CaseId>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl List {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let catalogue = session.catalogue();
        let record_type = match &self.record_type {
            None => None,
            Some(name) => Some(typed::record_type(&catalogue, name)?.name.clone()),
        };
        let filter = ListFilter { record_type, case: self.case, limit: self.limit };
        let rows = session.device.list(session.now, &filter).map_err(record_failure)?;
        Ok(listed(session, &rows, "no records"))
    }
}

/// Records as a table; `nothing` when there are none.
pub(super) fn listed(session: &Session, rows: &[ListRow], nothing: &str) -> Report {
    let catalogue = session.catalogue();
    let words = Words { catalogue: &catalogue, lang: &session.lang };
    let mut table = Table::new(["record", "type", "happened", "state", ">conflicts", "id"]);
    for row in rows {
        table.row([
            shortened(&row.title, 40),
            words.record_type(&row.record_type),
            readable(row.occurred_at),
            row.state.to_string(),
            if row.conflicts == 0 { String::new() } else { row.conflicts.to_string() },
            row.record.to_string(),
        ]);
    }
    let json = rows.iter().map(ListRow::to_json).collect();
    Report::new(json, table.render_or(nothing))
}
