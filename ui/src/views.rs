//! What pages show. Each side fills these in with what its reader may see, and with nothing else: a
//! page shows all that it is given.

mod administration;
pub mod assign;
pub mod late;
pub mod phone;
mod phone_door;
mod privacy;
mod returned;
pub mod safety;
pub mod seers;
mod welcome;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::catalogue::Label;
use model::ids::{
    ChangeHash, CompartmentCode, DeviceId, FieldName, ProgramCode, RecordId, RoleCode, TypeName,
    UserId,
};
use model::record::{Conflict, HistoryEntry};
use model::time::{Span, Timestamp};
use model::value::FieldValue;

pub use administration::*;
pub use phone_door::*;
pub use privacy::*;
pub use returned::*;
pub use welcome::*;

/// What an address names a case, a record or a draft by: it means something to one reader alone, and
/// tells nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(String);

impl Handle {
    /// Returns the handle that stands in an address; `None` for a text that cannot be one.
    pub fn read(text: &str) -> Option<Self> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let is_one = (1..=HANDLE_LENGTH_MAX).contains(&text.len()) && text.chars().all(fits);
        is_one.then(|| Self(text.to_owned()))
    }

    /// Returns it as it stands in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Longer than any handle is.
const HANDLE_LENGTH_MAX: usize = 160;

/// The department, before anybody is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Department<'a> {
    /// Its name.
    pub name: &'a Label,
}

/// What was wrong when somebody signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInProblem {
    /// The name, the password or the code; which of them is told to nobody.
    Wrong,
    /// It was wrong too often: it is tried again after so many seconds.
    Locked(u64),
    /// The session has ended; nothing that was saved is lost.
    Ended,
    /// Whoever sat there showed too often the wrong thing when asked who they are: the session was ended.
    SignedOut,
}

/// Who reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// Who it is.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they hold.
    pub roles: Vec<(RoleCode, ProgramCode)>,
    /// What their roles let them open.
    pub offices: Offices,
    /// When their session ends if nothing is done; `None` where none does.
    pub session_ends: Option<Timestamp>,
}

/// Which parts of the screens somebody has, from all that they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offices {
    /// Works on cases or reads them.
    pub cases: bool,
    /// Supervises a program.
    pub supervises: bool,
    /// Watches over privacy.
    pub privacy: bool,
    /// Administers the system, and sees no case.
    pub administers: bool,
}

/// A name that people are shown for users and devices, by their ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Names of users.
    pub users: BTreeMap<UserId, String>,
    /// Names of the owners of devices.
    pub devices: BTreeMap<DeviceId, String>,
    /// Titles and handles of records that fields name, as far as they may be seen.
    pub records: BTreeMap<RecordId, (Label, Handle)>,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// The record.
    pub record: Handle,
    /// Its case; `None` when it stands alone.
    pub case: Option<Handle>,
    /// Its type.
    pub record_type: TypeName,
    /// Where it is kept.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// What it is called in a list.
    pub title: Label,
    /// When what it tells happened.
    pub occurred_at: Timestamp,
    /// When it was written down, by its author's clock.
    pub created_at: Timestamp,
    /// When the server had it; `None` while it is on this device alone.
    pub received_at: Option<Timestamp>,
    /// Who wrote it, by name.
    pub author: String,
    /// What stands in its fields.
    pub fields: BTreeMap<FieldName, FieldValue>,
    /// How many values wait for somebody's decision.
    pub conflicts: u64,
    /// How many changes were made after the first.
    pub amendments: u64,
    /// Where the newest word about it is; `None` at the console, which has what the server has.
    pub whereabouts: Option<phone::Whereabouts>,
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView {
    /// The case.
    pub case: Handle,
    /// Whom it is about: the record that opens it, if that may be seen.
    pub opened_by: Option<RecordRow>,
    /// Who works on it, by name.
    pub team: Vec<String>,
    /// Consents that stand, and how long.
    pub consents: Vec<ConsentRow>,
    /// What is to be done.
    pub tasks: Vec<TaskRow>,
    /// Its records, those that came last first.
    pub records: Vec<RecordRow>,
    /// What to ask with for those before them.
    pub earlier: Option<u64>,
    /// Names that the fields name.
    pub names: Names,
    /// What the law asks to be said with them.
    pub notices: Vec<Label>,
    /// What of it is not shown, as far as that may be known.
    pub withheld: Vec<seers::Withheld>,
    /// Whether records may be made in it.
    pub may_write: bool,
    /// Whether it may be given to somebody.
    pub may_assign: bool,
}

/// A consent of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentRow {
    /// The record.
    pub record: Handle,
    /// What was consented to, as its title says.
    pub title: Label,
    /// Until when; exclusive.
    pub until: Option<Timestamp>,
    /// Whether it was taken back.
    pub revoked: bool,
    /// Whether its reader may take it back with two taps.
    pub may_revoke: bool,
}

