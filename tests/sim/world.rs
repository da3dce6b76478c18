//! One world: its contents, and its clock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::catalogue::{Catalogue, SharedCatalogue};
use model::ids::{CaseId, UserId};
use model::time::{Span, Timestamp};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use client_core::engine::{Event, Reason};

use crate::department::{Department, Person};
use crate::ledger::{Holding, Ledger};
use crate::link::Flight;
use crate::phone::Phone;
use crate::rubbish::Vandal;
use crate::server::{Backup, Server};
use crate::tally::Tally;
use crate::trace::Trace;

/// Everything there is.
pub(crate) struct World {
    /// What happened, line by line.
    pub(crate) trace: Trace,
    /// What happened, in numbers.
    pub(crate) tally: Tally,
    pub(crate) catalogue: SharedCatalogue,
    /// The true time, which only the server's clock keeps.
    pub(crate) clock: Timestamp,
    pub(crate) rng: ChaCha8Rng,
    /// Whether things go wrong.
    pub(crate) faults: bool,
    pub(crate) server: Server,
    pub(crate) department: Department,
    pub(crate) phones: Vec<Phone>,
    pub(crate) ledger: Ledger,
    /// What is on its way, by when it arrives.
    pub(crate) flights: BTreeMap<(Timestamp, u64), Flight>,
    pub(crate) flown: u64,
    /// Counts words, so that no two texts are the same.
    pub(crate) words: u64,
    pub(crate) backup: Option<(Backup, Department)>,
    /// Whose rights ever became less than a phone of theirs may have known.
    pub(crate) disturbed: BTreeSet<UserId>,
    /// Whether the server ever lost what it had.
    pub(crate) restored: bool,
    pub(crate) vandal: Option<Vandal>,
    /// Cases that several people work on, busier than the others.
    pub(crate) shared: Vec<CaseId>,
    folder: tempfile::TempDir,
    phones_made: usize,
}

