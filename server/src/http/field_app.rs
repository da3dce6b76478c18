//! The field app as it was built (`cargo xtask app`): its files, and what its pages may do.

use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::app::App;
use super::error::ApiError;
use super::pages;

/// Marks an answer that belongs to the field app: it may run WebAssembly, and speak to us.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsApp;

/// A file of the app, compressed with brotli, which every browser reads that can run it.
pub(super) struct File {
    /// Its path.
    pub(super) path: &'static str,
    media_type: &'static str,
    brotli: &'static [u8],
}

macro_rules! file {
    ($name:literal, $media_type:expr) => {
        File {
            path: concat!("/app/", $name),
            media_type: $media_type,
            brotli: include_bytes!(concat!("../../../app/bundle/", $name, ".br")),
        }
    };
}

/// Every file of the app but what pages load from `ui`.
pub(super) const FILES: &[File] = &[
    file!("index.html", HTML),
    file!("app.js", SCRIPT),
    file!("bridge.js", SCRIPT),
    file!("clear.html", HTML),
    file!("door.js", SCRIPT),
    file!("fieldbook.js", SCRIPT),
    file!("fieldbook_bg.wasm", "application/wasm"),
    file!("look.js", SCRIPT),
    file!("manifest.webmanifest", "application/manifest+json"),
    file!("sw.js", SCRIPT),
    file!("worker.js", SCRIPT),
];

/// What pages load from `ui`, under the app's own path.
pub(super) const ASSETS: &[&str] = &[
    "/app/assets/icon.svg",
    "/app/assets/safe.js",
    "/app/assets/screens.js",
    "/app/assets/style.css",
    "/app/assets/vendor/htmx.min.js",
];

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Answers with a file of the app, or with the shell, in which the phone's own store answers for every page.
pub(super) async fn file(_: App, request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path();
    let file = FILES.iter().find(|file| file.path == path).unwrap_or(&FILES[0]);
    if !takes_brotli(request.headers()) {
        return Err(ApiError::NotFound);
    }
    let mut response = pages::kept(&request, file.media_type, file.brotli);
    let headers = response.headers_mut();
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    response.extensions_mut().insert(IsApp);
    Ok(response)
}

/// Returns whether brotli is read there. Who says nothing of it takes anything (RFC 9110, section 12.5.3).
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok());
    accepted.is_none_or(|accepted| {
        accepted.split(',').any(|one| matches!(one.trim().split(';').next(), Some("br" | "*")))
    })
}

/// What a page of the app may do: run what is ours, WebAssembly included, and speak to us.
pub(super) const ON_APP: [(HeaderName, &str); 1] = [(
    CONTENT_SECURITY_POLICY,
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
     frame-ancestors 'none'",
)];
