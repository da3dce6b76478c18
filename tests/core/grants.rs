//! Who gets what, and what happens when it changes while a device is away.

use fieldbook_tests::content;
use model::document::Document;
use model::ids::Scope;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::town::{NOW, Town, edited, encounter, outcomes};

#[test]
fn a_worker_sees_no_case_but_their_own() {
    let mut town = Town::new();
    let (mut ana, mut ben) = (town.device("ana"), town.device("ben"));
    let person = town.open_case(&mut ana, "Case Alder");
    assert!(town.received(&mut ben).is_empty());
    let intruder = encounter(&mut ben, Some(person.record.into()));
    let response = ben.push(&town.service, NOW, vec![intruder.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
}

#[test]
fn a_case_assigned_late_comes_whole() {
    let mut town = Town::new();
    let (mut ana, mut ben) = (town.device("ana"), town.device("ben"));
    let person = town.open_case(&mut ana, "Case Alder");
    let contact = town.meet(&mut ana, person.record.into());
    assert!(town.received(&mut ben).is_empty());
    town.office.assign(NOW, "ben", person.record.into());
    assert_eq!(town.received(&mut ben), [person.record, contact.record].into());
    assert!(town.received(&mut ben).is_empty(), "and once");
}

#[test]
fn work_done_before_a_case_was_taken_away_is_taken_and_attributed() {
    let mut town = Town::new();
    let (mut ana, mut sol) = (town.device("ana"), town.device("sol"));
    let person = town.open_case(&mut ana, "Case Alder");
    town.received(&mut ana);
    let unsent = encounter(&mut ana, Some(person.record.into()));
    town.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();

    let mut request = ana.request();
    request.push = vec![unsent.push()];
    let response = ana.send(&town.service, NOW, request);
    assert_eq!(outcomes(&response), ["accepted"]);
    let gone: Vec<String> =
        response.revoked.iter().map(|gone| gone.scope.compartment.to_string()).collect();
    assert_eq!(gone, ["IDN", "OUT"]);

    let pulled = sol.pull(&town.service, NOW);
    assert!(pulled.contains_key(&unsent.record));
    town.holds();
}

#[test]
fn what_comes_after_the_device_dropped_the_case_is_kept_for_a_supervisor() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    town.received(&mut ana);
    town.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let scope =
        |code: &str| Scope { case: person.record.into(), compartment: code.parse().unwrap() };
    let mut request = ana.request();
    request.dropped = vec![scope("IDN"), scope("OUT")];
    ana.send(&town.service, NOW, request);

    let late = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&town.service, NOW, vec![late.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    let kept = town.office.admin().quarantine().unwrap();
    assert_eq!((kept.len(), kept[0].record), (1, late.record));
}

#[test]
fn a_case_that_comes_back_comes_with_what_the_device_itself_had_written() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    town.received(&mut ana);
    let person = town.open_case(&mut ana, "Case Alder");
    let contact = town.meet(&mut ana, person.record.into());
    assert!(town.received(&mut ana).is_empty(), "it has its own");
    town.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let mut request = ana.request();
    let case = person.record.into();
    request.dropped =
        ["IDN", "OUT"].map(|code| Scope { case, compartment: code.parse().unwrap() }).into();
    ana.cursor = ana.send(&town.service, NOW, request).cursor;
    town.office.assign(NOW, "ana", case);
    assert_eq!(town.received(&mut ana), [person.record, contact.record].into());
}

#[test]
fn a_role_taken_away_closes_what_it_opened() {
    let mut town = Town::new();
    let (mut ana, mut sol) = (town.device("ana"), town.device("sol"));
    let mut person = town.open_case(&mut ana, "Case Alder");
    assert_eq!(town.received(&mut sol).len(), 1);
    let (role, program) = ("SUP".parse().unwrap(), content::program());
    town.office.admin().user_revoke_role(NOW, "sol", &role, &program).unwrap();
    let edit = content::text("safe_contact", "after six");
    let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
    ana.push(&town.service, NOW, vec![push]);
    let response = sol.send(&town.service, NOW, sol.request());
    assert!(response.pull.is_empty());
    assert!(response.revoked.iter().any(|gone| gone.scope.compartment.as_str() == "IDN"));
}

#[test]
fn a_revoked_device_gets_its_orders_and_nothing_else() {
    let mut town = Town::new();
    let (mut ana, mut sol) = (town.device("ana"), town.device("sol"));
    let person = town.open_case(&mut ana, "Case Alder");
    town.office.admin().revoke_device(NOW, ana.id).unwrap();
    let late = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&town.service, NOW, vec![late.push()]);
    assert_eq!(outcomes(&response), ["device_revoked Never"]);
    assert_eq!(response.orders.len(), 1);
    assert!(response.pull.is_empty() && response.cursor.is_none());
    assert_eq!(town.office.admin().quarantine().unwrap().len(), 1);
    assert_eq!(town.received(&mut sol).len(), 1);
}

#[test]
fn a_record_without_a_case_is_its_makers_and_the_supervisors() {
    let mut town = Town::new();
    let (mut ana, mut ben, mut sol) = (town.device("ana"), town.device("ben"), town.device("sol"));
    let anonymous = encounter(&mut ana, None);
    assert_eq!(outcomes(&ana.push(&town.service, NOW, vec![anonymous.push()])), ["accepted"]);
    assert_eq!(town.received(&mut sol), [anonymous.record].into());
    assert!(town.received(&mut ben).is_empty());
    let mut second = town.device("ana");
    assert_eq!(town.received(&mut second), [anonymous.record].into());
}

#[test]
fn a_device_that_starts_from_nothing_gets_its_own_back() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let mut person = town.open_case(&mut ana, "Case Alder");
    let edit = content::text("safe_contact", "after six");
    let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
    ana.push(&town.service, NOW, vec![push]);
    ana.cursor = None;
    ana.seen = None;
    let pulled = town.pulled(&mut ana);
    let document: &Document = &pulled[&person.record];
    assert_eq!(document.heads(), person.document.heads());
}

#[test]
fn an_answer_about_news_is_for_whom_there_is_some() {
    let mut town = Town::new();
    let (mut ana, ben) = (town.device("ana"), town.device("ben"));
    let sol = town.device("sol");
    let before = town.service.head().unwrap();
    let person = town.open_case(&mut ana, "Case Alder");
    let news = |device: &fieldbook_tests::raw::RawDevice| {
        town.service.news_for(device.who(), before).unwrap().is_some()
    };
    assert!(news(&sol) && !news(&ben));
    let before = town.service.head().unwrap();
    town.office.assign(NOW, "ben", person.record.into());
    assert!(town.service.news_for(ben.who(), before).unwrap().is_some());
    assert!(town.service.news_for(sol.who(), before).unwrap().is_none());
}

#[test]
fn a_role_is_given_only_in_a_program_in_which_it_works() {
    let mut town = Town::new();
    let (role, program) = ("OW".parse().unwrap(), "victim_services".parse().unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let admin = town.office.admin();
    for refused in [
        admin.user_add(NOW, &mut rng, "Case Alder", &role, &program).unwrap_err(),
        admin.user_grant(NOW, "ben", &role, &program).unwrap_err(),
    ] {
        assert_eq!(
            refused.to_string(),
            "nobody is OW in victim_services; OW is held in street_outreach, \
             and in victim_services there are ADM, AN, DIR, PRV, SUP, VA"
        );
    }
    assert_eq!(admin.user_named("Case Alder").unwrap(), None);
    let supervisor = "SUP".parse().unwrap();
    admin.user_grant(NOW, "ben", &supervisor, &program).unwrap();
}