impl World {
    /// A department on its first morning.
    pub(crate) fn new(seed: u64, aloud: bool) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let folder = tempfile::tempdir().unwrap();
        let clock = Timestamp::from_millis(MORNING);
        let dice = ChaCha8Rng::from_rng(&mut rng);
        let server = Server::new(folder.path().to_owned(), clock, dice);
        let mut world = Self {
            trace: Trace::new(aloud),
            tally: Tally::default(),
            catalogue: Arc::new(Catalogue::builtin().unwrap()),
            clock,
            rng,
            faults: false,
            server,
            department: Department::default(),
            phones: Vec::new(),
            ledger: Ledger::default(),
            flights: BTreeMap::new(),
            flown: 0,
            words: 0,
            backup: None,
            disturbed: BTreeSet::new(),
            restored: false,
            vandal: None,
            shared: Vec::new(),
            folder,
            phones_made: 0,
        };
        world.hire();
        world
    }

    /// Lives through the troubles, then heals, then checks.
    pub(crate) fn run(&mut self) {
        self.first_cases();
        self.faults = true;
        for _ in 0..STEPS {
            self.trace.next_step();
            let span = self.pause();
            self.pass(span);
            self.start_all();
            self.act();
        }
        self.trace.next_step();
        self.heal();
        self.check();
    }

    /// Lets time go by: what is on its way arrives, and who wanted to be woken is.
    pub(crate) fn pass(&mut self, span: Span) {
        let until = self.clock + span;
        loop {
            let flight = self.flights.keys().next().map(|(at, _)| *at);
            let wake = (0..self.phones.len()).filter_map(|i| self.wake_of(i)).min();
            match (flight, wake) {
                (Some(at), wake) if at <= until && wake.is_none_or(|(wake, _)| at <= wake) => {
                    self.clock = self.clock.max(at);
                    let (_, flight) = self.flights.pop_first().expect("it was there just now");
                    self.arrive(flight);
                }
                (_, Some((at, phone))) if at <= until => {
                    self.clock = self.clock.max(at);
                    self.phones[phone].wake_at = None;
                    self.start(phone);
                    self.handle(phone, Event::TimerFired);
                }
                _ => break,
            }
        }
        self.clock = until;
    }

    /// Enrolls a phone for somebody, and returns which it is.
    pub(crate) fn enroll(&mut self, person: usize) -> usize {
        self.phones_made += 1;
        let folder = self.folder.path().join(format!("phone-{}", self.phones_made));
        let dice = self.dice();
        let name = self.department.people[person].name.clone();
        let phone = Phone::enroll(folder, self.clock, dice, &mut self.server, &name);
        self.trace.say(format!("{name} enrolls phone {}: {}", self.phones.len(), phone.id));
        self.phones.push(phone);
        // A backup from before would not know this phone: the administrator makes a new one.
        self.backup = None;
        self.phones.len() - 1
    }

    /// A second installation with everything that a phone at rest has.
    pub(crate) fn clone_phone(&mut self, phone: usize) -> usize {
        self.phones_made += 1;
        let folder = self.folder.path().join(format!("phone-{}", self.phones_made));
        let dice = self.dice();
        let twin = self.phones[phone].clone_to(folder, dice);
        self.phones.push(twin);
        self.phones.len() - 1
    }

    /// Starts a phone's program if it does not run.
    pub(crate) fn start(&mut self, phone: usize) {
        let thin = self.rng.random_bool(0.3);
        let phone_now = &mut self.phones[phone];
        if phone_now.device.is_some() || phone_now.gone.is_some() {
            return;
        }
        match phone_now.start(self.clock) {
            Some(opened) => {
                phone_now.thin = thin;
                self.trace.say(format!("phone {phone} starts: {opened:?}"));
            }
            None => self.was_wiped(phone),
        }
    }

    /// Starts every program that does not run.
    pub(crate) fn start_all(&mut self) {
        (0..self.phones.len()).for_each(|phone| self.start(phone));
    }

    /// Makes a phone want a sync.
    pub(crate) fn want_sync(&mut self, phone: usize, reason: Reason) {
        self.start(phone);
        self.handle(phone, Event::SyncWanted { reason });
    }

    /// The phones that still take part.
    pub(crate) fn alive(&self) -> Vec<usize> {
        (0..self.phones.len()).filter(|phone| self.phones[*phone].gone.is_none()).collect()
    }

    /// One of the phones that still take part.
    pub(crate) fn some_phone(&mut self) -> Option<usize> {
        let alive = self.alive();
        (!alive.is_empty()).then(|| alive[self.rng.random_range(0..alive.len())])
    }

    /// One of these.
    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())].clone()
    }

    /// The name behind a user.
    pub(crate) fn name_of(&self, user: UserId) -> &str {
        self.department.person(user).map_or("somebody", |person| &person.name)
    }

    /// Everything that anybody holds.
    pub(crate) fn holdings(&mut self) -> Holding {
        let mut held = Holding::default();
        self.server.taken.add_to(&self.catalogue, &mut held);
        for phone in &mut self.phones {
            phone.add_to(self.clock, &mut held);
        }
        held
    }

    /// After something is gone that may have been the last to hold a save.
    pub(crate) fn excuse(&mut self, why: &str) {
        let held = self.holdings();
        let excused = self.ledger.excuse_what_nobody_holds(&held, why);
        if excused > 0 {
            self.trace.say(format!("{excused} saves are gone: {why}"));
            self.tally.add("save excused", excused as u64);
        }
    }

    pub(crate) fn dice(&mut self) -> ChaCha8Rng {
        ChaCha8Rng::from_rng(&mut self.rng)
    }

    /// Plays the next event.
    fn act(&mut self) {
        self.carry_out_plans();
        self.start_all();
        match self.rng.random_range(0..1_000) {
            0..520 => self.somebody_records(),
            520..700 => self.somebody_synchronizes(),
            700..745 => self.signal_changes(),
            745..775 => self.a_phone_dies(),
            775..800 => self.a_clock_jumps(),
            800..815 => self.a_phone_is_backed_up(),
            815..825 => self.a_phone_is_restored(),
            825..828 => self.a_phone_is_cloned(),
            828..915 => self.the_administrator_acts(),
            915..935 => self.the_server_is_backed_up(),
            935..950 => self.the_server_is_restored(),
            950..962 => self.the_server_dies_at_rest(),
            962..985 => self.rubbish_arrives(),
            _ => self.somebody_looks(),
        }
    }

    /// Hires the people, each with a phone.
    fn hire(&mut self) {
        let street = "street_outreach";
        self.add_person("Ana Alder", &[("OW", street)]);
        self.add_person("Bo Birch", &[("OW", street)]);
        self.add_person("Carmen Cedro", &[("HR", "hospital_response")]);
        self.add_person("Dele Dogwood", &[("RN", "reentry"), ("OW", street)]);
        self.add_person("Imani Ironwood", &[("SUP", street)]);
        for person in 0..self.department.people.len() {
            self.enroll(person);
        }
        if self.rng.random_bool(0.5) {
            self.enroll(0);
        }
    }

    fn add_person(&mut self, name: &str, roles: &[(&str, &str)]) {
        let roles: BTreeSet<_> = roles
            .iter()
            .map(|(role, program)| (role.parse().unwrap(), program.parse().unwrap()))
            .collect();
        let clock = self.clock;
        let (admin, rng) = self.server.admin();
        let mut id = None;
        for (role, program) in &roles {
            if id.is_none() {
                id = Some(admin.user_add(clock, rng, name, role, program).unwrap());
            } else {
                admin.user_grant(clock, name, role, program).unwrap();
            }
        }
        let id = id.expect("everybody has a role");
        self.department.people.push(Person { name: name.to_owned(), id, roles });
    }

    /// Short enough that things happen while others are on their way, and now and then a night.
    fn pause(&mut self) -> Span {
        let millis = match self.rng.random_range(0..10) {
            0..5 => self.rng.random_range(0..1_500),
            5..8 => self.rng.random_range(1_500..120_000),
            _ => self.rng.random_range(120_000..6 * 3_600_000),
        };
        Span::from_millis(millis)
    }

    fn wake_of(&self, phone: usize) -> Option<(Timestamp, usize)> {
        let at = self.phones[phone].wake_at?;
        Some((at - self.phones[phone].skew, phone))
    }
}

/// A Monday, eight in the morning.
const MORNING: i64 = 1_767_600_000_000;

/// How many things are done in a world before it heals.
const STEPS: usize = 130;
