//! What a device hands in, and what became of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ChangeHash, RecordId};
use crate::time::Timestamp;

/// One change to store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushV1 {
    /// The record it belongs to.
    pub record: RecordId,
    /// The raw Automerge change (chunk type 1).
    #[serde(with = "serde_bytes")]
    pub change: Vec<u8>,
}

/// A record that was looked at on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewV1 {
    /// The record.
    pub record: RecordId,
    /// When, by the device's clock.
    pub at: Timestamp,
}

/// What became of one pushed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushResultV1 {
    /// The change; all zero when its bytes were no change at all.
    pub hash: ChangeHash,
    /// The outcome.
    pub outcome: OutcomeV1,
}

/// What became of a pushed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeV1 {
    /// Stored durably, just now.
    Accepted,
    /// Stored durably before.
    Known,
    /// Not stored with the record. The bytes are kept in quarantine.
    Refused {
        /// A stable name, such as `bad_checksum` or `not_assigned`.
        code: String,
        /// What to tell the device's owner, in English. Holds no field data.
        reason: String,
        /// What fills the words of the code in another language.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        about: BTreeMap<String, String>,
        /// Whether trying again can help.
        retry: RetryV1,
    },
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryV1 {
    /// No: the change is set aside on the device.
    Never,
    /// Once the device has pulled: something the change depends on may be missing.
    AfterPull,
}

/// What was decided about a change that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedV1 {
    /// The change.
    pub hash: ChangeHash,
    /// The decision.
    pub decision: DecisionV1,
    /// When.
    pub at: Timestamp,
    /// Who decided, by name; none when the case was erased, or the server took it after all without
    /// anybody deciding so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, in the words of whoever decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can be decided about a change that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionV1 {
    /// It is stored with its record.
    Accepted,
    /// It stays out of its record.
    Dismissed,
    /// What it said was written anew.
    Repaired,
    /// Its case was erased: nothing of it may be kept.
    Erased,
}

impl DecisionV1 {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Repaired => "repaired",
            Self::Erased => "erased",
        }
    }

    /// Returns the decision of this name; `None` if there is none.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Accepted, Self::Dismissed, Self::Repaired, Self::Erased];
        all.into_iter().find(|decision| decision.code() == code)
    }
}
