//! Records as apps show them.

use std::collections::HashMap;
use std::time::SystemTime;

use client_core::device::HistoryView;
use client_core::store::{self, query};
use model::catalogue;
use model::ids::{CaseId, DeviceId, FieldName, ProgramCode, RecordId, TypeName, UserId};
use model::record;
use model::words::LanguageTag;

use crate::runtime::instant;
use crate::value::{Scalar, Value};

/// A record as it is shown.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Record {
    /// The record.
    pub id: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// Its case, or nothing if it belongs to no case.
    pub case_id: Option<CaseId>,
    /// The program it belongs to.
    pub program: ProgramCode,
    /// The author.
    pub created_by: UserId,
    /// When it was created, by the author's clock.
    pub created_at: SystemTime,
    /// Its title in lists.
    pub title: String,
    /// How far its newest change has come.
    pub state: RecordState,
    /// The newest refusal that is not dismissed.
    pub refusal: Option<Refusal>,
    /// The value of each field that is not empty. The catalogue has their order.
    pub fields: HashMap<FieldName, Value>,
    /// Conflicts that wait for a decision.
    pub conflicts: Vec<Conflict>,
}

/// How far the newest change of a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum RecordState {
    /// Changes are on this phone only.
    OnPhone,
    /// All changes were sent; the server's answer has not arrived.
    Sent,
    /// The server has all changes.
    OnServer,
    /// The server refused the record, or an edit of it, and the refusal is not dismissed: see
    /// `refused`.
    Refused,
}

/// Why the server refused a record or a change.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Refusal {
    /// The stable name of the reason.
    pub code: String,
    /// The reason in English.
    pub reason: String,
}

/// Values that people wrote to one field concurrently.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Conflict {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// The record's title.
    pub title: String,
    /// The field.
    pub field: FieldName,
    /// Every value, the shown one first.
    pub values: Vec<ConflictValue>,
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ConflictValue {
    /// The value, or nothing if this version cannot read it.
    pub value: Option<Scalar>,
    /// The same as text.
    pub text: String,
    /// The author's name.
    pub by: String,
    /// On which device.
    pub device: DeviceId,
    /// When, by that device's clock.
    pub at: SystemTime,
}

/// One change of a record.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct HistoryEntry {
    /// Names the change.
    pub change: String,
    /// The author's name.
    pub by: String,
    /// On which device.
    pub device: DeviceId,
    /// When, by that device's clock, to the second.
    pub at: SystemTime,
    /// What it did.
    pub edits: Vec<HistoryEdit>,
}

/// What a change did to one field.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct HistoryEdit {
    /// The field.
    pub field: FieldName,
    /// What was done.
    pub what: HistoryVerb,
    /// Whether a concurrent edit overwrote it without a decision.
    pub overwritten: bool,
}

/// What can be done to a field.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum HistoryVerb {
    /// A single value was set.
    Set {
        /// The value.
        value: Value,
    },
    /// A single value was emptied.
    Cleared,
    /// An option was added.
    Added {
        /// Its code.
        option: String,
    },
    /// An option was removed.
    Removed {
        /// Its code.
        option: String,
    },
    /// An entry was added to a log.
    Logged {
        /// The entry's id.
        id: String,
        /// Its parts as JSON.
        json: String,
    },
    /// A counter moved.
    Incremented {
        /// By how much.
        by: i64,
    },
    /// Text came into a shared note.
    Inserted {
        /// The text.
        text: String,
    },
    /// Text left a shared note.
    Deleted {
        /// How many characters.
        characters: u64,
    },
}

impl Record {
    pub(crate) fn of(
        view: query::RecordView,
        known: Option<&catalogue::RecordType>,
        language: LanguageTag,
    ) -> Self {
        let title = view.title.in_language(language);
        let field = |name: &str| known.and_then(|known| known.field(name));
        let values = view
            .fields
            .iter()
            .filter_map(|(name, json)| Some((name.parse().ok()?, Value::read(field(name), json))));
        let conflicts = view
            .conflicts
            .iter()
            .map(|conflict| Conflict::of(view.record, &view.record_type, title, conflict.clone()));
        Self {
            fields: values.collect(),
            conflicts: conflicts.collect(),
            id: view.record,
            record_type: view.record_type,
            case_id: view.case,
            program: view.program,
            created_by: view.created_by,
            created_at: instant(view.created_at),
            title: title.to_owned(),
            state: view.state.into(),
            refusal: view
                .refusal
                .map(|told| Refusal { reason: told.in_language(language), code: told.code }),
        }
    }
}

impl Conflict {
    pub(crate) fn of(
        record: RecordId,
        record_type: &TypeName,
        title: &str,
        conflict: query::ConflictView,
    ) -> Self {
        Self {
            record,
            record_type: record_type.clone(),
            title: title.to_owned(),
            field: conflict.field,
            values: conflict.values.into_iter().map(ConflictValue::of).collect(),
        }
    }
}

impl ConflictValue {
    fn of(value: query::ConflictValueView) -> Self {
        Self {
            value: value.scalar.as_ref().and_then(Scalar::lift),
            text: value.text(),
            by: value.by,
            device: value.device,
            at: instant(value.at),
        }
    }
}

impl From<store::RecordState> for RecordState {
    fn from(state: store::RecordState) -> Self {
        match state {
            store::RecordState::OnPhone => Self::OnPhone,
            store::RecordState::Sent => Self::Sent,
            store::RecordState::OnServer => Self::OnServer,
            store::RecordState::Refused => Self::Refused,
        }
    }
}

impl From<HistoryView> for HistoryEntry {
    fn from(HistoryView { entry, by }: HistoryView) -> Self {
        let edit = |edit: record::HistoryEdit| HistoryEdit {
            field: edit.field,
            what: HistoryVerb::of(edit.what),
            overwritten: edit.overwritten,
        };
        Self {
            change: entry.change.to_string(),
            by,
            device: entry.device,
            at: instant(entry.at),
            edits: entry.edits.into_iter().map(edit).collect(),
        }
    }
}

impl HistoryVerb {
    fn of(verb: record::HistoryVerb) -> Self {
        match verb {
            record::HistoryVerb::Set(value) => Self::Set { value: Value::lift(&value) },
            record::HistoryVerb::Cleared => Self::Cleared,
            record::HistoryVerb::Added(option) => Self::Added { option },
            record::HistoryVerb::Removed(option) => Self::Removed { option },
            record::HistoryVerb::Logged(id, json) => Self::Logged { id, json: json.to_string() },
            record::HistoryVerb::Incremented(by) => Self::Incremented { by },
            record::HistoryVerb::Inserted(text) => Self::Inserted { text },
            record::HistoryVerb::Deleted(characters) => Self::Deleted { characters },
        }
    }
}
