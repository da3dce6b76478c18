//! What a console asks and is told, as JSON. Nothing of it is ever put into an address: addresses are
//! logged by what stands between.

use std::collections::BTreeMap;

use model::catalogue::Label;
use model::ids::{
    CaseId, ChangeHash, CompartmentCode, FieldName, ProgramCode, RecordId, Scope, TypeName, UserId,
};
use model::record::Edit;
use model::time::Timestamp;
use model::wire::{ColleagueV1, MembershipV1};
use model::words::Message;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value as Json};

use crate::store::audit::AuditRow;

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their roles, each in a program. Asked anew with every request.
    pub roles: Vec<MembershipV1>,
    /// For whoever watches over privacy: openings in an emergency that nobody has looked at yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_emergencies: Option<u64>,
}

/// The users whom a reader may name in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleagues {
    /// The reader and their colleagues, in the order of their ids.
    pub people: Vec<ColleagueV1>,
}

/// Looks for people, or places, by words of their names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindPeople {
    /// Words, or their beginnings; whatever the accents and the case.
    pub text: String,
    /// How many of those who are found to pass over: the pages before.
    #[serde(default)]
    pub skip: usize,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Who was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// At most fifty.
    pub found: Vec<RecordRow>,
    /// Whether there are more: give more words, or pass over these.
    pub more: bool,
}

/// Every case that is assigned to somebody or supervised by them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caseload {
    /// Those first whose newest record came to the server last, whatever dates stand in it, and
    /// within a page by what happened last. At most five hundred, and about a megabyte.
    pub cases: Vec<CaseRow>,
    /// What to ask with for those after them; none when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// A case in a caseload. Counts only what its reader may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// What the record says that opened it; none when it may not be seen.
    pub opened_by: Option<RecordRow>,
    /// Whom it is assigned to, by name, of those who see something in it that the reader sees too.
    pub assigned: Vec<String>,
    /// How many records there are.
    pub records: u64,
    /// How many of them hold values that a person must decide between.
    pub to_review: u64,
    /// When the newest of them happened.
    pub last: Timestamp,
}

/// What is still to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tasks {
    /// Those first whose records came to the server last, whatever dates stand in them, and within a
    /// page what is due first. About five hundred; never a part of what one record asks for.
    pub open: Vec<TaskRow>,
    /// What to ask with for those after them; none when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One task that is still to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// The record that asks for it.
    pub record: RecordId,
    /// The record that it is about, where it is another one: what was returned and is to be mended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<RecordId>,
    /// Its type.
    #[serde(rename = "type")]
    pub record_type: TypeName,
    /// Its case; none when it stands alone.
    pub case: Option<CaseId>,
    /// Its compartment.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// The rule of the type by which it asks.
    pub rule: String,
    /// What is to be done; none when the catalogue has no such rule any more.
    pub task: Option<Label>,
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
    /// When the last time.
    pub last_attempt: Option<Timestamp>,
    /// Who is to do it, by name, where the record says so.
    pub owner: Option<String>,
    /// Whether that is the reader.
    pub yours: bool,
    /// Whom the case is assigned to, by name, as in the caseload.
    pub assigned: Vec<String>,
}

/// Reads a case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadCase {
    /// The case.
    pub case: CaseId,
    /// The `next` of the page before; none asks for the first.
    #[serde(default)]
    pub before: Option<u64>,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What may be seen of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseView {
    /// The case.
    pub case: CaseId,
    /// Its records, the newest first: those that came to the server last, whatever dates stand in
    /// them, and within a page by these. At most five hundred, and about a megabyte.
    pub records: Vec<RecordRow>,
    /// What to ask with for those that came before them; none when there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// What the law asks to be said with them.
    pub notices: Vec<Notice>,
}

/// A record, as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// The record.
    pub record: RecordId,
    /// Its type.
    #[serde(rename = "type")]
    pub record_type: TypeName,
    /// Its case; none when it stands alone.
    pub case: Option<CaseId>,
    /// Its compartment.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// What it is called in a list.
    pub title: Label,
    /// When what it tells happened.
    pub occurred_at: Timestamp,
    /// Conflicts that wait for a person.
    pub to_review: u64,
    /// What stands in its fields.
    pub fields: Map<String, Json>,
    /// Names of the users whom the fields name, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<UserId, String>,
}

