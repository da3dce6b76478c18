//! What stands beside the keys because no restore may bring it back: cases that were erased, and who
//! was shut out.

use model::ids::{CaseId, DeviceId, UserId};
use model::time::Timestamp;

/// What is left of an erased case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The case.
    pub case: CaseId,
    /// When it was erased.
    pub erased_at: Timestamp,
    /// The order or law it was erased by.
    pub legal_basis: String,
}

/// Who does not get in any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ShutOut {
    /// A device that was revoked.
    Device(DeviceId),
    /// The account of somebody at the console, which was closed.
    Account(UserId),
}
