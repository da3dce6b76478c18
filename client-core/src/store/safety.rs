//! The owner's shift, as the phone keeps it: no record, and nobody else's.

use model::ids::ShiftId;
use model::time::Timestamp;
use model::wire::{ShiftActV1, StampKindV1};
use serde::{Deserialize, Serialize};

/// All that the phone knows of its owner's safety.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Safety {
    /// The shift they are on; `None` if they are not out.
    #[serde(default)]
    pub out: Option<OwnShift>,
    /// What the server was not told, the earliest first.
    #[serde(default)]
    pub queue: Vec<Said>,
    /// Their supervisor's number, as they typed it last. It stays on the phone.
    #[serde(default)]
    pub supervisor: String,
}

/// The shift that the owner is on. Its times are the device's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnShift {
    /// The shift.
    pub id: ShiftId,
    /// With whom; empty if they said nothing.
    pub partner: String,
    /// The partner's number. It stays on the phone.
    pub partner_phone: String,
    /// The code of the part of the city; empty if they did not say.
    pub zone: String,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// When they mean to be back.
    pub back_by: Timestamp,
    /// Since when the server watches, by its clock; `None` before it has said so.
    #[serde(default)]
    pub armed_at: Option<Timestamp>,
    /// When they said last that they are safe.
    #[serde(default)]
    pub safe_at: Option<Timestamp>,
    /// When they called for help last.
    #[serde(default)]
    pub help_at: Option<Timestamp>,
}

/// Something that the owner tapped, and the server does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// On which shift.
    pub shift: ShiftId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: SaidWhat,
}

/// What was tapped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SaidWhat {
    /// The shift begins, goes on for longer, or ends.
    Act(ShiftActV1),
    /// They are safe, or need help.
    Stamp(StampKindV1),
}

impl Safety {
    /// Returns whether the server has not been told this of the present shift.
    pub fn waits(&self, what: impl Fn(&Said) -> bool) -> bool {
        self.queue.iter().any(what)
    }
}
