//! What pages are made of: each side says what its reader may see and do.

mod administration;
pub(crate) mod assign;
mod disputes;
pub(crate) mod late;
pub(crate) mod phone;
mod privacy;
pub(crate) mod recovery;
pub(crate) mod seers;

use model::catalogue::Catalogue;
use model::ids::{ChangeHash, FieldName, TypeName};

use assign::AssignSource;
use late::LateSource;
use phone::PhoneSource;
use recovery::RecoverySource;
use seers::SeersSource;

use crate::views::safety::OutRow;
use crate::views::{
    Answered, Approval, BoardFilter, BoardView, CaseView, Counts, DraftView, Found, Handle,
    HomeView, NewType, RecordRow, RecordView, ReviewView, Seen, SessionRow, Submitted, TasksOf,
    TasksView, Viewer,
};

pub use administration::AdministrationSource;
pub use disputes::DisputeSource;
pub use privacy::PrivacySource;

/// Why something is not shown or not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not there, or not for whoever asks: nobody can tell which.
    NotFound,
    /// It is shown to those who say why: asked for without telling whether it is there.
    ReasonNeeded,
    /// Whoever sits there has to show again that it is they.
    ConfirmFirst,
    /// The rules say no, in words for people.
    NotAllowed(String),
    /// What was given does not fit, in words for people.
    Invalid(Vec<String>),
    /// It cannot be done now, and may be later, in words for people.
    Unavailable(String),
}

/// What is known of records, and done with them.
pub trait Source {
    /// Returns the catalogue in force.
    fn catalogue(&self) -> &Catalogue;

    /// Returns who reads.
    fn viewer(&self) -> &Viewer;

    /// Returns a case: its newest records, or those that came before `before`.
    ///
    /// # Errors
    /// When there is nothing that they may see.
    fn case(&mut self, case: &Handle, before: Option<u64>) -> Result<CaseView, Refusal>;

    /// Returns everything that was written in words in a case, the newest first; only what holds all
    /// the words of `find`, if there are any.
    ///
    /// # Errors
    /// When there is nothing that they may see.
    fn notes(&mut self, case: &Handle, find: &str) -> Result<(CaseView, Vec<RecordRow>), Refusal>;

    /// Returns all of a record, with a page of its history.
    ///
    /// # Errors
    /// When they may not see it.
    fn record(
        &mut self,
        record: &Handle,
        history_before: Option<ChangeHash>,
    ) -> Result<RecordView, Refusal>;

    /// Looks for people and places, by any name, and by what is left of them.
    ///
    /// # Errors
    /// When there is nothing to look for.
    fn find(&mut self, text: &str, skip: usize) -> Result<Found, Refusal>;

    /// Returns the forms.
    fn forms(&mut self) -> &mut dyn FormSource;

    /// Returns what only the console has; `None` on a phone.
    fn console(&mut self) -> Option<&mut dyn ConsoleSource>;

    /// Returns what only a worker's phone has; `None` at the console.
    fn phone(&mut self) -> Option<&mut dyn PhoneSource> {
        None
    }
}

/// Forms that are filled in answer by answer.
pub trait FormSource {
    /// Returns the types of which they may make records in a case, or, without one, of those that open
    /// a case or stand alone.
    ///
    /// # Errors
    /// When there is no such case for them.
    fn new_types(&mut self, case: Option<&Handle>) -> Result<Vec<NewType>, Refusal>;

    /// Begins a form of a new record.
    ///
    /// # Errors
    /// When they may not make it.
    fn begin(&mut self, record_type: &TypeName, case: Option<&Handle>) -> Result<Handle, Refusal>;

    /// Begins a form that changes a record.
    ///
    /// # Errors
    /// When they may not change it.
    fn begin_edit(&mut self, record: &Handle) -> Result<Handle, Refusal>;

    /// Returns the forms that were begun and not submitted.
    ///
    /// # Errors
    /// When the store fails.
    fn drafts(&mut self) -> Result<Vec<DraftView>, Refusal>;

    /// Returns a form as it stands.
    ///
    /// # Errors
    /// When there is none of theirs.
    fn form(&mut self, draft: &Handle) -> Result<DraftView, Refusal>;

    /// Keeps answers, whatever is wrong with them, and returns the form as it stands.
    ///
    /// # Errors
    /// When there is no such form of theirs, or no such question.
    fn answer(
        &mut self,
        draft: &Handle,
        answers: Vec<(FieldName, Answered)>,
    ) -> Result<DraftView, Refusal>;

