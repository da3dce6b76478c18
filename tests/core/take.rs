//! The changes that the server accepts, and its handling of refused ones.

use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::document::Document;
use model::ids::RecordId;
use model::wire::PushV1;
use server::admin::{AuditAct, AuditFilter};

use crate::department::{NOW, TestDepartment, edited, encounter, outcomes, quality};

#[test]
fn a_pushed_record_reaches_the_supervisors_device() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    let pulled = department.pulled(&mut sol);
    assert_eq!(pulled.keys().collect::<Vec<_>>(), [&person.record, &contact.record]);
    assert_eq!(pulled[&contact.record].heads(), contact.document.heads());
    department.holds();
}

#[test]
fn a_person_and_what_was_recorded_of_them_go_in_one_push() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = ana.make(NOW, "person", None, &[content::text("name", "Case Alder"), quality()]);
    let contact = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&department.service, NOW, vec![person.push(), contact.push()]);
    assert_eq!(outcomes(&response), ["accepted", "accepted"]);
}

#[test]
fn repeating_a_push_changes_nothing() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let head = department.service.head().unwrap();
    let again = ana.push(&department.service, NOW, vec![person.push(), person.push()]);
    assert_eq!(outcomes(&again), ["known", "known"]);
    assert_eq!(department.service.head().unwrap(), head);
}

#[test]
fn two_people_who_edit_at_once_are_both_kept() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    let mut theirs = department.pulled(&mut sol).remove(&person.record).unwrap();
    let mine = content::text("safe_contact", "after six");
    let other = content::text("safe_contact", "before noon");
    let from_ana = edited(&mut ana, person.record, &mut person.document, &[mine]);
    let from_sol = edited(&mut sol, person.record, &mut theirs, &[other]);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![from_ana])), ["accepted"]);
    assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![from_sol])), ["accepted"]);
    let mut fresh = department.device("sol");
    let merged = department.pulled(&mut fresh).remove(&person.record).unwrap();
    assert_eq!(merged.heads().len(), 2);
    department.holds();
}

#[test]
fn one_bad_change_never_stops_the_others() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    let good = content::text("safe_contact", "after six");
    let good = edited(&mut ana, person.record, &mut person.document, &[good]);
    let mut damaged = good.clone();
    damaged.change[40] ^= 1;
    let contact = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&department.service, NOW, vec![damaged, good, contact.push()]);
    assert_eq!(outcomes(&response), ["bad_checksum Never", "accepted", "accepted"]);
    let kept = department.office.admin().quarantine().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].code, "bad_checksum");
}

#[test]
fn a_change_that_breaks_the_form_is_refused_and_those_beside_it_are_not() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    // Ten sound edits by one actor, and in their midst one that no form of the catalogue allows.
    let mut pushes = Vec::new();
    for number in 0..10 {
        let mut document = Document::load(&person.document.save()).unwrap();
        let edit = content::text("safe_contact", format!("number {number}"));
        pushes.push(edited(&mut ana, person.record, &mut document, &[edit]));
    }
    let foreign = foreign_key_change(&ana, &person.document, 5);
    pushes.insert(5, PushV1 { record: person.record, change: foreign });
    let outcome = outcomes(&ana.push(&department.service, NOW, pushes));
    assert_eq!(outcome.iter().filter(|outcome| *outcome == "accepted").count(), 10);
    assert_eq!(outcome[5], "foreign_layout Never");
    department.holds();
}

#[test]
fn nobody_writes_in_another_devices_name() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let made = encounter(&mut ana, None);
    let response = ben.push(&department.service, NOW, vec![made.push()]);
    assert_eq!(outcomes(&response), ["forged_actor Never"]);
}

#[test]
fn a_change_filed_under_another_record_is_refused() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let made = encounter(&mut ana, None);
    let elsewhere = PushV1 { record: RecordId::from_bytes([9; 16]), change: made.change.bytes };
    assert_eq!(
        outcomes(&ana.push(&department.service, NOW, vec![elsewhere])),
        ["foreign_record Never"]
    );
}

#[test]
fn what_follows_something_that_is_missing_is_asked_for_again() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    let first = content::text("safe_contact", "one");
    let first = edited(&mut ana, person.record, &mut person.document, &[first]);
    let second = content::text("safe_contact", "two");
    let second = edited(&mut ana, person.record, &mut person.document, &[second]);
    let alone = ana.push(&department.service, NOW, vec![second.clone()]);
    assert_eq!(outcomes(&alone), ["missing_dependencies AfterPull"]);
    assert_eq!(
        department.office.admin().quarantine().unwrap().len(),
        1,
        "whatever becomes of the phone"
    );
    let both = ana.push(&department.service, NOW, vec![first, second]);
    assert_eq!(outcomes(&both), ["accepted", "accepted"]);
    assert!(department.office.admin().quarantine().unwrap().is_empty(), "it is in its record now");
}

#[test]
fn the_same_holds_after_the_server_starts_again() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    for number in 0..80 {
        let edit = content::text("safe_contact", format!("number {number}"));
        let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
        assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![push])), ["accepted"]);
    }
    let mut department = department.restart();
    let edit = content::text("safe_contact", "the last");
    let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![push])), ["accepted"]);
    let mut sol = department.device("sol");
    let pulled = department.pulled(&mut sol);
    assert_eq!(pulled[&person.record].heads(), person.document.heads());
    department.holds();
}

#[test]
fn a_request_of_many_bad_changes_is_one_row_of_the_audit() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let bad = |number| foreign_key_change(&ana, &person.document, number);
    let push: Vec<_> =
        (0..20).map(|number| PushV1 { record: person.record, change: bad(number) }).collect();
    ana.push(&department.service, NOW, push);
    let filter = AuditFilter { act: Some(AuditAct::Refuse), ..AuditFilter::default() };
    let rows = department.office.admin().audit(&filter).unwrap();
    let rows: Vec<_> = rows.into_iter().map(|row| (row.object, row.outcome)).collect();
    let record = format!("record {}", person.record);
    assert_eq!(rows, [(record, "foreign_layout, 20 times".to_owned())]);
    department.holds();
}

/// A change that puts a key of its own beside the record's. Those of another generation are other
/// changes.
pub(crate) fn foreign_key_change(
    device: &RawDevice,
    document: &Document,
    generation: u8,
) -> Vec<u8> {
    use automerge::transaction::Transactable as _;
    let actor = model::ids::ActorId { device: device.id, generation: [generation; 8] };
    let mut inner = document.automerge().clone();
    inner.set_actor(actor.into());
    inner
        .transact::<_, _, automerge::AutomergeError>(|tx| tx.put(automerge::ROOT, "secret", 1))
        .unwrap();
    inner.get_last_local_change().unwrap().raw_bytes().to_vec()
}