impl RecordRow {
    /// Where it lives.
    pub(super) fn scope(&self) -> Scope {
        let case = self.case.unwrap_or_else(|| self.record.into());
        Scope { case, compartment: self.compartment.clone() }
    }
}

/// A notice that goes with a disclosure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The compartment whose records it is about.
    pub compartment: CompartmentCode,
    /// Its words.
    pub text: Label,
}

/// Reads a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadRecord {
    /// The record.
    pub record: RecordId,
    /// The first change of the page of the history that was read; none asks for the newest page.
    #[serde(default, deserialize_with = "hash_in_digits")]
    pub history_before: Option<ChangeHash>,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// As histories in JSON have it.
fn hash_in_digits<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ChangeHash>, D::Error> {
    let digits = Option::<String>::deserialize(from)?;
    digits.map(|digits| digits.parse().map_err(D::Error::custom)).transpose()
}

/// All of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// What is listed of it. Its `people` are those whom conflicts and the history name, too.
    #[serde(flatten)]
    pub row: RecordRow,
    /// Who made it, by name.
    pub created_by: String,
    /// When, by the maker's clock.
    pub created_at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
    /// Every field with several values written concurrently, as in `fieldbook device show`.
    pub conflicts: Vec<Json>,
    /// The last two hundred changes, or those before the one that was asked for, as in
    /// `fieldbook device history`.
    pub history: Vec<Json>,
    /// Whether there are others before these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub history_more: bool,
    /// How many changes are left out of all this, because they cannot be read any more.
    #[serde(skip_serializing_if = "is_none_left_out")]
    pub left_out: u64,
    /// What the law asks to be said with it.
    pub notices: Vec<Notice>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_none_left_out(count: &u64) -> bool {
    *count == 0
}

/// Makes a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRecord {
    /// Its type.
    #[serde(rename = "type")]
    pub record_type: TypeName,
    /// Its case; none for a type that opens one or stands alone.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// The program it is made for; none takes the one of its maker that works there.
    #[serde(default)]
    pub program: Option<ProgramCode>,
    /// Its first values.
    pub edits: Vec<Edit>,
    /// Whether dates that lie a little after now are right.
    #[serde(default)]
    pub anyway: bool,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Changes a record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditRecord {
    /// The record.
    pub record: RecordId,
    /// What changes, as one change.
    pub edits: Vec<Edit>,
    /// Whether dates that lie a little after now are right.
    #[serde(default)]
    pub anyway: bool,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The record.
    pub record: RecordId,
    /// Its case; none when it stands alone.
    pub case: Option<CaseId>,
    /// Whether anything changed.
    pub changed: bool,
}

/// Opens a case's records in an emergency ("break glass").
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenEmergency {
    /// The case.
    pub case: CaseId,
    /// Of which compartment.
    pub compartment: CompartmentCode,
    /// For how many minutes.
    pub minutes: u32,
    /// Why: ten to five hundred characters. The privacy officer reads it at once.
    pub reason: String,
}

/// Closes it before its time, or says that it was looked at.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedEmergency {
    /// Which.
    pub emergency: i64,
}

/// One opening in an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmergencyView {
    /// Which.
    pub emergency: i64,
    /// Who opened it.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The case.
    pub case: CaseId,
    /// The compartment.
    pub compartment: CompartmentCode,
    /// From when.
    pub opened_at: Timestamp,
    /// Until when at most; exclusive.
    pub until: Timestamp,
    /// When it was closed before that.
    pub closed_at: Option<Timestamp>,
    /// Why; none once the case was erased.
    pub reason: Option<String>,
    /// When somebody who watches over privacy looked at it.
    pub seen_at: Option<Timestamp>,
}

