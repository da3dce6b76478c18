//! Work that was refused and waits for a supervisor.

use std::collections::BTreeMap;

use model::ids::{FieldName, ProgramCode, TypeName};
use model::time::Timestamp;
use model::value::FieldValue;

use super::{Handle, Names};

/// All that one device handed in for one record and was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// What to decide on it by.
    pub entry: Handle,
    /// The owner of the device, by name.
    pub by: String,
    /// The type of the record, where that can be told.
    pub record_type: Option<TypeName>,
    /// The program it was made for, where that can be told.
    pub program: Option<ProgramCode>,
    /// Why.
    pub reason: Reason,
    /// How many changes were refused.
    pub changes: u64,
    /// Since when.
    pub since: Timestamp,
}

/// What was refused, and what it would make of its record.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedView {
    /// What to decide on it by.
    pub entry: Handle,
    /// The owner of the device, by name.
    pub by: String,
    /// The type of the record, where that can be told.
    pub record_type: Option<TypeName>,
    /// The program it was made for, where that can be told.
    pub program: Option<ProgramCode>,
    /// When the record was made, by its maker's clock.
    pub created_at: Option<Timestamp>,
    /// Whether there is no such record on the server.
    pub is_new: bool,
    /// How many of the changes cannot be read.
    pub unreadable: u64,
    /// What stands in the record.
    pub before: BTreeMap<FieldName, FieldValue>,
    /// What would stand in it; `None` when nothing can be read.
    pub after: Option<BTreeMap<FieldName, FieldValue>>,
    /// Names that the fields name.
    pub names: Names,
    /// Why each change was refused, when it first came, and how often it came.
    pub reasons: Vec<(Reason, Timestamp, u64)>,
}

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The stable name of the reason.
    pub code: String,
    /// The words that the owner of the device was told, in English.
    pub english: String,
}

/// What is decided about refused work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedDecision {
    /// It is taken into its record, as its author wrote it.
    Accept,
    /// It stays out of its record.
    Dismiss,
}
