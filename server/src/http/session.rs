//! Who sits at the console: whoever shows the token of a session that has not ended.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{COOKIE, ORIGIN, SET_COOKIE};
use http::uri::Authority;
use http::{HeaderName, HeaderValue, Method};

use super::ConsoleHandler;
use super::addresses::Addresses;
use super::app::App;
use super::bounds::CONSOLE_ANSWER_BYTES;
use super::connections::{Holder, OpenConnection};
use super::door::{self, Door};
use super::error::ApiError;
use super::peer;
use super::rate_limit::subscriber;
use crate::audit::throttle::Rejection;
use crate::identity::accounts::{MARKS_BYTES_MAX, SignedIn};
use crate::store::audit::Actor;

/// Somebody who is signed in. Only [`answer`] makes one.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConsoleSession {
    pub(super) who: SignedIn,
}

/// Lets a request through whose session has not ended, and keeps the session from lapsing.
pub(super) async fn answer(app: App, request: Request, handle: ConsoleHandler) -> Response {
    let token = token(&request).map(str::to_owned);
    let is_ours = check_site(&app.addresses, &request);
    let seat = match take_seat(&app, is_ours, token).await {
        Ok(seat) => seat,
        Err(error) => {
            note_at_the_door(&app, from(&request), &error).await;
            return error.into_response();
        }
    };
    answer_from(app, seat, request, handle).await
}

async fn answer_from(
    app: App,
    seat: ConsoleSession,
    request: Request,
    handle: ConsoleHandler,
) -> Response {
    let line = request.extensions().get::<Arc<OpenConnection>>().cloned();
    if let Some(line) = line {
        line.prove(Holder::User(seat.who.user));
    }
    let answered = async {
        let place = app.console_requests.take(seat.who.user);
        let place = place.ok_or(ApiError::TooMany { retry_after: 1 })?;
        let reserved = app.outgoing.reserve(CONSOLE_ANSWER_BYTES).await?;
        reserved.hold(handle(app.clone(), seat, request).await?, place)
    };
    answered.await.into_response()
}

/// Lets the request of a browser through as [`answer`] does; who is not signed in gets what `signed_out`
/// shows.
pub(super) async fn answer_page(
    app: App,
    request: Request,
    handle: ConsoleHandler,
    signed_out: fn(&App, &Request) -> Response,
) -> Response {
    if let Err(error) = check_page_site(&app.addresses, &request) {
        note_at_the_door(&app, from(&request), &error).await;
        return error.into_response();
    }
    let token = token(&request).map(str::to_owned);
    let seat = match request.headers().contains_key(LIVE) {
        true => know_seat(&app, token).await,
        false => find_seat(&app, token).await,
    };
    match seat {
        Ok(seat) => answer_from(app, seat, request, handle).await,
        Err(ApiError::SignedOut) => signed_out(&app, &request),
        Err(error) => error.into_response(),
    }
}

/// Lets a page listen whose session has not ended. Listening keeps no session from lapsing, and takes none
/// of the places in which a browser asks for pages.
pub(super) async fn answer_live(app: App, request: Request, handle: ConsoleHandler) -> Response {
    if let Err(error) = check_page_site(&app.addresses, &request) {
        note_at_the_door(&app, from(&request), &error).await;
        return error.into_response();
    }
    let answered = async {
        let seat = know_seat(&app, token(&request).map(str::to_owned)).await?;
        handle(app.clone(), seat, request).await
    };
    answered.await.into_response()
}

/// Where a request comes from, as far as it is told apart.
pub(super) fn from(request: &Request) -> Option<IpAddr> {
    peer(request).ok().map(|peer| subscriber(peer.ip()))
}

/// Notes in the audit that a stranger tried tokens, or asked from another site.
pub(super) async fn note_at_the_door(app: &App, from: Option<IpAddr>, error: &ApiError) {
    let code = match error {
        ApiError::OtherSite => "other_site",
        ApiError::OtherHost => "other_host",
        ApiError::SignedOut => "signed_out",
        _ => return,
    };
    app.refused(Rejection::of(Actor::Stranger, "console", from, code)).await;
}

async fn take_seat(
    app: &App,
    is_ours: Result<(), ApiError>,
    token: Option<String>,
) -> Result<ConsoleSession, ApiError> {
    is_ours?;
    find_seat(app, token).await
}

