//! Who asks: a device that proved it, or nobody.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue};
use model::ids::DeviceId;

use super::app::App;
use super::connections::{Holder, OpenConnection};
use super::error::ApiError;
use super::nonce::NonceError;
use super::proof::{self, ProofDigest, Shown};
use super::rate_limit::subscriber;
use super::{DeviceHandler, peer};
use crate::audit::throttle::Rejection;
use crate::error::StoreError;
use crate::identity::device::Authenticated;
use crate::service::Service;
use crate::store::audit::Actor;

/// A device that showed its token and proved, freshly, that it holds its key. Only [`answer`] hands
/// one on.
#[derive(Debug, Clone)]
pub(super) struct Device {
    who: Authenticated,
    token: Arc<str>,
}

impl Device {
    pub(super) fn id(&self) -> DeviceId {
        self.who.device
    }

    pub(super) fn who(&self) -> &Authenticated {
        &self.who
    }

    /// As the audit names it.
    pub(super) fn actor(&self) -> Actor {
        Actor::Device(self.who.user, self.who.device)
    }

    /// The device as it is now: none once it is revoked or gone.
    pub(super) fn still(&self, service: &Service) -> Result<Option<Authenticated>, StoreError> {
        let now = service.authenticate(&self.token)?;
        Ok(now.filter(|who| !who.revoked && who.public_key == self.who.public_key))
    }
}

/// Which device an answer is for, kept in the answer's extensions for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnswerTo(pub(super) DeviceId);

/// Lets a device's request through to its handler, and gives every answer to a device the nonce for
/// its next request.
pub(super) async fn answer(app: App, request: Request, handle: DeviceHandler) -> Response {
    let from = match peer(&request) {
        Ok(peer) => subscriber(peer.ip()),
        Err(error) => return error.into_response(),
    };
    let (parts, body) = request.into_parts();
    let Some(Shown { token, public_key, nonce, proof }) = proof::shown(&parts, &app.addresses)
    else {
        return unauthorized(&app, Actor::Stranger, from, "not_proven").await;
    };
    let device = match find(&app, token).await {
        Ok(Some(device)) if device.who.public_key == public_key => device,
        Ok(Some(device)) => return unauthorized(&app, device.actor(), from, "wrong_key").await,
        Ok(None) => return unauthorized(&app, Actor::Stranger, from, "unknown_token").await,
        Err(error) => return error.into_response(),
    };
    let id = device.id();
    let result = match admit(&app, &device, from, nonce.as_deref(), proof).await {
        Ok(()) => {
            if let Some(line) = parts.extensions.get::<Arc<OpenConnection>>() {
                line.prove(Holder::Device(id));
            }
            handle(app.clone(), device, Request::from_parts(parts, body)).await
        }
        Err(error) => Err(error),
    };
    let mut response = result.into_response();
    give_nonce(&app, id, &mut response);
    response
}

/// Puts a fresh nonce on an answer to this device.
pub(super) fn give_nonce(app: &App, device: DeviceId, response: &mut Response) {
    let nonce = app.nonces.issue(app.now(), &mut app.rng(), device);
    if let Ok(nonce) = HeaderValue::from_str(&nonce) {
        response.headers_mut().insert(DPOP_NONCE, nonce);
    }
    response.extensions_mut().insert(AnswerTo(device));
}

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The same answer whatever was wrong; what it was is in the audit.
async fn unauthorized(app: &App, actor: Actor, from: IpAddr, code: &'static str) -> Response {
    app.refused(Rejection::of(actor, "request", Some(from), code)).await;
    ApiError::Unauthorized.into_response()
}

/// Finds whose token it is.
async fn find(app: &App, token: String) -> Result<Option<Device>, ApiError> {
    let service = app.service.clone();
    let token: Arc<str> = token.into();
    let asked = Arc::clone(&token);
    let who = app.reads.run(move || Ok(service.authenticate(&asked)?)).await?;
    Ok(who.map(|who| Device { who, token }))
}

async fn admit(
    app: &App,
    device: &Device,
    from: IpAddr,
    nonce: Option<&str>,
    proof: ProofDigest,
) -> Result<(), ApiError> {
    let (now, id) = (app.now(), device.id());
    let nonce = nonce.ok_or(ApiError::UseNonce)?;
    if let Err(reason) = app.nonces.redeem(now, id, nonce, proof) {
        tracing::debug!(device.id = %id, %reason, "a proof is not fresh");
        let code = match reason {
            NonceError::Replayed => Some("proof_replayed"),
            NonceError::LongUsed => Some("nonce_long_used"),
            // How every device begins after a restart, a long absence or an answer that was lost.
            NonceError::Unknown | NonceError::Expired | NonceError::Used => None,
        };
        if let Some(code) = code {
            app.refused(Rejection::of(device.actor(), "request", Some(from), code)).await;
        }
        return Err(ApiError::UseNonce);
    }
    app.by_device.take(now, id).map_err(|retry_after| ApiError::TooMany { retry_after })
}
