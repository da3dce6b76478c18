//! What lists say is what the records say, whatever was done: worked out here once more, from the read
//! model and the rules alone.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{Access, Catalogue, CatalogueSource};
use model::document::Document;
use model::followup::{is_contact, is_voided};
use model::ids::{ActorId, CaseId, DeviceId, FeedSeq, OptionCode, RecordId, UserId};
use model::policy::{self, Channel};
use model::record::{Edit, Envelope};
use model::search;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use model::wire::{OutcomeV1, PushV1};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value as Json};

use super::*;
use crate::admin::Admin;
use crate::config::{Durability, ServiceConfig};
use crate::context::{Context, DataFolder};
use crate::data_folder::Share;
use crate::documents;
use crate::store::listing::Listed;
use crate::store::people::NewDevice;
use crate::store::sqlite::{Database, Reading};
use crate::store::summaries::Risk;
use crate::sync::push::incoming::Incoming;
use crate::sync::push::{self, Sender, SenderTrust};
use crate::writer::write_alone;

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

#[test]
fn lists_say_what_the_records_say_whatever_was_done_and_show_nothing_that_is_not_open() {
    let (mut seen, mut boards) = (Counts::default(), 0);
    for seed in 0..WORLDS {
        let mut world = World::new(seed);
        for step in 0..STEPS {
            world.does_something(step);
            if step % 20 == 19 {
                for name in NAMES {
                    let counts = world.compare(name, &format!("seed {seed}, step {step}, {name}"));
                    seen.overdue += counts.overdue;
                    seen.today += counts.today;
                    seen.review += counts.review;
                    seen.conflicts += counts.conflicts;
                    boards += 1;
                }
            }
        }
        world.publishes();
        NAMES.iter().for_each(|name| {
            world.compare(name, &format!("{seed}, published"));
        });
        world.is_restored();
        NAMES.iter().for_each(|name| {
            world.compare(name, &format!("{seed}, restored"));
        });
    }
    // Else the worlds prove nothing.
    let Counts { overdue, today, review, conflicts, .. } = seen;
    assert!(overdue > 0 && today > 0 && review > 0 && conflicts > 0, "{seen:?}");
    assert!(boards > 0);
}

const WORLDS: u64 = 3;
const STEPS: usize = 80;

const NAMES: [&str; 8] = ["ana", "ben", "hal", "vic", "sol", "sue", "dir", "prv"];

const PEOPLE: [(&str, &str, &str); 8] = [
    ("ana", "OW", "street_outreach"),
    ("ben", "OW", "street_outreach"),
    ("hal", "HR", "hospital_response"),
    ("vic", "VA", "victim_services"),
    ("sol", "SUP", "street_outreach"),
    ("sue", "SUP", "hospital_response"),
    ("dir", "DIR", "street_outreach"),
    ("prv", "PRV", "street_outreach"),
];

/// A department in which people do this and that.
struct World {
    rng: ChaCha8Rng,
    folder: tempfile::TempDir,
    config: ServiceConfig,
    opened: Option<(Admin, Database, Context)>,
    people: BTreeMap<&'static str, (UserId, DeviceId)>,
}

