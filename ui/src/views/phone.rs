//! What only the pages of a worker's phone show.

use model::catalogue::Label;
use model::ids::{ChangeHash, FieldName, TypeName};
use model::time::{Span, Timestamp};
use model::value::FieldValue;

use super::{Handle, Names, Returned};

/// Where the newest word about a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whereabouts {
    /// It waits on this phone.
    OnPhone,
    /// It was sent, and the server's answer is not here.
    Sent,
    /// The server has it.
    OnServer,
    /// The server refused it, and nobody has looked at that yet.
    Refused,
}

/// How the phone stands with its server, for the line above every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncLine {
    /// How many changes the server has not acknowledged.
    pub unsent: u64,
    /// How many were refused, and nobody has looked at them.
    pub refused: u64,
    /// When a sync last came to its end; `None` before the first.
    pub last: Option<Timestamp>,
    /// Whether one is under way.
    pub running: bool,
    /// Whether the server could not be reached the last time.
    pub unreachable: bool,
    /// How many tasks are past their due time.
    pub overdue: u64,
    /// Whether the phone is nearly full.
    pub storage_low: bool,
    /// When this phone shows nothing any more until it has met its server; `None` where nobody knows.
    pub locks_at: Option<Timestamp>,
    /// Whether it shows nothing already.
    pub locked: bool,
    /// How many forms are kept on it that are not submitted.
    pub drafts: u64,
    /// How far its clock is behind the server's; less than nothing when it is ahead.
    pub behind: Span,
}

/// What a worker's day holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TodayView {
    /// What is to be done, those first that are due first.
    pub tasks: Vec<TodayTask>,
    /// Forms that were begun and not submitted, the one that was touched last first.
    pub unfinished: Vec<UnfinishedForm>,
    /// Contacts that were noted in a hurry, and wait for their note.
    pub to_finish: Vec<HurriedRecord>,
    /// How many values wait for a decision of theirs.
    pub conflicts: u64,
    /// How many changes were refused.
    pub refused: u64,
    /// Whether there is anybody on this phone.
    pub has_people: bool,
    /// Of each case that was taken away, how many records of the reader's were sent.
    pub taken: Vec<u64>,
}

/// A consent that may be revoked.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeView {
    /// The case.
    pub case: Handle,
    /// Whom it is about.
    pub about: Option<Label>,
    /// What was consented to.
    pub title: Label,
    /// What it opens.
    pub opens: Vec<Label>,
    /// Whom it lets in.
    pub programs: Vec<Label>,
}

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct TodayTask {
    /// The task.
    pub task: Handle,
    /// The case, if it belongs to one.
    pub case: Option<Handle>,
    /// Whom or what it is about.
    pub about: Label,
    /// What is to be done.
    pub label: Label,
    /// When it is due.
    pub due: Timestamp,
    /// Whether it is past due.
    pub overdue: bool,
    /// Whether nobody is reminded of it for now.
    pub paused: bool,
    /// How often it was tried without success.
    pub attempts: u32,
    /// What is said of the record that is to be mended, if that is what is to be done.
    pub returned: Option<Returned>,
    /// Whether they may put it off, or say that it cannot be done.
    pub may_put_off: bool,
}

/// What is said of a task that is not done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNow {
    /// It is done on a later day.
    Later,
    /// It cannot be done.
    Cannot,
}

/// A form of one tap that says why a task is not done now.
#[derive(Debug, Clone, PartialEq)]
pub struct NotNowForm {
    /// The case.
    pub case: Option<Handle>,
    /// Whom it is about.
    pub about: Label,
    /// What was to be done.
    pub task: Label,
    /// When it is due.
    pub due: Timestamp,
    /// The reasons, with their codes.
    pub reasons: Vec<(String, Label)>,
}

/// How a worker's day went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndView {
    /// How many contacts they noted today.
    pub contacts: u64,
    /// With how many people, those included whose names were not asked.
    pub people: u64,
    /// How many forms are not submitted.
    pub drafts: u64,
    /// How many contacts wait for their note.
    pub to_finish: u64,
    /// How many tasks are due tomorrow.
    pub due_tomorrow: u64,
}