async fn find_seat(app: &App, token: Option<String>) -> Result<ConsoleSession, ApiError> {
    let seat = know_seat(app, token).await?;
    let (who, now) = (seat.who, app.now());
    if who.is_to_be_kept_alive(now) {
        let service = app.service.clone();
        app.work.run(move || Ok(service.keep_alive(now, &who)?)).await?;
    }
    Ok(seat)
}

/// Finds whose session it is, and does nothing about it.
async fn know_seat(app: &App, token: Option<String>) -> Result<ConsoleSession, ApiError> {
    let token = token.ok_or(ApiError::SignedOut)?;
    let (service, now) = (app.service.clone(), app.now());
    let look = move || service.session(now, &token)?.ok_or(ApiError::SignedOut);
    let who = app.reads.run(look).await?;
    app.by_user.take(now, who.user).map_err(|retry_after| ApiError::TooMany { retry_after })?;
    Ok(ConsoleSession { who })
}

/// Refuses what a page of another site sends. The cookie is not sent along with such a request
/// (`SameSite=Strict`); this holds where a browser does not know that.
pub(super) fn check_site(addresses: &Addresses, request: &Request) -> Result<(), ApiError> {
    let (door, headers) = (Door::of(request), request.headers());
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let from_here = match text(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin" || site == "none",
        None => true,
    };
    let host = door::host(headers);
    let origin_is_here = text(ORIGIN).is_none_or(|origin| {
        let named =
            origin.split_once("://").filter(|(scheme, _)| *scheme == door.scheme().as_str());
        let named = named.and_then(|(_, named)| named.parse::<Authority>().ok());
        named.is_some_and(|named| match door {
            Door::Network => addresses.are_ours(&named, host.as_ref()),
            // The door has checked that the host is this machine.
            Door::Local(_) => host.as_ref() == Some(&named),
        })
    });
    if from_here && origin_is_here { Ok(()) } else { Err(ApiError::OtherSite) }
}

/// Refuses what a page of another site sends to one of ours. That a browser goes to a page of ours, from
/// wherever, is no such thing: it reads, in the browser's own window.
pub(super) fn check_page_site(addresses: &Addresses, request: &Request) -> Result<(), ApiError> {
    let headers = request.headers();
    let is = |name: HeaderName, value: &str| headers.get(name).is_some_and(|is| is == value);
    let goes_there = request.method() == Method::GET
        && is(SEC_FETCH_MODE, "navigate")
        && is(SEC_FETCH_DEST, "document");
    if goes_there { Ok(()) } else { check_site(addresses, request) }
}

/// Says that a page looks by itself at what is new. Nobody works by that: the session ends all the same.
const LIVE: HeaderName = HeaderName::from_static("fieldbook-live");

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The cookie's name. The prefix binds it to this host, to HTTPS and to the whole of it (RFC 6265bis
/// §4.1.3.2).
const COOKIE_NAME: &str = "__Host-fieldbook";

/// Longer than any token of ours.
const TOKEN_BYTES_MAX: usize = 128;

/// The marks that a browser keeps in which somebody has signed in before; see
/// [`crate::identity::accounts::Origin`]. They open nothing.
const MARKS_NAME: &str = "__Host-fieldbook-known";

/// As long as browsers keep a cookie at most.
const MARKS_SECONDS: u32 = 400 * 24 * 60 * 60;

/// The language that somebody chose in this browser.
const LANGUAGE_NAME: &str = "__Host-fieldbook-language";

/// The language in the cookie; none when nobody chose one.
pub(super) fn language(request: &Request) -> Option<&str> {
    cookie(request, LANGUAGE_NAME, LANGUAGE_BYTES_MAX)
}

/// Keeps a language in the browser.
pub(super) fn give_language(door: Door, response: &mut Response, language: &str) {
    set_cookie(door, response, LANGUAGE_NAME, language, Some(MARKS_SECONDS));
}

const LANGUAGE_BYTES_MAX: usize = 16;

/// The token in the cookie; none when there is no cookie of ours, or more than one.
fn token(request: &Request) -> Option<&str> {
    cookie(request, COOKIE_NAME, TOKEN_BYTES_MAX)
}

/// The marks in the cookie; none when there is no cookie of ours, or more than one.
pub(super) fn marks(request: &Request) -> Option<&str> {
    cookie(request, MARKS_NAME, MARKS_BYTES_MAX)
}

