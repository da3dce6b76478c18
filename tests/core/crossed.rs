//! What comes twice or late, or crosses with something else on its way. Each was found by the
//! simulation.

use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::ids::Scope;
use model::time::Span;
use model::wire::{ReconcileOfferV1, SyncResponseV1};

use crate::restore::{held, offer, restored};
use crate::town::{NOW, Town, edited, encounter, later, outcomes};

#[test]
fn a_reconcile_that_is_told_twice_to_end_stays_ended() {
    let mut town = Town::new();
    let (mut ana, mut ben) = (town.device("ana"), town.device("ben"));
    let person = town.open_case(&mut ana, "Case Alder");
    back_up(&mut town);
    town.office.assign(NOW, "ben", person.record.into());
    town.received(&mut ben);

    let town = restored(town);
    let ordinary = ben.request();
    let epoch = ben.send(&town.service, later(2), ordinary.clone()).reconcile.unwrap().epoch;
    assert_eq!(offer(&town, &mut ben, epoch, &[held(&person)], vec![], false), []);
    assert_eq!(offer(&town, &mut ben, epoch, &[], vec![], true), []);
    // The answer was lost, and a request from before comes late.
    assert!(ben.send(&town.service, later(2), ordinary).reconcile.is_some());
    for _ in 0..2 {
        assert_eq!(offer(&town, &mut ben, epoch, &[], vec![], true), []);
    }
    ben.cursor = None;
    assert!(ben.send(&town.service, later(3), ben.request()).pull.is_empty());
    town.holds();
}

#[test]
fn a_case_taken_away_before_the_first_answer_arrived_is_told_with_the_second() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    // Her phone never heard that it was taken, and so has no word of the feed.
    ana.seen = None;
    town.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let mut here = person.document;
    let push = edited(&mut ana, person.record, &mut here, &[content::text("notes", "later")]);
    let response = ana.push(&town.service, NOW, vec![push]);
    assert_eq!(outcomes(&response), ["accepted"]);
    assert_eq!(gone(&response), ["IDN", "OUT"]);
    town.holds();
}

#[test]
fn what_another_device_vouches_for_comes_back_to_its_author() {
    let mut town = Town::new();
    let (mut ana, mut sol) = (town.device("ana"), town.device("sol"));
    town.open_case(&mut ana, "Case Birch");
    town.received(&mut ana);
    back_up(&mut town);
    let person = town.open_case(&mut ana, "Case Alder");
    town.received(&mut sol);

    // Ana's phone and the server are both put back to before; Sol's has it still.
    let town = restored(town);
    ana.seen = None;
    ana.cursor = None;
    town.received(&mut ana);
    let epoch = sol.send(&town.service, later(2), sol.request()).reconcile.unwrap().epoch;
    let differs = offer(&town, &mut sol, epoch, &[held(&person)], vec![], false);
    assert_eq!(differs, [person.record]);
    assert_eq!(offer(&town, &mut sol, epoch, &[], vec![person.push()], true), []);
    assert_eq!(town.received(&mut ana), [person.record].into());
    town.holds();
}

#[test]
fn a_new_record_of_somebody_without_a_role_is_refused_in_a_reconcile_as_at_any_time() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    back_up(&mut town);
    let known = town.open_case(&mut ana, "Case Alder");

    let mut town = restored(town);
    let (role, program) = ("OW".parse().unwrap(), content::program());
    // Long before: her phone could know.
    town.office.admin().user_revoke_role(later(1), "ana", &role, &program).unwrap();
    let fresh = ana.make(NOW, "person", None, &[content::text("name", "Case Cedro")]);
    let at = later(1) + Span::from_days(8);
    let epoch = ana.send(&town.service, at, ana.request()).reconcile.unwrap().epoch;
    let mut request = ana.request();
    request.push = vec![known.push(), fresh.push()];
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds: vec![], complete: false });
    let response = ana.send(&town.service, at, request);
    assert_eq!(outcomes(&response), ["role Never"; 2]);
    town.holds();
}

#[test]
fn a_scope_that_was_opened_again_before_the_device_dropped_it_comes_back_whole() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    let contact = encounter(&mut ana, Some(person.record.into()));
    town.received(&mut ana);
    town.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let told = ana.send(&town.service, NOW, ana.request());
    assert_eq!(gone(&told), ["IDN", "OUT"]);
    assert_eq!(outcomes(&ana.push(&town.service, NOW, vec![contact.push()])), ["accepted"]);
    town.office.assign(NOW, "ana", person.record.into());
    ana.cursor = told.cursor;
    town.received(&mut ana);

    // What is all handed over is dropped as it was told to.
    let mut request = ana.request();
    request.dropped = told.revoked.into_iter().map(|gone| gone.scope).collect();
    ana.send(&town.service, NOW, request);
    assert_eq!(town.received(&mut ana), [person.record, contact.record].into());
    // The request comes once more, late: what it says was believed already.
    drop_again(&town, &mut ana, &person.document.envelope().unwrap().scope());
    town.holds();
}

#[test]
fn a_device_that_began_after_a_case_was_taken_away_hands_nothing_in_to_it() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    // Enrolled while the case is open, and first heard of when it is not.
    let mut second = town.device("ana");
    town.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    assert!(town.received(&mut second).is_empty());
    let contact = encounter(&mut second, Some(person.record.into()));
    let response = second.push(&town.service, NOW, vec![contact.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    // The first may still hand in what it wrote.
    let contact = encounter(&mut ana, Some(person.record.into()));
    assert_eq!(outcomes(&ana.push(&town.service, NOW, vec![contact.push()])), ["accepted"]);
    town.holds();
}

#[test]
fn however_often_a_device_says_that_it_dropped_a_scope_the_feed_grows_once() {
    let mut town = Town::new();
    let (mut ana, mut second) = (town.device("ana"), town.device("ana"));
    let person = town.open_case(&mut ana, "Case Alder");
    let scope = person.document.envelope().unwrap().scope();
    for device in [&mut ana, &mut second] {
        town.received(device);
    }
    // Nobody ever took it away. Believed once of each device, it comes whole once more.
    for _ in 0..5 {
        for device in [&mut ana, &mut second] {
            drop_scope(&town, device, &scope);
        }
    }
    let head = town.service.head().unwrap();
    assert_eq!(town.received(&mut ana), [person.record].into());
    for _ in 0..5 {
        for device in [&mut ana, &mut second] {
            drop_again(&town, device, &scope);
        }
    }
    assert_eq!(town.service.head().unwrap(), head);
    // Taken away and given back, it is believed again: the phone may have come to drop it only now.
    town.office.admin().unassign(NOW, "ana", scope.case).unwrap();
    town.office.assign(NOW, "ana", scope.case);
    town.received(&mut ana);
    drop_scope(&town, &mut ana, &scope);
    assert_eq!(town.received(&mut ana), [person.record].into());
    town.holds();
}

fn drop_scope(town: &Town, device: &mut RawDevice, scope: &Scope) {
    let mut request = device.request();
    request.dropped = vec![scope.clone()];
    device.send(&town.service, NOW, request);
}

/// Says once more what was said before.
fn drop_again(town: &Town, device: &mut RawDevice, scope: &Scope) {
    town.received(device);
    drop_scope(town, device, scope);
    assert!(town.received(device).is_empty());
}

fn back_up(town: &mut Town) {
    let file = town.office.path().join("backup");
    town.office.admin().backup(NOW, &file).unwrap();
}

fn gone(response: &SyncResponseV1) -> Vec<String> {
    response.revoked.iter().map(|gone| gone.scope.compartment.to_string()).collect()
}
