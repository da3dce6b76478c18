//! Somebody who signs in at the console.

use model::time::{Span, Timestamp};
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::console::ConsoleUser;
use server::identity::accounts::{BeginAccount, FinishAccount, Origin, SignIn, SignedIn};
use totp_rs::{Builder, Secret};

use super::NOW;
use super::department::Department;
use super::figures::length;

/// Somebody with an account.
pub(crate) struct Person {
    name: String,
    secret: String,
}

impl Person {
    pub(crate) fn new(town: &mut Department, name: &str, role: &str, program: &str) -> Self {
        let code = town.account(name, role, program);
        let begun =
            town.service.begin_account(NOW, &mut town.rng, &BeginAccount { code: code.clone() });
        let begun = begun.expect("the code was just made");
        let person = Self { name: name.to_owned(), secret: begun.secret };
        let finish =
            FinishAccount { code, password: PASSWORD.to_owned().into(), totp: person.code(NOW) };
        town.service.finish_account(NOW, &mut town.rng, &finish).expect("the account is set up");
        person
    }

    fn code(&self, now: Timestamp) -> String {
        let secret = Secret::try_from_base32(&self.secret).expect("it is base 32");
        let totp = Builder::new().with_secret(secret).build().expect("it is long enough");
        let seconds = u64::try_from(now.as_millis() / 1_000).unwrap_or_default();
        totp.generate(seconds).to_string()
    }

    /// Signs in with the code of a later moment each time: each counts once.
    pub(crate) fn sign_in(&self, town: &Department, at: usize) -> String {
        let seconds = i64::try_from(30 * (at + 1)).unwrap_or(i64::MAX);
        let now = NOW + Span::from_secs(seconds);
        // Nobody else's token.
        let mut rng = StdRng::seed_from_u64(length(at * 1_000 + self.name.len()));
        let asked = SignIn {
            name: self.name.clone(),
            password: PASSWORD.to_owned().into(),
            totp: self.code(now),
        };
        let entered = town.service.sign_in(now, &mut rng, &asked, Origin::Address(None), "");
        entered.expect("all of it is right").token
    }

    /// Signs in once more, after those that were timed.
    pub(crate) fn session(&self, town: &Department) -> SignedIn {
        let token = self.sign_in(town, LAST);
        let found = town.service.session(NOW, &token).expect("the server is there");
        found.expect("the session was just begun")
    }
}

/// Does something as whoever is signed in.
pub(crate) fn at_the_console(
    town: &Department,
    who: &SignedIn,
    seed: usize,
    work: &dyn Fn(&ConsoleUser<'_>, StdRng),
) {
    let console = town.service.at_the_console(NOW, who).expect("the server is there");
    work(&console, StdRng::seed_from_u64(length(seed)));
}

const PASSWORD: &str = "copper lanterns sway";
/// A code counts once: this one comes after every sign-in that is timed.
const LAST: usize = 100;