fn cookie<'a>(request: &'a Request, name: &'static str, bytes_max: usize) -> Option<&'a str> {
    let name = Door::of(request).cookie_name(name);
    let lists = request.headers().get_all(COOKIE).iter().filter_map(|list| list.to_str().ok());
    let mut ours = lists
        .flat_map(|list| list.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(named, _)| *named == name)
        .map(|(_, value)| value);
    let value = ours.next()?;
    (ours.next().is_none() && value.len() <= bytes_max).then_some(value)
}

/// Gives the token of a new session to the browser, until it is closed.
pub(super) fn give_token(door: Door, response: &mut Response, token: &str) {
    set_cookie(door, response, COOKIE_NAME, token, None);
}

/// Leaves marks with the browser for as long as it keeps any.
pub(super) fn give_marks(door: Door, response: &mut Response, marks: &str) {
    set_cookie(door, response, MARKS_NAME, marks, Some(MARKS_SECONDS));
}

/// Takes the token away.
pub(super) fn take_token(door: Door, response: &mut Response) {
    set_cookie(door, response, COOKIE_NAME, "", Some(0));
}

fn set_cookie(
    door: Door,
    response: &mut Response,
    name: &'static str,
    value: &str,
    seconds: Option<u32>,
) {
    let (name, attributes) = (door.cookie_name(name), door.cookie_attributes());
    let kept = seconds.map(|seconds| format!("Max-Age={seconds}; ")).unwrap_or_default();
    if let Ok(mut value) = HeaderValue::from_str(&format!("{name}={value}; {kept}{attributes}")) {
        value.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(door: Door, pairs: &[(&str, &str)]) -> Request {
        let mut request = http::Request::get("/");
        for (name, value) in pairs {
            request = request.header(*name, *value);
        }
        request.extension(door).body(Body::empty()).unwrap()
    }

    fn asked_by_network(pairs: &[(&str, &str)]) -> Request {
        asked(Door::Network, pairs)
    }

    #[test]
    fn the_token_is_that_of_the_one_cookie_of_ours() {
        let found = |pairs: &[(&str, &str)]| token(&asked_by_network(pairs)).map(str::to_owned);
        assert_eq!(found(&[("cookie", "__Host-fieldbook=abc")]).as_deref(), Some("abc"));
        let among = "theme=dark; __Host-fieldbook=abc; other=1";
        assert_eq!(found(&[("cookie", among)]).as_deref(), Some("abc"));
        assert_eq!(
            found(&[("cookie", "a=b"), ("cookie", "__Host-fieldbook=c")]).as_deref(),
            Some("c")
        );
        for none in ["", "fieldbook=abc", "__host-fieldbook=abc", "__Host-fieldbook"] {
            assert_eq!(found(&[("cookie", none)]), None, "{none}");
        }
        assert_eq!(found(&[("cookie", "__Host-fieldbook=a; __Host-fieldbook=b")]), None);
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let allowed = |pairs: &[(&str, &str)]| {
            check_site(&Addresses::OfHost, &asked_by_network(pairs)).is_ok()
        };
        assert!(allowed(&[]));
        assert!(allowed(&[("host", "a.example"), ("origin", "https://a.example")]));
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
        assert!(!allowed(&[("sec-fetch-site", "cross-site")]));
        assert!(!allowed(&[("sec-fetch-site", "same-site")]));
        for origin in ["https://b.example", "http://a.example", "https://a.example:8443", "null"] {
            assert!(!allowed(&[("host", "a.example"), ("origin", origin)]), "{origin}");
        }
        assert!(!allowed(&[("origin", "https://a.example")]));
    }

    #[test]
    fn at_the_local_door_only_its_own_pages_ask() {
        let allowed = |origin: &str| {
            let pairs = [("host", "localhost:8080"), ("origin", origin)];
            check_site(&Addresses::OfHost, &asked(Door::Local(8080), &pairs)).is_ok()
        };
        assert!(allowed("http://localhost:8080"));
        for origin in [
            "https://localhost:8080",
            "http://localhost:3000",
            "http://127.0.0.1:8080",
            "http://evil.example",
            "null",
        ] {
            assert!(!allowed(origin), "{origin}");
        }
    }

    #[test]
    fn the_doors_keep_cookies_apart() {
        let request = asked(Door::Local(8080), &[("cookie", "__Host-fieldbook=a; fieldbook=b")]);
        assert_eq!(token(&request), Some("b"));
        let request = asked_by_network(&[("cookie", "__Host-fieldbook=a; fieldbook=b")]);
        assert_eq!(token(&request), Some("a"));
    }
}
