//! What pages have of the watch over privacy, and of showing again who one is.

use ui::views::Confirmed;
use ui::{PrivacySource, Refusal};

use super::ConsoleUser;
use super::screens::Screens;
use crate::identity::accounts::{Confirm, OwnRefusal, Password};

impl PrivacySource for Screens<'_> {
    fn confirm(&mut self, password: &str, code: &str) -> Result<Confirmed, Refusal> {
        let asked = Confirm {
            password: Some(Password::from(password.to_owned())),
            totp: Some(code.to_owned()),
        };
        let ConsoleUser { accounts, now, who, .. } = self.console;
        match accounts.confirm(*now, who, &asked) {
            Ok(()) => Ok(Confirmed::Done),
            Err(OwnRefusal::SignedOut) => Ok(Confirmed::SignedOut),
            Err(OwnRefusal::Store(error)) => self.told(Err(error.into())),
            Err(_) => Ok(Confirmed::Wrong),
        }
    }
}