impl World {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = ServiceConfig::new(folder.path().join("data"));
        config.durability = Durability::Process;
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut admin = Admin::init(NOW, &mut rng, &config, "Department").unwrap();
        let mut people = BTreeMap::new();
        for (number, (name, role, program)) in PEOPLE.into_iter().enumerate() {
            let (role, program) = (role.parse().unwrap(), program.parse().unwrap());
            let user = admin.user_add(NOW, &mut rng, name, &role, &program).unwrap();
            let byte = u8::try_from(number).unwrap() + 1;
            people.insert(name, (user, DeviceId::from_bytes([byte; 16])));
        }
        drop(admin);
        let mut world = Self { rng, folder, config, opened: None, people };
        world.open();
        let (_, database, context) = world.opened.as_ref().unwrap();
        write_alone(database, context, |tx| {
            for (user, device) in world.people.values() {
                let hash = [device.as_bytes()[0]; 32];
                tx.db.add_device(&NewDevice {
                    id: *device,
                    user: *user,
                    public_key: &[1; 32],
                    token_hash: &hash,
                    platform: "test",
                    at: NOW,
                    enrolled_seq: FeedSeq(0),
                    reconciled_epoch: None,
                })?;
            }
            crate::access::recompute::derived_if_due(tx)
        })
        .unwrap();
        world
    }

    fn open(&mut self) {
        let admin = Admin::open(&self.config).unwrap();
        let files = DataFolder::find(&self.config, Share::Beside).unwrap();
        let database = files.open().unwrap();
        let context = Context::open(&files, &database, None).unwrap();
        self.opened = Some((admin, database, context));
    }

    fn admin(&mut self) -> &mut Admin {
        &mut self.opened.as_mut().unwrap().0
    }

    fn reading(&self) -> (Reading<'_>, &Context) {
        let (_, database, context) = self.opened.as_ref().unwrap();
        (database.reading(), context)
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.rng.random_range(0..of.len())]
    }

    fn does_something(&mut self, step: usize) {
        let cases = self.cases();
        let (name, other) = (*self.pick(&NAMES), *self.pick(&NAMES));
        match self.rng.random_range(0..24) {
            // At first there are cases to have.
            _ if cases.len() < 4 => self.opens_a_case(),
            0 | 1 => self.opens_a_case(),
            2..=10 => self.records(name, &cases),
            11..=15 => self.changes(name, None),
            16..=18 => {
                let (one, other) = *self.pick(&[("ana", "sol"), ("hal", "sue"), ("ana", "ben")]);
                self.changes(one, Some(other));
            }
            19 | 20 => {
                let case = *self.pick(&cases);
                self.admin().assign(NOW, other, case).unwrap();
            }
            21 => {
                let case = *self.pick(&cases);
                // Who had it is had by chance.
                let _ = self.admin().unassign(NOW, other, case);
            }
            22 => {
                let (role, program) =
                    ("SUP".parse().unwrap(), "hospital_response".parse().unwrap());
                let done = match self.rng.random_bool(0.5) {
                    true => self.admin().user_grant(NOW, other, &role, &program),
                    false => self.admin().user_revoke_role(NOW, other, &role, &program),
                };
                // Who has the role has it by chance.
                drop(done);
            }
            _ if step > STEPS / 2 => {
                let case = *self.pick(&cases);
                self.admin().erase(NOW, case, "order 26-1").unwrap();
                // Another process, which this one would notice.
                self.open();
            }
            _ => {}
        }
    }

    /// The cases that are known, by the records that opened them.
    fn cases(&self) -> Vec<CaseId> {
        let (db, _) = self.reading();
        let person = "person".parse().unwrap();
        let records = db.record_ids_of_type(&person).unwrap();
        records.into_iter().filter(|it| db.view(*it).unwrap().is_some()).map(CaseId::from).collect()
    }

    fn opens_a_case(&mut self) {
        let name = *self.pick(&["ana", "ben", "vic", "hal"]);
        let called = *self.pick(&["Rosa Ávila", "Ann Birch", "Zed Cole", "Óscar Dunn"]);
        let edits = vec![text("name", called), choice("name_quality", "full")];
        self.makes(name, "person", None, edits);
    }

    fn records(&mut self, name: &str, cases: &[CaseId]) {
        let case = *self.pick(cases);
        let at = self.some_time();
        let mut edits = vec![instant("occurred_at", at)];
        if self.rng.random_bool(0.4) {
            edits.push(choice("approval", "submitted"));
        }
        let of = *self.pick(&[
            "outreach_contact",
            "outreach_contact",
            "outreach_intake",
            "bedside_encounter",
            "victim_service",
            "consent",
            "provider",
            "shift",
        ]);
        match of {
            "outreach_contact" => {
                let result = *self.pick(&["engaged", "brief", "declined"]);
                edits.extend([choice("mode", "street"), choice("result", result)]);
            }
            "outreach_intake" => edits.extend(self.some_risk()),
            "bedside_encounter" => {
                edits.extend([choice("injury", "gsw"), choice("approach", "accepted")]);
            }
            "victim_service" => edits.push(choice("service", "advocacy")),
            "consent" => {
                let kind = *self.pick(&["hipaa", "participation", "school"]);
                let (signed, ends) = (self.some_time(), self.some_time());
                edits.extend([choice("kind", kind), instant("signed", signed)]);
                if self.rng.random_bool(0.7) {
                    edits.push(instant("expires", ends));
                }
            }
            "provider" => edits.push(text("name", "Shelter")),
            _ => edits.push(instant("return_at", at)),
        }
        let alone = ["provider", "shift"].contains(&of);
        self.makes(name, of, (!alone).then_some(case), edits);
    }

    fn some_risk(&mut self) -> Vec<Edit> {
        match self.pick(&["", "low", "medium", "high", "imminent"]) {
            &"" => Vec::new(),
            level => vec![choice("risk_level", level)],
        }
    }

    /// A time around now: within a day, or within some months.
    fn some_time(&mut self) -> Timestamp {
        let minutes = match self.rng.random_bool(0.5) {
            true => self.rng.random_range(-3_000..3_000),
            false => self.rng.random_range(-150_000..20_000),
        };
        NOW + Span::from_minutes(minutes)
    }

    /// Changes one record; with another person, both at once.
    fn changes(&mut self, name: &str, other: Option<&str>) {
        let (db, context) = self.reading();
        let ids: Vec<RecordId> = db.record_ids().unwrap();
        let known: Vec<_> = ids
            .into_iter()
            .filter(|record| db.view(*record).unwrap().is_some())
            .map(|record| db.record_row(record).unwrap().unwrap())
            .collect();
        if known.is_empty() {
            return;
        }
        let catalogue = context.catalogue.clone();
        let known = self.pick(&known).clone();
        let document = {
            let (db, context) = self.reading();
            documents::load(&db, context.keyring.keys(), &known).unwrap()
        };
        // Of two who change the same without knowing of each other.
        let kind = other.map(|_| self.rng.random_range(0..3));
        for name in [name].into_iter().chain(other) {
            let approval = *self.pick(&["draft", "submitted", "submitted", "approved", "voided"]);
            let level = *self.pick(&["low", "medium", "high", "imminent"]);
            let kind = kind.unwrap_or_else(|| self.rng.random_range(0..4));
            let edit = match kind {
                0 => vec![instant("occurred_at", self.some_time())],
                1 if known.record_type.as_str() == "outreach_intake" => {
                    vec![choice("risk_level", level)]
                }
                1 if known.record_type.as_str() == "person" => vec![text("name", level)],
                2 => vec![instant("next_due", self.some_time())],
                _ => vec![choice("approval", approval), text("void_reason", "by mistake")],
            };
            let mut document = document.clone();
            let device = self.people[name].1;
            let actor = ActorId::generate(&mut self.rng, device);
            // What may not be so is not so.
            let Ok(Some(change)) = document.edit(NOW, actor, &catalogue, &edit) else { continue };
            self.pushes(name, known.id, change.bytes);
        }
    }

    fn makes(&mut self, name: &str, of: &str, case: Option<CaseId>, edits: Vec<Edit>) {
        let catalogue = self.reading().1.catalogue.clone();
        let record = RecordId::generate(NOW, &mut self.rng);
        let record_type = catalogue.record_type(&of.parse().unwrap()).unwrap();
        let (user, device) = self.people[name];
        let (db, _) = self.reading();
        let Some(held) = db.memberships(user).unwrap().into_iter().next() else { return };
        let opens = (of == "person").then_some(CaseId::from(record));
        let victims = held.program.as_str() == "victim_services";
        let identity = record_type.compartment.as_str() == "IDN";
        let compartment = match victims && identity {
            true => "VIC".parse().unwrap(),
            false => record_type.compartment.clone(),
        };
        let envelope = Envelope {
            record,
            record_type: record_type.name.clone(),
            type_version: record_type.version,
            case: opens.or(case),
            compartment,
            program: held.program,
            created_by: user,
            created_at: NOW,
        };
        let actor = ActorId::generate(&mut self.rng, device);
        if let Ok((_, change)) = Document::create(NOW, actor, &catalogue, &envelope, &edits) {
            self.pushes(name, record, change.bytes);
        }
    }

    /// Hands a change in. Whether it is taken, the rules say.
    fn pushes(&mut self, name: &str, record: RecordId, change: Vec<u8>) -> bool {
        let (user, device) = self.people[name];
        let (standing, way) = (SenderTrust::Ordinary, Channel::Console);
        let sender = Sender { user, device, standing, way };
        let incoming = Incoming::read(vec![PushV1 { record, change }]);
        let (_, database, context) = self.opened.as_ref().unwrap();
        let reading = database.reading();
        let prepared = push::prepare(NOW, &reading, context, sender, incoming).unwrap();
        let rng = &mut self.rng;
        let results = write_alone(database, context, |tx| prepared.store(NOW, rng, tx)).unwrap();
        results.iter().all(|result| result.outcome == OutcomeV1::Accepted)
    }

    /// The list of risks is another one from now on, and contacts are others.
    fn publishes(&mut self) {
        let mut source = CatalogueSource::builtin();
        for text in source.files.values_mut() {
            *text = text.replace(
                "contact = { result = [\"engaged\", \"brief\"] }",
                "contact = { result = [\"engaged\"] }",
            );
            let low = "  { code = \"low\", en = \"Low\", es = \"Bajo\" },\n";
            if text.contains(low) {
                *text = text.replace(low, "");
                let last = "  { code = \"imminent\", en = \"Imminent\", es = \"Inminente\" },\n";
                *text = text.replace(last, &format!("{last}{low}"));
            }
        }
        self.admin().publish_catalogue(NOW, &source).unwrap();
        self.open();
    }

    fn is_restored(&mut self) {
        let file = self.folder.path().join("backup");
        self.admin().backup(NOW, &file).unwrap();
        self.opened = None;
        Admin::restore(NOW, &mut self.rng, &self.config, &file).unwrap();
        self.open();
    }

    /// Compares all lists of somebody with what they are to say. Returns the counts.
    fn compare(&self, name: &str, when: &str) -> Counts {
        let (db, context) = self.reading();
        assert_eq!(db.wrong_summaries(&context.catalogue).unwrap(), BTreeSet::new(), "{when}");
        let user = self.people[name].0;
        let reader = Reader::of(context, &db, NOW, user, None).unwrap();
        let expected = Expected::of(&db, &context.catalogue, user);
        let counts = reader.counts().unwrap();
        assert_eq!(counts, expected.counts(), "{when}");
        for (list, tasks) in [
            (TaskList::Overdue, &expected.overdue),
            (TaskList::Today, &expected.today),
            (TaskList::All, &expected.all),
        ] {
            let page = reader.tasks_page(list, 0, 500).unwrap();
            let rows = page.rows.iter().map(|row| &row.task);
            let listed: Vec<_> = rows.map(|row| (row.due, row.record, row.rule.clone())).collect();
            assert_eq!(&listed, tasks, "{when}, {list:?}");
            assert_eq!(page.total, tasks.len() as u64);
        }
        let records = |page: RecordsPage| {
            assert_eq!(page.total, page.rows.len() as u64, "{when}");
            page.rows.into_iter().map(|row| row.row.record).collect::<Vec<_>>()
        };
        assert_eq!(records(reader.review_queue(0, 500).unwrap()), expected.review, "{when}");
        assert_eq!(records(reader.conflicts(0, 500).unwrap()), expected.conflicts, "{when}");
        self.compare_boards(&reader, &expected, when);
        let day = reader.day(3).unwrap();
        assert_eq!(day.counts, counts, "{when}");
        let due = day.due.iter().map(|row| (row.task.due, row.task.record, row.task.rule.clone()));
        let first = expected.overdue.iter().chain(&expected.today).take(3).cloned();
        assert_eq!(due.collect::<Vec<_>>(), first.collect::<Vec<_>>(), "{when}");
        let longest_ago = (BoardSort::Contact, false);
        let board = reader.board(&BoardFilter::default(), longest_ago, 0, 3).unwrap();
        assert_eq!((day.quiet, counts), (board.rows, board.counts), "{when}");
        counts
    }

    fn compare_boards(&self, reader: &Reader<'_>, expected: &Expected, when: &str) {
        let names = reader.plain_names_of_tests();
        for (number, filter) in self.filters().into_iter().enumerate() {
            let order = SORTS[number % SORTS.len()];
            let when = format!("{when}, {filter:?}, {order:?}");
            let page = reader.board(&filter, order, 0, 500).unwrap();
            let mut wanted: Vec<&Case> =
                expected.cases.values().filter(|case| case.passes(&filter)).collect();
            wanted.sort_by(|one, other| one.compare(other, order, &names));
            let shown: Vec<Case> = page.rows.iter().map(Case::shown).collect();
            let wanted: Vec<Case> = wanted.into_iter().map(Case::without_rest).collect();
            assert_eq!(shown, wanted, "{when}");
            assert_eq!(page.total, wanted.len() as u64, "{when}");
            // A page is a part of the whole.
            let part = reader.board(&filter, order, 1, 2).unwrap();
            let whole = page.rows.iter().skip(1).take(2).map(|row| row.case);
            assert!(part.rows.iter().map(|row| row.case).eq(whole), "{when}");
            assert_eq!(part.total, page.total);
        }
    }

    fn filters(&self) -> Vec<BoardFilter> {
        let none = BoardFilter::default();
        let of = |program: &str| Some(program.parse().unwrap());
        let worker = |name: &str| Some(self.people[name].0);
        vec![
            none.clone(),
            BoardFilter { worker: worker("ana"), ..none.clone() },
            BoardFilter { worker: worker("hal"), ..none.clone() },
            BoardFilter { program: of("street_outreach"), ..none.clone() },
            BoardFilter { program: of("hospital_response"), ..none.clone() },
            BoardFilter { program: of("victim_services"), ..none.clone() },
            BoardFilter { risk: Some("high".parse().unwrap()), ..none.clone() },
            BoardFilter { overdue: true, ..none.clone() },
            BoardFilter { gap_days: Some(14), ..none.clone() },
            BoardFilter { unreviewed: true, overdue: true, ..none.clone() },
            BoardFilter { conflicts: true, ..none.clone() },
            BoardFilter { consent_ended: true, gap_days: Some(1), ..none.clone() },
            BoardFilter { worker: worker("ben"), unreviewed: true, ..none.clone() },
            none,
        ]
    }
}

