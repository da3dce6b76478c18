//! One device that would spoil a record for everybody: with changes that are each of them valid.

use std::collections::BTreeSet;

use automerge::transaction::{Transactable as _, Transaction};
use automerge::{AutomergeError, ROOT, ReadDoc as _, ScalarValue};
use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::document::Document;
use model::ids::{ActorId, CaseId};
use model::limits::{COUNTER_MAX, COUNTER_STEP_MAX, DEVICE_HEADS_MAX, RECORD_BYTES_MAX};
use model::wire::PushV1;

use crate::consent::Clinic;
use crate::department::{NOW, TestDepartment, encounter, later, outcomes};

#[test]
fn a_record_that_stands_alone_gets_no_case_afterwards() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = encounter(&mut ana, None);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![contact.push()])), ["accepted"]);
    let case = CaseId::from(person.record);
    let moves = |tx: &mut Transaction<'_>| {
        tx.put(ROOT, "case", ScalarValue::Bytes(case.as_bytes().to_vec()))
    };
    let change = written(&ana, 1, &contact.document, moves);
    let response =
        ana.push(&department.service, NOW, vec![PushV1 { record: contact.record, change }]);
    assert_eq!(outcomes(&response), ["immutable_key Never"]);
    department.holds();
    let pulled = department.pulled(&mut sol);
    assert_eq!(pulled[&contact.record].heads(), contact.document.heads());
}

#[test]
fn what_arrives_with_the_first_change_adds_nothing_to_what_a_record_is() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let case = CaseId::from(person.record);
    let moves = |tx: &mut Transaction<'_>| {
        tx.put(ROOT, "case", ScalarValue::Bytes(case.as_bytes().to_vec()))
    };
    // After the first, and beside it: a change that follows nothing.
    for follows in [true, false] {
        let contact = encounter(&mut ana, None);
        let nothing = Document::from(automerge::Automerge::new());
        let beneath = if follows { &contact.document } else { &nothing };
        let change = written(&ana, 1, beneath, moves);
        let push = vec![contact.push(), PushV1 { record: contact.record, change }];
        let response = ana.push(&department.service, NOW, push);
        assert_eq!(outcomes(&response), ["accepted", "immutable_key Never"], "follows: {follows}");
    }
    department.holds();
}

#[test]
fn seventy_changes_side_by_side_from_one_device_leave_a_consent_that_can_be_taken_back() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let consent = clinic.consent(&[content::instant("signed", NOW)]);
    let mut spoiler = clinic.department.device("hana");
    let push: Vec<_> = (0..70)
        .map(|number| {
            let says = |tx: &mut Transaction<'_>| put(tx, "purpose", format!("number {number}"));
            let change = written(&spoiler, number, &consent.document, says);
            PushV1 { record: consent.record, change }
        })
        .collect();
    let told = outcomes(&spoiler.push(&clinic.department.service, NOW, push));
    assert_eq!(told.iter().filter(|told| *told == "accepted").count() as u64, DEVICE_HEADS_MAX);
    assert!(told.iter().all(|told| told == "accepted" || told == "too_many_heads AfterPull"));
    taken_back(clinic, &consent);
}

#[test]
fn more_changes_side_by_side_than_one_may_follow_are_joined_in_steps() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let consent = clinic.consent(&[content::instant("signed", NOW)]);
    for _ in 0..9 {
        let mut other = clinic.department.device("hana");
        let push = (0..16).map(|number| {
            let says = |tx: &mut Transaction<'_>| put(tx, "purpose", format!("number {number}"));
            let change = written(&other, number, &consent.document, says);
            PushV1 { record: consent.record, change }
        });
        let push = push.collect();
        let told = outcomes(&other.push(&clinic.department.service, NOW, push));
        assert!(told.iter().all(|told| told == "accepted"), "{told:?}");
    }
    taken_back(clinic, &consent);
}

#[test]
fn as_many_bytes_as_the_server_takes_of_one_device_leave_a_consent_that_can_be_taken_back() {
    let mut clinic = Clinic::new();
    clinic.department.office.assign(NOW, "ana", clinic.case);
    let consent = clinic.consent(&[content::instant("signed", NOW)]);
    // Each of several devices of one person writes as much as is taken of it.
    let mut document = Document::load(&consent.document.save()).unwrap();
    let mut refused = Vec::new();
    for spoiler in 0..5 {
        let mut device = clinic.department.device("hana");
        for number in 0..17 {
            let mut next = Document::load(&document.save()).unwrap();
            let change = written(&device, spoiler, &next, |tx| fill(tx, spoiler * 17 + number));
            let push = vec![PushV1 { record: consent.record, change: change.clone() }];
            let told = outcomes(&device.push(&clinic.department.service, NOW, push)).remove(0);
            match told.as_str() {
                "accepted" => {
                    next.apply([change]).unwrap();
                    document = next;
                }
                _ => refused.push(told),
            }
        }
        // Nor is what must always be possible a way to go on.
        for number in 0..17 {
            let change = written(&device, spoiler, &document, |tx| wasted(tx, 8_000, number));
            let push = vec![PushV1 { record: consent.record, change: change.clone() }];
            match outcomes(&device.push(&clinic.department.service, NOW, push)).remove(0).as_str() {
                "accepted" => document.apply([change]).unwrap(),
                told => refused.push(told.to_owned()),
            }
        }
    }
    let codes: BTreeSet<_> = refused.iter().map(String::as_str).collect();
    assert_eq!(codes, BTreeSet::from(["record_full Never", "share_full Never"]));
    assert!(document.saved_bytes() < RECORD_BYTES_MAX);
    taken_back(clinic, &consent);
}

