//! What the pages of those show who watch over privacy.

use model::catalogue::Label;
use model::ids::{CaseId, CompartmentCode, TypeName, UserId};
use model::time::{Date, Span, Timestamp};

use super::Handle;

/// What became of it when somebody showed again that it is they.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// It is they.
    Done,
    /// The password or the code was wrong; which of them is told to nobody.
    Wrong,
    /// It was wrong too often: the session has ended.
    SignedOut,
}

/// What is looked for in the audit. All that is set has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditSearch {
    /// Who acted.
    pub by: Option<AuditBy>,
    /// Which case it is about.
    pub case: Option<AuditCase>,
    /// What was done, by its name in the audit.
    pub act: Option<String>,
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
    /// Only what came before the row of this number.
    pub before: Option<u64>,
}

/// Who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditBy {
    /// A user, with a phone or at the console.
    User(UserId),
    /// Somebody whom nobody knows.
    Stranger,
    /// Whoever can run commands on the server's machine.
    Administrator,
    /// The server itself.
    Server,
}

/// A case that the audit is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditCase {
    /// By the number of the case or of its record, as somebody typed it.
    Typed(CaseId),
    /// As a page names it.
    Named(Handle),
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditView {
    /// Its rows, the newest first.
    pub rows: Vec<AuditLine>,
    /// What to ask with for those before them.
    pub next: Option<u64>,
    /// The case that was searched for.
    pub case: Option<Handle>,
    /// Who may be chosen as the one who acted.
    pub people: Vec<(UserId, String)>,
    /// What may be chosen as done, by its names in the audit.
    pub acts: Vec<&'static str>,
}

/// A row of the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number in the chain.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: AuditActor,
    /// What was done, by its name in the audit.
    pub act: String,
    /// To what.
    pub object: AuditObject,
    /// The case that it belongs to, if it belongs to one.
    pub case: Option<Handle>,
    /// With what result, as the audit has it; people by name.
    pub outcome: String,
    /// What somebody gave as the reason or the purpose.
    pub stated: Option<String>,
}

/// Who acted, as a row of the audit says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditActor {
    /// Somebody at the console, by name.
    AtConsole(String),
    /// Somebody with a phone, by name.
    WithPhone(String),
    /// Somebody whom nobody knows.
    Stranger,
    /// Whoever can run commands on the server's machine.
    Administrator,
    /// The server itself.
    Server,
}

/// What a row of the audit is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditObject {
    /// Nothing but what was done.
    Nothing,
    /// A case.
    Case,
    /// A record of this type; of none that is known, once it was erased.
    Record(Option<TypeName>),
    /// A user, by name.
    User(String),
    /// A device, by the name of its owner.
    Device(String),
    /// An opening in an emergency, by its number.
    Emergency(String),
    /// The audit itself.
    Audit,
    /// Something else, as the audit has it.
    Other(String),
}

/// What a check of the audit found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditCheck {
    /// How many rows there are.
    pub rows: u64,
    /// What does not hold, that of the first broken row first; nothing if all is well.
    pub problems: Vec<String>,
    /// The key that an exported audit is signed with.
    pub key: String,
}

/// What devices vouched for after a restore.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VouchedView {
    /// The newest first.
    pub rows: Vec<VouchedRow>,
    /// What to ask with for those before them.
    pub next: Option<u64>,
}

/// A change that somebody's device handed in for the one that wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VouchedRow {
    /// Who wrote it, by name; `None` for a device that is not known any more.
    pub author: Option<String>,
    /// Whose device handed it in, by name.
    pub handed_in_by: Option<String>,
    /// The number of that device.
    pub device: String,
    /// The type of the record.
    pub record_type: TypeName,
    /// Where it is kept, by name.
    pub compartment: Label,
    /// When it was handed in.
    pub at: Timestamp,
}

/// What was opened in emergencies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EmergenciesView {
    /// Those that wait for the reader first, then the newest.
    pub rows: Vec<EmergencyRow>,
    /// How many there are in all.
    pub total: u64,
    /// How many wait for the reader.
    pub waiting: u64,
    /// Whether it is everybody's, for who watches over privacy.
    pub everybodys: bool,
}

/// One opening of a compartment of a case in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyRow {
    /// What it is called by.
    pub number: i64,
    /// Who opened it, by name.
    pub who: String,
    /// The case.
    pub case: Handle,
    /// The compartment, by name.
    pub compartment: Label,
    /// From when.
    pub opened_at: Timestamp,
    /// Until when at most; exclusive.
    pub until: Timestamp,
    /// When it was closed before that.
    pub closed_at: Option<Timestamp>,
    /// Why; `None` once the case was erased.
    pub reason: Option<String>,
    /// Who looked at it, by name, and when.
    pub seen: Option<(String, Timestamp)>,
    /// What was asked about it, the first first.
    pub questions: Vec<EmergencyQuestion>,
    /// What was read under it, the first first.
    pub reads: Vec<EmergencyRead>,
    /// Whether more was read than that.
    pub more: bool,
    /// Whether the reader opened it.
    pub own: bool,
    /// Whether it is open.
    pub is_open: bool,
}

/// What was asked about an opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyQuestion {
    /// What it is answered by.
    pub number: i64,
    /// Who asked, by name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What; `None` once the case was erased.
    pub question: Option<String>,
    /// What was answered, and when.
    pub answered: Option<(Option<String>, Timestamp)>,
}

/// What was read in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergencyRead {
    /// When.
    pub at: Timestamp,
    /// The type of the record that was read; `None` where the whole case was.
    pub record_type: Option<TypeName>,
    /// How much, as the audit has it.
    pub outcome: String,
}

/// Compartments of a case that may be opened in an emergency, each with its name and for how long at most.
pub type Openable = Vec<(CompartmentCode, Label, Span)>;

/// What somebody opens in an emergency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Of which compartment.
    pub compartment: CompartmentCode,
    /// For how many minutes.
    pub minutes: u32,
    /// Why.
    pub reason: String,
}
