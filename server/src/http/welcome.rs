//! Setting an account up in a browser: `/welcome`. Nothing of it stands in an address.

use axum::extract::Request;
use axum::response::Response;
use model::words::Language;
use ui::Department;
use ui::views::{Welcome, WelcomeBegun, WelcomeProblem};

use super::account;
use super::app::App;
use super::bounds::ACCOUNT_BYTES_MAX;
use super::error::ApiError;
use super::pages::{language, shown};
use crate::identity::accounts::{AccountRefusal, BeginAccount, FinishAccount, Password};

/// Asks for the code of an invitation.
pub(super) async fn ask(app: App, request: Request) -> Result<Response, ApiError> {
    Ok(step(&app, language(&request), &Welcome::Code(None)))
}

/// Shows what goes into an authenticator, and asks for a password.
pub(super) async fn begin(app: App, request: Request) -> Result<Response, ApiError> {
    let language = language(&request);
    let mut code = String::new();
    let read = async |app: &App, request| {
        let form = app.intake.read_form(request, ACCOUNT_BYTES_MAX).await?.decode();
        code = form.text("code").trim().to_owned();
        Ok(BeginAccount { code: code.clone() })
    };
    let begun = match account::begin_with(&app, request, read).await {
        Ok(begun) => begun,
        Err(error) => return not_begun(&app, language, error),
    };
    let (name, secret, otpauth) = (begun.name, begun.secret, begun.otpauth);
    let begun = WelcomeBegun { name, secret, otpauth };
    Ok(step(&app, language, &Welcome::Account { code: &code, begun: &begun, problem: None }))
}

/// Sets the account up.
pub(super) async fn finish(app: App, request: Request) -> Result<Response, ApiError> {
    let language = language(&request);
    let mut code = String::new();
    // What the page showed comes back with the form: the server shows a secret once.
    let mut begun =
        WelcomeBegun { name: String::new(), secret: String::new(), otpauth: String::new() };
    let read = async |app: &App, request| {
        let form = app.intake.read_form(request, ACCOUNT_BYTES_MAX).await?.decode();
        code = form.text("code").to_owned();
        form.text("name").clone_into(&mut begun.name);
        form.text("secret").clone_into(&mut begun.secret);
        form.text("otpauth").clone_into(&mut begun.otpauth);
        Ok(FinishAccount {
            code: code.clone(),
            password: Password::from(form.text("password").to_owned()),
            totp: form.text("totp").to_owned(),
        })
    };
    let problem = match account::finish_with(&app, request, read).await {
        Ok(codes) => return Ok(step(&app, language, &Welcome::Done { codes: &codes })),
        Err(ApiError::Account(AccountRefusal::WeakPassword)) => WelcomeProblem::WeakPassword,
        Err(ApiError::Account(AccountRefusal::WrongTotp)) => WelcomeProblem::WrongTotp,
        Err(error) => return not_begun(&app, language, error),
    };
    let problem = Some(problem);
    Ok(step(&app, language, &Welcome::Account { code: &code, begun: &begun, problem }))
}

/// Asks for the code again, and says what was wrong.
fn not_begun(app: &App, language: Language, error: ApiError) -> Result<Response, ApiError> {
    let problem = match error {
        ApiError::Account(AccountRefusal::Code(_)) => WelcomeProblem::Code,
        ApiError::TooMany { retry_after } => WelcomeProblem::TooMany(retry_after),
        error => return Err(error),
    };
    Ok(step(app, language, &Welcome::Code(Some(problem))))
}

fn step(app: &App, language: Language, step: &Welcome<'_>) -> Response {
    let name = app.service.department();
    shown(ui::welcome(language, &Department { name: &name }, step))
}
