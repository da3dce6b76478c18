//! `POST /v1/shift` and `POST /v1/safe`: who is out, and that they are safe.

use axum::extract::Request;
use axum::response::Response;
use model::wire::{SafeRequestV1, ShiftRequestV1};

use super::app::App;
use super::body::{self, Accepts};
use super::bounds::SHIFT_BYTES_MAX;
use super::device::Device;
use super::error::ApiError;
use crate::audit::throttle::Rejection;

/// Begins, extends or ends a shift.
pub(super) async fn shift(
    app: App,
    device: Device,
    request: Request,
) -> Result<Response, ApiError> {
    check_in_use(&app, &device).await?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, SHIFT_BYTES_MAX).await?;
    let shared = app.clone();
    app.work
        .run(move || {
            let message: ShiftRequestV1 = received.decode()?;
            body::answer(&shared.service.shift(shared.now(), device.who(), message)?, accepts)
        })
        .await
}

/// Keeps what was tapped on a shift.
pub(super) async fn safe(app: App, device: Device, request: Request) -> Result<Response, ApiError> {
    check_in_use(&app, &device).await?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, SHIFT_BYTES_MAX).await?;
    let shared = app.clone();
    app.work
        .run(move || {
            let message: SafeRequestV1 = received.decode()?;
            body::answer(&shared.service.safe(shared.now(), device.who(), message)?, accepts)
        })
        .await
}

async fn check_in_use(app: &App, device: &Device) -> Result<(), ApiError> {
    if device.who().revoked {
        app.refused(Rejection::of(device.actor(), "shift", None, "device_revoked")).await;
        return Err(ApiError::DeviceRevoked);
    }
    Ok(())
}
