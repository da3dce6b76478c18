//! The device checks each limit first, so the server accepts every record that a device saved.

use std::collections::BTreeMap;

use automerge::transaction::Transactable as _;
use automerge::{AutomergeError, ObjId, ROOT, ReadDoc as _, ScalarValue};
use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::document::room::Full;
use model::document::{Document, EditError};
use model::ids::{ActorId, RecordId};
use model::limits::{
    CHANGE_OPS_MAX, COUNTER_MAX, COUNTER_STEP_MAX, DEVICE_RECORD_BYTES_MAX, TEXT_BYTES_MAX,
};
use model::record::Edit;
use model::wire::PushV1;
use proptest::prelude::*;

use crate::department::{NOW, TestDepartment, outcomes};
use crate::phone::Phone;

/// Every limit, and where the device meets it.
const LIMITS: &[(&str, Met)] = &[
    ("CHANGE_BYTES_MAX", Met::Here(too_many_bytes)),
    ("CHANGE_INFLATED_BYTES_MAX", Met::Never("changes leave a device as they are")),
    ("CHANGE_OPS_MAX", Met::Here(too_many_letters)),
    ("COLUMN_ROWS_MAX", Met::Never("an operation overwrites one other, or few")),
    ("COLUMNS_MAX", Met::Never("Automerge writes fewer")),
    ("CHANGE_DEPS_MAX", Met::Here(more_side_by_side_than_one_follows)),
    ("CHANGE_ACTORS_MAX", Met::Here(a_note_by_more_than_one_change_names)),
    ("CHANGE_PARENTS_MAX", Met::Never("no type has as many logs")),
    ("KEY_BYTES_MAX", Met::Never("names of the catalogue are shorter")),
    ("NESTING_MAX", Met::Never("a record is three deep")),
    ("RECORD_BYTES_MAX", Met::Here(what_must_always_be_possible)),
    ("RECORD_ORDINARY_BYTES_MAX", Met::Here(what_must_always_be_possible)),
    ("RECORD_FULL_BYTES", Met::Here(a_full_record)),
    ("DEVICE_RECORD_BYTES_MAX", Met::Here(a_full_share)),
    ("DEVICE_ALWAYS_BYTES_MAX", Met::Here(what_must_always_be_possible)),
    ("ALWAYS_CHANGE_BYTES_MAX", Met::Here(what_must_always_be_possible)),
    ("RECORD_ORDINARY_CHANGES_MAX", Met::Never("devices stop two thousand changes earlier")),
    ("RECORD_FULL_CHANGES", Met::Never(COUNTED)),
    ("RECORD_CHANGES_MAX", Met::Never(COUNTED)),
    ("DEVICE_RECORD_CHANGES_MAX", Met::Never(COUNTED)),
    ("DEVICE_ALWAYS_CHANGES_MAX", Met::Never(COUNTED)),
    ("DEVICE_HEADS_MAX", Met::Never("a device follows its own changes")),
    ("DEVICE_ACTORS_MAX", Met::Never("a device keeps its actor")),
    ("COUNTER_STEP_MAX", Met::Here(counted_too_far)),
    ("COUNTER_MAX", Met::Here(counted_too_far)),
    ("TEXT_BYTES_MAX", Met::Here(too_long_a_text)),
    ("TRIAL_OPS_MAX", Met::Never("what is past it is put off, and comes with the next request")),
    ("REQUEST_BYTES_MAX", Met::Never("a request carries a part of it: `pages`, and `bodies`")),
    ("REQUEST_CHANGES_MAX", Met::Never("a request carries as many, and the next the others")),
    ("PAGE_BYTES_MAX", Met::Never("of answers")),
    ("PAGE_UPDATES_MAX", Met::Never("of answers")),
    ("ANSWER_BYTES_MAX", Met::Never("of answers")),
    ("RECONCILE_RECORDS_MAX", Met::Never("a request carries as many, and the next the others")),
    ("REFETCH_RECORDS_MAX", Met::Never("a request carries as many, and the next the others")),
    ("VIEWS_MAX", Met::Never("a request carries as many, and the next the others")),
    ("DROPPED_SCOPES_MAX", Met::Never("a request carries as many, and the next the others")),
    ("CATALOGUE_BYTES_MAX", Met::Never("of the department's files")),
    ("LANGUAGES_MAX", Met::Never("of the department's files")),
    ("EARLIER_CATALOGUES_MAX", Met::Never("of answers")),
    ("EARLIER_CATALOGUES_BYTES_MAX", Met::Never("of answers")),
    ("ANNOUNCED_URLS_MAX", Met::Never("of answers")),
    ("ANNOUNCED_PINS_MAX", Met::Never("of answers")),
    ("URL_BYTES_MAX", Met::Never("of answers")),
    ("COLLEAGUES_MAX", Met::Never("of answers")),
    ("APP_VERSION_BYTES_MAX", Met::Never("the program knows its own version")),
    ("SHIFT_WORDS_BYTES_MAX", Met::Never("a shift is no record: the device cuts what is longer")),
    ("SAFE_STAMPS_MAX", Met::Never("a request takes as many, and the next the others")),
    ("AWAITED_MAX", Met::Never("a request asks for as many, and the next for the others")),
];

