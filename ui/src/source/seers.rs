//! Who can see what.

use super::Refusal;
use crate::views::Handle;
use crate::views::seers::SeersView;

/// What the console says of who sees what.
pub trait SeersSource {
    /// Returns who can see a case, and why.
    ///
    /// # Errors
    /// When they do not supervise it.
    fn seers(&mut self, case: &Handle) -> Result<SeersView, Refusal>;
}
