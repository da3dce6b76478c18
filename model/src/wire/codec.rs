//! How a message becomes bytes, and what bytes are none.

use serde::{Serialize, de::DeserializeOwned};

use super::PROTOCOL;
use crate::limits;

/// Bytes that are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Over [`limits::REQUEST_BYTES_MAX`], or [`limits::ANSWER_BYTES_MAX`].
    #[error("the message is {bytes} bytes long; at most {bytes_max} are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Not CBOR, or not of this shape.
    #[error("the message is not valid CBOR of this version")]
    Malformed,
    /// A list longer than its limit.
    #[error("`{field}` holds {len} entries; at most {max} are read")]
    TooMany {
        /// The list's key.
        field: &'static str,
        /// Its length.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// Another protocol.
    #[error("protocol {0} is not spoken here; this side speaks {PROTOCOL}")]
    Protocol(u32),
}

/// Encodes a message.
///
/// # Errors
/// When a value cannot be written as CBOR; no type of this module can cause it.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(message, &mut bytes).map_err(|_| WireError::Malformed)?;
    Ok(bytes)
}

/// Decodes a message that stands alone in `bytes`.
///
/// # Errors
/// When it is too large or not of this shape. Nothing is allocated by what the bytes claim: CBOR
/// lengths only bound loops that end with the input.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    decode_within(limits::REQUEST_BYTES_MAX, bytes)
}

/// Decodes an answer, which may be longer than a request: one record is never cut in two.
///
/// # Errors
/// As [`decode`], with [`limits::ANSWER_BYTES_MAX`] for the limit.
pub fn decode_answer<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    decode_within(limits::ANSWER_BYTES_MAX, bytes)
}

fn decode_within<T: DeserializeOwned>(bytes_max: usize, bytes: &[u8]) -> Result<T, WireError> {
    if bytes.len() > bytes_max {
        return Err(WireError::TooLarge { bytes: bytes.len(), bytes_max });
    }
    let mut rest = bytes;
    let message = ciborium::de::from_reader_with_recursion_limit(&mut rest, CBOR_DEPTH_MAX)
        .map_err(|_| WireError::Malformed)?;
    if rest.is_empty() { Ok(message) } else { Err(WireError::Malformed) }
}

/// Deepest nesting of a message: request, list, update, chunk, changes, change.
const CBOR_DEPTH_MAX: usize = 16;
