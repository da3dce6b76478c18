//! Whatever is granted, taken, assigned, consented, recorded or changed in the catalogue, and whenever
//! a phone meets its server in between: after that it holds exactly what its owner may see.
//!
//! What that is says [`Oracle`], from the catalogue's files as text and from what happened: it shares
//! nothing with the product's rules.

use std::collections::{BTreeMap, BTreeSet};

use client_core::engine::Budget;
use client_core::store::query::ListFilter;
use client_core::sync;
use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::catalogue::{CatalogueSource, FieldKind};
use model::ids::{CaseId, ProgramCode, RecordId, UserId};
use model::record::{Edit, Envelope};
use model::time::{Span, Timestamp};
use model::value::Scalar;
use model::wire::OutcomeV1;
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::service::Service;
use toml::Table;

use fieldbook_tests::data_folder::TestDataFolder;

use crate::backend::TESTED;
use crate::department::NOW;
use crate::phone::Phone;

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_phone_that_has_synchronized_holds_exactly_what_its_owner_may_see(
        acts in proptest::collection::vec(act(), 10..60),
    ) {
        let mut world = World::new();
        for act in acts {
            world.play(&act);
        }
        for phone in 0..world.phones.len() {
            world.meets(phone);
        }
    }
}

#[test]
fn what_no_phone_may_keep_any_more_leaves_the_phones_that_have_it() {
    let (hana, bedside) = (1, 2);
    let mut world = World::new();
    world.play(&Happens::CaseOpened(hana));
    world.play(&Happens::Recorded(hana, bedside, 0));
    world.meets(hana);
    assert!(world.phones[hana].holds("HSP"));
    world.play(&Happens::CatalogueChanges(3));
    world.meets(hana);
    assert!(!world.phones[hana].holds("HSP"));
    world.play(&Happens::CatalogueChanges(0));
    world.meets(hana);
    assert!(world.phones[hana].holds("HSP"));
}

/// One thing that happens. Numbers choose among what there is then.
#[derive(Debug, Clone)]
enum Happens {
    RoleGiven(usize, usize),
    RoleTaken(usize, usize),
    Assigned(usize, usize),
    Unassigned(usize, usize),
    CaseOpened(usize),
    Recorded(usize, usize, usize),
    Beside(usize, usize),
    Consented { case: usize, opens: usize, to: usize, kind: usize, signed: i64, ends: Option<i64> },
    Revoked(usize, usize),
    TimePasses(i64),
    CatalogueChanges(usize),
    Meets(usize),
}

fn act() -> impl Strategy<Value = Happens> {
    let any = || 0..usize::MAX;
    prop_oneof![
        2 => (any(), any()).prop_map(|(who, role)| Happens::RoleGiven(who, role)),
        1 => (any(), any()).prop_map(|(who, role)| Happens::RoleTaken(who, role)),
        4 => (any(), any()).prop_map(|(who, case)| Happens::Assigned(who, case)),
        1 => (any(), any()).prop_map(|(who, case)| Happens::Unassigned(who, case)),
        3 => any().prop_map(Happens::CaseOpened),
        6 => (any(), any(), any()).prop_map(|(who, of, case)| Happens::Recorded(who, of, case)),
        2 => (any(), any()).prop_map(|(who, parent)| Happens::Beside(who, parent)),
        4 => (any(), any(), any(), any(), -120..120_i64, proptest::option::of(1..4_000_i64)).prop_map(
            |(case, opens, to, kind, signed, ends)| {
                Happens::Consented { case, opens, to, kind, signed, ends }
            }
        ),
        1 => (any(), any()).prop_map(|(who, consent)| Happens::Revoked(who, consent)),
        3 => (1..3_000_i64).prop_map(Happens::TimePasses),
        2 => any().prop_map(Happens::CatalogueChanges),
        5 => any().prop_map(Happens::Meets),
    ]
}

/// Those who work here, with the role they begin with.
const PEOPLE: [(&str, &str, &str); 6] = [
    ("ana", "OW", "street_outreach"),
    ("hana", "HR", "hospital_response"),
    ("rosa", "RN", "reentry"),
    ("sol", "SUP", "street_outreach"),
    ("hugo", "SUP", "hospital_response"),
    ("vera", "VA", "victim_services"),
];

