//! What was looked at on a device without the network, as it tells afterwards: noted for records that
//! are or were open to its owner, in one row for each record, device and minute.

use std::collections::BTreeMap;

use model::ids::RecordId;
use model::time::Timestamp;
use model::wire::ViewV1;

use crate::error::StoreError;
use crate::identity::device::Authenticated;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::grants::GrantState;
use crate::store::sqlite::Reading;
use crate::writer::Tx;

/// Views that may be noted.
#[derive(Debug, Default)]
pub(super) struct Views {
    seen: Vec<(RecordId, Seen)>,
    /// How many are of records that were never open to whoever tells of them.
    pub(super) strange: u64,
}

/// When a record was looked at, by the device's clock.
#[derive(Debug, Clone, Copy)]
struct Seen {
    first: Timestamp,
    last: Timestamp,
    times: u64,
}

impl Views {
    /// Reads what a device tells. Whatever it says of records that its owner never had, or that are
    /// not there, is counted and forgotten.
    pub(super) fn told(
        db: &Reading<'_>,
        who: &Authenticated,
        told: &[ViewV1],
    ) -> Result<Self, StoreError> {
        let mut by_record: BTreeMap<RecordId, Seen> = BTreeMap::new();
        for ViewV1 { record, at } in told {
            let once = Seen { first: *at, last: *at, times: 0 };
            let seen = by_record.entry(*record).or_insert(once);
            seen.first = seen.first.min(*at);
            seen.last = seen.last.max(*at);
            seen.times += 1;
        }
        let mut views = Self::default();
        for (record, seen) in by_record {
            let standing = match db.record_row(record)? {
                Some(known) => db.grant_state(who.user, known.scope_number)?,
                None => GrantState::Never,
            };
            match standing {
                GrantState::Open | GrantState::Closed(_) => views.seen.push((record, seen)),
                GrantState::Never => views.strange += seen.times,
            }
        }
        Ok(views)
    }

    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.seen.truncate(len);
    }

    pub(super) fn note(
        self,
        now: Timestamp,
        tx: &mut Tx<'_>,
        who: &Authenticated,
    ) -> Result<(), StoreError> {
        for (record, Seen { first, last, times }) in self.seen {
            if !tx.db.note_view(now, who.device, record)? {
                continue;
            }
            let outcome = match times {
                1 => format!("on the device at {first}"),
                times => format!("on the device {times} times from {first} to {last}"),
            };
            let actor = Actor::Device(who.user, who.device);
            tx.note(now, actor, AuditAct::View, format!("record {record}"), outcome)?;
        }
        Ok(())
    }
}
