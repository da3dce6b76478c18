//! Recovery codes of whoever is signed in.

use rand::Rng;
use serde::Serialize;
use ui::{RecoverySource, Refusal};

use super::screens::Screens;
use super::{ConsoleError, ConsoleUser};

/// Recovery codes, which are shown once.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct RecoveryCodes {
    /// Each signs its owner in once, in the place of a code of the moment.
    pub recovery_codes: Vec<String>,
}

impl ConsoleUser<'_> {
    /// Makes recovery codes for whoever is signed in; those that they had are worth nothing then.
    ///
    /// # Errors
    /// When they have not shown lately that it is they, or the store fails.
    pub fn make_recovery_codes(&self, rng: &mut dyn Rng) -> Result<RecoveryCodes, ConsoleError> {
        self.check_confirmed("recovery codes")?;
        let recovery_codes = self.accounts.make_recovery_codes(self.now, rng, &self.who)?;
        Ok(RecoveryCodes { recovery_codes })
    }
}

impl RecoverySource for Screens<'_> {
    fn recovery_codes_left(&mut self) -> Result<u64, Refusal> {
        let left = self.console.accounts.recovery_codes_left(&self.console.who);
        self.told(left.map_err(ConsoleError::from))
    }

    fn make_recovery_codes(&mut self) -> Result<Vec<String>, Refusal> {
        let mut rng = self.rng();
        let made = self.console.make_recovery_codes(&mut rng);
        Ok(self.told(made)?.recovery_codes)
    }
}
