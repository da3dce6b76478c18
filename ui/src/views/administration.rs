//! What pages show to those who look after people and devices: nothing of any case.

use model::ids::{ProgramCode, RoleCode};
use model::time::Timestamp;

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
    /// Whether the reader may revoke one.
    pub may_revoke: bool,
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
    pub unsent: u64,
    /// Whether it works by the catalogue that is in force; `None` where that is not known.
    pub current: Option<bool>,
    /// Whether it may sync.
    pub state: DeviceState,
}

/// Whether a device may sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    /// It may.
    Enrolled,
    /// It was revoked then, and has not come since.
    Ordered(Timestamp),
    /// It was revoked, came then, and was told to wipe itself.
    Told(Timestamp),
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
