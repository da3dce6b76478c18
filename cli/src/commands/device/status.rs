//! `fieldbook device status`

use clap::Args;
use client_core::device::Status as DeviceStatus;

use super::Session;
use super::session::store_failure;
use super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::pairs;

/// Show this device's state and its unsent changes
#[derive(Debug, Args)]
#[command(long_about = "Show this device's state: its owner, how many records it holds and how \
    far their newest changes have come, how many changes are unsent, and until when it may be \
    read without reaching its server. This works on a locked device too; no record is shown.\n\n    \
    fieldbook device --dir ~/field status\n\n\
    With --json: {\"device\",\"owner\",\"server\",\"records\":{...},\"outbox\",\"refused\",\
    \"drafts\",\"old_drafts\",\"oldest_draft\",\"stuck\":[...],\"revoked\",\"last_sync\",\"restored_at\",\"skew_ms\",\"lease_until\",\"locked\"}.")]
pub(super) struct Status;

impl Status {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let status = session.device.status(session.now).map_err(|error| store_failure(&error))?;
        let catalogue = session.catalogue();
        let people = session.people()?;
        let language = session.language;
        let words = Words { catalogue: &catalogue, language, people: &people };
        Ok(Report::new(status.to_json(), as_text(&status, &words)))
    }
}

fn as_text(status: &DeviceStatus, words: &Words<'_>) -> String {
    let held = status.records.iter().filter(|(_, count)| 0 < **count);
    let held: Vec<String> =
        held.map(|(state, count)| format!("{count} {}", words.say(state.code()))).collect();
    let last_sync = status.last_sync.map(|at| words.time(at));
    let mut rows = vec![
        (words.say("status_owner"), status.owner.clone()),
        (words.say("status_device"), status.device.to_string()),
        (words.say("status_server"), status.server_url.clone()),
        (
            words.say("status_records"),
            if held.is_empty() { words.say("none") } else { held.join(", ") },
        ),
        (words.say("status_to_send"), changes(status.outbox, words)),
        (words.say("status_last_sync"), last_sync.unwrap_or_else(|| words.say("never"))),
    ];
    if 0 < status.drafts.open {
        let count = status.drafts.open;
        let drafts = match status.old_drafts {
            0 => count.to_string(),
            old => words.say_with("drafts_old", &[("count", &count), ("old", &old)]),
        };
        rows.push((words.say("status_drafts"), drafts));
    }
    if 0 < status.refused {
        let refused = changes(status.refused, words);
        let refused = words.say_with("see_refusals", &[("changes", &refused)]);
        rows.push((words.say("status_refused"), refused));
    }
    if !status.stuck.is_empty() {
        let stuck: Vec<_> = status.stuck.iter().map(ToString::to_string).collect();
        let stuck = words.say_with("for_the_network", &[("records", &stuck.join(", "))]);
        rows.push((words.say("status_stuck"), stuck));
    }
    if 0 < status.revoked {
        let dropped = words.say_with("cases_dropped", &[("count", &status.revoked)]);
        rows.push((words.say("status_taken_away"), dropped));
    }
    if let Some(at) = status.restored_at {
        rows.push((words.say("status_restored"), words.time(at)));
    }
    if let Some(skew) = skew(status.lease.skew_ms, words) {
        rows.push((words.say("status_clock"), skew));
    }
    let until = words.time(status.lease.until);
    let lease = match (status.lease.ordered, status.locked) {
        (true, _) => words.say("locked_by_server"),
        (false, true) => words.say_with("locked_since", &[("at", &until)]),
        (false, false) => words.say_with("until", &[("at", &until)]),
    };
    rows.push((words.say("status_readable"), lease));
    pairs(rows.iter().map(|(label, value)| (label.as_str(), value.clone())))
}

fn changes(count: u64, words: &Words<'_>) -> String {
    match count {
        0 => words.say("nothing"),
        1 => words.say("one_change"),
        many => words.say_with("many_changes", &[("count", &many)]),
    }
}

/// Returns how far this clock is from the server's, or `None` if it is less than a minute, which a
/// slow network may explain.
fn skew(skew_ms: i64, words: &Words<'_>) -> Option<String> {
    let minutes = skew_ms / 60_000;
    match minutes {
        0 => None,
        1.. => Some(words.say_with("clock_behind", &[("minutes", &minutes)])),
        _ => Some(words.say_with("clock_ahead", &[("minutes", &-minutes)])),
    }
}
