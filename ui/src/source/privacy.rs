//! What those do who watch over privacy, and what is asked of everybody before the like.

use super::Refusal;
use crate::views::{AuditCheck, AuditSearch, AuditView, Confirmed, VouchedView};

/// What the console has of the watch over privacy.
pub trait PrivacySource {
    /// Takes the password and a code once more from whoever sits there.
    ///
    /// # Errors
    /// When the store fails.
    fn confirm(&mut self, password: &str, code: &str) -> Result<Confirmed, Refusal>;

    /// Returns for what they read the audit in this session; `None` if they have not said so yet.
    ///
    /// # Errors
    /// When they may not read it, or have to show again that it is they.
    fn audit_purpose(&mut self) -> Result<Option<String>, Refusal>;

    /// Keeps for what they read the audit in this session.
    ///
    /// # Errors
    /// When they may not read it, or it says nothing.
    fn state_audit_purpose(&mut self, purpose: &str) -> Result<(), Refusal>;

    /// Returns a page of the audit.
    ///
    /// # Errors
    /// When they may not read it, or have not said for what.
    fn audit(&mut self, search: &AuditSearch) -> Result<AuditView, Refusal>;

    /// Checks the audit from its beginning.
    ///
    /// # Errors
    /// When they may not read it, or have not said for what.
    fn check_audit(&mut self) -> Result<AuditCheck, Refusal>;

    /// Begins to export the audit.
    ///
    /// # Errors
    /// When they may not read it, or have not said for what.
    fn export_audit(&mut self) -> Result<(), Refusal>;

    /// Returns what devices vouched for after a restore.
    ///
    /// # Errors
    /// When they may not read it, or have not said for what.
    fn vouched(&mut self, before: Option<u64>) -> Result<VouchedView, Refusal>;
}
