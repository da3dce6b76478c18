//! The pages' source for those who look after people and devices.

use model::ids::{DeviceId, ProgramCode, RoleCode, UserId};
use model::time::Timestamp;
use model::wire::MembershipV1;
use ui::views::{
    DeviceView, DevicesView, Handle, HealthView, ImportLine, ImportOutcome, ImportView,
    InvitationView, MemberView, PeopleFilter, PeopleView,
};
use ui::{AdministrationSource, Refusal};

use crate::console::screens::Screens;
use crate::staff::import::{LineOutcome, ListLine};

impl AdministrationSource for Screens<'_> {
    fn people(&mut self, filter: &PeopleFilter) -> Result<PeopleView, Refusal> {
        self.read(|reader, handles| reader.staff_page(handles, filter))
    }

    fn member(&mut self, member: &Handle) -> Result<MemberView, Refusal> {
        let user = self.named::<UserId>(member)?;
        self.read(|reader, handles| reader.member_page(handles, user))
    }

    fn add_member(
        &mut self,
        name: &str,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<Handle, Refusal> {
        let id = UserId::generate(self.console.now, &mut self.rng());
        let added = self.console.add_member(id, name.to_owned(), held(role, program));
        let handle = added.and_then(|id| Ok(self.handles().of(id)?));
        self.told(handle)
    }

    fn give_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
        days: (&str, &str),
    ) -> Result<(), Refusal> {
        let user = self.named::<UserId>(member)?;
        let given = self.console.give_role(user, held(role, program), owned(days));
        self.told(given)
    }

    fn add_absence(&mut self, member: &Handle, days: (&str, &str)) -> Result<(), Refusal> {
        let user = self.named::<UserId>(member)?;
        let noted = self.console.add_absence(user, owned(days));
        self.told(noted)
    }

    fn remove_absence(&mut self, member: &Handle, from: Timestamp) -> Result<(), Refusal> {
        let user = self.named::<UserId>(member)?;
        let removed = self.console.remove_absence(user, from);
        self.told(removed)
    }

    fn import(&mut self, list: &str, only_try: bool) -> Result<ImportView, Refusal> {
        let rng = self.rng();
        let imported = self.console.import(rng, list, only_try);
        let (lines, done) = self.told(imported)?;
        let language = self.language;
        let line = |(line, outcome): (ListLine, LineOutcome)| ImportLine {
            number: line.number,
            name: line.name,
            role: line.role,
            program: line.program,
            days: (line.from, line.until),
            outcome: match outcome {
                LineOutcome::Adds => ImportOutcome::Adds,
                LineOutcome::GivesRole => ImportOutcome::GivesRole,
                LineOutcome::NothingNew => ImportOutcome::NothingNew,
                LineOutcome::Fails(why) => ImportOutcome::Fails(why.told(language)),
            },
        };
        Ok(ImportView { lines: lines.into_iter().map(line).collect(), done })
    }

    fn loses(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<u64, Refusal> {
        let user = self.named::<UserId>(member)?;
        let loses = self.console.loses(user, held(role, program));
        self.told(loses)
    }

    fn take_role(
        &mut self,
        member: &Handle,
        role: &RoleCode,
        program: &ProgramCode,
    ) -> Result<(), Refusal> {
        let user = self.named::<UserId>(member)?;
        let taken = self.console.take_role(user, held(role, program));
        self.told(taken)
    }

    fn invite_to_account(&mut self, member: &Handle) -> Result<InvitationView, Refusal> {
        let (user, rng) = (self.named::<UserId>(member)?, self.rng());
        let invited = self.console.invite_to_account(rng, user);
        self.told(invited)
    }

    fn invite_device(&mut self, member: &Handle) -> Result<InvitationView, Refusal> {
        let (user, rng) = (self.named::<UserId>(member)?, self.rng());
        let invited = self.console.invite_device(rng, user);
        self.told(invited)
    }

    fn sign_out(&mut self, member: &Handle) -> Result<(), Refusal> {
        let user = self.named::<UserId>(member)?;
        let ended = self.console.sign_out_elsewhere(user);
        self.told(ended)
    }

    fn close_account(&mut self, member: &Handle) -> Result<(), Refusal> {
        let user = self.named::<UserId>(member)?;
        let closed = self.console.close_account(user);
        self.told(closed)
    }

    fn devices(
        &mut self,
        quiet_days: Option<u32>,
        page: Option<u64>,
    ) -> Result<DevicesView, Refusal> {
        self.read(|reader, handles| reader.devices(handles, quiet_days, page))
    }

    fn device(&mut self, device: &Handle) -> Result<DeviceView, Refusal> {
        let device = self.named::<DeviceId>(device)?;
        self.read(|reader, handles| reader.device(handles, device))
    }

    fn lock_device(&mut self, device: &Handle, locked: bool) -> Result<(), Refusal> {
        let device = self.named::<DeviceId>(device)?;
        let done = self.console.lock_device(device, locked);
        self.told(done)
    }

    fn revoke_device(&mut self, device: &Handle) -> Result<(), Refusal> {
        let device = self.named::<DeviceId>(device)?;
        let revoked = self.console.revoke_device(device);
        self.told(revoked)
    }

    fn health(&mut self) -> Result<HealthView, Refusal> {
        self.read(|reader, _| reader.health())
    }
}

fn owned((first, last): (&str, &str)) -> (String, String) {
    (first.to_owned(), last.to_owned())
}

fn held(role: &RoleCode, program: &ProgramCode) -> MembershipV1 {
    MembershipV1 { role: role.clone(), program: program.clone() }
}
