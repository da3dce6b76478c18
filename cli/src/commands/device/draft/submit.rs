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
    With --also each other person who was met at once gets a record too: all or none are saved, and \
    what is common to them, such as the minutes and the note, stands in the draft's own. `draft \
    undo` takes all of them back.\n\n\
    With --json: {\"id\",\"dropped\":[...]}; with --also {\"id\",\"dropped\":[...],\"also\":[...]}."
)]
pub(super) struct Submit {
    /// The draft's id, or its first characters if no other id begins with them
    #[arg(value_name = "DRAFT")]
    draft: String,
    /// The case of another person who was met at once; may be repeated
    #[arg(long, value_name = "ID")]
    also: Vec<String>,
    #[command(flatten)]
    anyway: Anyway,
}

impl Submit {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let draft = super::draft(session, &self.draft)?;
        let also = self.also.iter().map(|id| session.case(id)).collect::<Result<Vec<_>, _>>()?;
        let (now, rng) = (session.now, &mut session.rng);
        let done = session.device.submit_together(now, rng, draft, &also, self.anyway.doubts());
        let done = done.map_err(record_failure)?;
        let made = [done.record].into_iter().chain(done.also.iter().copied());
        let made: Vec<String> = made.map(|record| record.to_string()).collect();
        let mut text = made.join("\n");
        if !done.dropped.is_empty() {
            let fields: Vec<_> = done.dropped.iter().map(ToString::to_string).collect();
            let said =
                words::say(session.language, "draft_dropped", &[("fields", &fields.join(", "))]);
            text.push_str(&format!("\n{said}"));
        }
        let mut json = json!({"id": done.record.to_string(), "dropped": done.dropped});
        if let Some((_, also @ [_, ..])) = made.split_first() {
            json["also"] = json!(also);
        }
        Ok(Report::new(json, text))
    }
}
