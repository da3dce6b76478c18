//! Values that were written to one field without knowledge of each other.

use serde_json::{Value as Json, json};

use crate::ids::{ChangeHash, DeviceId, FieldName};
use crate::time::Timestamp;
use crate::value::FieldValue;

/// Several values that were written to one field without knowledge of each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The field.
    pub field: FieldName,
    /// Whether a person must decide.
    pub review: bool,
    /// Every value, the shown one first.
    pub values: Vec<ConflictValue>,
}

impl Conflict {
    /// The JSON form of `fieldbook device show`; `name_of` turns a device into its owner's name.
    pub fn to_json(&self, name_of: &dyn Fn(DeviceId) -> String) -> Json {
        json!({
            "field": self.field.as_str(),
            "review": self.review,
            "values": self.values.iter().map(|value| json!({
                "value": value.value.to_json(),
                "by": name_of(value.device),
                "device": value.device.to_string(),
                "at": value.at.to_string(),
                "change": value.change.to_string(),
            })).collect::<Vec<_>>(),
        })
    }
}

/// One of the values of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictValue {
    /// The value.
    pub value: FieldValue,
    /// The change that wrote it.
    pub change: ChangeHash,
    /// The device that wrote it.
    pub device: DeviceId,
    /// When, by that device's clock, to the second.
    pub at: Timestamp,
}
