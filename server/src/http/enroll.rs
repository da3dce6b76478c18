//! `POST /v1/enroll`: makes a device known, once for each invitation.

use axum::extract::Request;
use axum::response::Response;
use model::wire::EnrolRequestV1;

use super::app::App;
use super::body::{self, Accepts};
use super::bounds::ENROL_BYTES_MAX;
use super::error::ApiError;
use super::restraint::subscriber;
use super::{device, peer};

/// Enrols a device and gives it its first nonce.
pub(super) async fn enroll(app: App, request: Request) -> Result<Response, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    app.enrolments
        .take(app.now(), address)
        .map_err(|retry_after| ApiError::TooMany { retry_after })?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, ENROL_BYTES_MAX).await?;
    let shared = app.clone();
    app.work
        .run(move || {
            let message: EnrolRequestV1 = received.decode()?;
            let (now, mut rng) = (shared.now(), shared.rng());
            let mut answer = shared.core.enrol(now, &mut rng, &message)?;
            answer.nonce = shared.nonces.issue(now, &mut rng, answer.device);
            let mut response = body::answer(&answer, accepts)?;
            device::give_nonce(&shared, answer.device, &mut response);
            Ok(response)
        })
        .await
}