/// One thing that is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    /// What the task is called where it is done by itself: on a phone.
    pub name: Option<Handle>,
    /// The record that asks for it.
    pub record: Handle,
    /// Its case, and whom it is about.
    pub case: Option<(Handle, Label)>,
    /// The type of the record.
    pub record_type: TypeName,
    /// What is to be done.
    pub task: Label,
    /// The program.
    pub program: ProgramCode,
    /// When it is due.
    pub due: Timestamp,
    /// Whether it is past due.
    pub overdue: bool,
    /// Whether it has been open so long that a supervisor is told.
    pub flagged: bool,
    /// Whether nobody is reminded of it for now.
    pub paused: bool,
    /// How often it was tried without success.
    pub attempts: u32,
    /// Who is to do it, by name.
    pub owners: Vec<String>,
    /// What is said of the record that is to be mended, if that is what is to be done.
    pub returned: Option<Returned>,
}

/// All of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordView {
    /// What is listed of it.
    pub row: RecordRow,
    /// Whom its case is about.
    pub case_title: Option<Label>,
    /// Values written without knowledge of each other.
    pub conflicts: Vec<Conflict>,
    /// What was done to it, the last first.
    pub history: Vec<HistoryEntry>,
    /// What to ask with for what was done before.
    pub history_before: Option<ChangeHash>,
    /// How many changes cannot be read any more.
    pub left_out: u64,
    /// Names of users and devices.
    pub names: Names,
    /// What the law asks to be said with it.
    pub notices: Vec<Label>,
    /// Whether it may be changed.
    pub may_edit: bool,
    /// Whether the reader decides which of its disputed values stands.
    pub may_settle: bool,
    /// Whether the reader may write what is right instead, or send it back to those who disagree.
    pub may_send_back: bool,
    /// What the reader's review of it rests on; `None` where it does not wait for their review.
    pub review: Option<Seen>,
    /// When each change of its history reached the server, where that is known.
    pub received: BTreeMap<ChangeHash, Timestamp>,
    /// What was said when it was given back, while it waits for its author.
    pub returned: Vec<Returned>,
    /// The type whose fields are marked in it, if it is a review that marks fields.
    pub marks: Option<TypeName>,
}

/// How much of a record somebody saw who decides on it: so many changes. What was changed since is looked
/// at again first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen(pub u64);

/// What became of an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// The record is approved.
    Done,
    /// It was changed since it was seen.
    Changed,
    /// Values in it wait for a decision first.
    Disputed,
    /// It waits for nobody's review any more.
    Settled,
}

/// Records that wait for review.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReviewView {
    /// As many as make a page, those that have waited longest first.
    pub rows: Vec<ReviewRow>,
    /// How many there are in all.
    pub total: u64,
}

/// A record that waits for review.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewRow {
    /// The record.
    pub row: RecordRow,
    /// Whom its case is about.
    pub person: Option<Label>,
    /// By when it is to be reviewed: three business days after it came.
    pub due: Timestamp,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Records that open cases.
    pub rows: Vec<RecordRow>,
    /// Whether there are more.
    pub more: bool,
}

/// A type of which a record may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewType {
    /// The type.
    pub record_type: TypeName,
    /// What it is called.
    pub label: Label,
    /// Where it will be kept, by name.
    pub compartment: Label,
}

/// A form that is filled in, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftView {
    /// The draft.
    pub draft: Handle,
    /// Its type.
    pub record_type: TypeName,
    /// The case, and whom it is about.
    pub case: Option<(Handle, Label)>,
    /// The record that is edited; `None` for a new one.
    pub edits: Option<Handle>,
    /// Since when.
    pub begun_at: Timestamp,
    /// What stands in it: of an edit with what stands in the record besides.
    pub answers: BTreeMap<FieldName, FieldValue>,
    /// What was typed and is no value of its kind, or not yet.
    pub typed: BTreeMap<FieldName, String>,
    /// The form with these answers.
    pub form: model::forms::FormState,
    /// Everything that keeps it from being submitted, in the order of the form.
    pub problems: Vec<model::record::FieldProblem>,
    /// Fields that somebody else has changed since.
    pub changed_since: Vec<FieldName>,
    /// Fields that whoever fills it in may not answer, such as what only a supervisor decides.
    pub not_asked: BTreeSet<FieldName>,
    /// What stands in the record that is edited, without the answers; nothing for a new record.
    pub stands: BTreeMap<FieldName, FieldValue>,
    /// Names that its values name: of people who are not offered any more, too.
    pub names: Names,
    /// Whom fields of the kind `user` may name.
    pub people: Vec<(UserId, String)>,
    /// Records that fields of the kinds `ref` and `refs` may name.
    pub records: Vec<(RecordId, TypeName, Label)>,
    /// What was said when the record that is edited was given back.
    pub returned: Vec<Returned>,
    /// The fields of the record under review of which this form marks some.
    pub markable: Option<Markable>,
    /// The refused work that it writes anew.
    pub repairs: Option<Handle>,
}

