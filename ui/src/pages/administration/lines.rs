//! What several pages say of people and devices.

use model::catalogue::Catalogue;
use model::ids::{ProgramCode, RoleCode};
use model::time::Span;

use crate::clock::Clock;
use crate::pages::console::rows::{Moment, program_name};
use crate::views::{AccountState, DeviceRow, DeviceState, Handle};
use crate::words::Words;

/// A state in a word, and the class of its badge.
pub(super) struct Badge {
    pub(super) class: &'static str,
    pub(super) words: String,
}

/// Returns whether somebody can sign in.
pub(super) fn account(state: AccountState, words: Words) -> Badge {
    let (class, words) = match state {
        AccountState::None => ("", words.staff_account_none()),
        AccountState::Invited(_) => ("open", words.staff_account_invited()),
        AccountState::Active => ("good", words.staff_account_active()),
        AccountState::Closed(_) => ("bad", words.staff_account_closed()),
    };
    Badge { class, words }
}

/// Returns the name of a role; its code, if the catalogue has it no more.
pub(super) fn role_name(code: &RoleCode, words: Words, catalogue: &Catalogue) -> String {
    let role = catalogue.roles.get(code);
    role.map_or(code.as_str(), |role| words.label(&role.label)).to_owned()
}

/// Roles of one program that can be chosen.
pub(super) struct RoleGroup {
    pub(super) program: String,
    /// What is sent for a role, and its name.
    pub(super) roles: Vec<(String, String)>,
}

/// Returns the roles that can be given, by program.
pub(super) fn role_groups(
    roles: &[(ProgramCode, Vec<RoleCode>)],
    words: Words,
    catalogue: &Catalogue,
) -> Vec<RoleGroup> {
    let group = |(program, roles): &(ProgramCode, Vec<RoleCode>)| RoleGroup {
        program: program_name(program, words, catalogue),
        roles: roles
            .iter()
            .map(|role| (sent(role, program), role_name(role, words, catalogue)))
            .collect(),
    };
    roles.iter().map(group).collect()
}

/// Returns what a form sends for a role in a program.
pub(super) fn sent(role: &RoleCode, program: &ProgramCode) -> String {
    format!("{role} {program}")
}

/// Returns the role and the program that a form sent.
pub(super) fn chosen(text: &str) -> Option<(RoleCode, ProgramCode)> {
    let (role, program) = text.split_once(' ')?;
    Some((role.parse().ok()?, program.parse().ok()?))
}

/// A device as lists show it.
pub(super) struct DeviceLine {
    pub(super) device: Handle,
    pub(super) owner: String,
    pub(super) platform: String,
    pub(super) enrolled: Moment,
    /// When it came last; `None` if never.
    pub(super) seen: Option<Moment>,
    /// Whether that is too long ago.
    pub(super) late: bool,
    pub(super) unsent: u64,
    pub(super) catalogue: String,
    pub(super) state: Badge,
    /// Since when that is so.
    pub(super) since: Option<Moment>,
    pub(super) revoked: bool,
}

/// Returns a device as lists show it.
pub(super) fn device(row: DeviceRow, words: Words, clock: Clock<'_>) -> DeviceLine {
    let revoked = row.state != DeviceState::Enrolled;
    let last = row.seen.unwrap_or(row.enrolled);
    let (class, state, since) = match row.state {
        DeviceState::Enrolled => ("good", words.device_enrolled(), None),
        DeviceState::Ordered(at) => ("warn", words.device_ordered(), Some(at)),
        DeviceState::Told(at) => ("bad", words.device_told(), Some(at)),
    };
    DeviceLine {
        device: row.device,
        owner: row.owner,
        platform: row.platform,
        enrolled: Moment::said(clock, row.enrolled, clock.day(row.enrolled)),
        seen: row.seen.map(|at| Moment::said(clock, at, clock.ago(at))),
        late: !revoked && clock.now().since(last) >= LATE_AFTER,
        unsent: row.unsent,
        catalogue: match row.current {
            Some(true) => words.device_current(),
            Some(false) => words.device_outdated(),
            None => words.unknown(),
        },
        state: Badge { class, words: state },
        since: since.map(|at| Moment::at(clock, at)),
        revoked,
    }
}

/// A device that did not come for so long is shown in red.
pub(super) const LATE_AFTER: Span = Span::from_hours(72);
