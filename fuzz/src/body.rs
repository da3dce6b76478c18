//! Bodies of requests, read as the server's handlers read them: type, encoding, length, message.

use http::Request;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use server::read_body;

use crate::ACCEPTED;

/// Takes the first two bytes for the head, and the rest for the body. The lowest bits of the first
/// say the path, the others its headers.
pub(crate) fn run(input: &[u8]) -> String {
    let Some(([head, announced], body)) = input.split_first_chunk::<2>().map(|(a, b)| (*a, b))
    else {
        return "empty".to_owned();
    };
    let path = PATHS.get(usize::from(head & 7) % PATHS.len()).copied().unwrap_or_default();
    let mut request = Request::post(path);
    request = match head >> 3 & 3 {
        0 => request.header(CONTENT_TYPE, "application/cbor"),
        1 => request.header(CONTENT_TYPE, "application/json; charset=utf-8"),
        2 => request.header(CONTENT_TYPE, "text/plain"),
        _ => request,
    };
    request = match head >> 5 & 3 {
        0 => request,
        1 => request.header(CONTENT_ENCODING, "zstd"),
        2 => request.header(CONTENT_ENCODING, "identity"),
        _ => request.header(CONTENT_ENCODING, "gzip"),
    };
    if announced > 0 {
        request = request.header(CONTENT_LENGTH, u64::from(announced) << 16);
    }
    let Ok(request) = request.body(body.to_vec()) else { return "no_request".to_owned() };
    let read = runtime().map(|runtime| runtime.block_on(read_body(request)));
    match read {
        Ok(Ok(())) => ACCEPTED.to_owned(),
        Ok(Err(code)) => code,
        Err(_) => "no_runtime".to_owned(),
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()
}

/// Where a body is read.
const PATHS: [&str; 6] = [
    "/v1/sync",
    "/v1/enroll",
    "/v1/reconnect",
    "/v1/session",
    "/v1/console/create",
    "/v1/console/edit",
];