    /// Makes the record, or changes it. `anyway` says that what is doubtful is right.
    ///
    /// # Errors
    /// When there is no such form of theirs.
    fn submit(&mut self, draft: &Handle, anyway: bool) -> Result<Submitted, Refusal>;

    /// Throws a form away. Returns where it was begun: a case or a record.
    ///
    /// # Errors
    /// When there is no such form of theirs.
    fn discard(&mut self, draft: &Handle) -> Result<(), Refusal>;
}

/// What only the console has.
pub trait ConsoleSource {
    /// Returns what those who look after people and devices read and do.
    fn administration(&mut self) -> &mut dyn AdministrationSource;

    /// Returns the counts of the day, and what comes first.
    ///
    /// # Errors
    /// When the store fails.
    fn home(&mut self) -> Result<HomeView, Refusal>;

    /// Returns the counts alone, for what is shown beside every page.
    ///
    /// # Errors
    /// When the store fails.
    fn counts(&mut self) -> Result<Counts, Refusal>;

    /// Returns those whom they supervise and who are out on a shift, whoever needs them first in front.
    ///
    /// # Errors
    /// When they supervise nobody, or the store fails.
    fn out_now(&mut self) -> Result<Vec<OutRow>, Refusal>;

    /// Returns the caseload by the filter that was kept last.
    ///
    /// # Errors
    /// When the store fails.
    fn board(&mut self, skip: u64) -> Result<BoardView, Refusal>;

    /// Keeps a filter for this reader, on every browser.
    ///
    /// # Errors
    /// When the store fails.
    fn keep_board_filter(&mut self, filter: &BoardFilter) -> Result<(), Refusal>;

    /// Returns what is to be done.
    ///
    /// # Errors
    /// When the store fails.
    fn tasks(&mut self, of: TasksOf, before: Option<u64>) -> Result<TasksView, Refusal>;

    /// Returns the records in which values wait for a decision, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    fn conflicts(&mut self, skip: u64) -> Result<Found, Refusal>;

    /// Returns the records that wait for their review, those that have waited longest first.
    ///
    /// # Errors
    /// When the store fails.
    fn review(&mut self, skip: u64) -> Result<ReviewView, Refusal>;

    /// Approves a record as it was seen.
    ///
    /// # Errors
    /// When there is no such record, or they may not.
    fn approve(&mut self, record: &Handle, seen: Seen) -> Result<Approval, Refusal>;

    /// Begins the form in which a record is returned to its author, with reasons.
    ///
    /// # Errors
    /// When there is no such record, or they may not.
    fn begin_return(&mut self, record: &Handle) -> Result<Handle, Refusal>;

    /// Decides that the value that this change wrote stands. Returns whether it was still disputed.
    ///
    /// # Errors
    /// When there is no such record, or they may not.
    fn settle(
        &mut self,
        record: &Handle,
        field: &FieldName,
        change: ChangeHash,
    ) -> Result<bool, Refusal>;

    /// Returns what is done with disputed values besides keeping one.
    fn disputes(&mut self) -> &mut dyn DisputeSource;

    /// Returns what is done with the cases of their programs.
    fn assigning(&mut self) -> &mut dyn AssignSource;

    /// Leaves in the audit that they asked how somebody is reached.
    ///
    /// # Errors
    /// When there is no such record for them.
    fn show_contact(&mut self, record: &Handle) -> Result<(), Refusal>;

    /// Returns a case for a sheet of paper, and leaves in the audit what it is for.
    ///
    /// # Errors
    /// When there is nothing that they may see.
    fn hand_off(&mut self, case: &Handle, purpose: &str) -> Result<CaseView, Refusal>;

    /// Returns what is done with refused work.
    fn late(&mut self) -> &mut dyn LateSource;

    /// Returns where they are signed in.
    ///
    /// # Errors
    /// When the store fails.
    fn sessions(&mut self) -> Result<Vec<SessionRow>, Refusal>;

    /// Ends a session of theirs; every other one, if none is named.
    ///
    /// # Errors
    /// When there is none.
    fn end_session(&mut self, number: Option<&str>) -> Result<(), Refusal>;

    /// Returns what concerns their own recovery codes.
    fn recovery(&mut self) -> &mut dyn RecoverySource;

    /// Returns who sees what.
    fn seeing(&mut self) -> &mut dyn SeersSource;

    /// Returns what concerns the watch over privacy.
    fn privacy(&mut self) -> &mut dyn PrivacySource;
}
