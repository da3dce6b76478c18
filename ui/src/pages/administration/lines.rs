//! What several pages say of people and devices.

use model::catalogue::Catalogue;
use model::ids::{ProgramCode, RoleCode};
use model::time::{Span, Timestamp};

use crate::clock::Clock;
use crate::pages::console::rows::{Moment, program_name};
use crate::views::{AccountState, DeviceRow, Handle, OrderSteps};
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
    /// How far its clock is off, in words, where that is too far.
    pub(super) clock_off: Option<String>,
    /// The version of its program.
    pub(super) app: String,
    pub(super) catalogue: String,
    /// How many records it holds.
    pub(super) records: String,
    /// How large its store is.
    pub(super) size: Option<String>,
    /// How much room there is beside it.
    pub(super) free: Option<String>,
    /// How many changes and drafts were not sent.
    pub(super) unsent: u64,
    pub(super) state: Badge,
    /// Since when that is so.
    pub(super) since: Option<Moment>,
    pub(super) revoked: bool,
    pub(super) locked: bool,
}

/// Returns a device as lists show it.
pub(super) fn device(row: DeviceRow, words: Words, clock: Clock<'_>) -> DeviceLine {
    let revoked = row.wipe.is_some();
    let last = row.seen.unwrap_or(row.enrolled);
    let (state, since) = state(&row, words);
    let report = row.report.as_ref();
    let off = report.map(|report| report.skew).filter(|skew| is_off(*skew));
    DeviceLine {
        device: row.device,
        owner: row.owner,
        platform: row.platform,
        enrolled: Moment::said(clock, row.enrolled, clock.day(row.enrolled)),
        seen: row.seen.map(|at| Moment::said(clock, at, clock.ago(at))),
        late: !revoked && clock.now().since(last) >= LATE_AFTER,
        clock_off: off.map(|skew| match skew < Span::default() {
            true => words.device_clock_behind(clock.span(minutes(skew))),
            false => words.device_clock_ahead(clock.span(minutes(skew))),
        }),
        app: report.map_or_else(|| words.unknown(), |report| report.app.clone()),
        catalogue: match row.current {
            Some(true) => words.device_current(),
            Some(false) => words.device_outdated(),
            None => words.unknown(),
        },
        records: report.map_or_else(|| words.unknown(), |report| report.records.to_string()),
        size: report.map(|report| size(report.store_bytes)),
        free: report.and_then(|report| report.free_bytes).map(size),
        unsent: row.drafts.saturating_add(report.map_or(0, |report| report.waiting)),
        state,
        since: since.map(|at| Moment::at(clock, at)),
        revoked,
        locked: row.lock.is_some(),
    }
}

/// Returns whether a device may work, and since when it may not. What was carried out last counts.
fn state(row: &DeviceRow, words: Words) -> (Badge, Option<Timestamp>) {
    let (class, said, since) = match (row.wipe, row.lock) {
        (Some(OrderSteps { confirmed: Some(at), .. }), _) => {
            ("bad", words.device_wiped(), Some(at))
        }
        (Some(OrderSteps { told: Some(at), .. }), _) => ("bad", words.device_told(), Some(at)),
        (Some(OrderSteps { ordered, .. }), _) => ("warn", words.device_ordered(), Some(ordered)),
        (None, Some(OrderSteps { confirmed: Some(at), .. })) => {
            ("bad", words.device_locked(), Some(at))
        }
        (None, Some(OrderSteps { told: Some(at), .. })) => {
            ("bad", words.device_lock_told(), Some(at))
        }
        (None, Some(OrderSteps { ordered, .. })) => {
            ("warn", words.device_lock_ordered(), Some(ordered))
        }
        (None, None) => ("good", words.device_enrolled(), None),
    };
    (Badge { class, words: said }, since)
}

/// Says a size: `12.5 MB`, `20.1 GB`.
pub(super) fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        1_000_000_000.. => (1_000_000_000, "GB"),
        _ => (1_000_000, "MB"),
    };
    format!("{}.{} {name}", bytes / unit, bytes % unit / (unit / 10))
}

/// Returns how far it is either way, in whole minutes.
fn minutes(skew: Span) -> Span {
    let minutes = skew.as_millis().unsigned_abs() / 60_000;
    Span::from_minutes(i64::try_from(minutes).unwrap_or(i64::MAX))
}

fn is_off(skew: Span) -> bool {
    skew.as_millis().unsigned_abs() > CLOCK_MAY_BE_OFF.as_millis().unsigned_abs()
}

/// A device that did not come for so long is shown in red.
pub(super) const LATE_AFTER: Span = Span::from_hours(72);

/// Farther off than that, times on the device mislead. A slow network is no more than this.
const CLOCK_MAY_BE_OFF: Span = Span::from_minutes(5);
