//! What is asked with a one-use code from the administrator, by a device that has no token:
//! `POST /v1/enroll` makes a device known, `POST /v1/reconnect` binds one that has its store to its
//! department again. Codes are guessed no faster at one than at the other.

use axum::extract::Request;
use axum::response::Response;
use model::ids::DeviceId;
use model::time::Timestamp;
use model::wire::{EnrollRequestV1, EnrollResponseV1, ReconnectRequestV1, ReconnectResponseV1};
use rand::Rng;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::app::App;
use super::body::{self, Accepts};
use super::bounds::ENROLL_BYTES_MAX;
use super::error::ApiError;
use super::rate_limit::subscriber;
use super::{device, peer};
use crate::audit::throttle::Rejection;
use crate::error::{EnrollRefusal, ReconnectRefusal};
use crate::service::Service;
use crate::store::audit::Actor;

/// Enrolls a device and gives it its first nonce.
pub(super) async fn enroll(app: App, request: Request) -> Result<Response, ApiError> {
    answer::<EnrollRequestV1>(app, request).await
}

/// Gives a device a new token and its first nonce.
pub(super) async fn reconnect(app: App, request: Request) -> Result<Response, ApiError> {
    answer::<ReconnectRequestV1>(app, request).await
}

async fn answer<A: Asked>(app: App, request: Request) -> Result<Response, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    app.enrollments
        .take(app.now(), address)
        .map_err(|retry_after| ApiError::TooMany { retry_after })?;
    let accepts = Accepts::of(request.headers());
    let received = app.intake.read(request, ENROLL_BYTES_MAX).await?;
    let shared = app.clone();
    let tried = app.work.run(move || {
        let asked: A = received.decode()?;
        let (now, mut rng) = (shared.now(), shared.rng());
        let (id, mut given) = match asked.ask(&shared.service, now, &mut rng) {
            Ok(given) => given,
            Err(refusal) => return Ok(Err(refusal)),
        };
        A::set_nonce(&mut given, shared.nonces.issue(now, &mut rng, id));
        let mut response = body::answer(&given, accepts)?;
        device::give_nonce(&shared, id, &mut response);
        Ok(Ok(response))
    });
    let refusal = match tried.await? {
        Ok(response) => return Ok(response),
        Err(refusal) => refusal,
    };
    if let Some(code) = A::code_of(&refusal) {
        app.refused(Rejection::of(Actor::Stranger, A::NAME, Some(address), code)).await;
    }
    Err(refusal.into())
}

/// A message with a code in it.
trait Asked: DeserializeOwned + Send + 'static {
    /// What it is called in the audit.
    const NAME: &'static str;
    type Answer: Serialize;
    type Refusal: Into<ApiError> + Send + 'static;

    /// Also says which device it is.
    fn ask(
        self,
        service: &Service,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<(DeviceId, Self::Answer), Self::Refusal>;

    fn set_nonce(answer: &mut Self::Answer, nonce: String);

    /// Returns the code of a refusal; `None` if it is the server's own trouble.
    fn code_of(refusal: &Self::Refusal) -> Option<&'static str>;
}

impl Asked for EnrollRequestV1 {
    const NAME: &'static str = "enrollment";
    type Answer = EnrollResponseV1;
    type Refusal = EnrollRefusal;

    fn ask(
        self,
        service: &Service,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<(DeviceId, EnrollResponseV1), EnrollRefusal> {
        let answer = service.enroll(now, rng, &self)?;
        Ok((answer.device, answer))
    }

    fn set_nonce(answer: &mut EnrollResponseV1, nonce: String) {
        answer.nonce = nonce;
    }

    fn code_of(refusal: &EnrollRefusal) -> Option<&'static str> {
        (!matches!(refusal, EnrollRefusal::Store(_))).then(|| refusal.code())
    }
}

impl Asked for ReconnectRequestV1 {
    const NAME: &'static str = "reconnect";
    type Answer = ReconnectResponseV1;
    type Refusal = ReconnectRefusal;

    fn ask(
        self,
        service: &Service,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<(DeviceId, ReconnectResponseV1), ReconnectRefusal> {
        let device = self.device;
        Ok((device, service.reconnect(now, rng, self)?))
    }

    fn set_nonce(answer: &mut ReconnectResponseV1, nonce: String) {
        answer.nonce = nonce;
    }

    fn code_of(refusal: &ReconnectRefusal) -> Option<&'static str> {
        (!matches!(refusal, ReconnectRefusal::Store(_))).then(|| refusal.code())
    }
}