/// What one answer of a form says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// This, as it was typed; nothing if it is empty.
    Typed(String),
    /// These options or records.
    Chosen(Vec<String>),
    /// One more entry of a log, of what was typed into its parts.
    Entry(Vec<(FieldName, String)>),
    /// No longer this entry of a log.
    WithoutEntry(String),
}

/// What became of a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// A record.
    Record(Handle),
    /// Nothing yet: it has to be put right, or somebody has to say that it is right as it is.
    Refused {
        /// The form as it stands, with what is wrong.
        draft: Box<DraftView>,
        /// What is wrong with the whole.
        reason: Option<String>,
        /// Whether it is only doubtful: who is sure submits it anyway.
        doubtful: bool,
    },
}

/// The counts of a supervisor's day.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HomeView {
    /// Each count and the list that it counts.
    pub counts: Counts,
    /// The tasks that are due first.
    pub due: Vec<TaskRow>,
    /// Cases without contact for the longest time.
    pub quiet: Vec<BoardRow>,
}

/// How many rows each list of the day has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tasks past their due time.
    pub overdue: u64,
    /// Tasks due before the day ends.
    pub today: u64,
    /// Records that wait for review.
    pub review: u64,
    /// Records in which values wait for a decision.
    pub conflicts: u64,
    /// Alerts of safety, and openings in an emergency.
    pub safety: u64,
    /// Workers on shift who are late or called for help.
    pub alarms: u64,
}

/// The caseload, filtered and sorted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BoardView {
    /// Its rows: at most so many as make a page.
    pub rows: Vec<BoardRow>,
    /// How many there are in all.
    pub total: u64,
    /// The first row's place among all.
    pub skipped: u64,
    /// By what they are filtered.
    pub filter: BoardFilter,
    /// Who may be chosen as the worker.
    pub workers: Vec<(UserId, String)>,
    /// The programs that may be chosen.
    pub programs: Vec<ProgramCode>,
    /// The levels of risk that may be chosen, by their codes.
    pub risks: Vec<(String, Label)>,
}

/// By what a caseload is filtered and sorted. All that is set has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BoardFilter {
    /// Whom it is assigned to.
    pub worker: Option<UserId>,
    /// The program of a record.
    pub program: Option<ProgramCode>,
    /// The level of risk.
    pub risk: Option<String>,
    /// Only with a task past its due time.
    pub overdue: bool,
    /// Only without contact for more than so many days.
    pub gap_days: Option<u32>,
    /// Only with a record that waits for review.
    pub unreviewed: bool,
    /// Only with a value that waits for a decision.
    pub conflicts: bool,
    /// Only with a consent that has ended.
    pub expired_consent: bool,
    /// By which column.
    pub sort: BoardSort,
    /// Whether the last comes first.
    pub descending: bool,
}

/// A column by which the caseload is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BoardSort {
    /// When the next task is due.
    #[default]
    Due,
    /// Whom it is about.
    Person,
    /// Who works on it.
    Worker,
    /// The level of risk.
    Risk,
    /// How long ago there was contact.
    Contact,
    /// How many tasks are open.
    Tasks,
    /// When a consent ends.
    Consent,
}

/// A case in the caseload.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardRow {
    /// The case.
    pub case: Handle,
    /// Whom it is about; `None` if that may not be seen.
    pub person: Option<Label>,
    /// Who works on it, by name.
    pub workers: Vec<String>,
    /// The level of risk, in words.
    pub risk: Option<Label>,
    /// When there was contact last.
    pub last_contact: Option<Timestamp>,
    /// When the next task is due.
    pub next_due: Option<Timestamp>,
    /// How many tasks are open.
    pub open_tasks: u64,
    /// How many records wait for review.
    pub to_review: u64,
    /// How many values wait for a decision.
    pub conflicts: u64,
    /// When the first consent ends.
    pub consent_until: Option<Timestamp>,
    /// How many changes its workers' phones announced that have not arrived.
    pub unsent: u64,
}

/// Which tasks are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TasksOf {
    /// All that are open.
    #[default]
    All,
    /// Those past their due time.
    Overdue,
    /// Those due before the day ends.
    Today,
}

/// Tasks that are listed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TasksView {
    /// The tasks, those first that are due first.
    pub rows: Vec<TaskRow>,
    /// What to ask with for more.
    pub next: Option<u64>,
}

/// Where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// What to end it by.
    pub number: String,
    /// Since when.
    pub begun_at: Timestamp,
    /// When it was used last.
    pub used_at: Timestamp,
    /// Whether it is this one.
    pub this: bool,
}

/// How long ago something was, or how soon it will be.
pub type Distance = Span;
