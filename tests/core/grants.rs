//! Grants, and changes of grants while a device is offline.

use fieldbook_tests::content;
use model::document::Document;
use model::ids::Scope;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use crate::department::{NOW, TestDepartment, edited, encounter, later, outcomes};
use crate::restore::{offer, restored};

#[test]
fn a_worker_sees_no_case_but_their_own() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    assert!(department.received(&mut ben).is_empty());
    let intruder = encounter(&mut ben, Some(person.record.into()));
    let response = ben.push(&department.service, NOW, vec![intruder.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
}

#[test]
fn a_case_assigned_late_comes_whole() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    assert!(department.received(&mut ben).is_empty());
    department.office.assign(NOW, "ben", person.record.into());
    assert_eq!(department.received(&mut ben), [person.record, contact.record].into());
    assert!(department.received(&mut ben).is_empty(), "and once");
}

#[test]
fn work_done_before_a_case_was_taken_away_is_taken_and_attributed() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    let unsent = encounter(&mut ana, Some(person.record.into()));
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();

    let mut request = ana.request();
    request.push = vec![unsent.push()];
    let response = ana.send(&department.service, NOW, request);
    assert_eq!(outcomes(&response), ["accepted"]);
    let gone: Vec<String> =
        response.revoked.iter().map(|gone| gone.scope.compartment.to_string()).collect();
    assert_eq!(gone, ["IDN", "OUT"]);

    let pulled = sol.pull(&department.service, NOW);
    assert!(pulled.contains_key(&unsent.record));
    department.holds();
}

#[test]
fn what_comes_after_the_device_dropped_the_case_is_kept_for_a_supervisor() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let scope =
        |code: &str| Scope { case: person.record.into(), compartment: code.parse().unwrap() };
    let mut request = ana.request();
    request.dropped = vec![scope("IDN"), scope("OUT")];
    ana.send(&department.service, NOW, request);

    let late = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&department.service, NOW, vec![late.push()]);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    let kept = department.office.admin().quarantine().unwrap();
    assert_eq!((kept.len(), kept[0].record), (1, late.record));
}

#[test]
fn a_case_that_comes_back_comes_with_what_the_device_itself_had_written() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    department.received(&mut ana);
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    assert!(department.received(&mut ana).is_empty(), "it has its own");
    department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
    let mut request = ana.request();
    let case = person.record.into();
    request.dropped =
        ["IDN", "OUT"].map(|code| Scope { case, compartment: code.parse().unwrap() }).into();
    ana.cursor = ana.send(&department.service, NOW, request).cursor;
    department.office.assign(NOW, "ana", case);
    assert_eq!(department.received(&mut ana), [person.record, contact.record].into());
}

#[test]
fn a_case_that_comes_back_comes_whole_when_a_restored_server_forgot_that_it_was_dropped() {
    for knows_of_more in [false, true] {
        let mut department = TestDepartment::new();
        let mut ana = department.device("ana");
        department.received(&mut ana);
        let person = department.open_case(&mut ana, "Case Alder");
        let contact = department.meet(&mut ana, person.record.into());
        department.received(&mut ana);
        department.office.admin().unassign(NOW, "ana", person.record.into()).unwrap();
        let told = ana.send(&department.service, NOW, ana.request());
        ana.cursor = told.cursor;
        let file = department.office.path().join("backup");
        department.office.admin().backup(NOW, &file).unwrap();

        let mut request = ana.request();
        request.dropped = told.revoked.into_iter().map(|gone| gone.scope).collect();
        ana.cursor = ana.send(&department.service, NOW, request).cursor;
        if knows_of_more {
            department.open_case(&mut ana, "Case Birch");
            department.received(&mut ana);
        }
        let mut department = restored(department);
        if knows_of_more {
            let asked = ana.send(&department.service, later(2), ana.request()).reconcile.unwrap();
            assert_eq!(offer(&department, &mut ana, asked.epoch, &[], vec![], true), []);
            ana.cursor = None;
        }
        department.office.assign(later(2), "ana", person.record.into());
        assert_eq!(department.received(&mut ana), [person.record, contact.record].into());
        assert!(department.received(&mut ana).is_empty(), "and once");
    }
}

#[test]
fn what_a_device_has_met_a_restored_server_with_is_not_sent_to_it_again() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    department.received(&mut ana);
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let department = restored(department);
    assert!(department.received(&mut ana).is_empty());
    department.meet(&mut ana, person.record.into());
    assert!(department.received(&mut ana).is_empty(), "it has its own");
}

#[test]
fn a_role_taken_away_closes_what_it_opened() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    assert_eq!(department.received(&mut sol).len(), 1);
    let (role, program) = ("SUP".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(NOW, "sol", &role, &program).unwrap();
    let edit = content::text("safe_contact", "after six");
    let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
    ana.push(&department.service, NOW, vec![push]);
    let response = sol.send(&department.service, NOW, sol.request());
    assert!(response.pull.is_empty());
    assert!(response.revoked.iter().any(|gone| gone.scope.compartment.as_str() == "IDN"));
}

#[test]
fn a_revoked_device_gets_its_orders_and_nothing_else() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.office.admin().revoke_device(NOW, ana.id).unwrap();
    let late = encounter(&mut ana, Some(person.record.into()));
    let response = ana.push(&department.service, NOW, vec![late.push()]);
    assert_eq!(outcomes(&response), ["device_revoked Never"]);
    assert_eq!(response.orders.len(), 1);
    assert!(response.pull.is_empty() && response.cursor.is_none());
    assert_eq!(department.office.admin().quarantine().unwrap().len(), 1);
    assert_eq!(department.received(&mut sol).len(), 1);
}

#[test]
fn a_record_without_a_case_is_its_makers_and_the_supervisors() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben, mut sol) =
        (department.device("ana"), department.device("ben"), department.device("sol"));
    let anonymous = encounter(&mut ana, None);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![anonymous.push()])), ["accepted"]);
    assert_eq!(department.received(&mut sol), [anonymous.record].into());
    assert!(department.received(&mut ben).is_empty());
    let mut second = department.device("ana");
    assert_eq!(department.received(&mut second), [anonymous.record].into());
}

#[test]
fn a_device_that_starts_from_nothing_gets_its_own_back() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    let edit = content::text("safe_contact", "after six");
    let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
    ana.push(&department.service, NOW, vec![push]);
    ana.cursor = None;
    ana.seen = None;
    let pulled = department.pulled(&mut ana);
    let document: &Document = &pulled[&person.record];
    assert_eq!(document.heads(), person.document.heads());
}

#[test]
fn an_answer_about_news_is_for_whom_there_is_some() {
    let mut department = TestDepartment::new();
    let (mut ana, ben) = (department.device("ana"), department.device("ben"));
    let sol = department.device("sol");
    let before = department.service.head().unwrap();
    let person = department.open_case(&mut ana, "Case Alder");
    let news = |device: &fieldbook_tests::raw::RawDevice| {
        department.service.news_for(device.who(), before).unwrap().is_some()
    };
    assert!(news(&sol) && !news(&ben));
    let before = department.service.head().unwrap();
    department.office.assign(NOW, "ben", person.record.into());
    assert!(department.service.news_for(ben.who(), before).unwrap().is_some());
    assert!(department.service.news_for(sol.who(), before).unwrap().is_none());
}

#[test]
fn a_role_is_given_only_in_a_program_in_which_it_works() {
    let mut department = TestDepartment::new();
    let (role, program) = ("OW".parse().unwrap(), "victim_services".parse().unwrap());
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let admin = department.office.admin();
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
