//! Figures for Prometheus, on a loopback address of their own: what stands in front of the server
//! cannot lead to them.

use std::net::SocketAddr;
use std::sync::OnceLock;

use axum::Router;
use axum::response::IntoResponse as _;
use axum::routing::get;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use super::ServeError;

/// The process's figures: the recorder is one for all servers in it.
pub(super) fn figures() -> PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("the program has a recorder of its own: /metrics stays empty");
        }
        handle
    };
    FIGURES.get_or_init(install).clone()
}

/// Takes the address for figures. Only programs on this machine may reach it.
pub(super) async fn bind(listen: Option<SocketAddr>) -> Result<Option<TcpListener>, ServeError> {
    let Some(listen) = listen else { return Ok(None) };
    if !listen.ip().is_loopback() {
        return Err(ServeError::Metrics(listen));
    }
    let listener = TcpListener::bind(listen).await;
    Ok(Some(listener.map_err(|source| ServeError::Listen { listen, source })?))
}

/// Answers `GET /metrics` until it is dropped.
pub(super) async fn serve(listener: TcpListener, figures: PrometheusHandle) {
    let answer = move || {
        let text = figures.render();
        async move {
            let kind = HeaderValue::from_static("text/plain; version=0.0.4");
            ([(CONTENT_TYPE, kind)], text).into_response()
        }
    };
    if let Err(error) = axum::serve(listener, Router::new().route("/metrics", get(answer))).await {
        tracing::error!(%error, "figures are not answered any more");
    }
}
