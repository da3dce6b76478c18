//! `fieldbook device draft submit`

use clap::Args;
use serde_json::json;

use super::super::Session;
use super::super::session::record_failure;
use super::super::typed::Anyway;
use crate::failure::Failure;
use crate::report::Report;
use crate::words;

/// Submit a draft
#[derive(Debug, Args)]
#[command(
    long_about = "Submit a draft: it becomes a record, or an edit of one, and prints the record's \
    id. Everything that is wrong is named, and the draft stays as it is then. Answers to questions \
    that are no longer asked are dropped, and named.\n\n    \
    fieldbook device --dir ~/field draft submit DRAFT\n\n\
    With --json: {\"id\",\"dropped\":[...]}."
)]
pub(super) struct Submit {
    /// The draft's id, or its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
    #[command(flatten)]
    anyway: Anyway,
}

impl Submit {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        let (now, rng) = (session.now, &mut session.rng);
        let done = session.device.submit(now, rng, draft, self.anyway.doubts());
        let done = done.map_err(record_failure)?;
        let mut text = done.record.to_string();
        if !done.dropped.is_empty() {
            let fields: Vec<_> = done.dropped.iter().map(ToString::to_string).collect();
            let said =
                words::say(session.language, "draft_dropped", &[("fields", &fields.join(", "))]);
            text.push_str(&format!("\n{said}"));
        }
        Ok(Report::new(json!({"id": done.record.to_string(), "dropped": done.dropped}), text))
    }
}
