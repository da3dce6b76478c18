//! What was done to a record, change by change.

use std::fmt;

use serde_json::{Value as Json, json};

use crate::ids::{ChangeHash, DeviceId, FieldName};
use crate::time::Timestamp;
use crate::value::FieldValue;

/// One change in a record's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The change.
    pub change: ChangeHash,
    /// The device that wrote it.
    pub device: DeviceId,
    /// When, by that device's clock, to the second.
    pub at: Timestamp,
    /// What it did.
    pub edits: Vec<HistoryEdit>,
}

/// What a change did to one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEdit {
    /// The field.
    pub field: FieldName,
    /// What was done.
    pub what: HistoryVerb,
    /// Whether a concurrent edit took its place without anybody being asked.
    pub overwritten: bool,
    /// Whether it decided between answers that waited for a decision.
    pub decided: bool,
}

impl fmt::Display for HistoryEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.what)?;
        match (self.decided, self.overwritten) {
            (_, true) => f.write_str(" (overwritten by a concurrent edit)"),
            (true, false) => f.write_str(" (decided between several)"),
            (false, false) => Ok(()),
        }
    }
}

/// What can be done to a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryVerb {
    /// A scalar was set.
    Set(FieldValue),
    /// A scalar was emptied.
    Cleared,
    /// An option was added.
    Added(String),
    /// An option was removed.
    Removed(String),
    /// A log entry was added, with this id.
    Logged(String, Json),
    /// A counter moved by this much.
    Incremented(i64),
    /// Text came into a shared note.
    Inserted(String),
    /// This many characters left a shared note.
    Deleted(u64),
}

impl fmt::Display for HistoryVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(value) => match value {
                FieldValue::Scalar(scalar) => write!(f, "set to {scalar}"),
                FieldValue::Choices(_)
                | FieldValue::Refs(_)
                | FieldValue::Counter(_)
                | FieldValue::Log(_)
                | FieldValue::SharedNote(_)
                | FieldValue::Unknown(_) => write!(f, "set to {}", value.to_json()),
            },
            Self::Cleared => f.write_str("cleared"),
            Self::Added(option) => write!(f, "added {option}"),
            Self::Removed(option) => write!(f, "removed {option}"),
            Self::Logged(_, entry) => write!(f, "logged {entry}"),
            Self::Incremented(by) => write!(f, "counted {by:+}"),
            Self::Inserted(text) => write!(f, "wrote {text:?}"),
            Self::Deleted(count) => write!(f, "deleted {count} characters"),
        }
    }
}

impl HistoryEntry {
    /// The JSON form of `fieldbook device history`.
    pub fn to_json(&self, name_of: &dyn Fn(DeviceId) -> String) -> Json {
        json!({
            "change": self.change.to_string(),
            "by": name_of(self.device),
            "device": self.device.to_string(),
            "at": self.at.to_string(),
            "edits": self.edits.iter().map(|edit| {
                let (verb, value) = match &edit.what {
                    HistoryVerb::Set(value) => ("set", value.to_json()),
                    HistoryVerb::Cleared => ("cleared", Json::Null),
                    HistoryVerb::Added(option) => ("added", json!(option)),
                    HistoryVerb::Removed(option) => ("removed", json!(option)),
                    HistoryVerb::Logged(_, entry) => ("logged", entry.clone()),
                    HistoryVerb::Incremented(by) => ("incremented", json!(by)),
                    HistoryVerb::Inserted(text) => ("inserted", json!(text)),
                    HistoryVerb::Deleted(count) => ("deleted", json!(count)),
                };
                let mut edit_json =
                    json!({"field": edit.field.as_str(), "edit": verb, "value": value});
                if edit.overwritten {
                    edit_json["overwritten"] = json!(true);
                }
                if edit.decided {
                    edit_json["decided"] = json!(true);
                }
                edit_json
            }).collect::<Vec<_>>(),
        })
    }
}
