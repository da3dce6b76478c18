//! `fieldbook device list`

use clap::Args;
use client_core::store::query::{ListFilter, ListRow};

use super::Session;
use super::session::record_failure;
use super::typed;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::{Column, Table};

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
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    /// Show at most this many
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
        let case = self.case.map(|id| session.case(&id)).transpose()?;
        let filter = ListFilter { record_type, case, limit: self.limit };
        let rows = session.device.list(session.now, &filter).map_err(record_failure)?;
        listed(session, &rows, &session.say("no_records"))
    }
}

/// Records as a table; `nothing` when there are none.
pub(super) fn listed(
    session: &Session,
    rows: &[ListRow],
    nothing: &str,
) -> Result<Report, Failure> {
    let catalogue = session.catalogue();
    let people = session.people()?;
    let language = session.language;
    let words = Words { catalogue: &catalogue, language, people: &people };
    let mut table = Table::of([
        Column::wide(words.say("head_record")),
        Column::wide(words.say("head_type")),
        Column::left(words.say("head_happened")),
        Column::left(words.say("head_state")),
        Column::right(words.say("head_conflicts")),
        Column::left(words.say("head_id")),
    ]);
    for row in rows {
        table.row([
            words.label(&row.title).to_owned(),
            words.record_type(&row.record_type),
            words.time(row.occurred_at),
            words.say(row.state.code()),
            if row.conflicts == 0 { String::new() } else { row.conflicts.to_string() },
            row.record.to_string(),
        ]);
    }
    let json = rows.iter().map(|row| row.to_json(session.language)).collect();
    Ok(Report::new(json, table.render_or(nothing)))
}
