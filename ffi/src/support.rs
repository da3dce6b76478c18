//! The report that a person sends to support: the device's state, and no recorded data.

use client_core::device::Device as Core;
use client_core::store::quarantine::Dismissed;
use model::time::Timestamp;
use serde_json::{Value as Json, json};

use crate::error::FieldbookError;

/// Returns the bundle as JSON. Verifies the whole store.
pub(crate) fn bundle(device: &Core, now: Timestamp) -> Result<String, FieldbookError> {
    let status = device.status(now)?;
    let report = device.verify()?;
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let records: serde_json::Map<_, _> = status
        .records
        .iter()
        .map(|(state, count)| (state.code().to_owned(), json!(count)))
        .collect();
    // A locked device does not even tell what was refused.
    let refused = device.quarantine(now, Dismissed::Include).unwrap_or_default();
    let refused: Vec<Json> = refused
        .iter()
        .map(|item| {
            json!({
                "kind": item.kind.code(),
                "code": item.code,
                "type": item.record_type.as_ref().map(|name| name.as_str()),
                "at": item.at.to_string(),
                "dismissed": item.dismissed,
            })
        })
        .collect();
    let bundle = json!({
        "bundle": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "processor": std::env::consts::ARCH,
        "at": now.to_string(),
        "device": status.device.to_string(),
        "records": records,
        "outbox": status.outbox,
        "refused": refused,
        "drafts": status.drafts.open,
        "old_drafts": status.old_drafts,
        "stuck": status.stuck.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "revoked": status.revoked,
        "last_sync": time(status.last_sync),
        "restored_at": time(status.restored_at),
        "skew_ms": status.lease.skew_ms,
        "lease_until": status.lease.until.to_string(),
        "locked": status.locked,
        "store": {
            "records": report.records,
            "changes": report.changes,
            "problems": report.problems.len(),
        },
    });
    Ok(format!("{bundle:#}"))
}
