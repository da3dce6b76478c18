//! Giving a case to somebody, and taking one over.

use model::catalogue::Label;
use model::ids::{CompartmentCode, ProgramCode};
use model::time::Timestamp;

use super::Handle;

/// Who may give and get a case.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssignChoices {
    /// Whom the case is about; `None` if that may not be seen.
    pub person: Option<Label>,
    /// Those who work on it now, of the reader's programs, by name.
    pub from: Vec<(Handle, String)>,
    /// Those who may get it, of the reader's programs, by name.
    pub to: Vec<(Handle, String)>,
    /// Programs that can be asked to take it over.
    pub programs: Vec<ProgramCode>,
    /// Those who might get it and are away, by name, with until when: that instant is not in it.
    pub away: Vec<(String, Timestamp)>,
}

/// Somebody who works on cases in the reader's programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Who it is.
    pub worker: Handle,
    /// Their name.
    pub name: String,
    /// Until when they are away: no case is given to them before.
    pub away: Option<Timestamp>,
}

/// Who hands a case over, and who gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignPlan {
    /// From whom it is taken; `None` where somebody is to work on it beside those who do.
    pub from: Option<Handle>,
    /// Who gets it.
    pub to: Receiver,
}

/// Who gets a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receiver {
    /// Somebody of the reader's programs: at once.
    Worker(Handle),
    /// Another program, when it takes the case over.
    Program(ProgramCode),
}

/// What giving a case to somebody does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssignPreview {
    /// Who hands it over, by name.
    pub from: Option<String>,
    /// Who gets it, by name; `None` while it is a program.
    pub to: Option<String>,
    /// What opens to them, with how many records there are.
    pub opens: Vec<(CompartmentCode, u64)>,
    /// What stays closed until a consent names it.
    pub needs_consent: Vec<CompartmentCode>,
    /// What closes to whoever hands it over.
    pub closes: Vec<CompartmentCode>,
    /// Whether whoever hands it over sees nothing of it any more.
    pub loses_sight: bool,
    /// Tasks that are open in it.
    pub tasks: u64,
    /// How many of these are past due.
    pub overdue: u64,
    /// The devices of whoever hands it over: when each came last, and how many forms were open on it.
    pub devices: Vec<(Option<Timestamp>, u32)>,
}

/// What became of giving a case to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// They have it.
    Done,
    /// The other program was asked.
    Asked,
}

/// A case that one program asks another to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferRow {
    /// What to decide on it by.
    pub transfer: Handle,
    /// The case, and whom it is about, where the reader sees it.
    pub case: Option<(Handle, Label)>,
    /// The program that is asked.
    pub to_program: ProgramCode,
    /// Who asked, by name.
    pub asked_by: String,
    /// When.
    pub asked_at: Timestamp,
    /// Why; `None` when the words went with the case.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: TransferState,
}

/// Where a transfer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferState {
    /// The reader's program is asked; of these one would work on it.
    WaitsForReader(Vec<(Handle, String)>),
    /// Another program is asked, and the reader may take it back.
    WaitsForOthers,
    /// Somebody decided.
    Decided {
        /// What.
        outcome: TransferOutcome,
        /// Who, by name.
        by: Option<String>,
        /// When.
        at: Option<Timestamp>,
    },
}

/// How a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferOutcome {
    /// This person of the program works on it now, by name.
    Accepted(Option<String>),
    /// The program did not take it over, for this reason.
    Refused(Option<String>),
    /// Whoever asked took it back.
    TakenBack,
}

/// An answer to what a program was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransferAnswer {
    /// The case is taken over, and this person works on it.
    Accept(Handle),
    /// It is not, for this reason.
    Refuse(String),
    /// Whoever asked takes it back.
    TakeBack,
}