/// What may be given to anybody.
const ROLES: [(&str, &str); 9] = [
    ("OW", "street_outreach"),
    ("DF", "diversion"),
    ("HR", "hospital_response"),
    ("RN", "reentry"),
    ("CR", "crisis_response"),
    ("CO", "corrections"),
    ("SUP", "reentry"),
    ("SUP", "victim_services"),
    ("PRV", "professional_standards"),
];

/// What is recorded, besides people and consents.
const TYPES: [&str; 9] = [
    "outreach_contact",
    "mediation",
    "bedside_encounter",
    "reentry_plan",
    "outcome",
    "crisis_response",
    "custody_check",
    "shift",
    "provider",
];

struct World {
    office: TestDataFolder,
    service: Option<Service>,
    now: Timestamp,
    rng: ChaCha8Rng,
    /// One for each of the people: what it sends is what they do elsewhere.
    hands: Vec<RawDevice>,
    /// One for each of the people, in the same order.
    phones: Vec<Phone>,
    consents: Vec<Made>,
    oracle: Oracle,
}

impl World {
    fn new() -> Self {
        let mut office = TESTED.data_folder();
        let mut oracle = Oracle::new();
        for (name, role, program) in PEOPLE {
            let user = office.member(NOW, name, role, program);
            oracle.roles.insert((user, role.to_owned(), program.to_owned()));
        }
        let service = Service::open_inline(NOW, office.config()).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let (mut hands, mut phones) = (Vec::new(), Vec::new());
        for (name, _, _) in PEOPLE {
            let code = office.invite(NOW, name);
            hands.push(RawDevice::enroll(&service, NOW, &mut rng, &code));
            let code = office.invite(NOW, name);
            phones.push(Phone::enroll(&service, &mut rng, &code));
        }
        let service = Some(service);
        let mut world =
            Self { office, service, now: NOW, rng, hands, phones, consents: vec![], oracle };
        world.begin();
        world
    }

    /// A case of each of the first three, with a record of their own, on which all three work: so that
    /// much of what happens matters to somebody.
    fn begin(&mut self) {
        for (who, of) in [(0, "outreach_contact"), (1, "bedside_encounter"), (2, "reentry_plan")] {
            let case = self.record(who, "person", None, &[]).unwrap().record.into();
            assert!(self.record(who, of, Some(case), &[]).is_some());
            for (name, user) in [0, 1, 2].map(|who| self.person(who)) {
                self.office.assign(self.now, name, case);
                self.oracle.assigned.insert((user, case));
            }
        }
    }

    fn play(&mut self, happens: &Happens) {
        match *happens {
            Happens::RoleGiven(who, role) => {
                let ((name, user), (role, program)) = (self.person(who), pick(&ROLES, role));
                let (code, of) = (role.parse().unwrap(), program.parse().unwrap());
                self.office.admin().user_grant(self.now, name, &code, &of).unwrap();
                self.oracle.roles.insert((user, (*role).to_owned(), (*program).to_owned()));
            }
            Happens::RoleTaken(who, role) => {
                let (name, user) = self.person(who);
                let held = self.oracle.roles.iter().filter(|(of, _, _)| *of == user);
                let held: Vec<_> = held.cloned().collect();
                if held.is_empty() {
                    return;
                }
                let taken = pick(&held, role);
                let (code, of) = (taken.1.parse().unwrap(), taken.2.parse().unwrap());
                self.office.admin().user_revoke_role(self.now, name, &code, &of).unwrap();
                self.oracle.roles.remove(taken);
            }
            Happens::Assigned(who, case) => {
                let ((name, user), Some(case)) = (self.person(who), self.case(case)) else {
                    return;
                };
                self.office.assign(self.now, name, case);
                self.oracle.assigned.insert((user, case));
            }
            Happens::Unassigned(who, case) => {
                let ((name, user), Some(case)) = (self.person(who), self.case(case)) else {
                    return;
                };
                if self.oracle.assigned.remove(&(user, case)) {
                    self.office.admin().unassign(self.now, name, case).unwrap();
                }
            }
            Happens::CaseOpened(who) => drop(self.record(who, "person", None, &[])),
            Happens::Recorded(who, of, case) => {
                let (of, case) = (*pick(&TYPES, of), self.case(case));
                match of {
                    "shift" | "provider" => drop(self.record(who, of, None, &[])),
                    // Now and then somebody who gives no name.
                    "outreach_contact" if who.is_multiple_of(3) => {
                        drop(self.record(who, of, None, &[]));
                    }
                    _ if case.is_some() => drop(self.record(who, of, case, &[])),
                    _ => {}
                }
            }
            Happens::Beside(who, parent) => drop(self.record_beside(who, parent)),
            Happens::Consented { case, opens, to, kind, signed, ends } => {
                self.consent(case, opens, to, kind, signed, ends);
            }
            Happens::Revoked(who, consent) => self.revoke(who, consent),
            Happens::TimePasses(minutes) => self.now = self.now + Span::from_minutes(minutes),
            Happens::CatalogueChanges(to) => self.change_catalogue(to),
            Happens::Meets(phone) => self.meets(phone % self.phones.len()),
        }
    }

