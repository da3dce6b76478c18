//! `fieldbook device search`

use clap::Args;

use super::Session;
use super::list::listed;
use super::session::record_failure;
use crate::failure::Failure;
use crate::report::Report;

/// Find records by names, aliases and notes
#[derive(Debug, Args)]
#[command(
    long_about = "Find records by their names, aliases and notes, the best match first. A record \
    matches if it holds every word, or words that begin with them. Accents, capitals, foreign \
    letters, apostrophes and hyphens do not matter.\n\n    \
    fieldbook device --dir ~/field search alder bus\n\n\
    With --json: the same as `list`."
)]
pub(super) struct Search {
    /// The words
    #[arg(required = true)]
    words: Vec<String>,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl Search {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let words = self.words.join(" ");
        let rows =
            session.device.search(session.now, &words, self.limit).map_err(record_failure)?;
        listed(session, &rows, &session.say("nothing_found"))
    }
}
