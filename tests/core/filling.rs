//! How much one device may have the server keep: of the disk, and of the audit.

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::document::Document;
use model::ids::RecordId;
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::wire::{SyncRequestV1, ViewV1};
use server::admin::{AuditFilter, AuditRow};
use server::config::DailyBudget;
use server::error::SyncError;
use server::service::Service;

use crate::department::{NOW, TestDepartment, edited, later, outcomes, quality};
use crate::restore::restored;
use crate::window::{backed_up, begun, offered};

const PLENTY: u64 = 1_000_000;

/// A town whose devices may have so much kept in a day.
fn department(rows: u64, bytes: u64) -> TestDepartment {
    town_with(DailyBudget { rows, bytes, ..DailyBudget::default() })
}

fn town_with(daily: DailyBudget) -> TestDepartment {
    let mut department = TestDepartment::new();
    drop(department.service);
    let mut config = department.office.config();
    config.daily = daily;
    department.service = Service::open_inline(NOW, config).unwrap();
    department
}

fn rows(department: &mut TestDepartment, act: &str) -> Vec<AuditRow> {
    let filter = AuditFilter { act: Some(act.parse().unwrap()), ..AuditFilter::default() };
    department.office.admin().audit(&filter).unwrap()
}

fn looked_at(device: &RawDevice, records: &[RecordId]) -> SyncRequestV1 {
    let views = records.iter().map(|record| ViewV1 { record: *record, at: NOW }).collect();
    SyncRequestV1 { views, ..device.request() }
}

fn people(device: &mut RawDevice, count: usize) -> Vec<Made> {
    let made = |number| {
        let name = content::text("name", format!("Case {number}"));
        device.make(NOW, "person", None, &[name, quality()])
    };
    (0..count).map(made).collect()
}

#[test]
fn looks_are_noted_of_records_that_are_or_were_open_once_for_each_minute() {
    let mut department = department(PLENTY, PLENTY);
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let (own, lost) =
        (department.open_case(&mut ana, "Case Alder"), department.open_case(&mut ana, "Case Elm"));
    let strange = department.open_case(&mut ben, "Case Birch");
    department.office.admin().unassign(NOW, "ana", lost.record.into()).unwrap();
    let mut told = vec![own.record, own.record, lost.record, strange.record];
    told.extend((0..500).map(|_| RecordId::generate(NOW, &mut department.rng)));

    ana.send(&department.service, NOW, looked_at(&ana, &told));
    let noted: Vec<_> = rows(&mut department, "view").into_iter().map(|row| row.object).collect();
    let object = |made: &Made| format!("record {}", made.record);
    assert_eq!(noted.len(), 2);
    assert!(noted.contains(&object(&own)) && noted.contains(&object(&lost)));
    let outcome = rows(&mut department, "view").into_iter().find(|row| row.object == object(&own));
    assert!(outcome.unwrap().outcome.starts_with("on the device 2 times from "));
    let refused = rows(&mut department, "refuse");
    assert_eq!(refused.len(), 1);
    assert_eq!((&*refused[0].object, &*refused[0].outcome), ("view", "never_open"));

    // The same again: nothing more within the minute, and one row in the next.
    for _ in 0..5 {
        ana.send(&department.service, NOW, looked_at(&ana, &told));
    }
    assert_eq!(
        (rows(&mut department, "view").len(), rows(&mut department, "refuse").len()),
        (2, 1)
    );
    ana.send(&department.service, later(1), looked_at(&ana, &told));
    assert_eq!(rows(&mut department, "view").len(), 4);
    department.holds();
}

#[test]
fn what_a_device_hands_in_past_its_day_is_put_off_and_taken_the_next_day() {
    let mut department = department(3, PLENTY);
    let (mut ana, mut other) = (department.device("ana"), department.device("ana"));
    department.pulled(&mut ana);
    let made = people(&mut ana, 5);
    let push = || made.iter().map(Made::push).collect::<Vec<_>>();
    let put_off = "put_off AfterPull".to_owned();
    let told = outcomes(&ana.push(&department.service, NOW, push()));
    assert_eq!(told[..3], ["accepted", "accepted", "accepted"]);
    assert_eq!(told[3..], [put_off.clone(), put_off.clone()]);
    let [alarm] = rows(&mut department, "exceed budget").try_into().unwrap();
    assert!(alarm.actor.contains(&ana.id.to_string()), "{alarm:?}");

    // Again and again: the audit does not grow, and it is no way round.
    let audit = |department: &mut TestDepartment| {
        department.office.admin().audit(&AuditFilter::default()).unwrap().len()
    };
    let before = audit(&mut department);
    for _ in 0..5 {
        let rest = made[3..].iter().map(Made::push).collect();
        assert_eq!(
            outcomes(&ana.push(&department.service, NOW, rest)),
            [put_off.clone(), put_off.clone()]
        );
    }
    assert_eq!(audit(&mut department), before);
    assert!(department.office.admin().quarantine().unwrap().is_empty());
    // Nobody else waits for it.
    department.open_case(&mut other, "Case Elm");

    let tomorrow = NOW + Span::from_days(1);
    let told = outcomes(&ana.push(
        &department.service,
        tomorrow,
        made[3..].iter().map(Made::push).collect(),
    ));
    assert_eq!(told, ["accepted", "accepted"]);
    department.holds();
}