    fn person(&self, who: usize) -> (&'static str, UserId) {
        let who = who % PEOPLE.len();
        (PEOPLE[who].0, self.hands[who].user)
    }

    fn case(&self, case: usize) -> Option<CaseId> {
        let cases: Vec<_> = self.oracle.cases().into_iter().collect();
        (!cases.is_empty()).then(|| *pick(&cases, case))
    }

    /// Somebody records something in one of their programs, if they can.
    fn record(
        &mut self,
        who: usize,
        of: &str,
        case: Option<CaseId>,
        more: &[Edit],
    ) -> Option<Made> {
        let hand = &mut self.hands[who % PEOPLE.len()];
        let programs = self.oracle.programs_of(hand.user);
        for program in programs {
            let edits = first_values(hand, of, None, more);
            let program: ProgramCode = program.parse().unwrap();
            let made = hand.make_for(&program, self.now, of, case, &edits);
            if self.oracle.takes(self.service.as_ref().unwrap(), self.now, hand, &made) {
                return Some(made);
            }
        }
        None
    }

    /// A referral or a review beside a record.
    fn record_beside(&mut self, who: usize, parent: usize) -> Option<Made> {
        let parents: Vec<Envelope> = self.oracle.records.values().cloned().collect();
        if parents.is_empty() {
            return None;
        }
        let parent = pick(&parents, parent);
        let hand = &mut self.hands[who % PEOPLE.len()];
        for (of, program) in self.oracle.programs_of(hand.user).into_iter().flat_map(|program| {
            ["referral", "review"].map(|of| (of, program.parse::<ProgramCode>().unwrap()))
        }) {
            let edits = first_values(hand, of, Some(parent.record), &[]);
            let scope = parent.scope();
            let case = Some(scope.case);
            let made = hand.make_in(scope.compartment, &program, self.now, of, case, &edits);
            if self.oracle.takes(self.service.as_ref().unwrap(), self.now, hand, &made) {
                return Some(made);
            }
        }
        None
    }

    /// Lets a user who may record this consent record it.
    fn consent(
        &mut self,
        case: usize,
        opens: usize,
        to: usize,
        kind: usize,
        signed: i64,
        ends: Option<i64>,
    ) {
        let Some(case) = self.case(case) else { return };
        // One person discloses all of it, so mostly it is one thing.
        let mut opened = BTreeSet::from([(*pick(&["hsp", "out", "ren"], opens)).to_owned()]);
        opened.extend(opens.is_multiple_of(5).then(|| "cri".to_owned()));
        let to = subset(&["street_outreach", "hospital_response", "reentry"], to);
        let kind = *pick(&["participation", "hipaa", "victim"], kind);
        let signed = self.now + Span::from_minutes(signed);
        let ends = ends.map(|minutes| self.now + Span::from_minutes(minutes));
        let mut edits = vec![content::choice("kind", kind), content::instant("signed", signed)];
        edits.extend(ends.map(|ends| content::instant("expires", ends)));
        edits.extend(opened.iter().map(|option| content::option("opens", option)));
        edits.extend(to.iter().map(|option| content::option("to_programs", option)));
        for who in 0..PEOPLE.len() {
            if let Some(made) = self.record(who, "consent", Some(case), &edits) {
                // Lives of DOMAIN §2.
                let (default, at_most) = match kind {
                    "hipaa" => (Some(180), None),
                    "victim" => (Some(30), Some(90)),
                    _ => (None, None),
                };
                let days = if ends.is_some() { at_most } else { default };
                let life = days.map(|days| signed + Span::from_days(days));
                let ends = ends.into_iter().chain(life).min();
                self.oracle.releases.push(Release {
                    case,
                    opens: opened,
                    to,
                    signed,
                    ends,
                    revoked: false,
                });
                self.consents.push(made);
                return;
            }
        }
    }