/// The last contact, to be noted again as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Again {
    /// Whom it was with; `None` for people without a name.
    pub about: Option<Label>,
    /// How many others were there.
    pub others: usize,
    /// What came of it.
    pub result: Label,
}

/// A form that was begun and not submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedForm {
    /// The draft.
    pub draft: Handle,
    /// Its type.
    pub record_type: TypeName,
    /// Whether it changes a record.
    pub edits: bool,
    /// Whom it is about.
    pub about: Option<Label>,
    /// When something was last answered.
    pub touched_at: Timestamp,
    /// How many problems keep it from being submitted.
    pub problems: usize,
    /// Whether it is older than the department lets forms become.
    pub is_old: bool,
}

/// A record that was noted in a hurry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HurriedRecord {
    /// The record.
    pub record: Handle,
    /// Its type.
    pub record_type: TypeName,
    /// Whom it is about; `None` for people without a name.
    pub about: Option<Label>,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// Somebody, or a place, whose case is on the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The case.
    pub case: Handle,
    /// Whom it is about.
    pub title: Label,
    /// The group of ages, where it is known.
    pub age: Option<Label>,
    /// When somebody last dealt with them.
    pub last_contact: Option<Timestamp>,
    /// When something is due next.
    pub next_due: Option<Timestamp>,
}

/// What a short form is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShortOf {
    /// A contact with whom a case is about.
    Case(Handle),
    /// A contact with people whose names were not asked.
    Nobody,
    /// A task.
    Task(Handle),
}

/// A form of one question, whose answer is one tap.
#[derive(Debug, Clone, PartialEq)]
pub struct ShortForm {
    /// The case.
    pub case: Option<Handle>,
    /// Whom it is about.
    pub about: Option<Label>,
    /// What is to be done, and since when; `None` for a contact that nobody asked for.
    pub task: Option<(Label, Timestamp)>,
    /// How often it was tried without success.
    pub attempts: u32,
    /// What is said of the record that is to be mended.
    pub returned: Option<Returned>,
    /// The question, and its options with their codes; `None` where only a whole form will do.
    pub question: Option<(Label, Vec<(String, Label)>)>,
    /// Whole forms that do it as well.
    pub forms: Vec<(TypeName, Label)>,
    /// The record that is changed by it, if that is how it is done.
    pub edits: Option<Handle>,
    /// What will be noted besides, unless somebody changes it: the place, how they met.
    pub besides: Vec<Label>,
    /// Whether it is done by saying that it was, just now.
    pub just_now: bool,
    /// Whether they may put it off, or say that it cannot be done.
    pub may_put_off: bool,
    /// Others who may have been there, each with a case of their own.
    pub others: Vec<(Handle, Label)>,
}

/// What was tapped in a short form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShortAnswer {
    /// The code of the option.
    pub option: String,
    /// How many people there were whose names were not asked.
    pub people: Option<u32>,
    /// Whether they were called.
    pub by_phone: bool,
    /// The cases of others who were there.
    pub also: Vec<Handle>,
}

/// What became of a short form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Noted {
    /// It is saved: the draft by which it can be undone.
    Saved(Handle),
    /// More has to be answered first: the draft that asks.
    Asked(Handle),
}

/// What was just saved or thrown away.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedView {
    /// The draft.
    pub draft: Handle,
    /// The record; `None` if the form was thrown away.
    pub record: Option<Handle>,
    /// Its type.
    pub record_type: TypeName,
    /// The case, and whom it is about.
    pub case: Option<(Handle, Label)>,
    /// Whether it can be undone still.
    pub may_undo: bool,
    /// Whether its note is missing.
    pub hurried: bool,
}

/// What undoing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// The form is open again.
    Open(Handle),
    /// It was too late, in words for people.
    TooLate(String),
}

