//! What the machines around the server ask it: is it there, can it work, how is it doing.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};

use super::app::App;
use super::error::ApiError;

/// `GET /healthz`: the process answers.
pub(super) async fn healthz(_app: App, _request: Request) -> Result<Response, ApiError> {
    Ok("ok\n".into_response())
}

/// `GET /readyz`: the store answers too, and the server is not about to end.
pub(super) async fn readyz(app: App, _request: Request) -> Result<Response, ApiError> {
    if *app.signals.stopping.borrow() {
        return Err(ApiError::Stopping);
    }
    let service = app.service.clone();
    app.reads.run(move || Ok(service.ready()?)).await.map_err(|error| {
        tracing::warn!(%error, "the server is not ready");
        match error {
            ApiError::DiskFull => error,
            _ => ApiError::NotReady,
        }
    })?;
    Ok("ready\n".into_response())
}
