//! `POST /v1/account`, `/v1/account/finish`, `/v1/session` and `/v1/session/end`: setting an account
//! up, signing in and signing out.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::app::App;
use super::body::{ReceivedJson, answer_json};
use super::bounds::ACCOUNT_BYTES_MAX;
use super::error::ApiError;
use super::peer;
use super::restraint::subscriber;
use super::session::{self, Seat};

/// Shows what goes into an authenticator.
pub(super) async fn begin(app: App, request: Request) -> Result<Response, ApiError> {
    let received = received(&app, request).await?;
    let shared = app.clone();
    app.work
        .run(move || answer_json(&shared.core.begin_account(shared.now(), &received.decode()?)?))
        .await
}

/// Sets a password.
pub(super) async fn finish(app: App, request: Request) -> Result<Response, ApiError> {
    let received = received(&app, request).await?;
    let shared = app.clone();
    app.hashing
        .run(move || {
            let (now, asked) = (shared.now(), received.decode()?);
            shared.core.finish_account(now, &mut shared.rng(), &asked)?;
            Ok(StatusCode::NO_CONTENT.into_response())
        })
        .await
}

/// Signs somebody in.
pub(super) async fn sign_in(app: App, request: Request) -> Result<Response, ApiError> {
    let received = received(&app, request).await?;
    let shared = app.clone();
    app.hashing
        .run(move || {
            let (now, asked) = (shared.now(), received.decode()?);
            let token = shared.core.sign_in(now, &mut shared.rng(), &asked)?;
            let mut response = StatusCode::NO_CONTENT.into_response();
            session::give_token(&mut response, &token);
            Ok(response)
        })
        .await
}

/// Signs somebody out.
pub(super) async fn sign_out(app: App, seat: Seat) -> Result<Response, ApiError> {
    let shared = app.clone();
    app.work
        .run(move || {
            shared.core.sign_out(shared.now(), &seat.who)?;
            let mut response = StatusCode::NO_CONTENT.into_response();
            session::take_token(&mut response);
            Ok(response)
        })
        .await
}

async fn received(app: &App, request: Request) -> Result<ReceivedJson, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    let taken = app.sign_ins.take(app.now(), address);
    taken.map_err(|retry_after| ApiError::TooMany { retry_after })?;
    app.intake.read_json(request, ACCOUNT_BYTES_MAX).await
}
