//! Around every request: an address's share, one line in the log, figures, and the headers that
//! every answer carries.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use rand::RngExt as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::app::App;
use super::device::AnswerTo;
use super::door::Door;
use super::error::{self, ApiError};
use super::field_app::{IsApp, ON_APP};
use super::pages::{self, IsPage, MayBeKept};
use super::rate_limit::subscriber;
use super::session;
use super::{Route, peer, routes};

/// Answers a request and says so. What was asked for is named by its route, never by its address.
pub(super) async fn observe(
    State((app, door)): State<(App, Door)>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    request.extensions_mut().insert(door);
    let id = format!("{:016x}", app.rng().random::<u64>());
    let (method, asked) = (method_name(request.method()), route(&request));
    let route = asked.map_or("unknown", |route| route.path);
    let wants_json = wants_json(request.headers()) || asked.is_some_and(Route::speaks_json);
    let at_the_door = door.check(&request);
    // A page of ours would tell another site that we are here.
    let is_shown =
        at_the_door.is_ok() && asked.map_or(wants_page(request.headers()), Route::is_shown);
    let language = pages::language(&request);

    let span = tracing::info_span!("request", request.id = %id);
    let answering = async {
        match share(&app, &request).and(at_the_door) {
            Ok(()) => next.run(request).await,
            Err(error) => {
                session::note_at_the_door(&app, session::from(&request), &error).await;
                error.into_response()
            }
        }
    };
    let mut response = answering.instrument(span.clone()).await;

    let (status, took) = (response.status().as_u16(), begun.elapsed());
    let device = response.extensions_mut().remove::<AnswerTo>().map(|AnswerTo(device)| device);
    let code = error::code_of(&response);
    metrics::counter!("fieldbook_http_requests_total",
        "method" => method, "route" => route, "status" => status.to_string())
    .increment(1);
    metrics::histogram!("fieldbook_http_request_seconds", "route" => route).record(took);
    span.in_scope(|| {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status,
            error.code = code,
            duration.ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            device.id = device.map(tracing::field::display),
            "{method} {route} answered with {status}"
        );
    });

    if is_shown && let Some(reason) = error::told(&response, language) {
        response = pages::error_page(&app, language, response.status(), &reason);
    }
    let is_page = response.extensions_mut().remove::<IsPage>().is_some();
    let is_app = response.extensions_mut().remove::<IsApp>().is_some();
    let may_be_kept = response.extensions_mut().remove::<MayBeKept>().is_some();
    let headers = response.headers_mut();
    for (name, value) in always(door) {
        if may_be_kept && name == CACHE_CONTROL {
            continue;
        }
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_app {
        for (name, value) in ON_APP {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if is_page {
        for (name, value) in ON_PAGES {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    error::as_asked(wants_json, language, response)
}

/// What every answer says, errors included, and those that are made without us (see
/// `listener::bare`). Nothing here is a page: an answer that a browser shows all
/// the same loads nothing, stands in nobody's frame, and tells no other site where it was.
pub(crate) const ALWAYS: [(HeaderName, &str); 7] = [
    (CACHE_CONTROL, "no-store"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (STRICT_TRANSPORT_SECURITY, "max-age=63072000"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Returns what every answer says that leaves by a door. Plain HTTP says nothing of HTTPS: a browser that
/// believed it would ask `localhost` in HTTPS from then on, whatever answers there.
pub(crate) fn always(door: Door) -> impl Iterator<Item = (HeaderName, &'static str)> {
    let is_secure = door == Door::Network;
    ALWAYS.into_iter().filter(move |(name, _)| is_secure || name != STRICT_TRANSPORT_SECURITY)
}

/// What a page may do: load what is ours, and send forms to us. Within our own pages a browser says where
/// it comes from, which `Origin` has to tell with forms; nothing of it names anybody.
const ON_PAGES: [(HeaderName, &str); 2] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "same-origin"),
];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

fn share(app: &App, request: &Request) -> Result<(), ApiError> {
    let address = subscriber(peer(request)?.ip());
    let taken = app.by_address.take(app.now(), address);
    taken.map_err(|retry_after| ApiError::TooMany { retry_after })
}

/// Returns whether the one who asks is a person with a browser or `curl`: devices read CBOR.
fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|accepts| accepts.to_str().ok());
    accepts.is_some_and(|accepts| accepts.contains("application/json") || accepts.contains("text/"))
}

/// Returns whether a browser asks for a page to show.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get(ACCEPT).and_then(|accepts| accepts.to_str().ok());
    accepts.is_some_and(|accepts| accepts.starts_with("text/html"))
}

/// Returns the route that answers the request, by the path that it was matched with: what stands in a
/// path's parameters reaches neither the figures nor the log.
fn route(request: &Request) -> Option<&'static Route> {
    let matched = request.extensions().get::<MatchedPath>()?;
    routes().iter().find(|route| route.path == matched.as_str())
}

fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
