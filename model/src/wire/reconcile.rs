//! What a device and a restored server compare.

use serde::{Deserialize, Serialize};

use crate::ids::{ChangeHash, Epoch, RecordId};

/// One page of what a device holds, after the server's history was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileOfferV1 {
    /// The epoch this reconcile is for.
    pub epoch: Epoch,
    /// Records held, at most [`crate::limits::RECONCILE_RECORDS_MAX`], in the order of their ids.
    pub holds: Vec<RecordCheckV1>,
    /// Whether this is the last page and nothing re-offered waits in the outbox.
    pub complete: bool,
}

/// What one side holds of a record: equal on both sides when the changes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCheckV1 {
    /// The record.
    pub record: RecordId,
    /// How many changes and the XOR of their hashes.
    pub check: CheckV1,
}

/// Count and XOR of a record's change hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckV1 {
    /// How many changes.
    pub count: u64,
    /// XOR of the first sixteen bytes of their hashes.
    #[serde(with = "serde_bytes")]
    pub xor: [u8; 16],
}

impl CheckV1 {
    /// Counts one more change. Adding the same change twice is the caller's mistake.
    pub fn add(&mut self, hash: &ChangeHash) {
        self.count += 1;
        for (sum, byte) in self.xor.iter_mut().zip(&hash.0) {
            *sum ^= byte;
        }
    }

    /// The check of these changes.
    pub fn of<'a>(hashes: impl IntoIterator<Item = &'a ChangeHash>) -> Self {
        let mut check = Self::default();
        hashes.into_iter().for_each(|hash| check.add(hash));
        check
    }
}

/// The server's part of a reconcile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileAnswerV1 {
    /// The server's epoch now.
    pub epoch: Epoch,
    /// Of the records just offered, those where the server lacks something the device may have,
    /// with the hashes the server does have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<HeldV1>,
    /// Whether the device has offered everything: it may pull from the beginning.
    pub finished: bool,
}

/// The changes that the server has of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldV1 {
    /// The record.
    pub record: RecordId,
    /// Their hashes.
    pub hashes: Vec<ChangeHash>,
}
