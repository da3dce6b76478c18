//! What those do who watch over privacy, and what is asked of everybody before the like.

use super::Refusal;
use crate::views::Confirmed;

/// What the console has of the watch over privacy.
pub trait PrivacySource {
    /// Takes the password and a code once more from whoever sits there.
    ///
    /// # Errors
    /// When the store fails.
    fn confirm(&mut self, password: &str, code: &str) -> Result<Confirmed, Refusal>;
}