const SORTS: [(BoardSort, bool); 14] = [
    (BoardSort::Due, false),
    (BoardSort::Person, false),
    (BoardSort::Worker, false),
    (BoardSort::Risk, true),
    (BoardSort::Contact, false),
    (BoardSort::Tasks, true),
    (BoardSort::Consent, false),
    (BoardSort::Due, true),
    (BoardSort::Person, true),
    (BoardSort::Worker, true),
    (BoardSort::Risk, false),
    (BoardSort::Contact, true),
    (BoardSort::Tasks, false),
    (BoardSort::Consent, true),
];

impl Reader<'_> {
    fn plain_names_of_tests(&self) -> BTreeMap<UserId, String> {
        let names = self.db.users().unwrap().into_iter();
        names.map(|(user, name)| (user, search::plain(&name))).collect()
    }
}

/// What the lists of somebody are to say.
struct Expected {
    overdue: Vec<(Timestamp, RecordId, String)>,
    today: Vec<(Timestamp, RecordId, String)>,
    all: Vec<(Timestamp, RecordId, String)>,
    review: Vec<RecordId>,
    conflicts: Vec<RecordId>,
    safety: u64,
    cases: BTreeMap<CaseId, Case>,
}

/// A case as it is to be on the board.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Case {
    id: Option<CaseId>,
    workers: Vec<UserId>,
    risk: Option<Risk>,
    last_contact: Option<Timestamp>,
    first_at: Option<Timestamp>,
    next_due: Option<Timestamp>,
    open_tasks: u64,
    unreviewed: u64,
    conflicts: u64,
    to_review: u64,
    consent_until: Option<Timestamp>,
    // What is not on it.
    programs: BTreeSet<String>,
    title: Option<String>,
    newest_risk: Option<(Timestamp, RecordId)>,
}

