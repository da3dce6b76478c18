//! A source of people and devices that says what a test gave it. The people in it are invented.

use model::ids::{ProgramCode, RoleCode};
use model::time::{Span, Timestamp};
use ui::views::{
    AccountState, BackupView, DeviceReport, DeviceRow, DeviceView, DevicesView, Handle, HealthView,
    ImportView, InvitationView, MemberRow, MemberView, OrderSteps, PeopleFilter, PeopleView,
    RoleTerm,
};
use ui::{AdministrationSource, Refusal};

use crate::fake::{NOW, WORKERS, handle};

/// People and devices of a department.
pub(crate) struct Office {
    pub(crate) people: PeopleView,
    pub(crate) devices: DevicesView,
    pub(crate) may_revoke: bool,
    /// What a list of people does.
    pub(crate) import: ImportView,
    pub(crate) health: HealthView,
    /// What is wrong with whoever is added.
    pub(crate) problem: Option<Refusal>,
    /// What was asked for and done, in words.
    pub(crate) done: Vec<String>,
}

impl Office {
    /// Returns a department in which nobody has done anything.
    pub(crate) fn empty() -> Self {
        Self {
            people: PeopleView::default(),
            devices: DevicesView::default(),
            may_revoke: true,
            import: ImportView { lines: Vec::new(), done: false },
            health: HealthView {
                version: "0.9.0".to_owned(),
                catalogue: "0f1e2d3c4b5a".to_owned(),
                published: Some(NOW - Span::from_days(12)),
                tables: 11,
                bytes: 12_560_000,
                feed: 40_123,
                people: 12,
                devices: 9,
                backup: None,
                audit_rows: 9_876,
                audit_head: "0f".repeat(32),
            },
            problem: None,
            done: Vec::new(),
        }
    }

    /// Returns a department with people and devices of every kind.
    pub(crate) fn busy() -> Self {
        let mut office = Self::empty();
        let program: ProgramCode = "street_outreach".parse().unwrap();
        let role = |code: &str| -> RoleCode { code.parse().unwrap() };
        office.people = PeopleView {
            rows: (0..5).map(member).collect(),
            total: 131,
            inactive: 2,
            roles: vec![(program, vec![role("OW"), role("SUP")])],
        };
        let rows = (0..4).map(device).collect();
        office.devices = DevicesView { rows, total: 4 };
        office.health.backup = Some(BackupView {
            file: "fieldbook-2026-11-12.db".to_owned(),
            at: NOW - Span::from_days(15),
            old: true,
        });
        office
    }
}

fn member(index: usize) -> MemberRow {
    let hours = i64::try_from(index).unwrap() * 31;
    let ago = Span::from_hours(hours);
    let street: ProgramCode = "street_outreach".parse().unwrap();
    MemberRow {
        member: handle("member", index),
        name: WORKERS[index % WORKERS.len()].to_owned(),
        roles: match index {
            3 => Vec::new(),
            1 => vec![
                ("OW".parse().unwrap(), street.clone()),
                ("SUP".parse().unwrap(), "hospital_response".parse().unwrap()),
            ],
            _ => vec![("OW".parse().unwrap(), street)],
        },
        account: match index % 4 {
            0 => AccountState::Active,
            1 => AccountState::Invited(NOW + Span::from_hours(5)),
            2 => AccountState::Closed(NOW - Span::from_days(3)),
            _ => AccountState::None,
        },
        signed_in: index.is_multiple_of(2).then(|| NOW - ago),
        devices: u64::try_from(index % 3).unwrap(),
        seen: (!index.is_multiple_of(3)).then(|| NOW - ago),
        inactive: index == 3,
    }
}

fn device(index: usize) -> DeviceRow {
    let days = i64::try_from(index).unwrap();
    DeviceRow {
        device: handle("device", index),
        owner: WORKERS[index % WORKERS.len()].to_owned(),
        platform: "android".to_owned(),
        enrolled: NOW - Span::from_days(200 + days),
        seen: (index != 1).then(|| NOW - Span::from_days(9 - 3 * days)),
        drafts: if index == 0 { 2 } else { 0 },
        report: (index != 1).then(|| DeviceReport {
            app: "0.9.0".to_owned(),
            records: 412,
            waiting: if index == 0 { 12 } else { 0 },
            store_bytes: 14_250_000,
            free_bytes: (index != 2).then_some(20_100_000_000),
            skew: Span::from_minutes([-80, 0, 2, 7][index % 4]),
        }),
        current: [Some(false), None, Some(true), Some(true)][index % 4],
        lock: (index == 1).then(|| steps(30, None, None)),
        wipe: match index % 4 {
            2 => Some(steps(24, None, None)),
            3 => Some(steps(48, Some(2), Some(2))),
            _ => None,
        },
    }
}

/// Returns how far an order got, by how many hours ago.
fn steps(ordered: i64, told: Option<i64>, confirmed: Option<i64>) -> OrderSteps {
    let ago = |hours| NOW - Span::from_hours(hours);
    OrderSteps { ordered: ago(ordered), told: told.map(ago), confirmed: confirmed.map(ago) }
}

