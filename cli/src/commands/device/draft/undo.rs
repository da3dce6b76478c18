//! `fieldbook device draft undo`

use clap::Args;
use client_core::device::{RecordError, Undone};
use client_core::store::drafts::DraftState;
use serde_json::json;

use super::super::Session;
use super::super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;
use crate::words;

/// Undo the last answer, or that a draft was submitted or thrown away
#[derive(Debug, Args)]
#[command(
    long_about = "Undo what was done last to a draft: the answer that was given last; or, for ten \
    minutes, that the draft was submitted or thrown away. A new record is taken back only as long \
    as it has not been sent and nothing was recorded after it; an edit is changed back where nobody \
    has changed it since.\n\n    \
    fieldbook device --dir ~/field draft undo DRAFT\n\n\
    With --json: {\"undone\",\"field\",\"left\":[...]}; `undone` is answer, discard, record or edit."
)]
pub(super) struct Undo {
    /// The draft's id; of an open one, its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
}

impl Undo {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        let row = super::row(session, draft)?;
        let (now, rng) = (session.now, &mut session.rng);
        if row.state == DraftState::Open {
            let undone = session.device.undo_answer(now, rng, draft).map_err(record_failure)?;
            let field = undone.ok_or_else(|| record_failure(RecordError::NothingToUndo))?;
            let said = words::say(session.language, "undone_answer", &[("field", &field)]);
            return Ok(Report::new(json!({"undone": "answer", "field": field, "left": []}), said));
        }
        let undone = session.device.undo_draft(now, rng, draft).map_err(record_failure)?;
        let (what, left) = match undone {
            Undone::Found => ("discard", Vec::new()),
            Undone::TakenBack => ("record", Vec::new()),
            Undone::ChangedBack(left) => ("edit", left),
        };
        let mut said = session.say(&format!("undone_{what}"));
        if !left.is_empty() {
            let fields: Vec<_> = left.iter().map(ToString::to_string).collect();
            let rest = &[("fields", &fields.join(", ") as &dyn std::fmt::Display)];
            said.push_str(&format!("\n{}", words::say(session.language, "undone_not", rest)));
        }
        Ok(Report::new(json!({"undone": what, "field": null, "left": left}), said))
    }
}