#[test]
fn a_counter_is_never_moved_further_than_counts_go() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let (case, when) = (Some(person.record.into()), [content::instant("occurred_at", NOW)]);
    let mut intake = ana.make(NOW, "outreach_intake", case, &when);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![intake.push()])), ["accepted"]);
    for (number, (set, by, expected)) in (1..).zip([
        (None, i64::MAX, "counter_too_far Never"),
        (None, COUNTER_STEP_MAX + 1, "counter_too_far Never"),
        (None, -COUNTER_STEP_MAX - 1, "counter_too_far Never"),
        (Some(i64::MIN), 0, "counter_too_far Never"),
        (Some(COUNTER_MAX + 1), 0, "counter_too_far Never"),
        (None, COUNTER_STEP_MAX, "accepted"),
        (Some(COUNTER_MAX), 0, "accepted"),
        (None, 1, "invalid_fields Never"),
        (None, -COUNTER_STEP_MAX, "accepted"),
    ]) {
        let change = written(&ana, number, &intake.document, |tx| match set {
            Some(to) => put(tx, "contact_attempts", ScalarValue::counter(to)),
            None => {
                let (_, fields) = tx.get(ROOT, "fields")?.unwrap();
                tx.increment(&fields, "contact_attempts", by)
            }
        });
        let push = vec![PushV1 { record: intake.record, change: change.clone() }];
        let told = outcomes(&ana.push(&department.service, NOW, push)).remove(0);
        assert_eq!(told, expected, "{set:?} {by}");
        if told == "accepted" {
            intake.document.apply([change]).unwrap();
        }
    }
    department.holds();
}

#[test]
fn counts_of_several_devices_add_up_within_what_is_read_exactly() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let (case, when) = (Some(person.record.into()), [content::instant("occurred_at", NOW)]);
    let intake = ana.make(NOW, "outreach_intake", case, &when);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![intake.push()])), ["accepted"]);
    // Each sets it side by side: what is read is the sum of all.
    let told: Vec<_> = (1..4)
        .map(|number| {
            let half = ScalarValue::counter(COUNTER_MAX / 2);
            let change =
                written(&ana, number, &intake.document, |tx| put(tx, "contact_attempts", half));
            let push = vec![PushV1 { record: intake.record, change }];
            outcomes(&ana.push(&department.service, NOW, push)).remove(0)
        })
        .collect();
    assert_eq!(told, ["accepted", "accepted", "invalid_fields Never"]);
    department.holds();
}

/// The consent can be noted as taken back by whoever is on the case, and opens nothing then.
fn taken_back(mut clinic: Clinic, consent: &Made) {
    assert!(clinic.ana_receives(NOW).contains(&clinic.bedside));
    let mut fresh = clinic.department.device("ana");
    let mut here = clinic.department.pulled(&mut fresh).remove(&consent.record).unwrap();
    let actor = ActorId { device: fresh.id, generation: [1; 8] };
    let mut changes = here.fold_heads(NOW, actor).unwrap();
    let edit = [content::instant("revoked", later(5))];
    changes.extend(here.edit(later(1), actor, &fresh.catalogue, &edit).unwrap());
    let push = changes.into_iter();
    let push = push.map(|change| PushV1 { record: consent.record, change: change.bytes });
    let response = fresh.push(&clinic.department.service, later(1), push.collect());
    let told = outcomes(&response);
    assert!(told.iter().all(|told| told == "accepted"), "{told:?}");
    assert!(response.revoked.iter().any(|gone| gone.scope.compartment.as_str() == "HSP"));
    let mut request = clinic.ana.request();
    request.refetch = vec![clinic.bedside];
    let response = clinic.ana.send(&clinic.department.service, later(2), request);
    assert!(response.pull.iter().all(|update| update.record != clinic.bedside));
    clinic.department.holds();
}

fn put(
    tx: &mut Transaction<'_>,
    field: &str,
    value: impl Into<ScalarValue>,
) -> Result<(), AutomergeError> {
    let (_, fields) = tx.get(ROOT, "fields")?.unwrap();
    tx.put(&fields, field, value)
}

/// A long text into a field that everybody on the case may write.
fn fill(tx: &mut Transaction<'_>, number: u8) -> Result<(), AutomergeError> {
    put(tx, "due_owner", format!("{number}{}", "x".repeat(62_000)))
}

/// Text that is gone again in the same change: nothing of the record is another.
fn wasted(tx: &mut Transaction<'_>, bytes: usize, number: u8) -> Result<(), AutomergeError> {
    let (_, fields) = tx.get(ROOT, "fields")?.unwrap();
    let name = format!("wasted_{number}");
    tx.put(&fields, name.as_str(), "x".repeat(bytes))?;
    tx.delete(&fields, name.as_str())
}

/// A change that the library would never make, under an actor of this generation.
fn written(
    device: &RawDevice,
    generation: u8,
    document: &Document,
    work: impl FnOnce(&mut Transaction<'_>) -> Result<(), AutomergeError>,
) -> Vec<u8> {
    let mut inner = document.automerge().clone();
    inner.set_actor(ActorId { device: device.id, generation: [generation; 8] }.into());
    inner.transact::<_, _, AutomergeError>(work).unwrap();
    inner.get_last_local_change().unwrap().raw_bytes().to_vec()
}