/// A change that was refused and waits for a decision. Says nothing of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalRow {
    /// Its place among all of them: what to ask with for those before it.
    #[serde(default)]
    pub number: i64,
    /// The entry that is decided about: all that the same device handed in for the same record.
    pub entry: i64,
    /// The owner of the device that sent it, by name.
    pub by: String,
    /// The record it was for.
    pub record: RecordId,
    /// Its type, when that can be told.
    #[serde(rename = "type")]
    pub record_type: Option<TypeName>,
    /// Its compartment, when that can be told.
    pub compartment: Option<CompartmentCode>,
    /// The program it was made for, when that can be told.
    pub program: Option<ProgramCode>,
    /// The stable name of the reason.
    pub code: String,
    /// The reason as the owner was told.
    pub reason: String,
    /// When it first came.
    pub received_at: Timestamp,
    /// How often it came.
    pub times: u64,
}

/// Looks at what was refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShowRefusal {
    /// Which entry.
    pub entry: i64,
    /// Why, where a reason is needed.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Accepts or dismisses what was refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecideRefusal {
    /// Which entry.
    pub entry: i64,
    /// Why: ten to five hundred characters. Whoever recorded it is told.
    pub reason: String,
}

/// Writes anew what was refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairRefusal {
    /// Which entry.
    pub entry: i64,
    /// All values of the new record; or what changes in the record, if the server has it.
    pub edits: Vec<Edit>,
    /// Why: ten to five hundred characters. Whoever recorded it is told.
    pub reason: String,
}

/// What was refused, and what it would make of its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalView {
    /// Which entry.
    pub entry: i64,
    /// Who recorded it, by name.
    pub by: String,
    /// The record.
    pub record: RecordId,
    /// Its type, when that can be told.
    #[serde(rename = "type")]
    pub record_type: Option<TypeName>,
    /// Its case; none when it stands alone, or that cannot be told.
    pub case: Option<CaseId>,
    /// Its compartment, when that can be told.
    pub compartment: Option<CompartmentCode>,
    /// The program it was made for, when that can be told.
    pub program: Option<ProgramCode>,
    /// When the record was made, by its maker's clock.
    pub created_at: Option<Timestamp>,
    /// Whether the server has no such record.
    pub is_new: bool,
    /// How many of the changes cannot be read.
    pub unreadable: usize,
    /// What stands in the record now, if the server has it.
    pub before: Option<Map<String, Json>>,
    /// What would stand in it; none when nothing can be read.
    pub fields: Option<Map<String, Json>>,
    /// What each of the changes does, as in `fieldbook device history`.
    pub history: Vec<Json>,
    /// Names of the users whom `before` and `fields` name, by their ids.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub people: BTreeMap<UserId, String>,
    /// Why each was refused.
    pub changes: Vec<RefusedChangeRow>,
}

/// Why a change was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedChangeRow {
    /// The stable name of the reason.
    pub code: String,
    /// The reason as the owner was told.
    pub reason: String,
    /// When it first came.
    pub received_at: Timestamp,
    /// How often it came.
    pub times: u64,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The record that says it now, if any does.
    pub record: RecordId,
    /// How many changes were decided about.
    pub changes: usize,
    /// Why the others are still refused; they wait for another decision.
    pub left: Vec<String>,
}

/// Asks for rows of the audit.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadAudit {
    /// Only acts of this name, which is one of [`AuditAct`].
    ///
    /// [`AuditAct`]: crate::store::acts::AuditAct
    #[serde(default)]
    pub act: Option<String>,
    /// Only rows that name this identifier.
    #[serde(default)]
    pub about: Option<String>,
    /// Only rows before the one at this place: the last one of the page before.
    #[serde(default)]
    pub before: Option<u64>,
    /// At most so many; a thousand when none is given, and never more.
    #[serde(default)]
    pub limit: Option<u64>,
    /// What the audit is read for: needed once in each session, and passed over after that.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Rows of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The newest first.
    pub rows: Vec<AuditRow>,
    /// What people gave as their reasons, by the number that the rows name.
    pub reasons: BTreeMap<i64, String>,
}

/// What is wrong with a request, by field where it is one field's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// The field; none when it is the whole.
    pub field: Option<FieldName>,
    /// What is wrong: a stable code and what fills its words.
    #[serde(flatten)]
    pub problem: Message,
}

impl Mistake {
    /// Returns what to tell of it.
    pub fn message(&self) -> Message {
        match &self.field {
            Some(field) => {
                let problem = self.problem.clone();
                Message::new("field").with("field", field).inside("problem", problem)
            }
            None => self.problem.clone(),
        }
    }
}
