//! What only a worker's phone has.

use model::ids::{ChangeHash, FieldName, TypeName};
use model::time::Timestamp;
use model::words::Language;

use super::Refusal;
use crate::views::Handle;
use crate::views::phone::{
    Again, ConflictCard, EndView, NotNow, NotNowForm, Noted, PersonRow, ReachView, RevokeView,
    SavedView, ShortAnswer, ShortForm, ShortOf, SyncLine, SyncView, TodayView, Undone,
};
use crate::views::safety::{ShiftPlan, ShiftView};

/// What only a worker's phone has: their day, quick notes, and how the phone stands with its server.
pub trait PhoneSource {
    /// Returns how the phone stands with its server.
    fn line(&mut self) -> SyncLine;

    /// Returns the worker's day.
    ///
    /// # Errors
    /// When nothing may be shown, or the store fails.
    fn today(&mut self) -> Result<TodayView, Refusal>;

    /// Returns the shift that the worker is on, and what one begins with.
    ///
    /// # Errors
    /// When the store fails.
    fn shift(&mut self) -> Result<ShiftView, Refusal>;

    /// Begins a shift.
    ///
    /// # Errors
    /// When they are out already, or mean to be for too long.
    fn start_shift(&mut self, plan: &ShiftPlan) -> Result<(), Refusal>;

    /// Notes that they are back so many minutes later.
    ///
    /// # Errors
    /// When they are not out, or would be for too long.
    fn extend_shift(&mut self, minutes: u32) -> Result<(), Refusal>;

    /// Notes that they are back.
    ///
    /// # Errors
    /// When they are not out.
    fn end_shift(&mut self) -> Result<(), Refusal>;

    /// Notes that they are safe: now, or at this time, at which the phone was locked. Of a time that lies
    /// outside of the shift nothing is kept.
    ///
    /// # Errors
    /// When they are not out, and say it now.
    fn say_safe(&mut self, locked_at: Option<Timestamp>) -> Result<(), Refusal>;

    /// Calls for help.
    ///
    /// # Errors
    /// When the store fails.
    fn call_for_help(&mut self) -> Result<(), Refusal>;

    /// Returns the people whose cases are here, those first whom somebody dealt with last.
    ///
    /// # Errors
    /// When nothing may be shown, or the store fails.
    fn people(&mut self) -> Result<Vec<PersonRow>, Refusal>;

    /// Returns the people who are called like this, however it is spelt, or have such a number.
    ///
    /// # Errors
    /// When nothing may be shown, or the store fails.
    fn people_like(&mut self, text: &str) -> Result<Vec<PersonRow>, Refusal>;

    /// Begins the form of somebody new, with the name that was looked for. `None` if there is no one type
    /// of record that it could be.
    ///
    /// # Errors
    /// When they may not make it, or the store fails.
    fn add_person(&mut self, name: &str) -> Result<Option<Handle>, Refusal>;

    /// Returns a form of one tap; `None` where the department has none that they may write.
    ///
    /// # Errors
    /// When there is no such case or task.
    fn short_form(&mut self, of: &ShortOf) -> Result<Option<ShortForm>, Refusal>;

    /// Notes what was tapped in it, with all else that its form starts with.
    ///
    /// # Errors
    /// When there is no such case, task or option.
    fn note(&mut self, of: &ShortOf, answer: &ShortAnswer) -> Result<Noted, Refusal>;

    /// Returns what may be said of a task that is not done now; `None` where the department has no such
    /// record, or they may not make it.
    ///
    /// # Errors
    /// When there is no such task.
    fn not_now(&mut self, task: &Handle, says: NotNow) -> Result<Option<NotNowForm>, Refusal>;

    /// Says that a task is not done now, for one of these reasons: it is put off by so many days, or cannot
    /// be done.
    ///
    /// # Errors
    /// When there is no such task or reason.
    fn put_off(
        &mut self,
        task: &Handle,
        says: NotNow,
        reason: &str,
        days: u32,
    ) -> Result<Noted, Refusal>;

