//! `/v1/desk/…`: what somebody does who is signed in. Each is read, handed to [`crate::desk`], and
//! answered.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use rand::rngs::StdRng;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::app::App;
use super::body::answer_json;
use super::bounds::DESK_BYTES_MAX;
use super::error::ApiError;
use super::session::Seat;
use crate::desk::{AtDesk, DeskRefusal};
use crate::patience::Patience;

pub(super) async fn me(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.me()).await
}

pub(super) async fn colleagues(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.colleagues()).await
}

pub(super) async fn caseload(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |desk| desk.caseload(before)).await
}

pub(super) async fn tasks(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |desk| desk.tasks(before)).await
}

pub(super) async fn late_tasks(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |desk| desk.late_tasks(before)).await
}

pub(super) async fn people(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.people(rng, &asked)).await
}

pub(super) async fn case(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.case(rng, &asked)).await
}

pub(super) async fn record(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.record(rng, &asked)).await
}

pub(super) async fn create(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.create(rng, &asked)).await
}

pub(super) async fn edit(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.edit(rng, &asked)).await
}

pub(super) async fn emergencies(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |desk| desk.emergencies(before)).await
}

pub(super) async fn open_emergency(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.open_emergency(rng, &asked)).await
}

pub(super) async fn close_emergency(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, _, asked| desk.close_emergency(asked)).await
}

pub(super) async fn see_emergency(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, _, asked| desk.see_emergency(asked)).await
}

pub(super) async fn refusals(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    let before = page_of(&request)?;
    get(app, seat, move |desk| desk.refusals(before)).await
}

pub(super) async fn refusal(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.refusal(rng, &asked)).await
}

pub(super) async fn accept_refusal(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.accept_refusal(rng, &asked)).await
}

pub(super) async fn dismiss_refusal(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.dismiss_refusal(rng, &asked)).await
}

pub(super) async fn repair_refusal(
    app: App,
    seat: Seat,
    request: Request,
) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, rng, asked| desk.repair_refusal(rng, &asked)).await
}

pub(super) async fn audit(app: App, seat: Seat, request: Request) -> Result<Response, ApiError> {
    post(app, seat, request, |desk, _, asked| desk.audit(&asked)).await
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
    seat: Seat,
    work: impl FnOnce(&AtDesk<'_>) -> Result<T, DeskRefusal> + Send + 'static,
) -> Result<Response, ApiError> {
    at_work(app, seat, |desk| answered(work(desk)?)).await
}

async fn post<A: DeserializeOwned, T: Serialize>(
    app: App,
    seat: Seat,
    request: Request,
    work: impl FnOnce(&AtDesk<'_>, StdRng, A) -> Result<T, DeskRefusal> + Send + 'static,
) -> Result<Response, ApiError> {
    let received = app.intake.read_json(request, DESK_BYTES_MAX).await?;
    let rng = app.rng();
    at_work(app, seat, move |desk| answered(work(desk, rng, received.decode()?)?)).await
}

/// Works for somebody as long as they are there: when their request is dropped, what is read for it
/// is given up, and when it takes too long, too.
async fn at_work(
    app: App,
    seat: Seat,
    work: impl FnOnce(&AtDesk<'_>) -> Result<Response, ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    let whose = Patience::default();
    let _asker = whose.asker();
    let shared = app.clone();
    app.desk_work
        .run(move || {
            let patience = shared.patience(whose);
            work(&shared.core.at_desk_within(shared.now(), &seat.who, patience)?)
        })
        .await
}

/// What says nothing is answered with nothing.
fn answered<T: Serialize>(told: T) -> Result<Response, ApiError> {
    if size_of::<T>() == 0 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    answer_json(&told)
}
