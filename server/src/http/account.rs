//! Accounts and sessions at the console: setting an account up, signing in and out, showing once more who
//! one is, one's own password and one's own sessions.

use std::net::IpAddr;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::app::App;
use super::body::answer_json;
use super::bounds::ACCOUNT_BYTES_MAX;
use super::door::Door;
use super::error::ApiError;
use super::peer;
use super::rate_limit::subscriber;
use super::session::{self, ConsoleSession};
use super::work::BlockingPool;
use crate::audit::throttle::Rejection;
use crate::console::RecoveryCodes;
use crate::identity::accounts::{
    AccountBegun, BeginAccount, ChangePassword, Confirm, EndSessions, Entered, FinishAccount,
    Origin, SignIn,
};
use crate::store::audit::Actor;

/// Shows what goes into an authenticator.
pub(super) async fn begin(app: App, request: Request) -> Result<Response, ApiError> {
    let read =
        async |app: &App, request| app.intake.read_json(request, ACCOUNT_BYTES_MAX).await?.decode();
    answer_json(&begin_with(&app, request, read).await?)
}

/// Begins an account with what `read` finds in the request's body.
pub(super) async fn begin_with(
    app: &App,
    request: Request,
    read: impl AsyncFnOnce(&App, Request) -> Result<BeginAccount, ApiError>,
) -> Result<AccountBegun, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    take_share(app, address)?;
    let asked = read(app, request).await?;
    let shared = app.clone();
    let begun = app
        .work
        .run(move || Ok(shared.service.begin_account(shared.now(), &mut shared.rng(), &asked)))
        .await?;
    match begun {
        Ok(begun) => Ok(begun),
        Err(refusal) => {
            app.refused(at_the_door("begin account", address, refusal.code())).await;
            Err(refusal.into())
        }
    }
}

/// Sets a password.
pub(super) async fn finish(app: App, request: Request) -> Result<Response, ApiError> {
    let read =
        async |app: &App, request| app.intake.read_json(request, ACCOUNT_BYTES_MAX).await?.decode();
    answer_json(&RecoveryCodes { recovery_codes: finish_with(&app, request, read).await? })
}

/// Sets an account up with what `read` finds in the request's body.
pub(super) async fn finish_with(
    app: &App,
    request: Request,
    read: impl AsyncFnOnce(&App, Request) -> Result<FinishAccount, ApiError>,
) -> Result<Vec<String>, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    take_share(app, address)?;
    let asked = read(app, request).await?;
    let shared = app.clone();
    let done = app
        .hashing
        .run(move || Ok(shared.service.finish_account(shared.now(), &mut shared.rng(), &asked)))
        .await?;
    match done {
        Ok(codes) => Ok(codes),
        Err(refusal) => {
            app.refused(at_the_door("set account", address, refusal.code())).await;
            Err(refusal.into())
        }
    }
}

/// Signs somebody in. Browsers in which they have before are counted, and wait, by themselves:
/// neither strangers who know a name nor a crowd at the door keeps its owner out of those.
pub(super) async fn sign_in(app: App, request: Request) -> Result<Response, ApiError> {
    let read =
        async |app: &App, request| app.intake.read_json(request, ACCOUNT_BYTES_MAX).await?.decode();
    let door = Door::of(&request);
    let entered = enter(&app, request, read).await?;
    let mut response = match entered.recovery_codes_left {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(recovery_codes_left) => answer_json(&Recovered { recovery_codes_left })?,
    };
    session::give_token(door, &mut response, &entered.token);
    session::give_marks(door, &mut response, &entered.marks);
    Ok(response)
}

