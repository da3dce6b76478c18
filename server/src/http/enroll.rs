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
use crate::error::EnrolRefusal;
use crate::refusals::Refusal;
use crate::store::audit::Actor;

/// Enrols a device and gives it its first nonce.
pub(super) async fn enroll(app: App, request: Request) -> Result<Response, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    app.enrolments
        .take(app.now(), address)
        .map_err(|retry_after| ApiError::TooMany { retry_after })?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, ENROL_BYTES_MAX).await?;
    let shared = app.clone();
    let tried = app.work.run(move || {
        let message: EnrolRequestV1 = received.decode()?;
        let (now, mut rng) = (shared.now(), shared.rng());
        let mut answer = match shared.core.enrol(now, &mut rng, &message) {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        answer.nonce = shared.nonces.issue(now, &mut rng, answer.device);
        let mut response = body::answer(&answer, accepts)?;
        device::give_nonce(&shared, answer.device, &mut response);
        Ok(Ok(response))
    });
    let refusal = match tried.await? {
        Ok(response) => return Ok(response),
        Err(refusal) => refusal,
    };
    if !matches!(refusal, EnrolRefusal::Store(_)) {
        let code = refusal.code();
        app.refused(Refusal::of(Actor::Stranger, "enrolment", Some(address), code)).await;
    }
    Err(refusal.into())
}
