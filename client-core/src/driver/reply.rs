//! What an answer's status, headers and body mean.

use model::time::Span;
use model::wire::{self, ErrorV1};
use serde::de::DeserializeOwned;

use crate::engine::TransportFailure;
use crate::sync::decode_body;
use crate::transport::HttpResponse;

/// The headers of a request with a body.
pub(super) fn body_headers() -> [(String, String); 4] {
    [
        ("content-type", "application/cbor"),
        ("content-encoding", "zstd"),
        ("accept", "application/cbor"),
        ("accept-encoding", "zstd"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
}

/// Reads the message of a success, or why it is none.
pub(super) fn message<T: DeserializeOwned>(response: &HttpResponse) -> Result<T, TransportFailure> {
    if response.status != 200 {
        return Err(failure(response));
    }
    read(response).ok_or(TransportFailure::Unreadable)
}

/// Returns whether the server only wants a proof with the nonce that it sent along.
pub(super) fn wants_nonce(response: &HttpResponse) -> bool {
    response.status == 401
        && response.header("dpop-nonce").is_some()
        && read::<ErrorV1>(response).is_some_and(|error| error.code == "use_dpop_nonce")
}

/// Returns what an answer other than a success says.
pub(super) fn failure(response: &HttpResponse) -> TransportFailure {
    // A code is shown and logged: what something in between wrote is not.
    let code = || {
        let plain = |code: &String| code.len() <= CODE_BYTES_MAX && code.bytes().all(is_of_a_code);
        let code = read::<ErrorV1>(response).map(|error| error.code).filter(plain);
        code.unwrap_or_else(|| "unknown".into())
    };
    match response.status {
        401 | 403 => TransportFailure::Unauthorized { code: code() },
        // It did not have the patience for this line.
        408 => TransportFailure::TimedOut,
        413 => TransportFailure::TooLarge,
        429 | 503 => TransportFailure::Busy { retry_after: retry_after(response) },
        status @ 400..=499 => TransportFailure::Rejected { status, code: code() },
        status @ 500..=599 => TransportFailure::Server { status },
        _ => TransportFailure::Unreadable,
    }
}

const CODE_BYTES_MAX: usize = 64;

fn is_of_a_code(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// In seconds. A date, which the header may hold too, is no better than nothing to a device whose
/// clock may be wrong.
fn retry_after(response: &HttpResponse) -> Option<Span> {
    response.header("retry-after")?.trim().parse::<u32>().ok().map(|s| Span::from_secs(s.into()))
}

fn read<T: DeserializeOwned>(response: &HttpResponse) -> Option<T> {
    match response.header("content-encoding").map(str::trim) {
        None | Some("" | "identity") => wire::decode_answer(&response.body).ok(),
        Some(name) if name.eq_ignore_ascii_case("zstd") => decode_body(&response.body).ok(),
        Some(_) => None,
    }
}
