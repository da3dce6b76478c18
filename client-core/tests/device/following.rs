//! What is to be done, as a worker sees it.

use client_core::store::query::OpenTask;
use model::record::Edit;
use model::time::Span;
use model::value::Scalar;

use crate::phone::{Phone, choice, field};
use crate::server::{self, TestServer};

#[test]
fn one_call_closes_the_check_that_is_due_and_no_other() {
    let mut phone = Phone::new(1);
    let person = phone.person("Case Alder");
    phone.make("mediation", Some(person), vec![choice("outcome", "temporary")]);
    phone.later(Span::from_hours(25));
    phone.make("outreach_contact", Some(person), contact("not_found"));
    let checks = |phone: &Phone| of_type(phone, "mediation");
    let [first, ..] = &checks(&phone)[..] else { panic!("four checks are open") };
    assert_eq!((first.rule.as_str(), first.attempts), ("check_24h", 1));
    assert_eq!(first.last_attempt, Some(phone.now));
    phone.later(Span::from_hours(1));
    phone.make("outreach_contact", Some(person), contact("engaged"));
    let open: Vec<_> = checks(&phone).into_iter().map(|task| task.rule).collect();
    assert_eq!(open, ["check_72h", "check_7d", "check_30d"]);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn attempts_do_not_move_the_last_contact_and_the_next_one_is_flagged() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Case Alder");
    phone.make("outreach_contact", Some(person), contact("engaged"));
    let met = phone.now;
    for _ in 0..6 {
        days_later(&mut phone, &mut server, 6);
        phone.make("outreach_contact", Some(person), contact("not_found"));
    }
    let [next] = &of_type(&phone, "outreach_contact")[..] else { panic!("one contact is due") };
    assert!(next.flagged && next.overdue);
    assert_eq!(next.attempts, 6);
    let [row] = &phone.device.caseload(phone.now).unwrap()[..] else { panic!("one case") };
    assert_eq!(row.last_contact, Some(met));
}

#[test]
fn whoever_was_never_reached_is_on_the_list() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Case Alder");
    days_later(&mut phone, &mut server, 15);
    phone.make("outreach_contact", Some(person), contact("not_found"));
    let open = of_type(&phone, "person");
    let first = open.iter().find(|task| task.rule == "first_contact").unwrap();
    assert!(first.flagged);
    assert_eq!(first.attempts, 1);
    assert_eq!(phone.device.caseload(phone.now).unwrap()[0].last_contact, None);
    phone.make("outreach_contact", Some(person), contact("brief"));
    assert!(of_type(&phone, "person").iter().all(|task| task.rule != "first_contact"));
}

#[test]
fn nobody_is_reminded_of_somebody_in_custody_nor_of_somebody_who_left() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Case Alder");
    let intake = phone.make("outreach_intake", Some(person), vec![]);
    phone.later(Span::from_hours(1));
    phone.make("outreach_contact", Some(person), contact("engaged"));
    days_later(&mut phone, &mut server, 40);
    assert!(of_type(&phone, "outreach_contact")[0].flagged);
    phone.edit(intake, choice("exit", "custody"));
    let [paused] = &of_type(&phone, "outreach_contact")[..] else { panic!("it is still there") };
    assert!(paused.paused && !paused.flagged && !paused.overdue);
    phone.edit(intake, choice("exit", "moved"));
    assert_eq!(of_type(&phone, "outreach_contact"), []);
    phone.edit(intake, Edit::Clear { field: field("exit") });
    assert!(of_type(&phone, "outreach_contact")[0].flagged);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn a_date_that_somebody_sets_is_a_task_until_it_is_taken_away() {
    let mut phone = Phone::new(1);
    let person = phone.person("Case Alder");
    let due = phone.now + Span::from_days(3);
    let set = Edit::Set { field: field("next_due"), value: Scalar::DateTime(due) };
    phone.edit(person, set);
    let dated = |phone: &Phone| -> Vec<OpenTask> {
        of_type(phone, "person").into_iter().filter(|task| task.rule == "next_due").collect()
    };
    assert_eq!(dated(&phone)[0].due, due);
    assert_eq!(dated(&phone)[0].label.en, "Due on the date that was set");
    phone.edit(person, Edit::Clear { field: field("next_due") });
    assert_eq!(dated(&phone), []);
}

#[test]
fn what_another_program_is_to_do_is_on_its_own_phones_only() {
    let (mut ana, mut server) = (Phone::new(1), TestServer::new());
    let mut hector = Phone::with_role(2, "HR", "hospital_response");
    ana.person("Case Alder");
    server::sync(&mut ana, &mut server);
    server::sync(&mut hector, &mut server);
    let rules = |phone: &Phone| -> Vec<String> {
        of_type(phone, "person").into_iter().map(|task| task.rule).collect()
    };
    assert_eq!(rules(&ana), ["duplicate_review", "first_contact"]);
    assert_eq!(rules(&hector), ["duplicate_review"]);
    assert_eq!(ana.device.caseload(ana.now).unwrap()[0].open_tasks, 2);
    assert_eq!(hector.device.caseload(hector.now).unwrap()[0].open_tasks, 1);
}

/// Lets time pass, and meets the server, so that the phone does not lock.
fn days_later(phone: &mut Phone, server: &mut TestServer, days: i64) {
    phone.later(Span::from_days(days));
    server::sync(phone, server);
}

fn of_type(phone: &Phone, name: &str) -> Vec<OpenTask> {
    let tasks = phone.device.tasks(phone.now).expect("the device is not locked").into_iter();
    tasks.filter(|task| task.record_type.as_str() == name).collect()
}

fn contact(result: &str) -> Vec<Edit> {
    vec![choice("mode", "street"), choice("result", result)]
}