impl Expected {
    fn of(db: &Reading<'_>, catalogue: &Catalogue, user: UserId) -> Self {
        let memberships = db.memberships(user).unwrap();
        let mut open: Vec<Listed> = Vec::new();
        let types: BTreeSet<_> = catalogue.types.keys().collect();
        db.each_open_record(user, &types, |listed| open.push(listed)).unwrap();
        open.sort_by_key(|listed| listed.came);
        let writes = |listed: &Listed| {
            let compartment = &listed.scope.compartment;
            policy::does_its_tasks(catalogue, &memberships, compartment, &listed.record_type)
        };
        let reviews = |listed: &Listed| {
            let fields = fields(listed);
            let waits = fields.get("approval").and_then(Json::as_str) == Some("submitted");
            let by = db.how_made(listed.record).unwrap().unwrap().by;
            waits
                && by != user
                && memberships.iter().any(|held| {
                    let cell = catalogue.access(&held.role, &listed.scope.compartment);
                    // A director supervises shifts and decides on none.
                    held.role.as_str() == "SUP"
                        && held.program == listed.program
                        && cell == Access::Supervise
                })
        };
        let record = |listed: &Listed| listed.record;
        let review = open.iter().filter(|it| reviews(it)).map(record).collect();
        let in_conflict = |it: &&Listed| it.to_review > 0 && writes(it);
        let conflicts = open.iter().filter(in_conflict).map(record).collect();
        let mut cases = BTreeMap::new();
        for listed in &open {
            let Some(case) = listed.case else { continue };
            let anchor = db.record_row(case.into()).unwrap();
            if anchor.is_none_or(|anchor| anchor.case.is_some()) {
                let entry: &mut Case = cases.entry(case).or_default();
                entry.add(catalogue, listed);
                entry.id = Some(case);
            }
        }
        for (id, case) in &mut cases {
            case.workers = db.colleagues_on_case(user, *id).unwrap();
            case.consent_until = consent_until(db, &open, catalogue, *id);
        }
        let programs: BTreeSet<_> = memberships.iter().map(|held| &held.program).collect();
        let ends = catalogue.zone.end_of_day(NOW).unwrap();
        let (mut overdue, mut today, mut all) = (Vec::new(), Vec::new(), Vec::new());
        db.each_open_task(user, |open| {
            let (task, listed) = (open.task, open.listed);
            let is_theirs = task.owner == Some(user) || writes(&listed);
            if !is_theirs || task.only_for.is_some_and(|only| !programs.contains(&only)) {
                return;
            }
            let waits = task.standing == model::followup::Standing::Open;
            let case = listed.case.and_then(|case| cases.get_mut(&case));
            if let Some(case) = case {
                case.open_tasks += 1;
                if waits {
                    case.next_due = case.next_due.into_iter().chain([task.due]).min();
                }
            }
            if !waits {
                return;
            }
            let task = (task.due, task.record, task.rule);
            if task.0 < NOW {
                overdue.push(task.clone());
            } else if task.0 < ends {
                today.push(task.clone());
            }
            all.push(task);
        })
        .unwrap();
        overdue.sort();
        today.sort();
        all.sort();
        Self { overdue, today, all, review, conflicts, safety: 0, cases }
    }

