//! A department with its server in this process, and the records to fill it with.

use model::ids::CaseId;
use model::record::Edit;
use model::time::Span;
use model::wire::{OutcomeV1, PushV1, SyncResponseV1};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::config::{DailyBudget, Durability, ServiceConfig};
use server::service::Service;

use super::NOW;
use super::phone::Phone;
use crate::content;
use crate::data_folder::TestDataFolder;
use crate::raw::RawDevice;

/// A department at work.
pub(crate) struct Department {
    pub(crate) service: Service,
    pub(crate) rng: ChaCha8Rng,
    office: TestDataFolder,
}

impl Department {
    pub(crate) fn open(durability: Durability) -> Self {
        let office = TestDataFolder::open(NOW, durability);
        let service =
            Service::open(NOW, unbounded(office.config())).expect("the folder was just made");
        Self { service, rng: ChaCha8Rng::seed_from_u64(7), office }
    }

    /// The server stopped and started again, its commits surviving what `durability` says.
    pub(crate) fn reopened(self, durability: Durability) -> Self {
        let Self { service, rng, office } = self;
        service.shutdown();
        drop(service);
        let config = ServiceConfig { durability, ..unbounded(office.config()) };
        let service = Service::open(NOW, config).expect("it was open a moment ago");
        Self { service, rng, office }
    }

    /// Adds an outreach worker.
    pub(crate) fn worker(&mut self, name: &str) {
        self.office.worker(NOW, name);
    }

    /// Adds somebody with a role in a program, and makes a code for their account.
    pub(crate) fn account(&mut self, name: &str, role: &str, program: &str) -> String {
        self.office.member(NOW, name, role, program);
        let invited = self.office.admin().account_invite(NOW, &mut self.rng, name);
        invited.expect("they were just added").code
    }

    /// A new device of this person that keeps no store.
    pub(crate) fn raw(&mut self, name: &str) -> RawDevice {
        let code = self.office.invite(NOW, name);
        RawDevice::enroll(&self.service, NOW, &mut self.rng, &code)
    }

    /// A new phone of this person.
    pub(crate) fn phone(&mut self, name: &str) -> Phone {
        let code = self.office.invite(NOW, name);
        Phone::enroll(&self.service, &mut self.rng, &code)
    }

    pub(crate) fn assign(&mut self, name: &str, case: CaseId) {
        self.office.assign(NOW, name, case);
    }
}

/// One device stands for many, whose days have room for more than its own.
fn unbounded(config: ServiceConfig) -> ServiceConfig {
    let most = u64::from(u32::MAX);
    ServiceConfig { daily: DailyBudget { rows: most, bytes: most, ..config.daily }, ..config }
}

/// Opens a case.
pub(crate) fn open_case(service: &Service, device: &mut RawDevice, rng: &mut dyn Rng) -> CaseId {
    let made = device.make(NOW, "person", None, &content::person(rng));
    taken(&device.push(service, NOW, vec![made.push()]));
    made.record.into()
}

/// Opens many cases.
pub(crate) fn open_cases(
    service: &Service,
    device: &mut RawDevice,
    rng: &mut dyn Rng,
    cases: usize,
) -> Vec<CaseId> {
    let mut opened = Vec::with_capacity(cases);
    while opened.len() < cases {
        let size = PUSH.min(cases - opened.len());
        let made: Vec<_> =
            (0..size).map(|_| device.make(NOW, "person", None, &content::person(rng))).collect();
        let push = made.iter().map(|made| made.push()).collect();
        taken(&device.push(service, NOW, push));
        opened.extend(made.iter().map(|made| CaseId::from(made.record)));
    }
    opened
}

/// An encounter in a case as it is pushed.
pub(crate) fn encounter(device: &mut RawDevice, rng: &mut dyn Rng, case: CaseId) -> PushV1 {
    let edits = past_encounter(rng);
    device.make(NOW, "outreach_contact", Some(case), &edits).push()
}

/// An encounter of the last two years.
pub(crate) fn past_encounter(rng: &mut dyn Rng) -> Vec<Edit> {
    let then = NOW - Span::from_days(rng.random_range(0..730));
    let mut edits = content::encounter(then, rng);
    // What was due then is nothing that a phone takes as a date of today.
    edits.retain(|edit| edit.field().as_str() != "next_due");
    edits
}

/// Has the server take encounters, going round these cases.
pub(crate) fn fill(
    service: &Service,
    device: &mut RawDevice,
    rng: &mut dyn Rng,
    cases: &[CaseId],
    records: usize,
) {
    fill_with(service, device, records, |device, at| {
        encounter(device, rng, cases[at % cases.len()])
    });
}

/// The same with encounters of a worker's year: of some the next date is still to come or past due, some
/// wait for their supervisor. One case after the other, as a phone sends what it has of each.
pub(crate) fn work(
    service: &Service,
    device: &mut RawDevice,
    rng: &mut dyn Rng,
    cases: &[CaseId],
    records: usize,
) {
    fill_with(service, device, records, |device, at| {
        let mut edits = past_encounter(rng);
        if rng.random_ratio(1, 40) {
            let due = NOW + Span::from_days(rng.random_range(0..40)) - Span::from_days(10);
            edits.push(content::instant("next_due", due));
        }
        if rng.random_ratio(1, 100) {
            edits.retain(|edit| edit.field().as_str() != "approval");
            edits.push(content::choice("approval", "submitted"));
        }
        let case = cases[at * cases.len() / records];
        device.make(NOW, "outreach_contact", Some(case), &edits).push()
    });
}

fn fill_with(
    service: &Service,
    device: &mut RawDevice,
    records: usize,
    mut one: impl FnMut(&mut RawDevice, usize) -> PushV1,
) {
    let mut made = 0;
    while made < records {
        let size = PUSH.min(records - made);
        let push = (made..made + size).map(|at| one(device, at)).collect();
        taken(&device.push(service, NOW, push));
        made += size;
    }
}

/// Asserts that the server accepted every pushed change; without that the figures mean nothing.
pub(crate) fn taken(answer: &SyncResponseV1) {
    for result in &answer.results {
        assert_eq!(result.outcome, OutcomeV1::Accepted);
    }
}

/// Changes in one push while a server is filled.
const PUSH: usize = 500;
