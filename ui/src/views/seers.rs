//! Who can see a case, and what of it is withheld.

use model::catalogue::Label;
use model::ids::{CompartmentCode, ProgramCode, RoleCode};

/// Who can see a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SeersView {
    /// Whom it is about, if that may be seen.
    pub person: Option<Label>,
    /// The parts of it that are told of: those that the reader sees.
    pub parts: Vec<(CompartmentCode, Label)>,
    /// The people, by name.
    pub rows: Vec<SeerRow>,
}

/// Somebody who can see a part of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeerRow {
    /// Their name.
    pub name: String,
    /// The roles by which they do.
    pub roles: Vec<(RoleCode, ProgramCode)>,
    /// Why, each with the parts that it opens to them.
    pub whys: Vec<(Why, Vec<CompartmentCode>)>,
}

/// On what somebody's sight of a part of a case rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is assigned to them.
    Works,
    /// They supervise a program that works on it.
    Supervises,
    /// A consent opens it to their program, and it is assigned to them.
    Consent,
    /// Their office reads it.
    Office,
    /// Their office reads it when they state a reason.
    WithReason,
    /// They have opened it in an emergency that goes on.
    Emergency,
}

/// A part of a case in which there are records that are not shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What it is called.
    pub part: Label,
}