    fn counts(&self) -> Counts {
        Counts {
            overdue: self.overdue.len() as u64,
            today: self.today.len() as u64,
            review: self.review.len() as u64,
            conflicts: self.conflicts.len() as u64,
            safety: self.safety,
        }
    }
}

fn fields(listed: &Listed) -> Map<String, Json> {
    serde_json::from_str(&listed.fields).unwrap()
}

/// When the first consent of a case ends that no other of its kind in the same compartment outlasts.
fn consent_until(
    db: &Reading<'_>,
    open: &[Listed],
    catalogue: &Catalogue,
    case: CaseId,
) -> Option<Timestamp> {
    let mut ends: BTreeMap<(String, String), Vec<Option<Timestamp>>> = BTreeMap::new();
    for listed in open.iter().filter(|listed| listed.case == Some(case)) {
        let record_type = catalogue.record_type(&listed.record_type).unwrap();
        let Some(rules) = &record_type.consent else { continue };
        let consent = db.consent_of_record(listed.record).unwrap().unwrap();
        if consent.revoked || consent.starts.is_none() {
            continue;
        }
        let kind = fields(listed)[rules.kind.as_str()].as_str().unwrap().to_owned();
        let key = (listed.scope.compartment.to_string(), kind);
        ends.entry(key).or_default().push(consent.ends);
    }
    let last = ends.into_values().filter_map(|ends| {
        let ends: Option<Vec<Timestamp>> = ends.into_iter().collect();
        ends?.into_iter().max()
    });
    last.min()
}

