//! `fieldbook device conflicts`

use clap::Args;
use client_core::store::query::RecordConflict;

use super::Session;
use super::session::record_failure;
use super::show::values_of;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;

/// List conflicts: values that wait for a decision
#[derive(Debug, Args)]
#[command(long_about = "List the fields to which people wrote different values concurrently. All \
    values are kept until a person decides.\n\n    \
    fieldbook device --dir ~/field conflicts\n    \
    fieldbook device --dir ~/field resolve ID risk_level --keep high\n\n\
    With --json: [{\"id\",\"type\",\"title\",\"field\",\"review\",\"values\":[{\"value\",\"by\",\
    \"device\",\"at\",\"change\"}]}].")]
pub(super) struct Conflicts;

impl Conflicts {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let conflicts = session.device.conflicts(session.now).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let people = session.people()?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        let mut text = String::new();
        for RecordConflict { record, conflict } in &conflicts {
            let record_type = catalogue.record_type(&record.record_type);
            text.push_str(&format!(
                "{}, {}: {}\n{}  {}\n\n",
                words.record_type(&record.record_type),
                words.label(&record.title),
                words.field(record_type, conflict.field.as_str()),
                values_of(conflict, &words),
                words.say_with("resolve_so", &[("id", &record.record), ("field", &conflict.field)])
            ));
        }
        if conflicts.is_empty() {
            text.push_str(&words.say("nothing_to_decide"));
        }
        let json = conflicts.iter().map(|one| one.to_json(session.language)).collect();
        Ok(Report::new(json, text))
    }
}
