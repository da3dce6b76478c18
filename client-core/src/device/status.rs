//! How a device stands, without a word of what it holds.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use model::ids::{DeviceId, RecordId};
use model::time::Timestamp;

use crate::store::drafts::DraftCount;
use crate::store::{Lease, Reader, RecordState, StoreError};

/// How a device stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The device.
    pub device: DeviceId,
    /// Its owner's name.
    pub owner: String,
    /// Its server.
    pub server_url: String,
    /// How many records are in each state.
    pub records: BTreeMap<RecordState, u64>,
    /// How many changes wait to be acknowledged.
    pub outbox: u64,
    /// How many own changes were refused and not dismissed.
    pub refused: u64,
    /// The drafts that are open here.
    pub drafts: DraftCount,
    /// How many of them are older than the department lets drafts become.
    pub old_drafts: u64,
    /// The records of which something on the way took no change, for its size, in the last sync.
    pub stuck: Vec<RecordId>,
    /// How many scopes were taken away and are not dropped yet.
    pub revoked: u64,
    /// When a sync last came to its end.
    pub last_sync: Option<Timestamp>,
    /// When the store was last found to be restored or copied.
    pub restored_at: Option<Timestamp>,
    /// Until when records may be shown, and how the clocks stand.
    pub lease: Lease,
    /// Whether records may not be shown now.
    pub locked: bool,
}

impl Status {
    /// The JSON of `fieldbook device status`.
    pub fn to_json(&self) -> Json {
        let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let records: serde_json::Map<_, _> =
            self.records.iter().map(|(state, n)| (state.code().to_owned(), json!(n))).collect();
        json!({
            "device": self.device.to_string(),
            "owner": self.owner,
            "server": self.server_url,
            "records": records,
            "outbox": self.outbox,
            "refused": self.refused,
            "drafts": self.drafts.open,
            "old_drafts": self.old_drafts,
            "oldest_draft": time(self.drafts.oldest),
            "stuck": self.stuck.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "revoked": self.revoked,
            "last_sync": time(self.last_sync),
            "restored_at": time(self.restored_at),
            "skew_ms": self.lease.skew_ms,
            "lease_until": self.lease.until.to_string(),
            "locked": self.locked,
        })
    }
}

pub(super) fn of(read: &Reader<'_>, now: Timestamp) -> Result<Status, StoreError> {
    let lease = read.lease()?;
    Ok(Status {
        device: read.device(),
        owner: read.profile()?.name,
        server_url: read.enrollment()?.server_url,
        records: read.records_by_state()?,
        outbox: read.outbox_size()?,
        refused: read.refused_size()?,
        drafts: read.draft_count()?,
        old_drafts: read.drafts_begun_before(now - read.catalogue().drafts_old_after)?,
        stuck: read.stuck_records()?.into_iter().collect(),
        revoked: read.pending_revocations()?.len() as u64,
        last_sync: read.last_sync()?,
        restored_at: read.restored_at()?,
        locked: lease.is_locked(now),
        lease,
    })
}
