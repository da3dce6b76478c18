//! What pages show to those who look after people and devices: nothing of any case.

use model::ids::{ProgramCode, RoleCode};
use model::time::{Span, Timestamp};

use super::Handle;

/// A page of the list of people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleView {
    /// Those of this page, by name.
    pub rows: Vec<MemberRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// How many of all people were not here for long.
    pub inactive: u64,
    /// The roles that can be given, by program.
    pub roles: Vec<(ProgramCode, Vec<RoleCode>)>,
}

/// Which people are listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PeopleFilter {
    /// A part of their names; all of them if it is empty.
    pub name: String,
    /// Only those who were not here for long.
    pub inactive: bool,
    /// How many come before the page.
    pub skip: u64,
}

/// A member of staff, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// Who it is.
    pub member: Handle,
    /// Their name.
    pub name: String,
    /// What they hold.
    pub roles: Vec<(RoleCode, ProgramCode)>,
    /// Whether they can sign in.
    pub account: AccountState,
    /// When they signed in last; `None` if never, as far as is known.
    pub signed_in: Option<Timestamp>,
    /// How many devices of theirs may sync.
    pub devices: u64,
    /// When one of their devices came last.
    pub seen: Option<Timestamp>,
    /// Whether they were not here for long: neither signed in nor by a device.
    pub inactive: bool,
}

/// Whether somebody can sign in at the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// They never had an account, and no code for one.
    None,
    /// They have a code that opens one, until then.
    Invited(Timestamp),
    /// They can.
    Active,
    /// It was closed then.
    Closed(Timestamp),
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberView {
    /// As in the list.
    pub row: MemberRow,
    /// Which of their roles begin or end on a day.
    pub terms: Vec<RoleTerm>,
    /// When they were added.
    pub added: Timestamp,
    /// How many sessions of theirs go on.
    pub sessions: u64,
    /// Whether it is the reader.
    pub own: bool,
    /// Their devices.
    pub devices: Vec<DeviceRow>,
    /// The roles that can be given to them, by program.
    pub roles: Vec<(ProgramCode, Vec<RoleCode>)>,
    /// When they are or will be away: from when until when, by when it begins. The end is not in it.
    pub absences: Vec<(Timestamp, Timestamp)>,
}

/// What a list of people does, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportView {
    /// What came of each line, in the list's order.
    pub lines: Vec<ImportLine>,
    /// Whether it was done. All of it is, or nothing.
    pub done: bool,
}

/// A line of a list of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Its number in the file.
    pub number: u64,
    /// The name, as typed.
    pub name: String,
    /// The code of the role, as typed.
    pub role: String,
    /// The code of the program, as typed.
    pub program: String,
    /// The first and the last day, as typed.
    pub days: (String, String),
    /// What it does.
    pub outcome: ImportOutcome,
}

/// What a line of a list of people does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It adds somebody.
    Adds,
    /// It gives a role to somebody who is there, or sets its last day.
    GivesRole,
    /// They have this role already.
    NothingNew,
    /// It cannot be done; why, in words.
    Fails(String),
}

/// A role that begins or ends on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleTerm {
    /// The role.
    pub role: RoleCode,
    /// The program.
    pub program: ProgramCode,
    /// When it begins; `None` once it has.
    pub from: Option<Timestamp>,
    /// When it ends: that instant is not in it.
    pub until: Option<Timestamp>,
}

/// A code that is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationView {
    /// Whom it is for.
    pub name: String,
    /// The code.
    pub code: String,
    /// When it stops working.
    pub until: Timestamp,
    /// The server's address.
    pub server: String,
    /// The fingerprint of the server's key; `None` where devices trust the authorities of their systems.
    pub fingerprint: Option<String>,
    /// The address that opens the field app in a phone's browser; `None` where the code is for something
    /// else, or where no phone's browser trusts the server.
    pub app: Option<String>,
    /// What a camera reads.
    pub scanned: String,
}

/// A page of the list of devices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DevicesView {
    /// Those of this page: those that came longest ago first.
    pub rows: Vec<DeviceRow>,
    /// How many there are on all pages.
    pub total: u64,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// Which it is.
    pub device: Handle,
    /// Its owner.
    pub owner: String,
    /// What kind of installation it is.
    pub platform: String,
    /// When it was enrolled.
    pub enrolled: Timestamp,
    /// When it came last; `None` if never.
    pub seen: Option<Timestamp>,
    /// How many drafts were open on it when it came last.
    pub drafts: u64,
    /// What it said of itself when it came last; `None` from one of an earlier version.
    pub report: Option<DeviceReport>,
    /// Whether it works by the catalogue that is in force; `None` where that is not known.
    pub current: Option<bool>,
    /// The order to show nothing, if there is one.
    pub lock: Option<OrderSteps>,
    /// The order to wipe itself, once it was revoked.
    pub wipe: Option<OrderSteps>,
}

/// What a device said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceReport {
    /// The version of its program.
    pub app: String,
    /// How many records it held.
    pub records: u64,
    /// How many changes it had not sent.
    pub waiting: u64,
    /// How large its store was, in bytes.
    pub store_bytes: u64,
    /// How many bytes were free beside it; `None` where its platform does not say.
    pub free_bytes: Option<u64>,
    /// Its clock less the server's.
    pub skew: Span,
}

/// How far an order to a device got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderSteps {
    /// When it was given.
    pub ordered: Timestamp,
    /// When the device was first told; `None` while it has not come.
    pub told: Option<Timestamp>,
    /// When the device said that it has carried it out.
    pub confirmed: Option<Timestamp>,
}

/// A device on a page of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceView {
    /// As in the list.
    pub row: DeviceRow,
    /// Whether the reader may revoke it.
    pub may_revoke: bool,
}

/// What the server knows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthView {
    /// The program's version.
    pub version: String,
    /// The first digits of the digest of the catalogue in force.
    pub catalogue: String,
    /// When that catalogue was first in force.
    pub published: Option<Timestamp>,
    /// The version of the database's tables.
    pub tables: u64,
    /// How large the database is, in bytes.
    pub bytes: u64,
    /// The number of the feed's newest entry.
    pub feed: u64,
    /// How many people there are.
    pub people: u64,
    /// How many devices may sync.
    pub devices: u64,
    /// The last backup; `None` if there never was one.
    pub backup: Option<BackupView>,
    /// How many rows the audit has.
    pub audit_rows: u64,
    /// The hash of the newest of them.
    pub audit_head: String,
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupView {
    /// Its file's name, without the folder.
    pub file: String,
    /// When it was made.
    pub at: Timestamp,
    /// Whether that is too long ago.
    pub old: bool,
}
