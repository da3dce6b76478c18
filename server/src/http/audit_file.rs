//! The audit as a file: read piece by piece as it leaves, so that nobody holds the whole of it.

use std::io;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::app::App;
use super::error::ApiError;
use super::session::ConsoleSession;
use crate::service::Patience;
use crate::store::audit::AuditHead;

/// Answers with the audit up to its end of a moment ago. A file that breaks off lacks its last line, the
/// signed one, and whoever checks it is told.
pub(super) fn answer(app: App, seat: ConsoleSession, end: AuditHead) -> Response {
    let pieces = stream::unfold((app, Some(0)), move |(app, after)| async move {
        let after = after?;
        match piece(&app, seat, after, end).await {
            Ok((bytes, next)) => Some((Ok(Bytes::from(bytes)), (app, next))),
            Err(error) => Some((Err(io::Error::other(error.to_string())), (app, None))),
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    // Names of files are kept by browsers, and shown to whoever sits there next.
    headers.insert(
        CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"export.jsonl\""),
    );
    response
}

/// Reads the lines that follow the row at this place.
async fn piece(
    app: &App,
    seat: ConsoleSession,
    after: u64,
    end: AuditHead,
) -> Result<(Vec<u8>, Option<u64>), ApiError> {
    let whose = Patience::default();
    let _asker = whose.asker();
    let shared = app.clone();
    let read = move || {
        let patience = shared.patience(whose);
        let console = shared.service.at_console_within(shared.now(), &seat.who, patience)?;
        Ok(console.audit_lines(after, end)?)
    };
    app.console_work.run(read).await
}
