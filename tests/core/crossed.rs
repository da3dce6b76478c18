//! What comes twice or late, or crosses with something else on its way. Each was found by the
//! simulation.

use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::document::Document;
use model::ids::{ActorId, Scope};
use model::time::Span;
use model::wire::{PushV1, ReconcileOfferV1, SyncResponseV1};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::department::{NOW, TestDepartment, edited, encounter, later, outcomes};
use crate::restore::{held, offer, restored};

#[test]
fn a_reconcile_that_is_told_twice_to_end_stays_ended() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    back_up(&mut department);
    department.office.assign(NOW, "ben", person.record.into());
    department.received(&mut ben);

    let department = restored(department);
    let ordinary = ben.request();
    let epoch = ben.send(&department.service, later(2), ordinary.clone()).reconcile.unwrap().epoch;
    assert_eq!(offer(&department, &mut ben, epoch, &[held(&person)], vec![], false), []);
    assert_eq!(offer(&department, &mut ben, epoch, &[], vec![], true), []);
    // The answer was lost, and a request from before comes late.
    assert!(ben.send(&department.service, later(2), ordinary).reconcile.is_some());
    for _ in 0..2 {
        assert_eq!(offer(&department, &mut ben, epoch, &[], vec![], true), []);
    }
    ben.cursor = None;
    assert!(ben.send(&department.service, later(3), ben.request()).pull.is_empty());
    department.holds();
}

#[test]
fn a_case_taken_away_before_the_first_answer_arrived_is_told_with_the_second() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    // Her phone never heard that it was taken, and so has no word of the feed.
    ana.seen = None;
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let mut here = person.document;
    let push = edited(&mut ana, person.record, &mut here, &[content::text("notes", "later")]);
    let response = ana.push(&department.service, NOW, vec![push]);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert_eq!(gone(&response), ["IDN", "OUT"]);
    department.holds();
}

#[test]
fn what_another_device_vouches_for_comes_back_to_its_author() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    department.open_case(&mut ana, "Case Birch");
    department.received(&mut ana);
    back_up(&mut department);
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);

    // Ana's phone and the server are both put back to before; Sol's has it still.
    let department = restored(department);
    ana.seen = None;
    ana.cursor = None;
    department.received(&mut ana);
    let epoch = sol.send(&department.service, later(2), sol.request()).reconcile.unwrap().epoch;
    let differs = offer(&department, &mut sol, epoch, &[held(&person)], vec![], false);
    assert_eq!(differs, [person.record]);
    assert_eq!(offer(&department, &mut sol, epoch, &[], vec![person.push()], true), []);
    assert_eq!(department.received(&mut ana), [person.record].into());
    department.holds();
}

#[test]
fn a_new_record_of_somebody_without_a_role_is_refused_in_a_reconcile_as_at_any_time() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    back_up(&mut department);
    let known = department.open_case(&mut ana, "Case Alder");

    let mut department = restored(department);
    let (role, program) = ("OW".parse().unwrap(), content::program());
    // Long before: her phone could know.
    department.office.admin().user_revoke_role(later(1), "ana", &role, &program).unwrap();
    let fresh = ana.make(NOW, "person", None, &[content::text("name", "Case Cedro")]);
    let at = later(1) + Span::from_days(8);
    let epoch = ana.send(&department.service, at, ana.request()).reconcile.unwrap().epoch;
    let mut request = ana.request();
    request.push = vec![known.push(), fresh.push()];
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds: vec![], complete: false });
    let response = ana.send(&department.service, at, request);
    assert_eq!(outcomes(&response), ["role Never"; 2]);
    department.holds();
}