    fn revoke(&mut self, who: usize, consent: usize) {
        if self.consents.is_empty() {
            return;
        }
        let at = consent % self.consents.len();
        if self.oracle.releases[at].revoked {
            return;
        }
        let hand = &mut self.hands[who % PEOPLE.len()];
        let made = &mut self.consents[at];
        let mut next = model::document::Document::load(&made.document.save()).unwrap();
        let edit = content::instant("revoked", self.now);
        let push = crate::department::edited(hand, made.record, &mut next, &[edit]);
        let response = hand.push(self.service.as_ref().unwrap(), self.now, vec![push]);
        if response.results[0].outcome == OutcomeV1::Accepted {
            made.document = next;
            self.oracle.releases[at].revoked = true;
        }
    }

    /// The service starts again with another catalogue.
    fn change_catalogue(&mut self, to: usize) {
        let mut source = CatalogueSource::builtin();
        for (file, before, after) in *pick(&CATALOGUES, to) {
            let text = source.files.get_mut(*file).unwrap();
            assert!(text.contains(before), "{before}");
            *text = text.replacen(before, after, 1);
        }
        self.oracle.files = Files::read(&source);
        drop(self.service.take());
        let mut config = self.office.config();
        config.catalogue = Some(source);
        self.service = Some(Service::open_inline(self.now, config).unwrap());
        self.office.reopen();
    }

    /// A phone synchronizes until nothing is left, and holds what its owner may see.
    fn meets(&mut self, at: usize) {
        let Self { phones, oracle, service, now, rng, .. } = self;
        let (phone, service, now) = (&mut phones[at], service.as_ref().unwrap(), *now);
        loop {
            let budget = Budget {
                push_changes_max: 2_000,
                push_bytes_max: 1 << 20,
                pull_bytes_max: 1 << 20,
                offer_again: false,
                try_stuck: false,
            };
            let sent = sync::build_request(now, &mut phone.device, budget).unwrap().request;
            let answer = service.sync(now, rng, &phone.who, sent.clone()).unwrap();
            let dice = &mut phone.rng;
            let taken = sync::apply_answer(now, dice, &mut phone.device, &sent, &answer).unwrap();
            if taken.left.is_nothing() {
                break;
            }
        }
        let rows = phone.device.store().read().list(&ListFilter::default()).unwrap();
        let held: BTreeSet<_> = rows.iter().map(|row| row.record).collect();
        let may = oracle.may_hold(phone.who.user, now);
        let say = |records: &BTreeSet<RecordId>| -> Vec<String> {
            let of = |record| &oracle.records[record];
            records.iter().map(|it| format!("{} {}", of(it).record_type, of(it).scope())).collect()
        };
        let name = PEOPLE[at].0;
        let (more, less) = (&held - &may, &may - &held);
        assert!(more.is_empty(), "{name} holds and may not: {:?}", say(&more));
        assert!(less.is_empty(), "{name} may hold and does not: {:?}", say(&less));
        assert_eq!(oracle.caseload(&may), phone.caseload(now), "{name}");
    }
}

/// The department's catalogue as it is, and changed: more for somebody, less for somebody, and what
/// no phone may hold any more.
const CATALOGUES: [&[(&str, &str, &str)]; 6] = [
    &[],
    &[("access.toml", "HR  = { IDN = \"W\", OUT = \"C\"", "HR  = { IDN = \"W\", OUT = \"W\"")],
    &[(
        "access.toml",
        "RN  = { IDN = \"W\", OUT = \"-\", HSP = \"C\"",
        "RN  = { IDN = \"W\", OUT = \"C\", HSP = \"-\"",
    )],
    &[(
        "department.toml",
        // What no phone holds is as secret as that it is there.
        "code = \"HSP\"\non_devices = true\nexistence_may_be_known = true",
        "code = \"HSP\"\non_devices = false",
    )],
    // Outreach workers read no directory, or nobody does on a phone.
    &[("access.toml", "AGG = \"R\", SVC = \"R+\" }\nHR ", "AGG = \"R\", SVC = \"-\" }\nHR ")],
    &[(
        "department.toml",
        "code = \"SVC\"\non_devices = true",
        "code = \"SVC\"\non_devices = false",
    )],
];