#[test]
fn bytes_count_too_and_so_does_what_is_refused() {
    let mut department = department(PLENTY, 2_000);
    let mut ana = department.device("ana");
    let mut refused = people(&mut ana, 8).into_iter().map(|made| {
        // Filed under ids of nothing: each would be a row of the audit.
        let record = RecordId::generate(NOW, &mut department.rng);
        model::wire::PushV1 { record, change: made.change.bytes }
    });
    let push: Vec<_> = refused.by_ref().collect();
    let size = |push: &[model::wire::PushV1]| push.iter().map(|it| it.change.len()).sum::<usize>();
    let fits = (0..=8).rev().find(|count| size(&push[..*count]) <= 2_000).unwrap();
    assert!((1..8).contains(&fits), "{fits}");
    let told = outcomes(&ana.push(&department.service, NOW, push));
    assert!(told[..fits].iter().all(|told| told != "put_off AfterPull"), "{told:?}");
    assert!(told[fits..].iter().all(|told| told == "put_off AfterPull"), "{told:?}");
    assert_eq!(rows(&mut department, "refuse").len(), fits);
}

#[test]
fn a_device_that_reads_the_same_again_and_again_is_told_to_come_tomorrow() {
    let mut department = department(10, PLENTY);
    let mut ana = department.device("ana");
    department.pulled(&mut ana);
    let person = department.open_case(&mut ana, "Case Alder");
    let ask = |ana: &RawDevice, department: &mut TestDepartment, now: Timestamp| {
        let request = SyncRequestV1 { refetch: vec![person.record], ..ana.request() };
        department.service.sync(now, &mut department.rng, ana.who(), request)
    };
    let mut answered = 0;
    let refused = loop {
        match ask(&ana, &mut department, NOW) {
            Ok(response) => assert_eq!(response.pull.len(), 1),
            Err(refused) => break refused,
        }
        answered += 1;
        assert!(answered < 20, "it goes on for ever");
    };
    assert!(matches!(refused, SyncError::UsedUp { retry_after: 1..=86_400 }), "{refused:?}");
    // What asks for nothing is answered, and so is whoever comes the next day.
    let idle = ana.request();
    assert!(department.service.sync(NOW, &mut department.rng, ana.who(), idle).is_ok());
    assert_eq!(rows(&mut department, "exceed budget").len(), 1);
    assert!(ask(&ana, &mut department, NOW + Span::from_days(1)).is_ok());
}

#[test]
fn a_device_past_its_day_still_takes_a_consent_back_approves_and_voids() {
    let mut department = department(6, PLENTY);
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    department.pulled(&mut sol);
    let mut noted: Vec<_> = (0..6).map(|_| consent(&mut sol, &person)).collect();
    let push = noted.iter().map(Made::push).collect();
    assert_eq!(outcomes(&sol.push(&department.service, NOW, push)), ["accepted"; 6]);
    let mut consent = noted.remove(0);

    // After and between what is put off.
    let put_off = "put_off AfterPull";
    let more = self::consent(&mut sol, &person);
    let taken_back = edited(&mut sol, consent.record, &mut consent.document, &[revoked()]);
    let note = [content::text("purpose", "a bed for the night")];
    let note = edited(&mut sol, noted[0].record, &mut noted[0].document, &note);
    let (program, approved) = (content::program(), content::choice("decision", "approved"));
    let says = [content::reference("record", contact.record), approved];
    let review = sol.make_beside(&program, NOW, "review", &contact.document, &says);
    let approval = [content::choice("approval", "approved")];
    let approval = edited(&mut sol, contact.record, &mut copy(&contact), &approval);
    let push = vec![more.push(), taken_back, note.clone(), review.push(), approval.clone()];
    let told = outcomes(&sol.push(&department.service, later(5), push));
    assert_eq!(told, [put_off, "accepted", put_off, "accepted", "accepted"]);
    let voided = [content::choice("approval", "voided")];
    let voids = edited(&mut sol, review.record, &mut copy(&review), &voided);
    let told = outcomes(&sol.push(&department.service, later(5), vec![note, voids]));
    assert_eq!(told, [put_off, "accepted"]);
    assert_eq!(rows(&mut department, "exceed budget").len(), 1);

    // What only looks like it is put off like all the rest: nothing is kept of it.
    let audit = |department: &mut TestDepartment| {
        department.office.admin().audit(&AuditFilter::default()).unwrap().len()
    };
    let before = audit(&mut department);
    let says = [content::reference("record", contact.record), content::text("coaching", "good")];
    let says_nothing = sol.make_beside(&program, NOW, "review", &contact.document, &says);
    let gives_back = [Edit::Clear { field: content::field("revoked") }];
    let gives_back = edited(&mut sol, consent.record, &mut consent.document, &gives_back);
    let unknown = self::consent(&mut sol, &person);
    let rests_on_it = edited(&mut sol, unknown.record, &mut copy(&unknown), &[revoked()]);
    let push = vec![says_nothing.push(), gives_back, unknown.push(), rests_on_it.clone()];
    assert_eq!(outcomes(&sol.push(&department.service, later(6), push)), [put_off; 4]);
    assert_eq!(audit(&mut department), before);
    assert!(department.office.admin().quarantine().unwrap().is_empty());
    // What is here already is told so.
    assert_eq!(outcomes(&sol.push(&department.service, later(7), vec![approval])), ["known"]);
    // The next day brings the rest.
    let push = vec![unknown.push(), rests_on_it];
    let tomorrow = NOW + Span::from_days(1);
    assert_eq!(outcomes(&sol.push(&department.service, tomorrow, push)), ["accepted"; 2]);
    department.holds();
}