/// Signs somebody in with what `read` finds in the request's body.
pub(super) async fn enter(
    app: &App,
    request: Request,
    read: impl AsyncFnOnce(&App, Request) -> Result<SignIn, ApiError>,
) -> Result<Entered, ApiError> {
    let address = subscriber(peer(&request)?.ip());
    let marks = session::marks(&request).unwrap_or_default().to_owned();
    // Without marks nothing is read before the address has shown that it has a share left.
    if marks.is_empty() {
        take_share(app, address)?;
    }
    let asked = read(app, request).await?;
    let (hashing, origin) = match app.service.known_browser(&asked.name, &marks) {
        Some(browser) => {
            let taken = app.known_sign_ins.take(app.now(), browser);
            taken.map_err(|retry_after| ApiError::TooMany { retry_after })?;
            (&app.known_hashing, Origin::Known(browser))
        }
        None => {
            if !marks.is_empty() {
                take_share(app, address)?;
            }
            (&app.hashing, Origin::Address(Some(address)))
        }
    };
    let shared = app.clone();
    let tried = hashing
        .run(move || {
            let now = shared.now();
            Ok(shared.service.sign_in(now, &mut shared.rng(), &asked, origin, &marks))
        })
        .await?;
    match tried {
        Ok(entered) => Ok(entered),
        Err(refusal) => {
            app.refused(at_the_door("sign in", address, refusal.code())).await;
            Err(refusal.into())
        }
    }
}

/// Signs somebody out.
pub(super) async fn sign_out(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    let door = Door::of(&request);
    let shared = app.clone();
    app.work
        .run(move || {
            shared.service.sign_out(shared.now(), &seat.who)?;
            let mut response = StatusCode::NO_CONTENT.into_response();
            session::take_token(door, &mut response);
            Ok(response)
        })
        .await
}

/// Makes recovery codes for whoever asks.
pub(super) async fn make_recovery_codes(
    app: App,
    seat: ConsoleSession,
) -> Result<Response, ApiError> {
    let shared = app.clone();
    let making = move || {
        let console = shared.service.at_the_console(shared.now(), &seat.who)?;
        answer_json(&console.make_recovery_codes(&mut shared.rng())?)
    };
    app.console_work.run(making).await
}

/// Takes a password or a code once more from whoever is signed in.
pub(super) async fn confirm(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    carry_out(
        app,
        request,
        |app| &app.known_hashing,
        move |app, asked: Confirm| Ok(app.service.confirm(app.now(), &seat.who, &asked)?),
    )
    .await
}

/// Changes the password of whoever is signed in.
pub(super) async fn change_password(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    carry_out(
        app,
        request,
        |app| &app.known_hashing,
        move |app, asked: ChangePassword| {
            Ok(app.service.change_password(app.now(), &mut app.rng(), &seat.who, &asked)?)
        },
    )
    .await
}

/// Lists where whoever asks is signed in.
pub(super) async fn sessions(app: App, seat: ConsoleSession) -> Result<Response, ApiError> {
    let shared = app.clone();
    let listing = move || answer_json(&shared.service.own_sessions(shared.now(), &seat.who)?);
    app.console_work.run(listing).await
}

/// Ends sessions of whoever asks.
pub(super) async fn end_sessions(
    app: App,
    seat: ConsoleSession,
    request: Request,
) -> Result<Response, ApiError> {
    carry_out(
        app,
        request,
        |app| &app.console_work,
        move |app, asked: EndSessions| {
            Ok(app.service.end_own_sessions(app.now(), &seat.who, asked)?)
        },
    )
    .await
}

/// What is told to whoever signed in with a recovery code.
#[derive(Serialize)]
struct Recovered {
    recovery_codes_left: u64,
}

/// Does on one of the benches what a message asks for; there is nothing to answer.
async fn carry_out<M: DeserializeOwned>(
    app: App,
    request: Request,
    bench: impl Fn(&App) -> &BlockingPool,
    act: impl FnOnce(&App, M) -> Result<(), ApiError> + Send + 'static,
) -> Result<Response, ApiError> {
    let received = app.intake.read_json(request, ACCOUNT_BYTES_MAX).await?;
    let shared = app.clone();
    bench(&app).run(move || act(&shared, received.decode()?)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn at_the_door(what: &'static str, from: IpAddr, code: &'static str) -> Rejection {
    Rejection::of(Actor::Stranger, what, Some(from), code)
}

fn take_share(app: &App, address: IpAddr) -> Result<(), ApiError> {
    let taken = app.sign_ins.take(app.now(), address);
    taken.map_err(|retry_after| ApiError::TooMany { retry_after })
}