#[test]
fn a_scope_that_was_opened_again_before_the_device_dropped_it_comes_back_whole() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = encounter(&mut ana, Some(person.record.into()));
    department.received(&mut ana);
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let told = ana.send(&department.service, NOW, ana.request());
    assert_eq!(gone(&told), ["IDN", "OUT"]);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![contact.push()])), ["accepted"]);
    department.office.assign(NOW, "ana", person.record.into());
    ana.cursor = told.cursor;
    department.received(&mut ana);

    // What is all handed over is dropped as it was told to.
    let mut request = ana.request();
    request.dropped = told.revoked.into_iter().map(|gone| gone.scope).collect();
    ana.send(&department.service, NOW, request);
    assert_eq!(department.received(&mut ana), [person.record, contact.record].into());
    // The request comes once more, late: what it says was believed already.
    drop_again(&department, &mut ana, &person.document.envelope().unwrap().scope());
    department.holds();
}

#[test]
fn a_device_that_began_after_a_case_was_taken_away_hands_nothing_in_to_it() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    // Enrolled while the case is open, and first heard of when it is not.
    let mut second = department.device("ana");
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    assert!(department.received(&mut second).is_empty());
    let contact = encounter(&mut second, Some(person.record.into()));
    let response = second.push(&department.service, NOW, vec![contact.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    // The first may still hand in what it wrote.
    let contact = encounter(&mut ana, Some(person.record.into()));
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![contact.push()])), ["accepted"]);
    department.holds();
}

#[test]
fn however_often_a_device_says_that_it_dropped_a_scope_the_feed_grows_once() {
    let mut department = TestDepartment::new();
    let (mut ana, mut second) = (department.device("ana"), department.device("ana"));
    let person = department.open_case(&mut ana, "Case Alder");
    let scope = person.document.envelope().unwrap().scope();
    for device in [&mut ana, &mut second] {
        department.received(device);
    }
    // Nobody ever took it away. Believed once of each device, it comes whole once more.
    for _ in 0..5 {
        for device in [&mut ana, &mut second] {
            drop_scope(&department, device, &scope);
        }
    }
    let head = department.service.head().unwrap();
    assert_eq!(department.received(&mut ana), [person.record].into());
    for _ in 0..5 {
        for device in [&mut ana, &mut second] {
            drop_again(&department, device, &scope);
        }
    }
    assert_eq!(department.service.head().unwrap(), head);
    // Taken away and given back, it is believed again: the phone may have come to drop it only now.
    department.office.admin().unassign(NOW, "ana", scope.case).unwrap();
    department.office.assign(NOW, "ana", scope.case);
    department.received(&mut ana);
    drop_scope(&department, &mut ana, &scope);
    assert_eq!(department.received(&mut ana), [person.record].into());
    department.holds();
}

fn drop_scope(department: &TestDepartment, device: &mut RawDevice, scope: &Scope) {
    let mut request = device.request();
    request.dropped = vec![scope.clone()];
    device.send(&department.service, NOW, request);
}

/// Says once more what was said before.
fn drop_again(department: &TestDepartment, device: &mut RawDevice, scope: &Scope) {
    department.received(device);
    drop_scope(department, device, scope);
    assert!(department.received(device).is_empty());
}

fn back_up(department: &mut TestDepartment) {
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
}

fn gone(response: &SyncResponseV1) -> Vec<String> {
    response.revoked.iter().map(|gone| gone.scope.compartment.to_string()).collect()
}

/// A store that was put back from a copy has a draft that was submitted since, and submits it again:
/// the same record, made a second time.
#[test]
fn a_record_that_is_made_a_second_time_is_refused_and_stands_once() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let made = encounter(&mut ana, None);
    let service = &department.service;
    assert_eq!(outcomes(&ana.push(service, NOW, vec![made.push()])), ["accepted"]);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (actor, envelope) =
        (ActorId::generate(&mut rng, ana.id), made.document.envelope().unwrap());
    let edits = content::encounter(NOW, &mut rng);
    let again = Document::create(later(1), actor, &ana.catalogue, &envelope, &edits).unwrap().1;
    let again = PushV1 { record: made.record, change: again.bytes };
    let refused = outcomes(&ana.push(service, later(1), vec![again]));
    assert_eq!(refused, ["immutable_key Never"]);
    let mut sol = department.device("sol");
    assert_eq!(department.received(&mut sol), [made.record].into());
    department.holds();
}
