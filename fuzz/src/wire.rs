//! Messages as they travel, read by `model::wire`.

use std::fmt::Debug;

use model::wire::{
    self, EnrollRequestV1, EnrollResponseV1, ErrorV1, EventV1, ReconnectRequestV1,
    ReconnectResponseV1, SyncRequestV1, SyncResponseV1,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ACCEPTED;

/// Takes the first byte for which message the rest is.
pub(crate) fn run(input: &[u8]) -> String {
    let Some((&kind, rest)) = input.split_first() else { return "empty".to_owned() };
    match kind % KINDS {
        0 => stands::<SyncRequestV1>(rest, |request| {
            request.check_limits().err().map(|error| error.to_string())
        }),
        1 => stands::<SyncResponseV1>(rest, |_| None),
        2 => stands::<EnrollRequestV1>(rest, |_| None),
        3 => stands::<EnrollResponseV1>(rest, |_| None),
        4 => stands::<ReconnectRequestV1>(rest, |_| None),
        5 => stands::<ReconnectResponseV1>(rest, |_| None),
        6 => stands::<EventV1>(rest, |_| None),
        _ => stands::<ErrorV1>(rest, |_| None),
    }
}

const KINDS: u8 = 8;

/// Reads a message. One that is read can be written, and what is written is read as the same.
fn stands<T>(bytes: &[u8], refused: impl FnOnce(&T) -> Option<String>) -> String
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let message: T = match wire::decode(bytes) {
        Ok(message) => message,
        Err(_) => return "malformed".to_owned(),
    };
    let written = wire::encode(&message).ok();
    let again = written.and_then(|bytes| wire::decode_answer::<T>(&bytes).ok());
    assert!(again.is_some_and(|again| again == message), "written otherwise than read");
    refused(&message).unwrap_or_else(|| ACCEPTED.to_owned())
}
