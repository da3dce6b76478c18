//! Pages: what a browser is shown. Each is asked of [`ui`], which is told what its reader may see by
//! [`crate::console`]; signing in and out, the language and what pages load are answered here.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    LOCATION,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use model::words::Language;
use sha2::{Digest as _, Sha256};
use ui::{Department, Form, SignInProblem, way_back};

use super::account;
use super::app::App;
use super::audit_file;
use super::bounds::{ACCOUNT_BYTES_MAX, CONSOLE_BYTES_MAX};
use super::door::Door;
use super::error::ApiError;
use super::session::{self, ConsoleSession};
use crate::identity::accounts::{Password, SignIn};
use crate::service::Patience;

/// Marks an answer that a browser shows: it may load what is ours, and nothing else.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsPage;

/// Marks an answer that says nothing of anybody, and may be kept by browsers.
#[derive(Debug, Clone, Copy)]
pub(super) struct MayBeKept;

/// Answers a page of somebody who is signed in.
pub(super) async fn show(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let language = language(&request);
    let wants_part = wants_part(request.headers());
    let path = request.uri().path().to_owned();
    let is_confirmation = request.method() == Method::POST && path == "/confirm";
    let (method, form) = match *request.method() {
        Method::POST => {
            let form = app.intake.read_form(request, CONSOLE_BYTES_MAX).await?;
            (ui::Method::Post, form.decode())
        }
        _ => {
            let query = request.uri().query().unwrap_or_default();
            (ui::Method::Get, Form::read(query.as_bytes()))
        }
    };
    let whose = Patience::default();
    let _asker = whose.asker();
    let shared = app.clone();
    let answer = move || {
        let (now, patience) = (shared.now(), shared.patience(whose));
        let console = shared.service.at_console_within(now, &seat.who, patience)?;
        let path = path.as_str();
        let asked = ui::Request { method, path, form, language, wants_part, now };
        Ok(console.page(shared.rng(), &asked)?)
    };
    // A password is checked where passwords are, so that few are at once.
    let bench = match is_confirmation {
        true => &app.known_hashing,
        false => &app.console_work,
    };
    let answer = bench.run(answer).await?;
    match (answer.response, answer.exports) {
        (ui::Response::AuditFile, Some(end)) => Ok(audit_file::answer(app, seat, end)),
        (response, _) => Ok(shown(response)),
    }
}

