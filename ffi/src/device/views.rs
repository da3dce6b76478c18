//! Rows of lists, and the device's state.

use std::time::SystemTime;

use client_core::device;
use client_core::store::{quarantine, query};
use model::ids::{CaseId, DeviceId, ProgramCode, RecordId, TypeName, UserId};
use model::time::Timestamp;
use model::wire::DecisionV1;
use model::words::LanguageTag;
use rand::Rng;

use crate::record::RecordState;
use crate::runtime::instant;
use crate::value::Edit;

/// A record to create.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NewRecord {
    /// Its type.
    pub record_type: TypeName,
    /// The case it belongs to, if its type has one.
    #[uniffi(default = None)]
    pub case_id: Option<CaseId>,
    /// The program it belongs to. If left out, the first of the owner's programs that may create
    /// it.
    #[uniffi(default = None)]
    pub program: Option<ProgramCode>,
    /// Its first values.
    #[uniffi(default)]
    pub edits: Vec<Edit>,
}

/// A person whom the device knows by name.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Colleague {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Whether they work in one of the owner's programs: offer these to choose from. The others are
    /// listed so that records which name them can be shown.
    pub active: bool,
}

/// Which records to list.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct RecordFilter {
    /// Only of this type.
    #[uniffi(default = None)]
    pub record_type: Option<TypeName>,
    /// Only of this case.
    #[uniffi(default = None)]
    pub case_id: Option<CaseId>,
    /// At most this many; all if left out.
    #[uniffi(default = None)]
    pub limit: Option<u32>,
}

/// A record in a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordRow {
    /// The record.
    pub id: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// Its case, or nothing if it belongs to no case.
    pub case_id: Option<CaseId>,
    /// Its title.
    pub title: String,
    /// When the recorded thing happened.
    pub occurred_at: SystemTime,
    /// When it was last edited, by the editor's clock.
    pub updated_at: SystemTime,
    /// How far its newest change has come.
    pub state: RecordState,
    /// How many conflicts wait for a decision.
    pub conflicts: u64,
}

/// A case in the caseload.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CaseRow {
    /// The case.
    pub case_id: CaseId,
    /// Its title, or its id if its own record is not on this device.
    pub title: String,
    /// The type of its own record, if that is here.
    pub record_type: Option<TypeName>,
    /// When a person last worked on it.
    pub last_contact: Option<SystemTime>,
    /// How many tasks are open.
    pub open_tasks: u64,
    /// When the first of them is due.
    pub next_due: Option<SystemTime>,
    /// How many conflicts wait for a decision.
    pub conflicts: u64,
}

/// A task that is open.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpenTask {
    /// The record that created it.
    pub record: RecordId,
    /// That record's type.
    pub record_type: TypeName,
    /// The rule's name in that type.
    pub rule: String,
    /// The task in words.
    pub label: String,
    /// The case, or nothing if the record belongs to no case.
    pub case_id: Option<CaseId>,
    /// The title of the case, or else of the record.
    pub title: String,
    /// When it is due.
    pub due: SystemTime,
    /// Whether it is past due.
    pub overdue: bool,
    /// Whether it is escalated: open so long that a supervisor is told.
    pub flagged: bool,
    /// The owner of the task, if the record names one.
    pub owner: Option<UserId>,
    /// Their name, if the device knows it.
    pub owner_name: Option<String>,
    /// Whether that is the owner of this device.
    pub yours: bool,
}

/// A change that the server refused, or that cannot be applied here.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RefusedChange {
    /// Its number for `retry` and `dismiss`.
    pub number: i64,
    /// Whether it was made on this device; otherwise it came from the server and cannot be applied.
    pub own: bool,
    /// Its record.
    pub record: RecordId,
    /// The record's type, if it is known.
    pub record_type: Option<TypeName>,
    /// The stable name of the reason.
    pub code: String,
    /// The reason in words.
    pub reason: String,
    /// Whether `retry` may succeed once the reason is gone, for example after a role or a case was
    /// assigned again. Otherwise only another edit helps.
    pub may_help: bool,
    /// When it was refused.
    pub at: SystemTime,
    /// The edits that the owner made, to show them or to fill a form with them again. Empty if the
    /// case has left this device.
    pub edits: Vec<Edit>,
    /// Whether the owner dismissed it.
    pub dismissed: bool,
    /// Whether its record is on this device. The owner's changes to a case that left the device are
    /// kept until a supervisor has decided.
    pub is_here: bool,
    /// The decision of a supervisor, or nothing while it is pending.
    pub decided: Option<Decided>,
}

/// The decision about a refused change.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Decided {
    /// The decision.
    pub decision: Decision,
    /// When.
    pub at: SystemTime,
    /// The name of the person who decided, or nothing if the case was erased.
    pub by: Option<String>,
    /// Why, in their words.
    pub why: Option<String>,
}

/// The possible decisions about a refused change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Decision {
    /// The change was accepted.
    Accepted,
    /// A supervisor rewrote the change.
    Repaired,
    /// The change was dismissed.
    Dismissed,
    /// Its case was erased: the change is kept nowhere.
    Erased,
}