impl Phone {
    fn holds(&self, compartment: &str) -> bool {
        let read = self.device.store().read();
        let rows = read.list(&ListFilter::default()).unwrap();
        rows.iter().any(|row| {
            let linked = read.linked(row.record).unwrap().unwrap();
            linked.scope.compartment.as_str() == compartment
        })
    }

    fn caseload(&self, now: Timestamp) -> BTreeSet<CaseId> {
        self.device.caseload(now).unwrap().into_iter().map(|row| row.case).collect()
    }
}

/// Returns the required fields of a record, and others.
pub(crate) fn first_values(
    hand: &RawDevice,
    of: &str,
    parent: Option<RecordId>,
    more: &[Edit],
) -> Vec<Edit> {
    let known = hand.catalogue.record_type(&content::type_name(of)).unwrap();
    let required = known.fields.iter().filter(|field| field.required);
    let missing = required.filter(|field| more.iter().all(|edit| *edit.field() != field.name));
    let value = |kind: &FieldKind| match kind {
        FieldKind::Choice { list } => {
            Scalar::Choice(hand.catalogue.code_lists[list].order[0].clone())
        }
        FieldKind::Ref { .. } => Scalar::Ref(parent.unwrap()),
        FieldKind::User => Scalar::User(hand.user),
        FieldKind::DateTime => Scalar::DateTime(NOW),
        FieldKind::Integer { min, .. } => Scalar::Integer(*min),
        FieldKind::Bool => Scalar::Bool(true),
        FieldKind::Phone => Scalar::Phone("615-555-0134".parse().unwrap()),
        _ => Scalar::Text("word".into()),
    };
    let first = missing.map(|it| Edit::Set { field: it.name.clone(), value: value(&it.kind) });
    first.chain(more.iter().cloned()).collect()
}

fn pick<T>(of: &[T], at: usize) -> &T {
    &of[at % of.len()]
}

fn subset(of: &[&str], mask: usize) -> BTreeSet<String> {
    let chosen = of.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
    chosen.map(|(_, name)| (*name).to_owned()).collect()
}

/// Who may see what: a second reading of the rules, over what happened.
struct Oracle {
    files: Files,
    roles: BTreeSet<(UserId, String, String)>,
    assigned: BTreeSet<(UserId, CaseId)>,
    records: BTreeMap<RecordId, Envelope>,
    releases: Vec<Release>,
}

struct Release {
    case: CaseId,
    opens: BTreeSet<String>,
    to: BTreeSet<String>,
    signed: Timestamp,
    ends: Option<Timestamp>,
    revoked: bool,
}

impl Oracle {
    fn new() -> Self {
        Self {
            files: Files::read(&CatalogueSource::builtin()),
            roles: BTreeSet::new(),
            assigned: BTreeSet::new(),
            records: BTreeMap::new(),
            releases: Vec::new(),
        }
    }

    /// Has the server take a record, and notes it if it did: whoever opens a case is assigned to it.
    fn takes(
        &mut self,
        service: &Service,
        now: Timestamp,
        hand: &mut RawDevice,
        made: &Made,
    ) -> bool {
        let response = hand.push(service, now, vec![made.push()]);
        let taken = response.results[0].outcome == OutcomeV1::Accepted;
        if taken {
            let envelope = made.document.envelope().unwrap();
            if envelope.case == Some(made.record.into()) {
                self.assigned.insert((hand.user, made.record.into()));
            }
            self.records.insert(made.record, envelope);
        }
        taken
    }

    fn programs_of(&self, user: UserId) -> BTreeSet<String> {
        let held = self.roles.iter().filter(|(of, _, _)| *of == user);
        held.map(|(_, _, program)| program.clone()).collect()
    }

    fn cases(&self) -> BTreeSet<CaseId> {
        let opening = self.records.values().filter(|it| it.case == Some(it.record.into()));
        opening.filter_map(|envelope| envelope.case).collect()
    }

