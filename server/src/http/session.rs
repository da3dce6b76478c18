//! Who sits at the console: whoever shows the token of a session that has not ended.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::ConsoleHandler;
use super::addresses::Addresses;
use super::app::App;
use super::bounds::CONSOLE_ANSWER_BYTES;
use super::connections::{Holder, OpenConnection};
use super::error::ApiError;
use super::pages;
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
    let seat = match take_seat(&app, request.headers()).await {
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

/// Lets the request of a browser through as [`answer`] does; who is not signed in is shown where to.
pub(super) async fn answer_page(app: App, request: Request, handle: ConsoleHandler) -> Response {
    if let Err(error) = check_page_site(&app.addresses, &request) {
        note_at_the_door(&app, from(&request), &error).await;
        return error.into_response();
    }
    match find_seat(&app, request.headers()).await {
        Ok(seat) => answer_from(app, seat, request, handle).await,
        Err(ApiError::SignedOut) => pages::signed_out(&app, &request),
        Err(error) => error.into_response(),
    }
}

/// Where a request comes from, as far as it is told apart.
pub(super) fn from(request: &Request) -> Option<IpAddr> {
    peer(request).ok().map(|peer| subscriber(peer.ip()))
}

/// Notes in the audit that a stranger tried tokens, or asked from another site.
pub(super) async fn note_at_the_door(app: &App, from: Option<IpAddr>, error: &ApiError) {
    let code = match error {
        ApiError::OtherSite => "other_site",
        ApiError::SignedOut => "signed_out",
        _ => return,
    };
    app.refused(Rejection::of(Actor::Stranger, "console", from, code)).await;
}

async fn take_seat(app: &App, headers: &HeaderMap) -> Result<ConsoleSession, ApiError> {
    check_site(&app.addresses, headers)?;
    find_seat(app, headers).await
}

async fn find_seat(app: &App, headers: &HeaderMap) -> Result<ConsoleSession, ApiError> {
    let token = token(headers).ok_or(ApiError::SignedOut)?.to_owned();
    let (service, now) = (app.service.clone(), app.now());
    let look = move || service.session(now, &token)?.ok_or(ApiError::SignedOut);
    let who = app.reads.run(look).await?;
    if who.is_to_be_kept_alive(now) {
        let service = app.service.clone();
        app.work.run(move || Ok(service.keep_alive(now, &who)?)).await?;
    }
    app.by_user.take(now, who.user).map_err(|retry_after| ApiError::TooMany { retry_after })?;
    Ok(ConsoleSession { who })
}

/// Refuses what a page of another site sends. The cookie is not sent along with such a request
/// (`SameSite=Strict`); this holds where a browser does not know that.
pub(super) fn check_site(addresses: &Addresses, headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let from_here = match text(SEC_FETCH_SITE) {
        Some(site) => site == "same-origin" || site == "none",
        None => true,
    };
    let host = text(HOST).and_then(|host| host.parse::<Authority>().ok());
    let origin_is_here = text(ORIGIN).is_none_or(|origin| {
        let named = origin.strip_prefix("https://").and_then(|named| named.parse().ok());
        named.is_some_and(|named| addresses.are_ours(&named, host.as_ref()))
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
    if goes_there { Ok(()) } else { check_site(addresses, headers) }
}

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
pub(super) fn language(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, LANGUAGE_NAME, LANGUAGE_BYTES_MAX)
}

/// Keeps a language in the browser.
pub(super) fn give_language(response: &mut Response, language: &str) {
    set_cookie(response, &format!("{LANGUAGE_NAME}={language}; Max-Age={MARKS_SECONDS}; {ATTRIBUTES}"));
}

const LANGUAGE_BYTES_MAX: usize = 16;

/// The token in the cookie; none when there is no cookie of ours, or more than one.
fn token(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, COOKIE_NAME, TOKEN_BYTES_MAX)
}

/// The marks in the cookie; none when there is no cookie of ours, or more than one.
pub(super) fn marks(headers: &HeaderMap) -> Option<&str> {
    cookie(headers, MARKS_NAME, MARKS_BYTES_MAX)
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str, bytes_max: usize) -> Option<&'a str> {
    let lists = headers.get_all(COOKIE).iter().filter_map(|list| list.to_str().ok());
    let mut ours = lists
        .flat_map(|list| list.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(named, _)| *named == name)
        .map(|(_, value)| value);
    let value = ours.next()?;
    (ours.next().is_none() && value.len() <= bytes_max).then_some(value)
}

/// Gives the token of a new session to the browser, until it is closed.
pub(super) fn give_token(response: &mut Response, token: &str) {
    set_cookie(response, &format!("{COOKIE_NAME}={token}; {ATTRIBUTES}"));
}

/// Leaves marks with the browser for as long as it keeps any.
pub(super) fn give_marks(response: &mut Response, marks: &str) {
    set_cookie(response, &format!("{MARKS_NAME}={marks}; Max-Age={MARKS_SECONDS}; {ATTRIBUTES}"));
}

/// Takes the token away.
pub(super) fn take_token(response: &mut Response) {
    set_cookie(response, &format!("{COOKIE_NAME}=; Max-Age=0; {ATTRIBUTES}"));
}

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(mut value) = HeaderValue::from_str(cookie) {
        value.set_sensitive(true);
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn the_token_is_that_of_the_one_cookie_of_ours() {
        let found =
            |pairs: &[(&'static str, &'static str)]| token(&headers(pairs)).map(str::to_owned);
        assert_eq!(found(&[("cookie", "__Host-fieldbook=abc")]).as_deref(), Some("abc"));
        let among = "theme=dark; __Host-fieldbook=abc; other=1";
        assert_eq!(found(&[("cookie", among)]).as_deref(), Some("abc"));
        assert_eq!(
            found(&[("cookie", "a=b"), ("cookie", "__Host-fieldbook=c")]).as_deref(),
            Some("c")
        );
        for none in ["", "fieldbook=abc", "__host-fieldbook=abc", "__Host-fieldbook"] {
            assert_eq!(token(&headers(&[("cookie", none)])), None, "{none}");
        }
        assert_eq!(found(&[("cookie", "__Host-fieldbook=a; __Host-fieldbook=b")]), None);
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        let site = |headers| check_site(&Addresses::OfHost, &headers);
        let allowed = |pairs: &[(&'static str, &'static str)]| site(headers(pairs)).is_ok();
        assert!(allowed(&[]));
        assert!(allowed(&[("host", "a.example"), ("origin", "https://a.example")]));
        assert!(allowed(&[("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
        assert!(!allowed(&[("sec-fetch-site", "cross-site")]));
        assert!(!allowed(&[("sec-fetch-site", "same-site")]));
        for origin in ["https://b.example", "http://a.example", "https://a.example:8443", "null"] {
            let mut given = headers(&[("host", "a.example")]);
            given.insert(ORIGIN, HeaderValue::from_static(origin));
            assert!(site(given).is_err(), "{origin}");
        }
        assert!(!allowed(&[("origin", "https://a.example")]));
    }
}