impl AdministrationSource for Office {
    fn people(&mut self, filter: &PeopleFilter) -> Result<PeopleView, Refusal> {
        let PeopleFilter { name, inactive, skip } = filter;
        self.done.push(format!("people {name:?} {inactive} {skip}"));
        Ok(self.people.clone())
    }

    fn member(&mut self, member: &Handle) -> Result<MemberView, Refusal> {
        let row = self.people.rows.iter().find(|row| row.member == *member);
        Ok(MemberView {
            row: row.ok_or(Refusal::NotFound)?.clone(),
            terms: vec![
                RoleTerm {
                    role: "OW".parse().unwrap(),
                    program: "street_outreach".parse().unwrap(),
                    from: None,
                    until: Some(NOW + Span::from_days(20)),
                },
                RoleTerm {
                    role: "SUP".parse().unwrap(),
                    program: "reentry".parse().unwrap(),
                    from: Some(NOW + Span::from_days(4)),
                    until: Some(NOW + Span::from_days(18)),
                },
            ],
            added: NOW - Span::from_days(400),
            sessions: 2,
            own: false,
            devices: self.devices.rows.clone(),
            roles: self.people.roles.clone(),
            absences: vec![
                (NOW - Span::from_days(1), NOW + Span::from_days(6)),
                (NOW + Span::from_days(200), NOW + Span::from_days(207)),
            ],
        })
    }

    fn add_member(
        &mut self,
        name: &str,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<Handle, Refusal> {
        self.done.push(format!("add {name:?} {role} {program}"));
        self.problem.clone().map_or_else(|| Ok(handle("member", 9)), Err)
    }

    fn give_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
        days: (&str, &str),
    ) -> Result<(), Refusal> {
        self.done.push(format!("give {member} {role} {program} {days:?}"));
        self.problem.clone().map_or(Ok(()), Err)
    }

    fn add_absence(&mut self, member: &Handle, days: (&str, &str)) -> Result<(), Refusal> {
        self.done.push(format!("away {member} {days:?}"));
        Ok(())
    }

    fn remove_absence(&mut self, member: &Handle, from: Timestamp) -> Result<(), Refusal> {
        self.done.push(format!("there {member} {from}"));
        Ok(())
    }

    fn import(&mut self, list: &str, only_try: bool) -> Result<ImportView, Refusal> {
        self.done.push(format!("import {list:?} {only_try}"));
        match &self.problem {
            Some(problem) => Err(problem.clone()),
            None => Ok(ImportView { done: !only_try, ..self.import.clone() }),
        }
    }

    fn loses(&mut self, _: &Handle, _: &RoleCode, _: &ProgramCode) -> Result<u64, Refusal> {
        Ok(12)
    }

    fn take_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<(), Refusal> {
        self.done.push(format!("take {member} {role} {program}"));
        Ok(())
    }

    fn invite_to_account(&mut self, member: &Handle) -> Result<InvitationView, Refusal> {
        self.done.push(format!("account {member}"));
        Ok(invitation())
    }

    fn invite_device(&mut self, member: &Handle) -> Result<InvitationView, Refusal> {
        self.done.push(format!("device {member}"));
        Ok(invitation())
    }

    fn sign_out(&mut self, member: &Handle) -> Result<(), Refusal> {
        self.done.push(format!("sign out {member}"));
        Ok(())
    }

    fn close_account(&mut self, member: &Handle) -> Result<(), Refusal> {
        self.done.push(format!("close {member}"));
        Ok(())
    }

    fn devices(&mut self, days: Option<u32>, page: Option<u64>) -> Result<DevicesView, Refusal> {
        self.done.push(format!("devices {days:?} {page:?}"));
        Ok(self.devices.clone())
    }

    fn device(&mut self, device: &Handle) -> Result<DeviceView, Refusal> {
        let row = self.devices.rows.iter().find(|row| row.device == *device);
        let row = row.cloned().ok_or(Refusal::NotFound)?;
        Ok(DeviceView { row, may_revoke: self.may_revoke })
    }

    fn lock_device(&mut self, device: &Handle, locked: bool) -> Result<(), Refusal> {
        self.done.push(format!("lock {device} {locked}"));
        Ok(())
    }

    fn revoke_device(&mut self, device: &Handle) -> Result<(), Refusal> {
        self.done.push(format!("revoke {device}"));
        Ok(())
    }

    fn health(&mut self) -> Result<HealthView, Refusal> {
        Ok(self.health.clone())
    }
}

fn invitation() -> InvitationView {
    InvitationView {
        name: WORKERS[0].to_owned(),
        code: "AB2C-DE3F-GH4J".to_owned(),
        until: NOW + Span::from_minutes(10),
        server: "https://10.0.0.7:8443".to_owned(),
        app: None,
        fingerprint: Some("0f".repeat(32)),
        scanned: "fieldbook:enroll?code=AB2C-DE3F-GH4J".to_owned(),
    }
}