/// Values that two people wrote to one field.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictCard {
    /// The record.
    pub record: Handle,
    /// Its type.
    pub record_type: TypeName,
    /// Whom it is about.
    pub about: Label,
    /// The field.
    pub field: FieldName,
    /// The values.
    pub positions: Vec<PositionView>,
    /// Whether the reader may decide between them.
    pub may_decide: bool,
    /// Names that the values name.
    pub names: Names,
}

/// One of the values.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionView {
    /// The change that wrote it.
    pub change: ChangeHash,
    /// The value.
    pub value: FieldValue,
    /// Who wrote it.
    pub by: String,
    /// Whether that is the reader.
    pub mine: bool,
    /// When.
    pub at: Timestamp,
}

/// How the last sync ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncEnd {
    /// Nothing was left to send or to get.
    Done,
    /// Somebody stopped it.
    Stopped,
    /// The server did not answer.
    Unreachable,
    /// A sign-in page of the network answered in its place.
    Portal,
    /// The server, or this phone, could not go on.
    Failed,
}

impl SyncEnd {
    /// Returns whether the server could not be reached.
    pub fn is_unreachable(self) -> bool {
        matches!(self, Self::Unreachable | Self::Portal)
    }
}

/// How much room is left on the phone, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    /// What is used of it.
    pub used: u64,
    /// How much there may be.
    pub quota: u64,
    /// Whether the platform promised to keep it.
    pub kept: bool,
}

impl Storage {
    /// Returns whether somebody is to be warned before there is no room for what they write.
    pub fn is_low(self) -> bool {
        self.used.saturating_mul(100) >= self.quota.saturating_mul(80)
    }
}

/// All that there is to know about sending and getting.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncView {
    /// The line of every page.
    pub line: SyncLine,
    /// How many records of the running sync were sent and received so far.
    pub so_far: Option<(u64, u64)>,
    /// How the last one ended.
    pub ended: Option<SyncEnd>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Records that are too large to be sent.
    pub stuck: u64,
    /// Forms that stay here until they are submitted.
    pub drafts: u64,
    /// What was refused and not put aside.
    pub refused: Vec<RefusedRow>,
    /// Until when records are shown without the server.
    pub shown_until: Option<Timestamp>,
    /// The server's address.
    pub server: String,
    /// The version of the app.
    pub version: String,
    /// The version of the catalogue: the beginning of its digest.
    pub catalogue: String,
    /// How much room is left, where somebody said so.
    pub storage: Option<Storage>,
}

/// Work that the server refused.
#[derive(Debug, Clone, PartialEq)]
pub struct RefusedRow {
    /// What it is put aside or tried again by.
    pub entry: Handle,
    /// The record, if it is here.
    pub record: Option<Handle>,
    /// Its type, if it is known.
    pub record_type: Option<TypeName>,
    /// Whom it is about.
    pub about: Option<Label>,
    /// The reason, in words for its reader.
    pub reason: String,
    /// When it was refused.
    pub at: Timestamp,
    /// Whether trying the same again may help.
    pub may_help: bool,
    /// Whether it can be mended in a form that begins with what was refused.
    pub may_mend: bool,
}

/// How somebody is reached.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReachView {
    /// Whom it is about.
    pub about: Option<Label>,
    /// What was written about a safe way: shown in full before anything else.
    pub instruction: Option<String>,
    /// The type of the record that says so.
    pub record_type: Option<TypeName>,
    /// At which times, and what else is to be known.
    pub besides: Vec<(FieldName, FieldValue)>,
    /// The numbers.
    pub numbers: Vec<ReachNumber>,
}

/// A number by which somebody is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachNumber {
    /// As it is dialled.
    pub number: String,
    /// As it is shown.
    pub shown: String,
    /// Whose phone it is.
    pub whose: Option<String>,
    /// How it is used, in words.
    pub rules: Vec<Label>,
    /// Whether it may be called.
    pub may_call: bool,
    /// Whether a text may be sent to it.
    pub may_text: bool,
}
