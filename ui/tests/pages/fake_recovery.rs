//! Recovery codes of whoever reads.

use ui::{RecoverySource, Refusal};

/// What whoever reads has.
#[derive(Default)]
pub(crate) struct Recovery {
    pub(crate) left: u64,
    /// Whether they have to show first that it is they.
    pub(crate) unconfirmed: bool,
}

impl RecoverySource for Recovery {
    fn recovery_codes_left(&mut self) -> Result<u64, Refusal> {
        Ok(self.left)
    }

    fn make_recovery_codes(&mut self) -> Result<Vec<String>, Refusal> {
        if self.unconfirmed {
            return Err(Refusal::ConfirmFirst);
        }
        self.left = 10;
        Ok((0..10).map(|at| format!("ABCD-EFGH-JKM{at}-NPQR")).collect())
    }
}
