//! What those do who watch over privacy, and what is asked of everybody before the like.

use super::Refusal;
use crate::views::{
    AuditCheck, AuditSearch, AuditView, Confirmed, EmergenciesView, Handle, Openable, Opening,
    VouchedView,
};

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

    /// Returns what was opened in emergencies: everybody's for who watches over privacy, their own for
    /// everybody else.
    ///
    /// # Errors
    /// When the store fails.
    fn emergencies(&mut self, skip: u64) -> Result<EmergenciesView, Refusal>;

    /// Notes that they have looked at an opening of somebody else's.
    ///
    /// # Errors
    /// When there is none of this number, or it is not for them to look at.
    fn see_emergency(&mut self, number: i64) -> Result<(), Refusal>;

    /// Asks whoever opened something about it.
    ///
    /// # Errors
    /// When there is none of this number, or it is not for them to ask.
    fn ask_about_emergency(&mut self, number: i64, question: &str) -> Result<(), Refusal>;

    /// Answers what was asked about an opening of theirs.
    ///
    /// # Errors
    /// When no question of this number waits for them.
    fn answer_question(&mut self, number: i64, answer: &str) -> Result<(), Refusal>;

    /// Closes an opening before its time.
    ///
    /// # Errors
    /// When there is none of this number that they may close, or it is over.
    fn close_emergency(&mut self, number: i64) -> Result<(), Refusal>;

    /// Returns what of a case they may open in an emergency and do not see now.
    ///
    /// # Errors
    /// When there is no such case for them, or they have to show again that it is they.
    fn openable(&mut self, case: &Handle) -> Result<Openable, Refusal>;

    /// Opens a compartment of a case in an emergency.
    ///
    /// # Errors
    /// When they may not, or something is missing.
    fn open_emergency(&mut self, case: &Handle, opening: &Opening) -> Result<(), Refusal>;
}
