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

pub(super) async fn me(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.me()).await
}

pub(super) async fn caseload(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.caseload()).await
}

pub(super) async fn tasks(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.tasks()).await
}

pub(super) async fn late_tasks(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.late_tasks()).await
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

pub(super) async fn emergencies(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.emergencies()).await
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

pub(super) async fn refusals(app: App, seat: Seat) -> Result<Response, ApiError> {
    get(app, seat, |desk| desk.refusals()).await
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

async fn get<T: Serialize>(
    app: App,
    seat: Seat,
    work: impl FnOnce(&AtDesk<'_>) -> Result<T, DeskRefusal> + Send + 'static,
) -> Result<Response, ApiError> {
    let shared = app.clone();
    app.desk_work
        .run(move || {
            let desk = shared.core.at_desk(shared.now(), &seat.who)?;
            answered(work(&desk)?)
        })
        .await
}

async fn post<A: DeserializeOwned, T: Serialize>(
    app: App,
    seat: Seat,
    request: Request,
    work: impl FnOnce(&AtDesk<'_>, StdRng, A) -> Result<T, DeskRefusal> + Send + 'static,
) -> Result<Response, ApiError> {
    let received = app.intake.read_json(request, DESK_BYTES_MAX).await?;
    let shared = app.clone();
    app.desk_work
        .run(move || {
            let asked = received.decode()?;
            let desk = shared.core.at_desk(shared.now(), &seat.who)?;
            answered(work(&desk, shared.rng(), asked)?)
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
