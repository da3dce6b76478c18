//! `POST /v1/reconnect`: binds a device that has its store to its department again.

use axum::extract::Request;
use axum::response::Response;
use model::wire::ReconnectRequestV1;

use super::app::App;
use super::body::{self, Accepts};
use super::bounds::ENROL_BYTES_MAX;
use super::error::ApiError;
use super::restraint::subscriber;
use super::{device, peer};
use crate::error::ReconnectRefusal;
use crate::refusals::Refusal;
use crate::store::audit::Actor;

/// Gives a device a new token and its first nonce. Codes are guessed no faster than at enrolment.
pub(super) async fn reconnect(app: App, request: Request) -> Result<Response, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    app.enrolments
        .take(app.now(), address)
        .map_err(|retry_after| ApiError::TooMany { retry_after })?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, ENROL_BYTES_MAX).await?;
    let shared = app.clone();
    let tried = app.work.run(move || {
        let message: ReconnectRequestV1 = received.decode()?;
        let (now, mut rng, id) = (shared.now(), shared.rng(), message.device);
        let mut answer = match shared.core.reconnect(now, &mut rng, message) {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        answer.nonce = shared.nonces.issue(now, &mut rng, id);
        let mut response = body::answer(&answer, accepts)?;
        device::give_nonce(&shared, id, &mut response);
        Ok(Ok(response))
    });
    let refusal = match tried.await? {
        Ok(response) => return Ok(response),
        Err(refusal) => refusal,
    };
    if !matches!(refusal, ReconnectRefusal::Store(_)) {
        let code = refusal.code();
        app.refused(Refusal::of(Actor::Stranger, "reconnect", Some(address), code)).await;
    }
    Err(refusal.into())
}