impl Case {
    fn add(&mut self, catalogue: &Catalogue, listed: &Listed) {
        let record_type = catalogue.record_type(&listed.record_type).unwrap();
        let (fields, at) = (fields(listed), listed.occurred_at);
        self.programs.insert(listed.program.to_string());
        self.unreviewed += u64::from(fields.get("approval") == Some(&Json::from("submitted")));
        self.conflicts += u64::from(listed.to_review > 0);
        self.to_review += listed.to_review;
        if listed.record_type.as_str() == "person" {
            self.title = Some(search::plain(fields["name"].as_str().unwrap()));
        }
        if is_voided(&fields) {
            return;
        }
        self.first_at = self.first_at.into_iter().chain([at]).min();
        if is_contact(record_type, &fields) {
            self.last_contact = self.last_contact.max(Some(at));
        }
        let field = record_type.risk.as_ref();
        let level = field.and_then(|field| fields.get(field.as_str())).and_then(Json::as_str);
        if let Some(code) = level
            && self.newest_risk < Some((at, listed.record))
        {
            self.newest_risk = Some((at, listed.record));
            let list = &catalogue.code_lists["outreach_intake.risk_level"];
            let rank = list.order.iter().position(|option| option.as_str() == code);
            let rank = rank.and_then(|rank| i64::try_from(rank).ok());
            self.risk = Some(Risk { code: code.to_owned(), rank });
        }
    }

