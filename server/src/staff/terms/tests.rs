//! Whatever is given and taken, and whenever somebody asks: at that moment exactly those roles are held
//! whose time it is, and exactly those cases are open that they open.

use std::collections::BTreeMap;

use model::ids::ProgramCode;
use model::time::Span;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::admin::Admin;
use crate::config::{Durability, ServiceConfig};
use crate::context::{Context, DataFolder};
use crate::data_folder::Share;
use crate::staff;
use crate::store::sqlite::Database;
use crate::writer::write_alone;

const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

const PROGRAMS: [&str; 3] = ["street_outreach", "hospital_response", "reentry"];

struct Office {
    now: Timestamp,
    user: UserId,
    database: Database,
    context: Context,
    _folder: tempfile::TempDir,
    /// What is to be true: from when until when each role is held.
    expected: BTreeMap<ProgramCode, (Timestamp, Option<Timestamp>)>,
}

impl Office {
    fn open(rng: &mut ChaCha8Rng) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = ServiceConfig::new(folder.path().join("data"));
        config.durability = Durability::Process;
        let mut admin = Admin::init(START, rng, &config, "Department").unwrap();
        let (role, program) = ("ADM".parse().unwrap(), PROGRAMS[0].parse().unwrap());
        let user = admin.user_add(START, rng, "Nia Newt", &role, &program).unwrap();
        drop(admin);
        let files = DataFolder::find(&config, Share::Beside).unwrap();
        let database = files.open().unwrap();
        let context = Context::open(&files, &database, None).unwrap();
        Self { now: START, user, database, context, _folder: folder, expected: BTreeMap::new() }
    }

    fn write<T>(&self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, StaffRefusal>) -> Option<T> {
        write_alone(&self.database, &self.context, work).ok()
    }

    fn gives(&mut self, program: &str, period: Period) {
        let (now, user, held) = (self.now, self.user, supervisor(program));
        let was = self.expected.get(&held.program).copied();
        let is_held = was.is_some_and(|(from, _)| from <= now);
        let from = period.from.map_or(now, |from| from.max(now));
        let fits = period.until.is_none_or(|until| from < until) && !(is_held && from > now);
        let given =
            self.write(|tx| give(now, tx, Actor::Administrator, user, (&held, period))).is_some();
        assert_eq!(given, fits, "{period:?} at {now}, held {was:?}");
        if fits {
            self.expected.insert(held.program, (from, period.until));
        }
    }

    fn takes(&mut self, program: &str) {
        let (now, user, held) = (self.now, self.user, supervisor(program));
        let taken =
            self.write(|tx| staff::take_role(now, tx, Actor::Administrator, user, &held)).is_some();
        assert_eq!(taken, self.expected.remove(&held.program).is_some());
    }

    /// Asks, as every request of anybody does.
    fn asks(&mut self) {
        let now = self.now;
        if self.database.reading().is_term_due(now).unwrap() {
            write_alone(&self.database, &self.context, |tx| settle_due(now, tx)).unwrap();
        }
        self.expected.retain(|_, (_, until)| until.is_none_or(|until| now < until));
        let held = self.database.reading().memberships(self.user).unwrap();
        let held: Vec<ProgramCode> = held
            .into_iter()
            .filter(|held| held.role.as_str() == "SUP")
            .map(|held| held.program)
            .collect();
        let expected = self.expected.iter().filter(|(_, (from, _))| *from <= now);
        let expected: Vec<ProgramCode> = expected.map(|(program, _)| program.clone()).collect();
        assert_eq!(held, expected, "at {now}");
        assert!(!self.database.reading().is_term_due(now).unwrap());
    }
}

fn supervisor(program: &str) -> MembershipV1 {
    MembershipV1 { role: "SUP".parse().unwrap(), program: program.parse().unwrap() }
}

#[test]
fn exactly_those_roles_are_held_whose_time_it_is_whatever_was_done() {
    for seed in 0..WORLDS {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut office = Office::open(&mut rng);
        for _ in 0..STEPS {
            office.asks();
            let program = PROGRAMS[rng.random_range(0..PROGRAMS.len())];
            let moment = |rng: &mut ChaCha8Rng| {
                let hours = Span::from_hours(rng.random_range(-5..40));
                rng.random_bool(0.6).then(|| office.now + hours)
            };
            let period = Period { from: moment(&mut rng), until: moment(&mut rng) };
            match rng.random_range(0..4) {
                0 => office.takes(program),
                1 => office.now = office.now + Span::from_hours(rng.random_range(0..30)),
                _ => office.gives(program, period),
            }
        }
        office.now = office.now + Span::from_days(30);
        office.asks();
    }
}

const WORLDS: u64 = 4;
const STEPS: usize = 150;
