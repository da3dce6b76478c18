//! `/v1/console/…`: what somebody does who is signed in. Each is read, handed to [`crate::console`], and
//! answered.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use rand::rngs::StdRng;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::app::App;
use super::body::answer_json;
use super::bounds::CONSOLE_BYTES_MAX;
use super::error::ApiError;
use super::session::ConsoleSession;
use crate::console::{ConsoleError, ConsoleUser};
use crate::service::Patience;

pub(super) async fn me(app: App, seat: ConsoleSession) -> Result<Response, ApiError> {
    get(app, seat, |console| console.me()).await
}

pub(super) async fn colleagues(app: App, seat: ConsoleSession) -> Result<Response, ApiError> {
    get(app, seat, |console| console.colleagues()).await
}

pub(super) async fn caseload(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |console| console.caseload(before)).await
}

pub(super) async fn tasks(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |console| console.tasks(before)).await
}

pub(super) async fn late_tasks(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |console| console.late_tasks(before)).await
}

pub(super) async fn people(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.people(rng, &asked)).await
}

pub(super) async fn case(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.case(rng, &asked)).await
}

pub(super) async fn record(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.record(rng, &asked)).await
}

pub(super) async fn create(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.create(rng, &asked)).await
}

pub(super) async fn edit(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.edit(rng, &asked)).await
}

pub(super) async fn emergencies(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |console| console.emergencies(before)).await
}

pub(super) async fn open_emergency(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.open_emergency(rng, &asked)).await
}

pub(super) async fn close_emergency(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, _, asked| console.close_emergency(asked)).await
}

pub(super) async fn see_emergency(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, _, asked| console.see_emergency(asked)).await
}

pub(super) async fn refusals(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |console| console.refusals(before)).await
}

pub(super) async fn refusal(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.refusal(rng, &asked)).await
}

pub(super) async fn accept_refusal(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.accept_refusal(rng, &asked)).await
}

pub(super) async fn dismiss_refusal(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.dismiss_refusal(rng, &asked)).await
}

pub(super) async fn repair_refusal(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, rng, asked| console.repair_refusal(rng, &asked)).await
}

pub(super) async fn audit(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |console, _, asked| console.audit(&asked)).await
}

/// Where the page that is asked for begins; none for the first. A number that says nothing of anybody
/// may stand in an address.
fn page_of(request: &Request) -> Result<Option<u64>, ApiError> {
    let Some(query) = request.uri().query() else { return Ok(None) };
    let number = query.strip_prefix("before=").and_then(|number| number.parse().ok());
    number.map(Some).ok_or(ApiError::NotAPage)
}

async fn get<T: Serialize>(
    app: App,
    seat: ConsoleSession,
    work: impl FnOnce(&ConsoleUser<'_>) -> Result<T, ConsoleError> + Send + 'static,
) -> Result<Response, ApiError> {
    at_work(app, seat, |console| answered(work(console)?)).await
}

async fn post<A: DeserializeOwned, T: Serialize>(
    app: App,
    seat: ConsoleSession,
    request: Request,
    work: impl FnOnce(&ConsoleUser<'_>, StdRng, A) -> Result<T, ConsoleError> + Send + 'static,
) -> Result<Response, ApiError> {
    let received = app.intake.read_json(request, CONSOLE_BYTES_MAX).await?;
    let rng = app.rng();
    at_work(app, seat, move |console| answered(work(console, rng, received.decode()?)?)).await
}

/// Works for somebody as long as they are there: when their request is dropped, what is read for it
/// is given up, and when it takes too long, too.
async fn at_work(
    app: App,
    seat: ConsoleSession,
    work: impl FnOnce(&ConsoleUser<'_>) -> Result<Response, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    let whose = Patience::default();
    let _asker = whose.asker();
    let shared = app.clone();
    app.console_work
        .run(move || {
            let patience = shared.patience(whose);
            work(&shared.service.at_console_within(shared.now(), &seat.who, patience)?)
        })
        .await
}

/// Answers with JSON, or with nothing where there is nothing to tell.
fn answered<T: Serialize>(told: T) -> Result<Response, ApiError> {
    if size_of::<T>() == 0 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    answer_json(&told)
}
