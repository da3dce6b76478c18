//! `POST /v1/sync`: hands changes over and brings those of others.

use axum::extract::Request;
use axum::response::Response;
use model::limits::REQUEST_BYTES_MAX;
use model::wire::SyncRequestV1;

use super::app::App;
use super::body::{self, Accepts};
use super::bounds::SYNC_ANSWER_BYTES;
use super::device::Device;
use super::error::ApiError;

/// Answers one sync request. A revoked device is answered too: with its orders.
pub(super) async fn sync(app: App, device: Device, request: Request) -> Result<Response, ApiError> {
    let place = app.requests.take(device.id()).ok_or(ApiError::TooMany { retry_after: 1 })?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, REQUEST_BYTES_MAX).await?;
    let reserved = app.outgoing.reserve(SYNC_ANSWER_BYTES).await?;
    let shared = app.clone();
    app.work
        .run(move || {
            let message: SyncRequestV1 = received.decode()?;
            drop(received);
            let answer =
                shared.service.sync(shared.now(), &mut shared.rng(), device.who(), message)?;
            reserved.hold(body::answer(&answer, accepts)?, place)
        })
        .await
}
