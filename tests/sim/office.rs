//! The administrator's acts: cases assigned and unassigned, roles granted and revoked, phones
//! revoked.

use model::ids::{CaseId, ProgramCode, RoleCode, UserId};
use rand::RngExt;

use crate::world::World;

impl World {
    /// One of the administrator's acts.
    pub(crate) fn the_administrator_acts(&mut self) {
        match self.rng.random_range(0..100) {
            0..36 => {
                if let Some((person, case)) = self.somebody_and_a_case() {
                    self.assign(person, case);
                }
            }
            36..66 => self.take_a_case_away(),
            66..76 => self.take_a_role(),
            76..88 => self.give_a_role(),
            88..93 => self.revoke_a_phone(),
            _ => self.plan_late_work(),
        }
    }

    /// Assigns a case that the server knows.
    pub(crate) fn assign(&mut self, person: usize, case: CaseId) {
        let (name, id) = self.person(person);
        let clock = self.clock;
        let (admin, _) = self.server.admin();
        admin.assign(clock, &name, case).unwrap();
        self.department.assigned.entry(case).or_default().insert(id);
        self.trace.say(format!("{case} is assigned to {name}"));
        let phones = self.phones_of(person);
        if phones.iter().all(|phone| !self.phones[*phone].signal) {
            self.tally.count("assigned while offline");
        }
    }

    /// Takes a case away.
    pub(crate) fn unassign(&mut self, person: usize, case: CaseId) {
        let (name, id) = self.person(person);
        if self.has_unsent_work(person, case) {
            self.tally.count("unassigned with unsent work");
        }
        let clock = self.clock;
        let (admin, _) = self.server.admin();
        admin.unassign(clock, &name, case).unwrap();
        self.department.assigned.entry(case).or_default().remove(&id);
        self.disturbed.insert(id);
        self.trace.say(format!("{case} is taken from {name}"));
    }

    /// The phones of a person that still take part.
    pub(crate) fn phones_of(&self, person: usize) -> Vec<usize> {
        let owner = self.department.people[person].id;
        self.alive().into_iter().filter(|phone| self.phones[*phone].owner == owner).collect()
    }

    /// Which person owns a phone.
    pub(crate) fn owner_of(&self, phone: usize) -> usize {
        let owner = self.phones[phone].owner;
        self.department.people.iter().position(|person| person.id == owner).expect("an owner")
    }

    /// Returns whether somebody holds cases as a supervisor, besides those assigned to them.
    pub(crate) fn supervises(&self, user: UserId) -> bool {
        self.department
            .person(user)
            .is_some_and(|person| person.roles.iter().any(|(role, _)| role.as_str() == "SUP"))
    }

    /// Revokes a phone, and enrolls its owner's next one.
    pub(crate) fn revoke(&mut self, phone: usize) {
        let person = self.owner_of(phone);
        let (clock, id) = (self.clock, self.phones[phone].id);
        let (admin, _) = self.server.admin();
        admin.revoke_device(clock, id).unwrap();
        for phone in &mut self.phones {
            phone.revoked |= phone.id == id;
        }
        self.tally.count("device revoked");
        self.trace.say(format!("phone {phone} is revoked"));
        self.enroll(person);
        self.tally.count("device enrolled again");
    }

    fn revoke_a_phone(&mut self) {
        if let Some(phone) = self.some_phone()
            && !self.phones[phone].copied
        {
            self.revoke(phone);
        }
    }

    fn take_a_case_away(&mut self) {
        let assigned = self.assignments();
        let busy: Vec<_> = assigned
            .iter()
            .filter(|(person, case)| self.has_unsent_work(*person, *case))
            .copied()
            .collect();
        let from = if busy.is_empty() || self.rng.random_bool(0.3) { &assigned } else { &busy };
        if !from.is_empty() {
            let (person, case) = self.pick(from);
            self.unassign(person, case);
        }
    }

    fn take_a_role(&mut self) {
        let person = self.rng.random_range(0..self.department.people.len());
        let roles: Vec<_> = self.department.people[person].roles.iter().cloned().collect();
        if roles.is_empty() {
            return;
        }
        let (role, program) = self.pick(&roles);
        let (name, id) = self.person(person);
        let clock = self.clock;
        let (admin, _) = self.server.admin();
        admin.user_revoke_role(clock, &name, &role, &program).unwrap();
        self.department.people[person].roles.remove(&(role.clone(), program.clone()));
        self.disturbed.insert(id);
        self.tally.count("role taken");
        self.trace.say(format!("{name} is {role} in {program} no more"));
    }

    fn give_a_role(&mut self) {
        const ROLES: [(&str, &str); 5] = [
            ("OW", "street_outreach"),
            ("HR", "hospital_response"),
            ("RN", "reentry"),
            ("SUP", "street_outreach"),
            ("SUP", "hospital_response"),
        ];
        let person = self.rng.random_range(0..self.department.people.len());
        let (role, program) = self.pick(&ROLES);
        let (role, program): (RoleCode, ProgramCode) =
            (role.parse().unwrap(), program.parse().unwrap());
        let (name, _) = self.person(person);
        let clock = self.clock;
        let (admin, _) = self.server.admin();
        admin.user_grant(clock, &name, &role, &program).unwrap();
        self.trace.say(format!("{name} is {role} in {program}"));
        self.department.people[person].roles.insert((role, program));
        self.tally.count("role given");
    }

    /// Sets up what makes an honest phone push into a scope after it said that it dropped it: a
    /// backup of the phone is put back that still has the case, and somebody works on it.
    fn plan_late_work(&mut self) {
        let Some((person, case)) = self.assigned_and_held() else { return };
        let phones: Vec<_> = self
            .phones_of(person)
            .into_iter()
            .filter(|phone| !self.phones[*phone].has_copy() && self.holds(*phone, case))
            .collect();
        if phones.is_empty() {
            return;
        }
        let phone = self.pick(&phones);
        self.back_up_phone(phone);
        self.phones[phone].signal = true;
        self.phones[phone].late_work = Some(case);
        self.unassign(person, case);
    }

    fn assigned_and_held(&mut self) -> Option<(usize, CaseId)> {
        let held: Vec<_> = self
            .assignments()
            .into_iter()
            .filter(|(person, case)| {
                self.phones_of(*person).iter().any(|phone| self.holds(*phone, *case))
            })
            .collect();
        (!held.is_empty()).then(|| self.pick(&held))
    }

    fn holds(&self, phone: usize, case: CaseId) -> bool {
        self.rows(phone).iter().any(|row| row.case == Some(case))
    }

    fn somebody_and_a_case(&mut self) -> Option<(usize, CaseId)> {
        let cases: Vec<CaseId> = self.department.assigned.keys().copied().collect();
        let person = self.rng.random_range(0..self.department.people.len());
        (!cases.is_empty()).then(|| (person, self.pick(&cases)))
    }

    fn assignments(&self) -> Vec<(usize, CaseId)> {
        let people = &self.department.people;
        let of = |id| people.iter().position(|person| person.id == id);
        self.department
            .assigned
            .iter()
            .flat_map(|(case, ids)| ids.iter().map(move |id| (*id, *case)))
            .filter_map(|(id, case)| Some((of(id)?, case)))
            .collect()
    }

    fn has_unsent_work(&self, person: usize, case: CaseId) -> bool {
        self.phones_of(person).into_iter().any(|phone| self.phones[phone].has_unsent_in(case))
    }

    fn person(&self, person: usize) -> (String, UserId) {
        let person = &self.department.people[person];
        (person.name.clone(), person.id)
    }
}
