//! A worker's shift, and what they say of their safety on it.
//!
//! All times are the device's; `clock` says what it showed when the message left, so that the server knows
//! them by its own.

use serde::{Deserialize, Serialize};

use super::{PROTOCOL, WireError};
use crate::ids::ShiftId;
use crate::limits;
use crate::time::Timestamp;

/// Begins, extends or ends a shift: `POST /v1/shift`. The same message again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftRequestV1 {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The shift; the device chose it.
    pub shift: ShiftId,
    /// When it was tapped.
    pub at: Timestamp,
    /// What the device's clock said when this message was sent.
    pub clock: Timestamp,
    /// What to do.
    pub act: ShiftActV1,
}

/// What is done with a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftActV1 {
    /// It begins. Another that the device has open ends.
    Start {
        /// With whom, as the worker wrote it; at most [`limits::SHIFT_WORDS_BYTES_MAX`]. Empty if nobody.
        partner: String,
        /// The option of the catalogue's list `zone`; at most [`limits::SHIFT_WORDS_BYTES_MAX`]. Empty
        /// if it was not said.
        zone: String,
        /// When they mean to be back.
        back_by: Timestamp,
    },
    /// They come back later.
    Extend {
        /// When they mean to be back.
        back_by: Timestamp,
    },
    /// They are back.
    Back,
}

/// Says that a worker is safe, or calls for help: `POST /v1/safe`. The same message again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafeRequestV1 {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The shift.
    pub shift: ShiftId,
    /// What the device's clock said when this message was sent.
    pub clock: Timestamp,
    /// What was tapped, the earliest first; at most [`limits::SAFE_STAMPS_MAX`].
    pub stamps: Vec<StampV1>,
}

/// One tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StampV1 {
    /// When.
    pub at: Timestamp,
    /// What it says.
    pub kind: StampKindV1,
}

/// What a tap says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StampKindV1 {
    /// They are safe.
    Safe,
    /// They said so while the phone was locked: whoever holds the phone can.
    SafeLocked,
    /// They need help.
    Help,
}

/// How the server has the shift now: the answer to both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftAnswerV1 {
    /// The shift.
    pub shift: ShiftId,
    /// Since when the server watches over it, by its clock; none once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub armed: Option<Timestamp>,
    /// The server's clock.
    pub server_time: Timestamp,
}

impl ShiftRequestV1 {
    /// Checks the protocol and the length of every text.
    ///
    /// # Errors
    /// Names the text that is too long.
    pub fn check_limits(&self) -> Result<(), WireError> {
        check_protocol(self.protocol)?;
        let ShiftActV1::Start { partner, zone, .. } = &self.act else { return Ok(()) };
        for (field, len) in [("partner", partner.len()), ("zone", zone.len())] {
            let max = limits::SHIFT_WORDS_BYTES_MAX;
            if len > max {
                return Err(WireError::TooMany { field, len, max });
            }
        }
        Ok(())
    }
}

impl SafeRequestV1 {
    /// Checks the protocol and the length of the list.
    ///
    /// # Errors
    /// When there is too much of it.
    pub fn check_limits(&self) -> Result<(), WireError> {
        check_protocol(self.protocol)?;
        let (len, max) = (self.stamps.len(), limits::SAFE_STAMPS_MAX);
        match len > max {
            true => Err(WireError::TooMany { field: "stamps", len, max }),
            false => Ok(()),
        }
    }
}

fn check_protocol(protocol: u32) -> Result<(), WireError> {
    match protocol == PROTOCOL {
        true => Ok(()),
        false => Err(WireError::Protocol(protocol)),
    }
}
