//! Who asks: a device that proved it, or nobody.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderName, HeaderValue};
use model::ids::DeviceId;

use super::DeviceHandler;
use super::app::App;
use super::error::ApiError;
use super::proof::{self, Shown};
use crate::core::{Authenticated, Core};
use crate::error::StoreError;

/// A device that showed its token and proved, freshly, that it holds its key. Only [`answer`] makes
/// one.
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

    /// The device as it is now: none once it is revoked or gone.
    pub(super) fn still(&self, core: &Core) -> Result<Option<Authenticated>, StoreError> {
        let now = core.authenticate(&self.token)?;
        Ok(now.filter(|who| !who.revoked && who.public_key == self.who.public_key))
    }
}

/// Which device an answer is for, kept in the answer's extensions for the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct AnswerTo(pub(super) DeviceId);

/// Lets a device's request through to its handler, and gives every answer to a device the nonce for
/// its next request.
pub(super) async fn answer(app: App, request: Request, handle: DeviceHandler) -> Response {
    let (parts, body) = request.into_parts();
    let Some(shown) = proof::shown(&parts) else {
        return ApiError::Unauthorized.into_response();
    };
    let (device, nonce) = match known(&app, shown).await {
        Ok(known) => known,
        Err(error) => return error.into_response(),
    };
    let id = device.id();
    let result = match admit(&app, id, nonce.as_deref()) {
        Ok(()) => handle(app.clone(), device, Request::from_parts(parts, body)).await,
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

/// Finds whose token it is, and that the proof is made with this device's key.
async fn known(app: &App, shown: Shown) -> Result<(Device, Option<String>), ApiError> {
    let Shown { token, public_key, nonce } = shown;
    let core = app.core.clone();
    let token: Arc<str> = token.into();
    let asked = Arc::clone(&token);
    let who = app.looks.run(move || Ok(core.authenticate(&asked)?)).await?;
    match who.filter(|who| who.public_key == public_key) {
        Some(who) => Ok((Device { who, token }, nonce)),
        None => Err(ApiError::Unauthorized),
    }
}

fn admit(app: &App, id: DeviceId, nonce: Option<&str>) -> Result<(), ApiError> {
    let now = app.now();
    let nonce = nonce.ok_or(ApiError::UseNonce)?;
    if let Err(reason) = app.nonces.redeem(now, id, nonce) {
        tracing::debug!(device.id = %id, %reason, "a proof is not fresh");
        return Err(ApiError::UseNonce);
    }
    app.by_device.take(now, id).map_err(|retry_after| ApiError::TooMany { retry_after })
}
