//! `fieldbook device status`

use clap::Args;
use client_core::device::Status as DeviceStatus;

use super::Session;
use super::session::store_failure;
use crate::clock::readable;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::pairs;

/// Show what this device holds and what waits to be sent
#[derive(Debug, Args)]
#[command(long_about = "Show how this device stands: whose it is, how many records it holds and \
    where their newest word is, what waits to be sent, until when it may be read without meeting \
    its server. Works on a locked device too, and says nothing of any record.\n\n    \
    fieldbook device --dir ~/field status\n\n\
    With --json: {\"device\",\"owner\",\"server\",\"records\":{...},\"outbox\",\"refused\",\
    \"revoked\",\"last_sync\",\"restored_at\",\"skew_ms\",\"lease_until\",\"locked\"}.")]
pub(super) struct Status;

impl Status {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let status = session.device.status(session.now).map_err(|error| store_failure(&error))?;
        Ok(Report::new(status.to_json(), as_text(&status)))
    }
}

fn as_text(status: &DeviceStatus) -> String {
    let held = status.records.iter().filter(|(_, count)| 0 < **count);
    let held: Vec<String> = held.map(|(state, count)| format!("{count} {state}")).collect();
    let mut rows = vec![
        ("owner", status.owner.clone()),
        ("device", status.device.to_string()),
        ("server", status.server_url.clone()),
        ("records", if held.is_empty() { "none".into() } else { held.join(", ") }),
        ("to send", changes(status.outbox)),
        ("last sync", status.last_sync.map_or_else(|| "never".into(), readable)),
    ];
    if 0 < status.refused {
        rows.push(("refused", format!("{} (see `refusals`)", changes(status.refused))));
    }
    if 0 < status.revoked {
        rows.push(("taken away", format!("{} cases, dropped with the next sync", status.revoked)));
    }
    if let Some(at) = status.restored_at {
        rows.push(("restored", readable(at)));
    }
    if let Some(skew) = skew(status.lease.skew_ms) {
        rows.push(("clock", skew));
    }
    let until = readable(status.lease.until);
    let lease =
        if status.locked { format!("locked since {until}") } else { format!("until {until}") };
    rows.push((
        "readable",
        if status.lease.ordered { "locked by the server".into() } else { lease },
    ));
    pairs(rows)
}

fn changes(count: u64) -> String {
    match count {
        0 => "nothing".into(),
        1 => "1 change".into(),
        many => format!("{many} changes"),
    }
}

/// How far this clock is from the server's, when it is more than a network explains.
fn skew(skew_ms: i64) -> Option<String> {
    let minutes = skew_ms / 60_000;
    match minutes {
        0 => None,
        1.. => Some(format!("{minutes} min behind the server's")),
        _ => Some(format!("{} min ahead of the server's", -minutes)),
    }
}