    /// Returns the last contact, if it can be noted again.
    ///
    /// # Errors
    /// When nothing may be shown, or the store fails.
    fn last_contact(&mut self) -> Result<Option<Again>, Refusal>;

    /// Notes the last contact once more: with the same people, and the same came of it.
    ///
    /// # Errors
    /// When there is none.
    fn note_again(&mut self) -> Result<Noted, Refusal>;

    /// Keeps in a form that something happened now.
    ///
    /// # Errors
    /// When there is no such form of theirs, or its type notes no such time.
    fn stamp(&mut self, draft: &Handle, time: &FieldName) -> Result<(), Refusal>;

    /// Returns what stops when a consent is revoked.
    ///
    /// # Errors
    /// When there is no such consent that they may revoke.
    fn to_revoke(&mut self, consent: &Handle) -> Result<RevokeView, Refusal>;

    /// Revokes a consent, from now on.
    ///
    /// # Errors
    /// When there is no such consent that they may revoke.
    fn revoke(&mut self, consent: &Handle) -> Result<Noted, Refusal>;

    /// Forgets which cases were taken away: it was read.
    ///
    /// # Errors
    /// When the store fails.
    fn seen_taken(&mut self) -> Result<(), Refusal>;

    /// Returns how the day went.
    ///
    /// # Errors
    /// When nothing may be shown, or the store fails.
    fn end(&mut self) -> Result<EndView, Refusal>;

    /// Begins a whole form in which a task is done.
    ///
    /// # Errors
    /// When there is no such task, or it is done by no such form.
    fn begin_for_task(&mut self, task: &Handle, record_type: &TypeName) -> Result<Handle, Refusal>;

    /// Says that nothing is to be added to a record that was noted in a hurry.
    ///
    /// # Errors
    /// When there is no such record of theirs.
    fn finish(&mut self, record: &Handle) -> Result<(), Refusal>;

    /// Returns what was just saved or thrown away.
    ///
    /// # Errors
    /// When there is no such draft.
    fn saved(&mut self, draft: &Handle) -> Result<SavedView, Refusal>;

    /// Undoes that a form was submitted or thrown away.
    ///
    /// # Errors
    /// When there is no such draft.
    fn undo(&mut self, draft: &Handle) -> Result<Undone, Refusal>;

    /// Returns the values that people disagree about.
    ///
    /// # Errors
    /// When nothing may be shown, or the store fails.
    fn conflicts(&mut self) -> Result<Vec<ConflictCard>, Refusal>;

    /// Decides that the value that this change wrote stands. Returns whether it was still disputed.
    ///
    /// # Errors
    /// When there is no such record, or they may not.
    fn keep(
        &mut self,
        record: &Handle,
        field: &FieldName,
        change: ChangeHash,
    ) -> Result<bool, Refusal>;

    /// Returns how somebody is reached. That it was looked at is in the audit.
    ///
    /// # Errors
    /// When there is no such case.
    fn reach(&mut self, case: &Handle) -> Result<ReachView, Refusal>;

    /// Returns all that there is to know about sending and getting.
    ///
    /// # Errors
    /// When the store fails.
    fn sync(&mut self) -> Result<SyncView, Refusal>;

    /// Asks for a sync. It is begun when the page is answered.
    fn ask_for_sync(&mut self);

    /// Asks for another language, from the next page on.
    fn ask_for_language(&mut self, language: Language);

    /// Tries refused work once more. Returns how many changes wait again.
    ///
    /// # Errors
    /// When there is none of this name, or it no longer fits.
    fn try_again(&mut self, entry: &Handle) -> Result<usize, Refusal>;

    /// Begins a form in which refused work is mended: with what was written, to be sent anew.
    ///
    /// # Errors
    /// When there is none of this name, or they may not write it.
    fn mend(&mut self, entry: &Handle) -> Result<Handle, Refusal>;

    /// Puts refused work aside: its worker has seen it.
    ///
    /// # Errors
    /// When there is none of this name.
    fn put_aside(&mut self, entry: &Handle) -> Result<(), Refusal>;
}