    /// Returns what a row of the board shows of it.
    fn shown(row: &BoardRow) -> Self {
        assert_eq!(row.overdue, row.next_due.is_some_and(|due| due < NOW));
        assert_eq!(row.consent_ended, row.consent_until.is_some_and(|until| until <= NOW));
        let opening = row.opened_by.as_ref();
        assert!(opening.is_none_or(|opening| opening.case == Some(row.case)));
        Self {
            id: Some(row.case),
            workers: row.workers.clone(),
            risk: row.risk.clone().map(|risk| Risk { code: risk.code, rank: risk.rank }),
            last_contact: row.last_contact,
            first_at: row.first_at,
            next_due: row.next_due,
            open_tasks: row.open_tasks,
            unreviewed: row.unreviewed,
            conflicts: row.conflicts,
            to_review: row.to_review,
            consent_until: row.consent_until,
            ..Self::default()
        }
    }

    fn without_rest(&self) -> Self {
        Self { programs: BTreeSet::new(), title: None, newest_risk: None, ..self.clone() }
    }

    fn passes(&self, filter: &BoardFilter) -> bool {
        let BoardFilter { worker, program, risk, gap_days, .. } = filter;
        let code =
            |risk: &OptionCode| self.risk.as_ref().is_some_and(|known| known.code == risk.as_str());
        let ago = |days: &u32| {
            let since = self.last_contact.or(self.first_at);
            since.is_some_and(|since| since + Span::from_days((*days).into()) < NOW)
        };
        worker.is_none_or(|worker| self.workers.contains(&worker))
            && program.as_ref().is_none_or(|program| self.programs.contains(program.as_str()))
            && risk.as_ref().is_none_or(code)
            && gap_days.as_ref().is_none_or(ago)
            && (!filter.overdue || self.next_due.is_some_and(|due| due < NOW))
            && (!filter.unreviewed || self.unreviewed > 0)
            && (!filter.conflicts || self.conflicts > 0)
            && (!filter.consent_ended || self.consent_until.is_some_and(|until| until <= NOW))
    }

    fn compare(
        &self,
        other: &Self,
        (sort, descending): (BoardSort, bool),
        names: &BTreeMap<UserId, String>,
    ) -> std::cmp::Ordering {
        let key = |case: &Self| -> Option<(i64, String)> {
            let time = |time: Option<Timestamp>| Some((time?.as_millis(), String::new()));
            let word = |word: Option<String>| Some((0, word?));
            match sort {
                BoardSort::Due => time(case.next_due),
                BoardSort::Contact => time(case.last_contact),
                BoardSort::Consent => time(case.consent_until),
                BoardSort::Person => word(case.title.clone()),
                BoardSort::Worker => {
                    word(case.workers.iter().map(|worker| names[worker].clone()).min())
                }
                BoardSort::Risk => Some((case.risk.clone()?.rank?, String::new())),
                BoardSort::Tasks => Some((i64::try_from(case.open_tasks).unwrap(), String::new())),
            }
        };
        let order = match (key(self), key(other)) {
            (Some(one), Some(other)) if descending => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        };
        order.then(self.id.cmp(&other.id))
    }
}

fn text(field: &str, value: &str) -> Edit {
    Edit::Set { field: field.parse().unwrap(), value: Scalar::Text(value.into()) }
}

fn choice(field: &str, option: &str) -> Edit {
    Edit::Set { field: field.parse().unwrap(), value: Scalar::Choice(option.parse().unwrap()) }
}

fn instant(field: &str, at: Timestamp) -> Edit {
    Edit::Set { field: field.parse().unwrap(), value: Scalar::DateTime(at) }
}
