//! The watch over privacy of a department that says what a test gave it.

use ui::views::Confirmed;
use ui::{PrivacySource, Refusal};

/// What the privacy officer comes to.
#[derive(Default)]
pub(crate) struct FakePrivacy {
    /// Passwords and codes that were shown again.
    pub(crate) shown: Vec<(String, String)>,
    /// What becomes of the next one; it is they unless a test says otherwise.
    pub(crate) confirmed: Option<Confirmed>,
}

impl PrivacySource for FakePrivacy {
    fn confirm(&mut self, password: &str, code: &str) -> Result<Confirmed, Refusal> {
        self.shown.push((password.to_owned(), code.to_owned()));
        Ok(self.confirmed.unwrap_or(Confirmed::Done))
    }
}
