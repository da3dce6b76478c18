//! Tasks in the console, including those of records that no phone keeps.

use fieldbook_tests::content;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::Span;
use serde_json::{Value as Json, json};

use crate::console_client::{ConsoleClient, body};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

#[tokio::test]
async fn follow_ups_of_records_that_no_phone_keeps_are_seen_by_those_who_see_the_record() {
    let mut house = TestServer::open().await;
    for (name, role, program) in [
        ("Vera Willow", "VA", "victim_services"),
        ("Sam Sorrel", "SUP", "victim_services"),
        ("Cole Cedro", "CO", "corrections"),
        ("Kim Maple", "CH", "custody_health"),
        ("Paz Pino", "PRV", "professional_standards"),
        ("Dee Dogwood", "DIR", "professional_standards"),
        ("Hal Hickory", "SUP", "street_outreach"),
    ] {
        house.member(name, role, program);
    }
    let advocate = ConsoleClient::open(&mut house, "Vera Willow").await;
    let victim = create(&house, &advocate, "person", None, &[content::text("name", "V")]).await;
    let service =
        [content::choice("new_or_continuing", "new"), content::choice("service", "advocacy")];
    create(&house, &advocate, "victim_service", Some(victim.into()), &service).await;
    let officer = ConsoleClient::open(&mut house, "Cole Cedro").await;
    let held = create(&house, &officer, "person", None, &[content::text("name", "H")]).await;
    let asked = [content::choice("kind", "medical"), content::instant("requested", house.now())];
    create(&house, &officer, "care_request", Some(held.into()), &asked).await;
    house.assign("Kim Maple", held.into());
    let privacy = ConsoleClient::open(&mut house, "Paz Pino").await;
    create(&house, &privacy, "conduct_case", None, &[content::choice("allegation", "neglect")])
        .await;

    for (name, expected) in [
        ("Vera Willow", &["victim_service.next_contact"][..]),
        ("Sam Sorrel", &["victim_service.next_contact"]),
        ("Kim Maple", &["care_request.triage"]),
        ("Cole Cedro", &[]),
        ("Paz Pino", &["conduct_case.acknowledge", "conduct_case.close"]),
        ("Dee Dogwood", &["conduct_case.acknowledge", "conduct_case.close"]),
        ("Hal Hickory", &[]),
        (WORKER, &[]),
    ] {
        let seat = ConsoleClient::open(&mut house, name).await;
        let mut told = tasks(&house, &seat, "/v1/console/tasks").await;
        // Whose people these are is told elsewhere.
        told.retain(|rule| !rule.starts_with("person."));
        assert_eq!(told, expected, "{name}");
    }
}

#[tokio::test]
async fn a_supervisor_is_told_what_is_late_in_their_program_and_who_was_to_do_it() {
    let mut house = TestServer::open().await;
    house.member("Sol Sauce", "SUP", "street_outreach");
    house.member("Hal Hickory", "SUP", "hospital_response");
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let made = phone.device.make(house.now(), "person", None, &[content::text("name", "A")]);
    phone.push(&house, vec![made.push()]).await;
    let case: CaseId = made.record.into();
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    let met = [content::choice("mode", "street"), content::choice("result", "engaged")];
    let contact = create(&house, &worker, "outreach_contact", Some(case), &met).await;
    let tried = [content::choice("mode", "street"), content::choice("result", "not_found")];
    house.pass(Span::from_hours(24));
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    create(&house, &worker, "outreach_contact", Some(case), &tried).await;

    let supervisor = ConsoleClient::open(&mut house, "Sol Sauce").await;
    assert_eq!(tasks(&house, &supervisor, "/v1/console/tasks/late").await, [] as [String; 0]);
    house.pass(Span::from_days(20));
    let supervisor = ConsoleClient::open(&mut house, "Sol Sauce").await;
    let late = body(&supervisor.get(&house, "/v1/console/tasks/late").await);
    let rows = late["open"].as_array().unwrap();
    let next = rows.iter().find(|row| row["rule"] == "next_contact").unwrap();
    assert_eq!(next["record"], contact.to_string());
    assert_eq!((&next["flagged"], &next["overdue"]), (&json!(true), &json!(true)));
    assert_eq!((&next["attempts"], &next["assigned"]), (&json!(1), &json!([WORKER])));
    assert_eq!(next["task"]["en"], "Next contact");
    let other = ConsoleClient::open(&mut house, "Hal Hickory").await;
    assert_eq!(tasks(&house, &other, "/v1/console/tasks/late").await, [] as [String; 0]);

    // An engaged contact answers it, wherever it is written.
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    create(&house, &worker, "outreach_contact", Some(case), &met).await;
    let supervisor = ConsoleClient::open(&mut house, "Sol Sauce").await;
    let late = tasks(&house, &supervisor, "/v1/console/tasks/late").await;
    assert!(!late.contains(&"outreach_contact.next_contact".to_owned()), "{late:?}");
    assert!(house.office.verify().problems.is_empty());
}

/// Returns the open tasks that a user is shown, as `type.rule`.
async fn tasks(house: &TestServer, seat: &ConsoleClient, path: &str) -> Vec<String> {
    let told = body(&seat.get(house, path).await);
    let rows = told["open"].as_array().unwrap().iter();
    let named =
        |row: &Json| format!("{}.{}", row["type"].as_str().unwrap(), row["rule"].as_str().unwrap());
    let mut rules: Vec<String> = rows.map(named).collect();
    rules.sort_unstable();
    rules
}

async fn create(
    house: &TestServer,
    seat: &ConsoleClient,
    record_type: &str,
    case: Option<CaseId>,
    edits: &[Edit],
) -> RecordId {
    let message = json!({"type": record_type, "case": case, "edits": edits});
    let written = seat.told(house, "/v1/console/create", &message).await;
    written["record"].as_str().unwrap().parse().unwrap()
}
