//! `fieldbook device refusals`

use clap::Args;
use client_core::store::quarantine::{Decided, Dismissed, QuarantineItem, QuarantineKind};
use model::wire::DecisionV1;

use super::Session;
use super::session::record_failure;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;

/// List the changes that the server refused, and why
#[derive(Debug, Args)]
#[command(long_about = "List the changes that the server refused, and the server's changes that \
    cannot be applied on this device, oldest first. No such change is lost: this device and the \
    server keep it, even after it is retried or dismissed. The list shows what was recorded, \
    even if the case has left this device. When a supervisor has decided about a change, the \
    list shows the decision and the reason.\n\n    \
    fieldbook device --dir ~/field refusals\n    \
    fieldbook device --dir ~/field refusals --all\n    \
    fieldbook device --dir ~/field retry 3\n    \
    fieldbook device --dir ~/field dismiss 3\n\n\
    With --json: \
    [{\"number\",\"kind\",\"id\",\"type\",\"code\",\"reason\",\"at\",\"may_help\",\"dismissed\",\"fields\",\"edits\",\"decided\"}]. \
    `kind` is own or incoming; `may_help` says whether a retry may succeed once the reason is \
    gone; `fields` names the fields that the change wrote, and `edits` holds its edits; \
    `decided` is null or {\"decision\",\"at\",\"by\",\"why\"}.")]
pub(super) struct Refusals {
    /// Include dismissed changes
    #[arg(long)]
    all: bool,
}

impl Refusals {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let dismissed = if self.all { Dismissed::Include } else { Dismissed::Omit };
        let items = session.device.quarantine(session.now, dismissed).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let people = session.people()?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        let text = match items.is_empty() {
            true => words.say("nothing_refused"),
            false => items.iter().map(|item| as_text(item, &words)).collect(),
        };
        Ok(Report::new(items.iter().map(|item| item.to_json(session.language)).collect(), text))
    }
}

fn as_text(item: &QuarantineItem, words: &Words<'_>) -> String {
    let record_type = item.record_type.as_ref();
    let called = record_type.map_or_else(|| words.say("a_record"), |name| words.record_type(name));
    let known = record_type.and_then(|name| words.catalogue.record_type(name));
    let mut text = format!("{}  {called}, {}\n", item.number, item.record);
    text.push_str(&format!("   {}: {}\n", words.time(item.at), item.reason_in(words.language)));
    for edit in &item.edits {
        let name = words.field(known, edit.field().as_str());
        text.push_str(&format!("   {name}: {}\n", words.edit(known, edit)));
    }
    if item.dismissed {
        text.push_str(&format!("   {}\n", words.say("dismissed")));
    }
    if let Some(decided) = &item.decided {
        text.push_str(&decision(decided, words));
        return text;
    }
    let outlook = match (item.kind, item.may_help()) {
        (QuarantineKind::Own, false) if !item.is_here => words.say("waits_for_supervisor"),
        (QuarantineKind::Incoming, _) => words.say("does_not_apply"),
        (QuarantineKind::Own, true) => {
            words.say_with("retry_may_help", &[("number", &item.number)])
        }
        (QuarantineKind::Own, false) => words.say("retry_no_help"),
    };
    text.push_str(&format!("   {outlook}\n\n"));
    text
}

fn decision(decided: &Decided, words: &Words<'_>) -> String {
    let what = match decided.decision {
        DecisionV1::Accepted => words.say("decided_accepted"),
        DecisionV1::Dismissed => words.say("decided_dismissed"),
        DecisionV1::Repaired => words.say("decided_repaired"),
        DecisionV1::Erased => words.say("decided_erased"),
    };
    let by = |name: &String| words.say_with("decided_by", &[("what", &what), ("name", name)]);
    let told = decided.by.as_ref().map_or_else(|| what.clone(), by);
    let why = decided.why.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    format!("   {}: {told}{why}\n\n", words.time(decided.at))
}
