//! The way of a request's body through the server, without a connection: what `fuzz` feeds.

use axum::body::Body;
use axum::extract::Request;
use model::limits::REQUEST_BYTES_MAX;
use model::wire::{EnrollRequestV1, ReconnectRequestV1, SyncRequestV1};

use super::body::BodyReader;
use super::bounds::{ACCOUNT_BYTES_MAX, Bounds, CONSOLE_BYTES_MAX, ENROLL_BYTES_MAX};
use super::error::ApiError;
use crate::console::{EditRecord, NewRecord};
use crate::identity::accounts::SignIn;

/// Reads the body of a request as the handler of its path does, and does nothing with it.
///
/// # Errors
/// The code of the answer that the request would get.
pub async fn read_body(request: http::Request<Vec<u8>>) -> Result<(), String> {
    let request = request.map(Body::from);
    read(request).await.map_err(|error| error.kind().1.to_owned())
}

async fn read(request: Request) -> Result<(), ApiError> {
    let bounds = Bounds::default();
    let reader = BodyReader::new(bounds.body_bytes, bounds.body);
    let path = request.uri().path().to_owned();
    match path.as_str() {
        "/v1/sync" => {
            let received = reader.read(request, REQUEST_BYTES_MAX).await?;
            Ok(received.decode::<SyncRequestV1>()?.check_limits()?)
        }
        "/v1/enroll" => {
            let received = reader.read(request, ENROLL_BYTES_MAX).await?;
            received.decode::<EnrollRequestV1>().map(drop)
        }
        "/v1/reconnect" => {
            let received = reader.read(request, ENROLL_BYTES_MAX).await?;
            received.decode::<ReconnectRequestV1>().map(drop)
        }
        "/v1/console/create" => {
            let received = reader.read_json(request, CONSOLE_BYTES_MAX).await?;
            received.decode::<NewRecord>().map(drop)
        }
        "/v1/console/edit" => {
            let received = reader.read_json(request, CONSOLE_BYTES_MAX).await?;
            received.decode::<EditRecord>().map(drop)
        }
        _ => {
            let received = reader.read_json(request, ACCOUNT_BYTES_MAX).await?;
            received.decode::<SignIn>().map(drop)
        }
    }
}