    /// The cases that a list of these records shows: what stands alone is none, with all that belongs
    /// to it.
    fn caseload(&self, held: &BTreeSet<RecordId>) -> BTreeSet<CaseId> {
        let cases = held.iter().filter_map(|record| self.records[record].case);
        cases.filter(|case| self.alone(*case).is_none()).collect()
    }

    fn alone(&self, anchor: CaseId) -> Option<&Envelope> {
        self.records.get(&anchor.into()).filter(|record| record.case.is_none())
    }

    fn may_hold(&self, user: UserId, now: Timestamp) -> BTreeSet<RecordId> {
        let may = self.records.values().filter(|record| self.may_see(user, now, record));
        may.map(|record| record.record).collect()
    }

    fn may_see(&self, user: UserId, now: Timestamp, record: &Envelope) -> bool {
        let compartment = record.compartment.as_str();
        let place = &self.files.compartments[compartment];
        let anchor = record.scope().case;
        if !place.on_devices {
            return false;
        }
        // A directory is the department's, whoever made what stands there.
        let is_directory = self.files.cells.values().any(|row| row[compartment] == "R+");
        if !is_directory && self.alone(anchor).is_some_and(|alone| alone.created_by == user) {
            return true;
        }
        let assigned = self.assigned.contains(&(user, anchor));
        let held = self.roles.iter().filter(|(of, _, _)| *of == user);
        held.into_iter().any(|(_, role, program)| {
            match self.files.cells[role][compartment].as_str() {
                "-" => false,
                "W" => assigned,
                "R+" => true,
                _ if place.identity && assigned && self.files.case_staff.contains(role) => true,
                "S" => {
                    let at_work = self.records.values().any(|other| {
                        other.scope().case == anchor && other.program.as_str() == program
                    });
                    let (own, apart) = &self.files.programs[program];
                    at_work && (own.contains(compartment) || (place.identity && !apart))
                }
                "C" => {
                    assigned
                        && self.releases.iter().any(|release| {
                            release.case == anchor
                                && release.opens.contains(&compartment.to_lowercase())
                                && release.to.contains(program)
                                && !release.revoked
                                && release.signed <= now
                                && release.ends.is_none_or(|ends| now < ends)
                        })
                }
                _ => false,
            }
        })
    }
}

/// The catalogue's files, as far as they say who sees what.
struct Files {
    cells: BTreeMap<String, BTreeMap<String, String>>,
    compartments: BTreeMap<String, Place>,
    case_staff: BTreeSet<String>,
    /// Program to its compartments, and whether it keeps its people apart.
    programs: BTreeMap<String, (BTreeSet<String>, bool)>,
}

struct Place {
    on_devices: bool,
    identity: bool,
}

impl Files {
    fn read(source: &CatalogueSource) -> Self {
        let file = |path: &str| source.files[path].parse::<Table>().unwrap();
        let (department, access) = (file("department.toml"), file("access.toml"));
        let word = |value: &toml::Value| value.as_str().unwrap().to_owned();
        let flag =
            |of: &toml::Value, key: &str| of.get(key).is_some_and(|it| it.as_bool().unwrap());
        let list = |key: &str| department[key].as_array().unwrap().clone();
        let row = |row: &toml::Value| {
            let cells = row.as_table().unwrap().iter();
            cells.map(|(code, letters)| (code.clone(), word(letters))).collect()
        };
        Self {
            cells: access["matrix"]
                .as_table()
                .unwrap()
                .iter()
                .map(|(r, it)| (r.clone(), row(it)))
                .collect(),
            compartments: list("compartment")
                .iter()
                .map(|it| {
                    let (on_devices, identity) = (flag(it, "on_devices"), flag(it, "identity"));
                    (word(&it["code"]), Place { on_devices, identity })
                })
                .collect(),
            case_staff: list("role")
                .iter()
                .filter(|role| flag(role, "case_staff"))
                .map(|role| word(&role["code"]))
                .collect(),
            programs: list("program")
                .iter()
                .map(|it| {
                    let own = it["compartments"].as_array().unwrap().iter().map(word).collect();
                    (word(&it["name"]), (own, it.get("people").is_some()))
                })
                .collect(),
        }
    }
}
