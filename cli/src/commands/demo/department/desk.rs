//! Accounts of the department, and what is done at its console: by the service that answers browsers.

use model::catalogue::Catalogue;
use model::ids::{CaseId, RecordId};
use model::input;
use model::people::People;
use model::time::Timestamp;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use server::admin::Admin;
use server::console::NewRecord;
use server::identity::accounts::{BeginAccount, FinishAccount, Origin, Password, SignIn, SignedIn};
use server::service::Service;
use totp_rs::{Builder, Secret};

use super::phone::{Typed, pairs};
use super::staff::Colleague;
use super::trouble;
use crate::commands::admin::admin_failure;
use crate::commands::device::{input_failure, record_type};
use crate::failure::Failure;

/// An account at the console.
#[derive(Debug, Clone)]
pub struct Account {
    /// Whose it is; the name with which they sign in.
    pub name: &'static str,
    /// Their roles, each with the program in which they hold it.
    pub roles: &'static [(&'static str, &'static str)],
    /// Their password.
    pub password: &'static str,
    /// What their authenticator makes codes of: RFC 4648 base 32.
    pub secret: String,
    /// The same as an `otpauth:` address.
    pub otpauth: String,
}

impl Account {
    /// Returns the code that the authenticator shows, or `None` if the secret is none.
    pub fn code(&self, now: Timestamp) -> Option<String> {
        let secret = Secret::try_from_base32(&self.secret).ok()?;
        let seconds = u64::try_from(now.as_millis() / 1_000).ok()?;
        Some(Builder::new().with_secret(secret).build().ok()?.generate(seconds).to_string())
    }

    /// Opens an account as an invitation does.
    pub(super) fn open(
        colleague: &Colleague,
        service: &Service,
        admin: &mut Admin,
        (now, rng): (Timestamp, &mut StdRng),
    ) -> Result<Self, Failure> {
        let Colleague { name, roles, password, .. } = *colleague;
        let code = admin.account_invite(now, rng, name).map_err(admin_failure)?.code;
        let begin = BeginAccount { code: code.clone() };
        let begun = service.begin_account(now, rng, &begin).map_err(trouble)?;
        let (secret, otpauth) = (begun.secret, begun.otpauth);
        let account = Self { name, roles, password, secret, otpauth };
        let finish = FinishAccount { code, password: account.typed(), totp: account.shown(now)? };
        service.finish_account(now, rng, &finish).map_err(trouble)?;
        Ok(account)
    }

    /// Signs in.
    pub(super) fn enter(
        &self,
        service: &Service,
        (now, rng): (Timestamp, &mut StdRng),
    ) -> Result<SignedIn, Failure> {
        let asked =
            SignIn { name: self.name.to_owned(), password: self.typed(), totp: self.shown(now)? };
        let entered =
            service.sign_in(now, rng, &asked, Origin::Address(None), "").map_err(trouble)?;
        let seat = service.session(now, &entered.token).map_err(trouble)?;
        seat.ok_or_else(|| trouble("a session ended at once"))
    }

    fn typed(&self) -> Password {
        Password::from(self.password.to_owned())
    }

    fn shown(&self, now: Timestamp) -> Result<String, Failure> {
        self.code(now).ok_or_else(|| trouble("an authenticator shows no code"))
    }
}

/// Makes a record at the console.
pub(super) fn make(
    service: &Service,
    catalogue: &Catalogue,
    who: &SignedIn,
    (kind, case, typed): (&str, Option<CaseId>, &Typed),
    (now, rng): (Timestamp, &mut StdRng),
) -> Result<RecordId, Failure> {
    let known = record_type(catalogue, kind)?;
    let people = People::new(who.user, []);
    let edits = input::first_values(now, catalogue, &people, known, pairs(typed))
        .map_err(|error| input_failure(known, &error))?;
    let record_type = known.name.clone();
    let new = NewRecord { record_type, case, program: None, edits, anyway: true, reason: None };
    let console = service.at_the_console(now, who).map_err(trouble)?;
    let written = console.create(StdRng::from_rng(rng), &new).map_err(trouble)?;
    Ok(written.record)
}