/// The state of a device.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Status {
    /// The device.
    pub device: DeviceId,
    /// Its owner's name.
    pub owner: String,
    /// Its server.
    pub server_url: String,
    /// Records with changes that are on this phone only.
    pub on_phone: u64,
    /// Records that were sent and have no answer yet.
    pub sent: u64,
    /// Records of which the server has all changes.
    pub on_server: u64,
    /// Records with a refusal that is not dismissed.
    pub refused: u64,
    /// Changes that wait to be acknowledged.
    pub waiting: u64,
    /// The records with a change that was too large for a proxy on the way in the last
    /// synchronization. Each synchronization retries them.
    pub stuck: Vec<RecordId>,
    /// When a synchronization last finished.
    pub last_sync: Option<SystemTime>,
    /// When the store was last found to be restored from a backup or copied.
    pub restored_at: Option<SystemTime>,
    /// Until when records may be shown without contact with the server.
    pub lease_until: SystemTime,
    /// Whether records may not be shown now: synchronize.
    pub lease_expired: bool,
    /// The server's clock minus this device's in milliseconds, at the last contact.
    pub skew_ms: i64,
}

impl NewRecord {
    pub(crate) fn lower(self, now: Timestamp, rng: &mut dyn Rng) -> device::NewRecord {
        device::NewRecord {
            record_type: self.record_type,
            case: self.case_id,
            program: self.program,
            edits: self.edits.into_iter().map(|edit| edit.lower(now, rng)).collect(),
        }
    }
}

impl From<RecordFilter> for query::ListFilter {
    fn from(filter: RecordFilter) -> Self {
        Self {
            record_type: filter.record_type,
            case: filter.case_id,
            limit: filter.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
        }
    }
}

impl RecordRow {
    pub(crate) fn of(row: query::ListRow, language: LanguageTag) -> Self {
        Self {
            id: row.record,
            record_type: row.record_type,
            case_id: row.case,
            title: row.title.in_language(language).to_owned(),
            occurred_at: instant(row.occurred_at),
            updated_at: instant(row.updated_at),
            state: row.state.into(),
            conflicts: row.conflicts,
        }
    }
}

impl CaseRow {
    pub(crate) fn of(row: query::CaseRow, language: LanguageTag) -> Self {
        Self {
            case_id: row.case,
            title: row.title.in_language(language).to_owned(),
            record_type: row.record_type,
            last_contact: row.last_contact.map(instant),
            open_tasks: row.open_tasks,
            next_due: row.next_due.map(instant),
            conflicts: row.conflicts,
        }
    }
}

impl OpenTask {
    pub(crate) fn of(task: query::OpenTask, language: LanguageTag) -> Self {
        Self {
            label: task.label.in_language(language).to_owned(),
            record: task.record,
            record_type: task.record_type,
            rule: task.rule,
            case_id: task.case,
            title: task.title.in_language(language).to_owned(),
            due: instant(task.due),
            overdue: task.overdue,
            flagged: task.flagged,
            owner: task.owner,
            owner_name: task.owner_name,
            yours: task.yours,
        }
    }
}

impl RefusedChange {
    pub(crate) fn of(item: quarantine::QuarantineItem, language: LanguageTag) -> Self {
        let reason = item.reason_in(language);
        Self {
            number: item.number,
            own: item.kind == quarantine::QuarantineKind::Own,
            may_help: item.may_help(),
            record: item.record,
            record_type: item.record_type,
            code: item.code,
            reason,
            at: instant(item.at),
            edits: item.edits.into_iter().filter_map(Edit::lift).collect(),
            dismissed: item.dismissed,
            is_here: item.is_here,
            decided: item.decided.map(Decided::from),
        }
    }
}

impl From<quarantine::Decided> for Decided {
    fn from(decided: quarantine::Decided) -> Self {
        let quarantine::Decided { decision, at, by, why } = decided;
        Self { decision: decision.into(), at: instant(at), by, why }
    }
}

impl From<DecisionV1> for Decision {
    fn from(decision: DecisionV1) -> Self {
        match decision {
            DecisionV1::Accepted => Self::Accepted,
            DecisionV1::Repaired => Self::Repaired,
            DecisionV1::Dismissed => Self::Dismissed,
            DecisionV1::Erased => Self::Erased,
        }
    }
}

impl From<device::Status> for Status {
    fn from(status: device::Status) -> Self {
        use client_core::store::RecordState as State;
        let count = |state| status.records.get(&state).copied().unwrap_or(0);
        Self {
            on_phone: count(State::OnPhone),
            sent: count(State::Sent),
            on_server: count(State::OnServer),
            refused: count(State::Refused),
            device: status.device,
            owner: status.owner,
            server_url: status.server_url,
            waiting: status.outbox,
            stuck: status.stuck,
            last_sync: status.last_sync.map(instant),
            restored_at: status.restored_at.map(instant),
            lease_until: instant(status.lease.until),
            lease_expired: status.locked,
            skew_ms: status.lease.skew_ms,
        }
    }
}