#[test]
fn what_is_kept_free_past_a_day_is_no_second_day() {
    let mut department = town_with(DailyBudget { rows: 4, always: 2, ..DailyBudget::default() });
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let mut consents: Vec<_> = (0..3).map(|_| consent(&mut ana, &person)).collect();
    let push = consents.iter().map(Made::push).collect();
    assert_eq!(outcomes(&ana.push(&department.service, NOW, push)), ["accepted"; 3]);
    let mut take_back =
        |made: &mut Made| edited(&mut ana, made.record, &mut made.document, &[revoked()]);
    let push: Vec<_> = consents.iter_mut().map(&mut take_back).collect();
    let told = outcomes(&ana.push(&department.service, later(5), push.clone()));
    assert_eq!(told, ["accepted", "accepted", "put_off AfterPull"]);
    let told = outcomes(&ana.push(&department.service, later(6), push[2..].to_vec()));
    assert_eq!(told, ["put_off AfterPull"]);
    let tomorrow = NOW + Span::from_days(1);
    assert_eq!(
        outcomes(&ana.push(&department.service, tomorrow, push[2..].to_vec())),
        ["accepted"]
    );
    department.holds();
}

#[test]
fn what_a_device_past_its_day_may_not_decide_is_refused_and_counts() {
    let mut department = town_with(DailyBudget { rows: 10, always: 1, ..DailyBudget::default() });
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    let rest = (0..8).map(|_| consent(&mut ana, &person).push()).collect();
    assert_eq!(outcomes(&ana.push(&department.service, NOW, rest)), ["accepted"; 8]);
    let approval = [content::choice("approval", "approved")];
    let approval = edited(&mut ana, contact.record, &mut copy(&contact), &approval);
    let told = outcomes(&ana.push(&department.service, NOW, vec![approval]));
    assert_eq!(told, ["guarded_field Never"]);
    assert_eq!(department.office.admin().quarantine().unwrap().len(), 1);
    let again = [content::choice("approval", "returned")];
    let again = edited(&mut ana, contact.record, &mut copy(&contact), &again);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![again])), ["put_off AfterPull"]);
}

#[test]
fn what_a_device_brings_back_after_a_restore_has_a_budget_of_its_own() {
    let (department, mut ana, _) = backed_up();
    let person = department.open_case(&mut ana, "Case Alder");
    let mut lost = vec![person.push()];
    lost.extend((0..4).map(|_| department.meet(&mut ana, person.record.into()).push()));
    let mut department = restored(department);
    drop(department.service);
    let mut config = department.office.config();
    config.daily = DailyBudget { rows: 2, brought_times: 2, ..DailyBudget::default() };
    department.service = Service::open_inline(later(1), config).unwrap();

    let epoch = begun(&department, &mut ana);
    let (today, tomorrow) = (later(2), later(2) + Span::from_days(1));
    let response = offered(&department, &mut ana, (epoch, today), &[], lost.clone(), false);
    let told = outcomes(&response);
    assert_eq!(told, ["accepted", "accepted", "accepted", "accepted", "put_off AfterPull"]);
    assert_eq!(rows(&mut department, "exceed budget").len(), 1);
    let response =
        offered(&department, &mut ana, (epoch, tomorrow), &[], lost[4..].to_vec(), false);
    assert_eq!(outcomes(&response), ["accepted"]);
    // It takes nothing of the day's own.
    let response = offered(&department, &mut ana, (epoch, tomorrow), &[], vec![], true);
    assert!(response.reconcile.unwrap().finished);
    (ana.cursor, ana.seen) = (None, None);
    let push = people(&mut ana, 3).iter().map(Made::push).collect();
    let told = outcomes(&ana.push(&department.service, tomorrow, push));
    assert_eq!(told, ["accepted", "accepted", "put_off AfterPull"]);
}

/// A consent that opens nothing to anybody, as yet with no end.
fn consent(device: &mut RawDevice, person: &Made) -> Made {
    let edits = [content::choice("kind", "hipaa"), content::instant("signed", NOW)];
    device.make(NOW, "consent", Some(person.record.into()), &edits)
}

fn revoked() -> Edit {
    content::instant("revoked", later(5))
}

fn copy(made: &Made) -> Document {
    Document::load(&made.document.save()).unwrap()
}
