//! Messages as they travel: CBOR in zstd.

use std::io::Read;

use model::limits;
use model::wire::{self, WireError};
use serde::{Serialize, de::DeserializeOwned};

/// Encodes and compresses a message.
///
/// # Errors
/// When it is longer than [`limits::REQUEST_BYTES_MAX`] before it is compressed.
pub fn encode_body<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    let bytes = wire::encode(message)?;
    if bytes.len() > limits::REQUEST_BYTES_MAX {
        let bytes_max = limits::REQUEST_BYTES_MAX;
        return Err(WireError::TooLarge { bytes: bytes.len(), bytes_max });
    }
    zstd::encode_all(&bytes[..], ZSTD_LEVEL).map_err(|_| WireError::Malformed)
}

/// Decompresses and decodes a message.
///
/// # Errors
/// When it is not one, or longer than [`limits::ANSWER_BYTES_MAX`]: no more than that is ever
/// inflated.
pub fn decode_body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    let mut decoder = zstd::Decoder::with_buffer(bytes).map_err(|_| WireError::Malformed)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|_| WireError::Malformed)?;
    let mut inflated = Vec::new();
    let one_more = limits::ANSWER_BYTES_MAX as u64 + 1;
    decoder.take(one_more).read_to_end(&mut inflated).map_err(|_| WireError::Malformed)?;
    wire::decode_answer(&inflated)
}

/// Level 5, as the server's answers: two hundredths smaller than level 3 at most of its speed.
const ZSTD_LEVEL: i32 = 5;

/// The window of a message of [`limits::ANSWER_BYTES_MAX`]: what one decoder may keep in memory.
const WINDOW_LOG_MAX: u32 = 23;
const _: () = assert!(1 << WINDOW_LOG_MAX == limits::ANSWER_BYTES_MAX, "no larger, no smaller");
