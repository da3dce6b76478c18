//! `fieldbook device refusals`

use clap::Args;
use client_core::store::quarantine::{Dismissed, QuarantineItem, QuarantineKind};

use super::Session;
use super::session::record_failure;
use super::words::Words;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;

/// List what the server refused, and why
#[derive(Debug, Args)]
#[command(long_about = "List the changes that the server refused, and those of its own that do \
    not apply here, oldest first. Nothing of them is thrown away: they stay on this device, and \
    with the server, whether they are tried again, dismissed or neither.\n\n    \
    fieldbook device --dir ~/field refusals\n    \
    fieldbook device --dir ~/field refusals --all\n    \
    fieldbook device --dir ~/field retry 3\n    \
    fieldbook device --dir ~/field dismiss 3\n\n\
    With --json: [{\"number\",\"kind\",\"id\",\"type\",\"code\",\"reason\",\"at\",\"may_help\",\
    \"dismissed\",\"fields\"}]. The kind is own or incoming; may_help says whether trying again \
    may help once somebody has done something about the reason; fields names what the change was \
    about.")]
pub(super) struct Refusals {
    /// Those that were dismissed as well
    #[arg(long)]
    all: bool,
}

impl Refusals {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let dismissed = if self.all { Dismissed::Include } else { Dismissed::Omit };
        let items = session.device.quarantine(session.now, dismissed).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let words = Words { catalogue: &catalogue, lang: &session.lang };
        let text = match items.is_empty() {
            true => "nothing was refused".to_owned(),
            false => items.iter().map(|item| as_text(item, &words)).collect(),
        };
        Ok(Report::new(items.iter().map(QuarantineItem::to_json).collect(), text))
    }
}

fn as_text(item: &QuarantineItem, words: &Words<'_>) -> String {
    let record_type = item.record_type.as_ref();
    let called = record_type.map_or_else(|| "a record".into(), |name| words.record_type(name));
    let known = record_type.and_then(|name| words.catalogue.record_type(name));
    let fields = item.edits.iter().map(|edit| words.field(known, edit.field().as_str()));
    let mut fields: Vec<String> = fields.collect();
    fields.dedup();
    let mut text = format!("{}  {called}, {}\n", item.number, item.record);
    text.push_str(&format!("   {}: {}\n", readable(item.at), item.reason));
    if !fields.is_empty() {
        text.push_str(&format!("   about {}\n", fields.join(", ")));
    }
    if item.dismissed {
        text.push_str("   dismissed\n");
    }
    text.push_str(&match (item.kind, item.may_help()) {
        (QuarantineKind::Incoming, _) => {
            "   it came from the server and does not apply here\n\n".to_owned()
        }
        (QuarantineKind::Own, true) => {
            format!("   trying again may help: retry {}\n\n", item.number)
        }
        (QuarantineKind::Own, false) => "   trying again as it is does not help\n\n".to_owned(),
    });
    text
}
