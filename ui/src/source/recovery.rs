//! What somebody has to sign in with when they have no authenticator at hand.

use super::Refusal;

/// What the console has of somebody's own recovery codes.
pub trait RecoverySource {
    /// Returns how many they have left.
    ///
    /// # Errors
    /// When the store fails.
    fn recovery_codes_left(&mut self) -> Result<u64, Refusal>;

    /// Makes new ones in the place of those that they have, and returns them: this once.
    ///
    /// # Errors
    /// When they have to show again that it is they.
    fn make_recovery_codes(&mut self) -> Result<Vec<String>, Refusal>;
}