/// Answers a page of whoever is signed in, for whom nobody is: they sign in first.
pub(super) fn signed_out(app: &App, request: &Request) -> Response {
    let path = request.uri().path();
    let is_read = request.method() == Method::GET;
    let problem = (!is_read).then_some(SignInProblem::Ended);
    if wants_part(request.headers()) {
        // What would be put in a part of the page is a page of its own.
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        response.headers_mut().insert(HX_REDIRECT, HeaderValue::from_static("/"));
        return response;
    }
    let back = if is_read { path } else { "/" };
    let mut response = door(app, language(request), problem, back);
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

fn door(app: &App, language: Language, problem: Option<SignInProblem>, back: &str) -> Response {
    let name = app.service.department();
    let department = Department { name: &name };
    shown(ui::sign_in(language, &department, problem, Some(back)))
}

/// Shows where people sign in.
pub(super) async fn sign_in_page(app: App, request: Request) -> Result<Response, ApiError> {
    Ok(door(&app, language(&request), None, "/"))
}

/// Signs somebody in who typed it into the page.
pub(super) async fn sign_in(app: App, request: Request) -> Result<Response, ApiError> {
    let language = language(&request);
    let from = Door::of(&request);
    let mut back = String::from("/");
    let read = async |app: &App, request| {
        let form = app.intake.read_form(request, ACCOUNT_BYTES_MAX).await?.decode();
        back = way_back(form.text("back")).to_owned();
        Ok(SignIn {
            name: form.text("name").to_owned(),
            password: Password::from(form.text("password").to_owned()),
            totp: second(&form).to_owned(),
        })
    };
    match account::enter(&app, request, read).await {
        Ok(entered) => {
            let mut response = match entered.recovery_codes_left {
                None => see_other(&back),
                // They are told how many are left before they go on.
                Some(_) => see_other(&ui::after_recovery(&back)),
            };
            session::give_token(from, &mut response, &entered.token);
            session::give_marks(from, &mut response, &entered.marks);
            Ok(response)
        }
        Err(ApiError::SignInRefused) => Ok(door(&app, language, Some(SignInProblem::Wrong), &back)),
        Err(ApiError::SignInLocked { retry_after }) => {
            Ok(door(&app, language, Some(SignInProblem::Locked(retry_after)), &back))
        }
        Err(error) => Err(error),
    }
}

/// Returns the code of the moment that was typed, or the recovery code in its place.
fn second(form: &Form) -> &str {
    match form.text("totp").trim() {
        "" => form.text("recovery"),
        totp => totp,
    }
}

/// Signs somebody out.
pub(super) async fn sign_out(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let from = Door::of(&request);
    let shared = app.clone();
    app.work.run(move || Ok(shared.service.sign_out(shared.now(), &seat.who)?)).await?;
    let mut response = see_other("/signin");
    session::take_token(from, &mut response);
    Ok(response)
}

/// Keeps the language that somebody chose, in their browser.
pub(super) async fn choose_language(app: App, request: Request) -> Result<Response, ApiError> {
    let from = Door::of(&request);
    let form = app.intake.read_form(request, ACCOUNT_BYTES_MAX).await?.decode();
    let mut response = see_other(way_back(form.text("back")));
    session::give_language(from, &mut response, Language::of_tag(form.text("language")).tag());
    Ok(response)
}

/// Answers with a file that pages load, those of the field app under its own path.
pub(super) async fn asset(_: App, request: Request) -> Result<Response, ApiError> {
    let path = request.uri().path();
    let path = path.strip_prefix("/app").unwrap_or(path);
    let asset = ui::ASSETS.iter().find(|asset| asset.path == path).ok_or(ApiError::NotFound)?;
    Ok(kept(&request, asset.media_type, asset.bytes))
}

/// Returns a file that a browser keeps, and asks for again only to learn whether it has changed.
pub(super) fn kept(request: &Request, media_type: &'static str, bytes: &'static [u8]) -> Response {
    let digest = hex::encode(&Sha256::digest(bytes)[..16]);
    let tag = format!("\"{digest}\"");
    let is_known = request.headers().get(IF_NONE_MATCH).is_some_and(|known| *known == *tag);
    let mut response = match is_known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => bytes.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response.extensions_mut().insert(MayBeKept);
    response
}

/// Shows an error on a page, in the language of whoever asked.
pub(super) fn error_page(
    app: &App,
    language: Language,
    status: StatusCode,
    reason: &str,
) -> Response {
    let name = app.service.department();
    let department = Department { name: &name };
    shown(ui::refused(language, &department, reason, status.as_u16()))
}

/// Returns the language of whoever asks: what they chose in this browser, or what it asks for.
pub(super) fn language(request: &Request) -> Language {
    if let Some(chosen) = session::language(request) {
        return Language::of_tag(chosen);
    }
    let accepts = request.headers().get(ACCEPT_LANGUAGE).and_then(|accepts| accepts.to_str().ok());
    accepts.map_or(Language::English, Language::of_accept_language)
}

/// Returns whether a script asks for a part of a page: not for the whole of one that it puts in its place.
fn wants_part(headers: &HeaderMap) -> bool {
    headers.get(HX_REQUEST_TYPE).is_some_and(|value| value == "partial")
}

fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let place = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, place);
    response.extensions_mut().insert(IsPage);
    response
}

pub(super) fn shown(answer: ui::Response) -> Response {
    match answer {
        ui::Response::SeeOther(path) => see_other(&path),
        // What was not begun is not there.
        ui::Response::AuditFile => StatusCode::NOT_FOUND.into_response(),
        ui::Response::File { name, media_type, body } => {
            let mut response = body.into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
            let kept = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            headers.extend(kept.ok().map(|kept| (CONTENT_DISPOSITION, kept)));
            response
        }
        ui::Response::Page { status, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, body).into_response();
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, html);
            response.extensions_mut().insert(IsPage);
            response
        }
    }
}

const HX_REQUEST_TYPE: HeaderName = HeaderName::from_static("hx-request-type");
const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(way_back("/cases/abc/notes"), "/cases/abc/notes");
        for other in
            ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", "/é", "a"]
        {
            assert_eq!(way_back(other), "/", "{other}");
        }
    }
}
