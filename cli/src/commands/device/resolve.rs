//! `fieldbook device resolve`

use std::fmt::Display;

use clap::Args;
use serde_json::json;

use super::Session;
use super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;
use crate::words;

/// Resolve a conflict: choose the value that stays
#[derive(Debug, Args)]
#[command(
    long_about = "Resolve a conflict by choosing the value that stays, on all devices. The other \
    values remain in the history.\n\n    \
    fieldbook device --dir ~/field resolve ID risk_level --keep high\n\n\
    To write a value other than those in conflict, use `set`. To keep the shown value in every \
    field with a conflict:\n\n    \
    fieldbook device --dir ~/field resolve ID --shown\n\n\
    With --json: {\"id\",\"field\",\"kept\"}; with --shown {\"id\",\"fields\":[...]}."
)]
pub(super) struct Resolve {
    /// The record's id, or its first characters if no other id begins with them
    #[arg(value_name = "ID")]
    record: String,
    /// The field
    #[arg(value_name = "FIELD", required_unless_present = "shown", requires = "keep")]
    field: Option<String>,
    /// The value that stays, as `conflicts` shows it
    #[arg(long, value_name = "VALUE", requires = "field")]
    keep: Option<String>,
    /// Keep the shown value in every field of the record
    #[arg(long, conflicts_with_all = ["field", "keep"])]
    shown: bool,
}

impl Resolve {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let (now, record) = (session.now, session.record(&self.record)?);
        let id = record.to_string();
        let (Some(field), Some(keep)) = (self.field, self.keep) else {
            let fields = session
                .device
                .resolve_as_shown(now, &mut session.rng, record)
                .map_err(record_failure)?;
            let fields: Vec<String> = fields.iter().map(ToString::to_string).collect();
            let text = match fields.is_empty() {
                true => session.say("nothing_decided"),
                false => {
                    let fields = fields.join(", ");
                    words::say(session.language, "decided_as_shown", &[("fields", &fields)])
                }
            };
            return Ok(Report::new(json!({"id": id, "fields": fields}), text));
        };
        session
            .device
            .resolve(now, &mut session.rng, record, &field, &keep)
            .map_err(record_failure)?;
        let parts: [(&str, &dyn Display); 2] = [("field", &field), ("kept", &keep)];
        let text = words::say(session.language, "decided", &parts);
        Ok(Report::new(json!({"id": id, "field": field, "kept": keep}), text))
    }
}