/// Thousands of saves in one record are made where they cost nothing but changes.
const COUNTED: &str = "counted by one function on both sides: the tests of `model::document::room`";

/// Where a device meets a limit.
enum Met {
    /// Here: it is driven to it, and all that it saved is taken.
    Here(fn(&mut TestDepartment)),
    /// Nowhere, and why.
    Never(&'static str),
}

#[test]
fn every_limit_is_met_on_the_device_first() {
    let source = include_str!("../../model/src/limits.rs");
    let declared = source.lines().filter_map(|line| line.strip_prefix("pub const "));
    let declared: Vec<_> = declared.filter_map(|line| line.split(':').next()).collect();
    let listed: BTreeMap<_, _> = LIMITS.iter().map(|(name, met)| (*name, met)).collect();
    let missing: Vec<_> = declared.iter().filter(|name| !listed.contains_key(*name)).collect();
    assert!(missing.is_empty(), "say where a device meets {missing:?}");
    assert_eq!(declared.len(), listed.len());
    let mut done: Vec<fn(&mut TestDepartment)> = Vec::new();
    for met in listed.into_values() {
        match met {
            Met::Here(case) if !done.iter().any(|other| std::ptr::fn_addr_eq(*other, *case)) => {
                done.push(*case);
                case(&mut TestDepartment::new());
            }
            Met::Here(_) => {}
            Met::Never(why) => assert!(!why.is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_device_saved_the_server_takes(
        edits in proptest::collection::vec((any::<bool>(), edit()), 1..40),
    ) {
        let mut department = TestDepartment::new();
        let (mut one, mut other) = (Phone::new(&mut department), Phone::new(&mut department));
        let intake = one.intake();
        one.hands_over(&department);
        other.hands_over(&department);
        for (first, edits) in edits {
            let phone = if first { &mut one } else { &mut other };
            match phone.edit(intake, edits) {
                Ok(()) | Err(EditError::Fields(_) | EditError::TooLarge | EditError::Full(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        one.hands_over(&department);
        other.hands_over(&department);
        department.holds();
    }
}

/// Edits around the limits.
fn edit() -> impl Strategy<Value = Vec<Edit>> {
    let ops = usize::try_from(CHANGE_OPS_MAX).unwrap();
    prop_oneof![
        2 => (1..2 * ops).prop_map(|letters| vec![content::append("safety_plan", "y".repeat(letters))]),
        2 => (any::<u32>(), 1..6_u64, 1..TEXT_BYTES_MAX + 100)
            .prop_map(|(first, entries, bytes)| goals(u64::from(first) * 8, entries, bytes)),
        // No two devices give an entry the same id.
        1 => (any::<u32>(), TEXT_BYTES_MAX - 2..TEXT_BYTES_MAX + 2)
            .prop_map(|(first, bytes)| goals(u64::from(first) * 8, 1, bytes)),
        1 => any::<i64>().prop_map(|by| vec![content::count("contact_attempts", by)]),
        1 => (-COUNTER_STEP_MAX..=COUNTER_STEP_MAX)
            .prop_map(|by| vec![content::count("contact_attempts", by)]),
    ]
}

/// Entries of the log of goals. Those of one number are one entry.
fn goals(first: u64, entries: u64, bytes: usize) -> Vec<Edit> {
    let numbers = first..first + entries;
    numbers.map(|number| content::entry("goals", number, "goal", "x".repeat(bytes))).collect()
}

fn too_many_bytes(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let intake = ana.intake();
    assert!(ana.edit(intake, goals(0, 4, 60_000)).is_ok());
    assert!(matches!(ana.edit(intake, goals(10, 5, 60_000)), Err(EditError::TooLarge)));
    ana.hands_over(department);
}

fn too_many_letters(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let intake = ana.intake();
    let most = usize::try_from(CHANGE_OPS_MAX).unwrap();
    let letters = |count| vec![content::append("safety_plan", "y".repeat(count))];
    assert!(matches!(ana.edit(intake, letters(most + 1)), Err(EditError::TooLarge)));
    assert!(ana.edit(intake, letters(most)).is_ok());
    ana.hands_over(department);
}

fn too_long_a_text(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let contact = ana.contact();
    let text = |bytes| vec![content::text("note", "z".repeat(bytes))];
    let refused = ana.edit(contact, text(TEXT_BYTES_MAX + 1)).unwrap_err();
    assert!(refused.to_string().contains("split it"), "{refused}");
    assert!(ana.edit(contact, text(TEXT_BYTES_MAX)).is_ok());
    ana.hands_over(department);
}

fn counted_too_far(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let intake = ana.intake();
    let count = |by| vec![content::count("contact_attempts", by)];
    for by in [i64::MAX, i64::MIN, COUNTER_STEP_MAX + 1] {
        let refused = ana.edit(intake, count(by)).unwrap_err();
        assert!(refused.to_string().contains("must lie between"), "{refused}");
    }
    assert!(ana.edit(intake, count(COUNTER_STEP_MAX)).is_ok());
    ana.hands_over(department);
    // Others have brought it as far as the device goes.
    let mut other = Writes::new(department);
    other.writes(department, intake, |tx, fields| {
        tx.put(fields, "contact_attempts", ScalarValue::counter(COUNTER_MAX / 2))
    });
    ana.hands_over(department);
    assert!(ana.edit(intake, count(1)).is_err());
    assert!(ana.edit(intake, count(-1)).is_ok());
    ana.hands_over(department);
}

fn more_side_by_side_than_one_follows(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let intake = ana.intake();
    ana.hands_over(department);
    for _ in 0..10 {
        let mut other = Writes::new(department);
        other.writes_side_by_side(department, intake, 14);
    }
    ana.hands_over(department);
    assert!(ana.edit(intake, vec![content::text("owner", "ana")]).is_ok());
    // The two that join are said to nobody, and everybody has them.
    ana.hands_over(department);
    let mut fresh = Writes::new(department);
    let pulled = department.pulled(&mut fresh.device);
    assert_eq!(pulled[&intake].heads().len(), 1);
}

fn a_note_by_more_than_one_change_names(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let intake = ana.intake();
    ana.hands_over(department);
    for _ in 0..4 {
        let mut other = Writes::new(department);
        for _ in 0..70 {
            other.appends(department, intake);
        }
    }
    ana.hands_over(department);
    let delete = |at, delete| {
        let field = content::field("safety_plan");
        vec![Edit::Note { field, at, delete, insert: String::new() }]
    };
    assert!(matches!(ana.edit(intake, delete(0, 280)), Err(EditError::TooLarge)));
    assert!(ana.edit(intake, delete(0, 140)).is_ok());
    assert!(ana.edit(intake, delete(0, 140)).is_ok());
    ana.hands_over(department);
}

fn a_full_share(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let contact = ana.contact();
    let mut saved = 0;
    let refused = loop {
        match ana
            .edit(contact, vec![content::text("note", format!("{saved}{}", "z".repeat(60_000)))])
        {
            Ok(()) => saved += 60_000,
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, EditError::Full(Full::Share)), "{refused}");
    assert!((DEVICE_RECORD_BYTES_MAX - 120_000..DEVICE_RECORD_BYTES_MAX).contains(&saved));
    ana.hands_over(department);
}

fn a_full_record(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let intake = ana.intake();
    ana.hands_over(department);
    for _ in 0..3 {
        let mut other = Writes::new(department);
        for number in 0..3 {
            other.fills(department, intake, number);
        }
    }
    ana.hands_over(department);
    let refused = ana.edit(intake, vec![content::text("owner", "ana")]).unwrap_err();
    assert!(matches!(refused, EditError::Full(Full::Record)), "{refused}");
    assert!(refused.to_string().contains("continue in a new record"), "{refused}");
    ana.hands_over(department);
}

/// Sol approves of what Ana noted, however full others have made it.
fn what_must_always_be_possible(department: &mut TestDepartment) {
    let mut ana = Phone::new(department);
    let contact = ana.make(
        "outreach_contact",
        None,
        vec![content::choice("mode", "street"), content::choice("result", "brief")],
    );
    ana.hands_over(department);
    for spoiler in 0..4 {
        let mut other = Writes::new(department);
        for number in 0..4 {
            other.tries_to_fill(department, contact, "note", spoiler * 4 + number);
        }
    }
    let mut sol = Phone::of(department, "sol");
    sol.hands_over(department);
    let about = content::reference("record", contact);
    sol.make("review", None, vec![about, content::choice("decision", "approved")]);
    sol.hands_over(department);
}

impl Phone {
    /// One of Ana's, who also supervises: she may write every field of an intake.
    fn new(department: &mut TestDepartment) -> Self {
        let (role, program) = ("SUP".parse().unwrap(), "street_outreach".parse().unwrap());
        department.office.admin().user_grant(NOW, "ana", &role, &program).unwrap();
        Self::of(department, "ana")
    }

    /// A contact with nobody in particular, for its text.
    fn contact(&mut self) -> RecordId {
        let first = [content::choice("mode", "street"), content::choice("result", "brief")];
        self.make("outreach_contact", None, first.to_vec())
    }

    /// An intake in a new case: it has a field of each kind.
    fn intake(&mut self) -> RecordId {
        let name = [content::text("name", "Case Alder"), content::choice("name_quality", "full")];
        let person = self.make("person", None, name.to_vec());
        let when = vec![content::instant("occurred_at", NOW)];
        self.make("outreach_intake", Some(person.into()), when)
    }
}

/// A device of Ana's that writes what the library would not.
struct Writes {
    device: RawDevice,
    actors: u8,
}

type Tx<'a> = automerge::transaction::Transaction<'a>;

impl Writes {
    fn new(department: &mut TestDepartment) -> Self {
        Self { device: department.device("ana"), actors: 0 }
    }

    fn pulls(&mut self, department: &TestDepartment, record: RecordId) -> Document {
        self.device.cursor = None;
        department.pulled(&mut self.device).remove(&record).unwrap()
    }

    fn write(
        &mut self,
        document: &Document,
        work: impl FnOnce(&mut Tx<'_>, &ObjId) -> Result<(), AutomergeError>,
    ) -> Vec<u8> {
        self.actors += 1;
        let mut inner = document.automerge().clone();
        inner.set_actor(ActorId { device: self.device.id, generation: [self.actors; 8] }.into());
        let done = inner.transact::<_, _, AutomergeError>(|tx| {
            let (_, fields) = tx.get(ROOT, "fields")?.unwrap();
            work(tx, &fields)
        });
        done.unwrap();
        inner.get_last_local_change().unwrap().raw_bytes().to_vec()
    }

    fn push(
        &mut self,
        department: &TestDepartment,
        record: RecordId,
        changes: Vec<Vec<u8>>,
    ) -> Vec<String> {
        let push = changes.into_iter().map(|change| PushV1 { record, change }).collect();
        outcomes(&self.device.push(&department.service, NOW, push))
    }

    fn writes(
        &mut self,
        department: &TestDepartment,
        record: RecordId,
        work: impl FnOnce(&mut Tx<'_>, &ObjId) -> Result<(), AutomergeError>,
    ) {
        let document = self.pulls(department, record);
        let change = self.write(&document, work);
        assert_eq!(self.push(department, record, vec![change]), ["accepted"]);
    }

    fn writes_side_by_side(
        &mut self,
        department: &TestDepartment,
        record: RecordId,
        changes: usize,
    ) {
        let document = self.pulls(department, record);
        let first: Vec<_> = document.changes().into_iter().take(1).map(|it| it.bytes).collect();
        let document = Document::from_changes(first).unwrap();
        let changes: Vec<_> = (0..changes)
            .map(|number| {
                let owner = format!("number {number}");
                self.write(&document, |tx, fields| tx.put(fields, "owner", owner))
            })
            .collect();
        let told = self.push(department, record, changes);
        assert!(told.iter().all(|told| told == "accepted"), "{told:?}");
    }

    fn appends(&mut self, department: &TestDepartment, record: RecordId) {
        self.writes(department, record, |tx, _| {
            let (_, note) = tx.get(ROOT, "note:safety_plan")?.unwrap();
            let end = tx.length(&note);
            tx.splice_text(note, end, 0, "w")
        });
    }

    fn fills(&mut self, department: &TestDepartment, record: RecordId, number: u8) {
        self.writes(department, record, |tx, fields| {
            for field in ["owner", "one", "two", "three"] {
                tx.put(fields, field, format!("{number}{}", "x".repeat(62_000)))?;
            }
            Ok(())
        });
    }

    fn tries_to_fill(
        &mut self,
        department: &TestDepartment,
        record: RecordId,
        field: &str,
        number: u8,
    ) {
        let document = self.pulls(department, record);
        let change = self.write(&document, |tx, fields| {
            for _ in 0..4 {
                tx.put(fields, field, format!("{number}{}", "x".repeat(62_000)))?;
            }
            Ok(())
        });
        let told = self.push(department, record, vec![change]);
        assert!(["accepted", "share_full Never", "record_full Never"].contains(&told[0].as_str()));
    }
}
