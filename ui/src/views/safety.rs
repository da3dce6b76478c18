//! Who is out on a shift: for their supervisor, and for themselves.

use model::catalogue::Label;
use model::time::Timestamp;

/// A worker who is out, as their supervisor sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutRow {
    /// The worker.
    pub name: String,
    /// With whom; empty if they said nothing.
    pub partner: String,
    /// In which part of the city; `None` if they did not say.
    pub zone: Option<Label>,
    /// When they mean to be back.
    pub back_by: Timestamp,
    /// When they said last that they are safe; `None` if they did not yet.
    pub safe: Option<Tap>,
    /// When they called for help, if nothing of theirs came after.
    pub help: Option<Tap>,
}

/// Something that was tapped on a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tap {
    /// When it was tapped.
    pub tapped: Timestamp,
    /// When it came to the server.
    pub received: Timestamp,
    /// Whether the phone was locked: whoever held it may have tapped.
    pub locked: bool,
}

/// A worker's own shift.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShiftView {
    /// The shift they are on; `None` if they are not out.
    pub out: Option<OwnShift>,
    /// Their supervisor's number, as they typed it before; empty if never.
    pub supervisor: String,
    /// The names of their colleagues.
    pub colleagues: Vec<String>,
    /// The parts of the city, with their codes.
    pub zones: Vec<(String, Label)>,
}

/// The shift that a worker is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnShift {
    /// With whom; empty if they said nothing.
    pub partner: String,
    /// The partner's number; empty if they gave none.
    pub partner_phone: String,
    /// In which part of the city; `None` if they did not say.
    pub zone: Option<Label>,
    /// When they mean to be back.
    pub back_by: Timestamp,
    /// Whether the server has said that it watches.
    pub armed: bool,
    /// Whether the server does not know yet when they mean to be back.
    pub unsent_plan: bool,
    /// When they said last that they are safe, and whether the server has it.
    pub safe: Option<(Timestamp, bool)>,
    /// When they called for help, and whether the server has it.
    pub help: Option<(Timestamp, bool)>,
}

/// What somebody says who goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftPlan {
    /// With whom.
    pub partner: String,
    /// The partner's number; it stays on the phone.
    pub partner_phone: String,
    /// Their supervisor's number; it stays on the phone.
    pub supervisor: String,
    /// The code of the part of the city.
    pub zone: String,
    /// How long they mean to be out, in minutes.
    pub minutes: u32,
}
