//! Work in the console: reading, writing, emergency access, and the privacy officer's oversight.

use fieldbook_tests::content;
use fieldbook_tests::names::NAMES;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::Span;
use model::wire::PushV1;
use serde_json::{Value as Json, json};
use server::admin::AuditFilter;

use crate::console_client::{ConsoleClient, body};
use crate::line::{ask, plain, with_header};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const BOSS: &str = "Sol Sauce";
const OFFICER: &str = "Paz Pino";
const ADVOCATE: &str = "Vera Willow";

/// A house with an outreach case, and the phone that opened it.
async fn house_with_case() -> (TestServer, Phone, CaseId) {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let edits = [content::text("name", "Case Alder"), content::choice("name_quality", "full")];
    let made = phone.device.make(house.now(), "person", None, &edits);
    phone.push(&house, vec![made.push()]).await;
    let contact = phone.encounter(&mut house, made.record.into());
    phone.push(&house, vec![contact.push()]).await;
    (house, phone, made.record.into())
}

#[tokio::test]
async fn a_supervisor_reads_the_caseload_a_case_and_a_record_and_each_is_in_the_audit() {
    let (mut house, _phone, case) = house_with_case().await;
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let caseload = body(&seat.get(&house, "/v1/console/caseload").await);
    let row = &caseload["cases"][0];
    assert_eq!(row["case"], case.to_string());
    assert_eq!(row["opened_by"]["fields"]["name"], "Case Alder");
    assert_eq!((&row["assigned"], &row["records"]), (&json!([WORKER]), &json!(2)));

    let view = seat.told(&house, "/v1/console/case", &json!({"case": case})).await;
    assert_eq!(types_of(&view["records"]), ["outreach_contact", "person"]);
    let rows = view["records"].as_array().unwrap();
    let record = &rows.iter().find(|row| row["type"] == "person").unwrap()["record"];
    let whole = seat.told(&house, "/v1/console/record", &json!({"record": record})).await;
    assert_eq!(whole["created_by"], WORKER);
    assert_eq!(whole["history"][0]["by"], WORKER);
    assert_eq!(whole["fields"]["name"], "Case Alder");
    let found = seat.told(&house, "/v1/console/people", &json!({"text": "ald CASE"})).await;
    assert_eq!(found["found"][0]["case"], case.to_string());
    let nobody = seat.told(&house, "/v1/console/people", &json!({"text": "Aldus"})).await;
    assert_eq!(nobody["found"], json!([]));

    let reads = audited(&mut house, "read");
    let expected = [
        "caseload: 1 cases".to_owned(),
        format!("case {case}: 2 records"),
        format!("record {}: 1 records", record.as_str().unwrap()),
        "people: 1 records".to_owned(),
        format!("record {case}: found"),
        "people: 0 records".to_owned(),
    ];
    assert_eq!(reads, expected);
}

#[tokio::test]
async fn a_console_names_people_by_their_ids_and_reads_their_names() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member(ADVOCATE, "VA", "victim_services");
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let colleagues = body(&boss.get(&house, "/v1/console/colleagues").await);
    let people = colleagues["people"].as_array().unwrap();
    let id_of = |name: &str| people.iter().find(|one| one["name"] == name).map(|it| &it["user"]);
    let (me, worker) = (id_of(BOSS).unwrap(), id_of(WORKER).unwrap());
    assert_eq!(id_of(ADVOCATE), None, "of another program");
    assert!(people.iter().all(|one| one["active"] == true));

    let named =
        |field: &str, user: &Json| json!({"edit": "set", "field": field, "value": {"user": user}});
    let entry = json!({"edit": "log", "field": "check_ins", "id": "01KBQ7YXZ00000000000000001",
        "entry": {"at": {"datetime": house.now()}, "checked_in_by": {"user": me}}});
    let edits = json!([named("staff_member", me), named("coworker", worker), entry]);
    let new = json!({"type": "shift", "edits": edits});
    let made = boss.told(&house, "/v1/console/create", &new).await;
    let ask = json!({"record": made["record"]});
    let shift = boss.told(&house, "/v1/console/record", &ask).await;
    assert_eq!(shift["fields"]["coworker"], *worker);
    let both = json!({(me.as_str().unwrap()): BOSS, (worker.as_str().unwrap()): WORKER});
    assert_eq!(shift["people"], both);
    assert!(shift["title"]["en"].as_str().unwrap().contains(BOSS), "{}", shift["title"]);

    // Somebody who stood there before is named in the history.
    let edit = json!({"record": made["record"], "edits": [named("coworker", me)]});
    boss.told(&house, "/v1/console/edit", &edit).await;
    let shift = boss.told(&house, "/v1/console/record", &ask).await;
    assert_eq!(shift["people"], both);
    let list = boss.told(&house, "/v1/console/case", &json!({"case": case})).await;
    assert_eq!(list["records"][0].get("people"), None, "where nobody is named");

    let nobody = json!("0192f000-0000-7000-8000-000000000000");
    let edit = json!({"record": made["record"], "edits": [named("coworker", &nobody)]});
    boss.post(&house, "/v1/console/edit", &edit).await.assert_refused(403, "unknown_user");
}

#[tokio::test]
async fn every_instant_is_a_text_in_every_answer_and_taken_as_one() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member(OFFICER, "PRV", "professional_standards");
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let officer = ConsoleClient::open(&mut house, OFFICER).await;
    let record = RecordId::from(case);
    let happened = json!({
        "edit": "set", "field": "occurred_at", "value": {"datetime": "2026-11-25T14:30:00Z"}
    });
    let view = boss.told(&house, "/v1/console/case", &json!({"case": case})).await;
    let mut rows = view["records"].as_array().unwrap().iter();
    let contact = rows.find(|row| row["type"] == "outreach_contact").unwrap();
    let contact = contact["record"].as_str().unwrap().parse().unwrap();
    let message = json!({"type": "review", "case": case, "edits": [
        happened, as_json(content::reference("record", contact)),
    ]});
    let made = boss.told(&house, "/v1/console/create", &message).await;
    let review = boss.told(&house, "/v1/console/record", &json!({"record": made["record"]})).await;
    assert_eq!(review["fields"]["occurred_at"], "2026-11-25T14:30:00Z");
    assert_eq!(review["occurred_at"], "2026-11-25T14:30:00Z");
    let opened = json!({
        "case": case, "compartment": "HSP", "minutes": 5, "reason": "somebody may be hurt"
    });
    boss.post(&house, "/v1/console/emergency/open", &opened).await;

    let reason = json!("asked by the court clerk");
    let mut answers = Vec::new();
    for (seat, reason) in [(&boss, Json::Null), (&officer, reason)] {
        for path in [
            "/v1/console/me",
            "/v1/console/caseload",
            "/v1/console/emergencies",
            "/v1/console/refusals",
        ] {
            answers.push((path, seat.get(&house, path).await));
        }
        for (path, message) in [
            ("/v1/console/people", json!({"text": "alder", "reason": reason})),
            ("/v1/console/case", json!({"case": case, "reason": reason})),
            ("/v1/console/record", json!({"record": record, "reason": reason})),
            ("/v1/console/audit", json!({})),
        ] {
            answers.push((path, seat.post(&house, path, &message).await));
        }
    }
    let mut instants = 0;
    for (path, answer) in answers {
        walk(path, &body(&answer), &mut instants);
    }
    assert!(20 < instants, "{instants}");
}

/// Finds numbers that can only be an instant, and counts the texts that are one.
fn walk(place: &str, json: &Json, instants: &mut u32) {
    match json {
        Json::Object(members) => {
            for (key, value) in members {
                walk(&format!("{place}.{key}"), value, instants);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| walk(place, item, instants)),
        Json::Number(number) => {
            let is_instant = number.as_i64().is_some_and(|number| 1_000_000_000 < number.abs());
            assert!(!is_instant, "{place} is {number}");
        }
        Json::String(text) => {
            *instants += u32::from(text.parse::<model::time::Timestamp>().is_ok());
        }
        Json::Null | Json::Bool(_) => {}
    }
}

#[tokio::test]
async fn a_mistake_has_a_code_and_words_in_the_language_that_was_asked_for() {
    let (mut house, _phone, case) = house_with_case().await;
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let message = json!({"record": RecordId::from(case), "edits": [
        choice("age_band", "ancient"), json!({"edit": "clear", "field": "name"}),
    ]});
    let told = |tag: &'static str| {
        let request = plain(&house, "POST", "/v1/console/edit", message.to_string());
        let request = with_header(request, "content-type", "application/json");
        let request = with_header(request, "accept-language", tag);
        ask(&house, seat.seated(request))
    };
    let (english, spanish) = (body(&told("en").await), body(&told("es-MX,es;q=0.9").await));
    assert_eq!(english["code"], "invalid");
    assert_eq!(english["mistakes"], spanish["mistakes"]);
    let codes: Vec<_> =
        english["mistakes"].as_array().unwrap().iter().map(|m| &m["code"]).collect();
    assert!(codes.contains(&&json!("not_an_option")), "{english}");
    assert_eq!(english["mistakes"][0]["field"], "age_band");
    assert!(
        english["message"].as_str().unwrap().contains("`age_band` must be one of"),
        "{english}"
    );
    let es = spanish["message"].as_str().unwrap();
    assert!(es.contains("`age_band` debe ser una de estas opciones"), "{spanish}");
}

#[tokio::test]
async fn an_act_that_there_is_none_of_is_a_mistake_and_the_list_is_told() {
    let (mut house, _phone, _case) = house_with_case().await;
    house.member(OFFICER, "PRV", "professional_standards");
    let seat = ConsoleClient::open(&mut house, OFFICER).await;
    let answer = seat.post(&house, "/v1/console/audit", &json!({"act": "raed"})).await;
    answer.assert_refused(422, "invalid");
    let told = body(&answer);
    assert_eq!(told["mistakes"][0]["code"], "unknown_act");
    assert!(told["message"].as_str().unwrap().contains("read"), "{told}");
}

#[tokio::test]
async fn what_somebody_may_not_see_answers_as_what_is_not_there() {
    let (mut house, _phone, case) = house_with_case().await;
    let (victim, service) = victim_case(&mut house).await;
    let nothing = RecordId::generate(house.now(), &mut house.rng);
    for (name, role, program) in everybody() {
        let seat = seat_of(&mut house, name, role, program).await;
        let reason = json!("asked by the court clerk");
        for given in [Json::Null, reason] {
            let mut answers = Vec::new();
            for record in [nothing, service, RecordId::from(victim)] {
                answers.push(
                    seat.post(
                        &house,
                        "/v1/console/record",
                        &json!({"record": record, "reason": given}),
                    )
                    .await,
                );
            }
            for case in [CaseId::from(nothing), victim] {
                answers.push(
                    seat.post(&house, "/v1/console/case", &json!({"case": case, "reason": given}))
                        .await,
                );
            }
            let told: Vec<_> = answers
                .into_iter()
                .map(|mut answer| {
                    answer.headers.remove("x-request-id");
                    answer.headers.remove("date");
                    (answer.status, format!("{:?}", answer.headers), answer.body)
                })
                .collect();
            assert!(told.iter().all(|answer| *answer == told[0]), "{role} {given} {told:?}");
            let asked = json!({"text": "victoria", "reason": given});
            let found = seat.post(&house, "/v1/console/people", &asked).await;
            assert!(!String::from_utf8_lossy(&found.body).contains("Victoria"), "{role}");
            if found.status == 200 {
                assert_eq!(body(&found), json!({"found": [], "more": false}), "{role}");
            }
            let emergency = json!({
                "case": victim, "compartment": "IDN", "minutes": 5, "reason": "somebody is hurt"
            });
            let other = json!({
                "case": nothing, "compartment": "IDN", "minutes": 5, "reason": "somebody is hurt"
            });
            let victims = seat.post(&house, "/v1/console/emergency/open", &emergency).await;
            let nobodys = seat.post(&house, "/v1/console/emergency/open", &other).await;
            assert_eq!((victims.status, &victims.body), (nobodys.status, &nobodys.body), "{role}");
            assert_ne!(victims.status, 200);
        }
        let caseload = body(&seat.get(&house, "/v1/console/caseload").await);
        let listed = caseload.to_string();
        assert!(!listed.contains(&victim.to_string()), "{role}");
        let _ = case;
    }
}

#[tokio::test]
async fn victim_services_have_people_of_their_own() {
    let (mut house, _phone, _case) = house_with_case().await;
    let (victim, service) = victim_case(&mut house).await;
    house.member("Vic Oak", "SUP", "victim_services");
    let boss = ConsoleClient::open(&mut house, "Vic Oak").await;
    let found = boss.told(&house, "/v1/console/people", &json!({"text": "Victoria"})).await;
    assert_eq!(found["found"][0]["case"], victim.to_string());
    assert_eq!(found["found"][0]["compartment"], "VIC");
    let view = boss.told(&house, "/v1/console/case", &json!({"case": victim})).await;
    assert_eq!(types_of(&view["records"]), ["person", "victim_service"]);
    let whole = boss.told(&house, "/v1/console/record", &json!({"record": service})).await;
    assert_eq!(whole["created_by"], ADVOCATE);

    // Not on the advocate's own phone either.
    let mut phone = Phone::enroll(&mut house, ADVOCATE).await;
    let request = phone.device.request();
    let answer = phone.sync(&house, request).await;
    assert!(answer.pull.is_empty() && !answer.more);
}

#[tokio::test]
async fn the_privacy_officer_reads_for_a_reason_that_stays_with_the_case() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member(OFFICER, "PRV", "professional_standards");
    let seat = ConsoleClient::open(&mut house, OFFICER).await;
    let ask = |reason: Json| json!({"case": case, "reason": reason});
    let without = seat.post(&house, "/v1/console/case", &ask(Json::Null)).await;
    without.assert_refused(403, "reason_needed");
    let short = seat.post(&house, "/v1/console/case", &ask(json!("because"))).await;
    short.assert_refused(422, "invalid");
    assert!(body(&short)["message"].as_str().unwrap().starts_with("`reason` must have 10 to 500"));
    let words = "a complaint by the family, number seven";
    let view = seat.told(&house, "/v1/console/case", &ask(json!(words))).await;
    assert_eq!(types_of(&view["records"]), ["outreach_contact", "person"]);

    let about = json!({"act": "read", "about": case.to_string()});
    let audit = seat.told(&house, "/v1/console/audit", &about).await;
    assert_eq!(audit["rows"][0]["outcome"], "2 records, reason 1");
    assert_eq!(audit["reasons"]["1"], words);
    let now = house.now();
    house.office.admin().erase(now, case, "Court order 7").unwrap();
    let audit = seat.told(&house, "/v1/console/audit", &about).await;
    assert_eq!(audit["rows"][0]["outcome"], "2 records, reason 1");
    assert_eq!(audit["reasons"], json!({}), "the words went with the case");
    let gone = seat.post(&house, "/v1/console/case", &ask(json!(words))).await;
    gone.assert_refused(404, "not_found");
}

#[tokio::test]
async fn a_supervisor_opens_a_case_in_an_emergency_and_the_privacy_officer_sees_it_at_once() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member("Hal Hickory", "SUP", "hospital_response");
    house.member(OFFICER, "PRV", "professional_standards");
    let boss = ConsoleClient::open(&mut house, "Hal Hickory").await;
    let officer = ConsoleClient::open(&mut house, OFFICER).await;
    let read = json!({"case": case});
    boss.post(&house, "/v1/console/case", &read).await.assert_refused(404, "not_found");

    let open = |compartment: &str, minutes: u32, reason: &str| json!({"case": case, "compartment": compartment, "minutes": minutes, "reason": reason});
    let words = "shot last night, where is he safe?";
    let refused = |path: &'static str, message: Json| {
        let (boss, house) = (&boss, &house);
        async move {
            let answer = boss.post(house, path, &message).await;
            (answer.refusal().1, body(&answer)["message"].as_str().unwrap().to_owned())
        }
    };
    let path = "/v1/console/emergency/open";
    assert_eq!(refused(path, open("OUT", 30, "urgent")).await.0, "invalid");
    let (code, told) = refused(path, open("OUT", 241, words)).await;
    assert_eq!((code.as_str(), told.as_str()), ("invalid", "`minutes` must lie between 1 and 240"));
    assert_eq!(refused(path, open("OUT", 0, words)).await.0, "invalid");
    assert_eq!(refused(path, open("VIC", 30, words)).await.0, "no_emergency");
    assert_eq!(refused(path, open("AUD", 30, words)).await.0, "no_access");

    let opened = boss.told(&house, path, &open("OUT", 30, words)).await;
    let me = body(&officer.get(&house, "/v1/console/me").await);
    assert_eq!(me["unseen_emergencies"], 1);
    let listed = body(&officer.get(&house, "/v1/console/emergencies").await);
    assert_eq!(listed[0]["name"], "Hal Hickory");
    assert_eq!(listed[0]["reason"], words);
    assert_eq!(listed[0]["compartment"], "OUT");

    // Of that compartment, for reading.
    let view = boss.told(&house, "/v1/console/case", &read).await;
    assert_eq!(types_of(&view["records"]), ["outreach_contact"]);
    let record = &view["records"][0]["record"];
    let edits = json!([{"edit": "set", "field": "note", "value": {"text": "mine"}}]);
    let edit = json!({"record": record, "edits": edits});
    boss.post(&house, "/v1/console/edit", &edit).await.assert_refused(403, "not_supervised");
    let make =
        json!({"type": "mediation", "case": case, "program": "street_outreach", "edits": []});
    boss.post(&house, "/v1/console/create", &make).await.assert_refused(403, "role");
    let reads = audited(&mut house, "read");
    assert!(reads.contains(&format!("case {case}: 1 records, in an emergency")), "{reads:?}");

    // Until its time is up, or it is closed.
    let id = &opened["emergency"];
    let not_hers =
        officer.post(&house, "/v1/console/emergency/close", &json!({"emergency": id})).await;
    not_hers.assert_refused(404, "not_found");
    let see = officer.post(&house, "/v1/console/emergency/see", &json!({"emergency": id})).await;
    assert_eq!(see.status, 204);
    let not_theirs =
        boss.post(&house, "/v1/console/emergency/see", &json!({"emergency": id})).await;
    not_theirs.assert_refused(403, "no_access");
    assert_eq!(body(&officer.get(&house, "/v1/console/me").await)["unseen_emergencies"], 0);
    house.pass(Span::from_minutes(29));
    assert_eq!(boss.post(&house, "/v1/console/case", &read).await.status, 200);
    house.pass(Span::from_minutes(1));
    boss.post(&house, "/v1/console/case", &read).await.assert_refused(404, "not_found");
    let confirm = json!({"password": crate::console_client::PASSWORD});
    assert_eq!(boss.post(&house, "/v1/session/confirm", &confirm).await.status, 204);
    let again = boss.told(&house, path, &open("IDN", 30, words)).await;
    boss.post(&house, path, &open("IDN", 30, words)).await.assert_refused(422, "invalid");
    assert_eq!(boss.post(&house, "/v1/console/case", &read).await.status, 200);
    let close = json!({"emergency": again["emergency"]});
    assert_eq!(boss.post(&house, "/v1/console/emergency/close", &close).await.status, 204);
    boss.post(&house, "/v1/console/case", &read).await.assert_refused(404, "not_found");
    boss.post(&house, "/v1/console/emergency/close", &close).await.assert_refused(404, "not_found");

    // What was opened stays to be seen; the words go with the case.
    let now = house.now();
    house.office.admin().erase(now, case, "Court order 7").unwrap();
    let own = body(&boss.get(&house, "/v1/console/emergencies").await);
    assert_eq!(own.as_array().unwrap().len(), 2);
    assert_eq!(own[1]["reason"], Json::Null);
    boss.post(&house, path, &open("OUT", 30, words)).await.assert_refused(404, "not_found");
}

#[tokio::test]
async fn an_emergency_is_opened_again_once_the_last_one_was_looked_at() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    house.member("Sol Sauce", "SUP", "hospital_response");
    house.member("Pat Paloverde", "PRV", "street_outreach");
    let boss = ConsoleClient::open(&mut house, "Sol Sauce").await;
    let officer = ConsoleClient::open(&mut house, "Pat Paloverde").await;
    let open = |compartment: &str| {
        json!({
            "case": person.record, "compartment": compartment, "minutes": 5,
            "reason": "somebody was shot on Third Street",
        })
    };
    let path = "/v1/console/emergency/open";
    let opened = boss.told(&house, path, &open("OUT")).await;
    let named = json!({"emergency": opened["emergency"]});
    assert_eq!(boss.post(&house, "/v1/console/emergency/close", &named).await.status, 204);
    for _ in 0..2 {
        let refused = boss.post(&house, path, &open("OUT")).await;
        refused.assert_refused(422, "invalid");
        let words = String::from_utf8_lossy(&refused.body).into_owned();
        assert!(words.contains("must review your last emergency access"), "{words}");
    }
    // Another compartment is another emergency.
    assert_eq!(boss.post(&house, path, &open("IDN")).await.status, 200);
    assert_eq!(officer.post(&house, "/v1/console/emergency/see", &named).await.status, 204);
    assert_eq!(boss.post(&house, path, &open("OUT")).await.status, 200);
}

#[tokio::test]
async fn an_emergency_ends_with_the_role_that_it_rests_on() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member("Hal Hickory", "SUP", "hospital_response");
    let boss = ConsoleClient::open(&mut house, "Hal Hickory").await;
    let open = json!({
        "case": case, "compartment": "OUT", "minutes": 60, "reason": "shot last night",
    });
    boss.told(&house, "/v1/console/emergency/open", &open).await;
    let read = json!({"case": case});
    assert_eq!(boss.post(&house, "/v1/console/case", &read).await.status, 200);
    let now = house.now();
    let (role, program) = ("SUP".parse().unwrap(), "hospital_response".parse().unwrap());
    house.office.admin().user_revoke_role(now, "Hal Hickory", &role, &program).unwrap();
    boss.post(&house, "/v1/console/case", &read).await.assert_refused(404, "not_found");
}

#[tokio::test]
async fn nobody_marks_their_own_emergency_as_looked_at() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member("Hal Hickory", "SUP", "hospital_response");
    let now = house.now();
    let (role, program) = ("PRV".parse().unwrap(), "professional_standards".parse().unwrap());
    house.office.admin().user_grant(now, "Hal Hickory", &role, &program).unwrap();
    let both = ConsoleClient::open(&mut house, "Hal Hickory").await;
    let open = json!({
        "case": case, "compartment": "OUT", "minutes": 60, "reason": "shot last night",
    });
    let opened = both.told(&house, "/v1/console/emergency/open", &open).await;
    let see = json!({"emergency": opened["emergency"]});
    both.post(&house, "/v1/console/emergency/see", &see).await.assert_refused(404, "not_found");
    assert_eq!(body(&both.get(&house, "/v1/console/me").await)["unseen_emergencies"], 1);
}

#[tokio::test]
async fn a_caseload_names_no_colleague_whose_work_its_reader_may_not_know_of() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member(ADVOCATE, "VA", "victim_services");
    house.assign(ADVOCATE, case);
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let caseload = body(&seat.get(&house, "/v1/console/caseload").await);
    assert_eq!(caseload["cases"][0]["assigned"], json!([WORKER]));
}

#[tokio::test]
async fn the_privacy_officer_notes_a_consent_for_a_stated_reason() {
    let (mut house, _phone, case) = house_with_case().await;
    house.member(OFFICER, "PRV", "professional_standards");
    let officer = ConsoleClient::open(&mut house, OFFICER).await;
    let edits = [choice("kind", "hipaa"), add("opens", "out"), add("to_programs", "reentry")];
    let make =
        |reason: Json| json!({"type": "consent", "case": case, "edits": edits, "reason": reason});
    let path = "/v1/console/create";
    let without = officer.post(&house, path, &make(Json::Null)).await;
    without.assert_refused(403, "reason_needed");
    officer.told(&house, path, &make(json!("brought in by the family"))).await;
    let asked = json!({"act": "state a reason"});
    let audit = officer.told(&house, "/v1/console/audit", &asked).await;
    assert_eq!(audit["reasons"]["1"], "brought in by the family");
}

#[tokio::test]
async fn what_was_refused_in_victim_services_is_for_their_supervisor_alone() {
    let (mut house, _phone, _case) = house_with_case().await;
    let (_, service) = victim_case(&mut house).await;
    let now = house.now();
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    house.office.admin().user_grant(now, ADVOCATE, &role, &program).unwrap();
    let mut phone = Phone::enroll(&mut house, ADVOCATE).await;
    let made = phone.device.make(house.now(), "person", None, &[content::text("name", "x")]);
    let push = PushV1 { record: service, change: made.change.bytes };
    phone.push(&house, vec![push]).await;
    house.member(OFFICER, "PRV", "professional_standards");
    house.member("Vic Oak", "SUP", "victim_services");
    for (name, expected) in [(BOSS, 0), (OFFICER, 0), ("Vic Oak", 1)] {
        let seat = ConsoleClient::open(&mut house, name).await;
        let rows = body(&seat.get(&house, "/v1/console/refusals").await);
        assert_eq!(rows.as_array().unwrap().len(), expected, "{name}");
    }
}

#[tokio::test]
async fn part_2_records_are_disclosed_under_a_consent_with_their_notice_and_a_record_of_it() {
    let mut house = TestServer::open().await;
    house.member("Rae Rowan", "RN", "reentry");
    house.member("Hal Hickory", "HR", "hospital_response");
    house.member(OFFICER, "PRV", "professional_standards");
    let navigator = ConsoleClient::open(&mut house, "Rae Rowan").await;
    let person = create(&house, &navigator, "person", None, &[text("name", "Case Elm")]).await;
    let case: CaseId = person.into();
    let edits = [choice("kind", "treatment")];
    let outcome = create(&house, &navigator, "outcome", Some(case), &edits).await;
    house.assign("Hal Hickory", case);
    let responder = ConsoleClient::open(&mut house, "Hal Hickory").await;
    let read = json!({"record": outcome});
    responder.post(&house, "/v1/console/record", &read).await.assert_refused(404, "not_found");

    let ends = house.now() + Span::from_hours(2);
    let consent = [
        choice("kind", "part2_specific"),
        text("discloser", "Reentry"),
        text("recipient", "Hospital response"),
        text("purpose", "Care after discharge"),
        add("opens", "sud"),
        add("to_programs", "hospital_response"),
        choice("signer", "self"),
        instant("signed", &house),
        json!({"edit": "set", "field": "expires", "value": {"date_time": ends}}),
    ];
    house.member("Rita Juniper", "SUP", "reentry");
    let boss = ConsoleClient::open(&mut house, "Rita Juniper").await;
    let consent = create(&house, &boss, "consent", Some(case), &consent).await;
    let whole = responder.told(&house, "/v1/console/record", &read).await;
    assert_eq!(whole["compartment"], "SUD");
    let notice = whole["notices"][0]["text"]["en"].as_str().unwrap();
    assert!(notice.starts_with("42 CFR part 2 prohibits unauthorized use or disclosure"));
    responder.told(&house, "/v1/console/record", &read).await;
    assert_eq!(audited(&mut house, "disclose").len(), 2);

    // Once a day, for whoever watches over privacy; never on a phone.
    let officer = ConsoleClient::open(&mut house, OFFICER).await;
    let asked = json!({"case": case, "reason": "accounting of disclosures"});
    let view = officer.told(&house, "/v1/console/case", &asked).await;
    let records = view["records"].as_array().unwrap();
    let told: Vec<_> = records.iter().filter(|row| row["type"] == "disclosure").collect();
    assert_eq!(told.len(), 1);
    let fields = &told[0]["fields"];
    assert_eq!(fields["basis"], "consent");
    assert_eq!(fields["consent"], consent.to_string());
    assert_eq!(fields["recipient"], "Hal Hickory");
    assert_eq!(fields["items"], "Substance-use treatment");
    assert_eq!(fields["notice_attached"], true);
    let users = house.office.admin().users().unwrap();
    assert!(users.iter().all(|user| user.name != "Fieldbook"), "the server is nobody");
    assert!(house.office.verify().problems.is_empty());

    house.pass(Span::from_hours(2));
    let mut responder = responder;
    responder.sign_in(&house).await;
    responder.post(&house, "/v1/console/record", &read).await.assert_refused(404, "not_found");
}

#[tokio::test]
async fn what_is_written_at_a_console_goes_by_the_same_rules_and_reaches_phones() {
    let (mut house, mut phone, case) = house_with_case().await;
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let view = seat.told(&house, "/v1/console/case", &json!({"case": case})).await;
    let rows = view["records"].as_array().unwrap();
    let contact = rows.iter().find(|row| row["type"] == "outreach_contact").unwrap();
    let contact = contact["record"].clone();
    let edit = |edits: Json| json!({"record": contact, "edits": edits});
    let set = |field: &str, value: Json| json!({"edit": "set", "field": field, "value": value});

    // By hand nobody approves: a review decides, and the record becomes what it says.
    let approved = edit(json!([set("approval", json!({"choice": "approved"}))]));
    seat.post(&house, "/v1/console/edit", &approved).await.assert_refused(422, "invalid");
    let returned = json!({
        "type": "review", "case": case,
        "edits": [set("record", json!({"ref": contact})), set("decision", json!({"choice": "returned"}))]
    });
    let returned = seat.told(&house, "/v1/console/create", &returned).await["record"].clone();
    let show = json!({"record": contact});
    let shown = seat.told(&house, "/v1/console/record", &show).await;
    assert_eq!(shown["fields"]["approval"], "returned");
    let approves = json!({
        "record": returned, "edits": [set("decision", json!({"choice": "approved"}))]
    });
    let written = seat.told(&house, "/v1/console/edit", &approves).await;
    assert_eq!(written["changed"], true);
    let again = seat.told(&house, "/v1/console/edit", &approves).await;
    assert_eq!(again["changed"], false);
    let shown = seat.told(&house, "/v1/console/record", &show).await;
    assert_eq!(shown["fields"]["approval"], "approved");
    let note = edit(json!([set("note", json!({"text": "another's words"}))]));
    seat.post(&house, "/v1/console/edit", &note).await.assert_refused(403, "final");
    let wrong = edit(json!([
        set("minutes", json!({"integer": -4})),
        set("no_such_field", json!({"text": "x"}))
    ]));
    let answer = seat.post(&house, "/v1/console/edit", &wrong).await;
    answer.assert_refused(422, "invalid");
    let told = body(&answer)["message"].as_str().unwrap().to_owned();
    assert!(told.contains("`minutes`") && told.contains("`no_such_field`"), "{told}");

    let review = json!({
        "type": "review", "case": case,
        "edits": [set("record", json!({"ref": contact})), set("decision", json!({"choice": "approved"}))]
    });
    let review = seat.told(&house, "/v1/console/create", &review).await;
    let (mut pulled, mut authors) = (Vec::new(), Vec::new());
    loop {
        let request = phone.device.request();
        let answer = phone.sync(&house, request).await;
        pulled.extend(answer.pull.iter().map(|update| update.record.to_string()));
        authors.extend(answer.authors.into_values().map(|author| author.name));
        phone.device.cursor = answer.cursor;
        if !answer.more {
            break;
        }
    }
    assert!(pulled.contains(&contact.as_str().unwrap().to_owned()));
    assert!(pulled.contains(&review["record"].as_str().unwrap().to_owned()), "to its author");
    assert!(authors.iter().any(|name| name == BOSS), "and says who wrote it");
    assert!(house.office.admin().devices().unwrap().len() == 1, "a console is no device to list");
    assert!(house.office.verify().problems.is_empty());
}

#[tokio::test]
async fn a_date_that_cannot_be_is_refused_and_one_a_little_ahead_is_asked_about() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let shift = |ahead: Span, anyway: bool| {
        let returned = as_json(content::instant("returned", house.now() + ahead));
        json!({"type": "shift", "edits": [returned], "anyway": anyway})
    };
    for anyway in [false, true] {
        let far =
            seat.post(&house, "/v1/console/create", &shift(Span::from_days(400), anyway)).await;
        far.assert_refused(422, "invalid");
        let told = body(&far)["message"].as_str().unwrap().to_owned();
        assert_eq!(told, "`returned` must not be after now: check the date");
    }
    let near = Span::from_hours(2);
    let asked = seat.post(&house, "/v1/console/create", &shift(near, false)).await;
    asked.assert_refused(422, "doubtful_date");
    let made = seat.told(&house, "/v1/console/create", &shift(near, true)).await;
    assert_eq!(made["changed"], true);
}

#[tokio::test]
async fn a_custody_officer_hands_a_request_for_care_in_and_does_not_read_it() {
    let mut house = TestServer::open().await;
    house.member("Cole Cedro", "CO", "corrections");
    house.member("Kim Maple", "CH", "custody_health");
    let officer = ConsoleClient::open(&mut house, "Cole Cedro").await;
    let person = create(&house, &officer, "person", None, &[text("name", "Case Fresno")]).await;
    let edits = [choice("kind", "medical"), instant("requested", &house)];
    let request = create(&house, &officer, "care_request", Some(person.into()), &edits).await;
    let read = json!({"record": request});
    officer.post(&house, "/v1/console/record", &read).await.assert_refused(404, "not_found");
    house.assign("Kim Maple", person.into());
    let nurse = ConsoleClient::open(&mut house, "Kim Maple").await;
    assert_eq!(nurse.told(&house, "/v1/console/record", &read).await["created_by"], "Cole Cedro");
}

#[tokio::test]
async fn a_supervisor_sees_that_something_of_their_people_was_refused_and_nobody_else_does() {
    let (mut house, mut phone, case) = house_with_case().await;
    let mut bad = phone.encounter(&mut house, case).push();
    bad.change[40] ^= 1;
    phone.push(&house, vec![bad]).await;
    house.member("Hal Hickory", "SUP", "hospital_response");
    house.member(OFFICER, "PRV", "professional_standards");
    for (name, expected) in [(BOSS, 1), (OFFICER, 1), ("Hal Hickory", 0)] {
        let seat = ConsoleClient::open(&mut house, name).await;
        let rows = body(&seat.get(&house, "/v1/console/refusals").await);
        assert_eq!(rows.as_array().unwrap().len(), expected, "{name}");
        if expected == 1 {
            assert_eq!(
                (&rows[0]["by"], &rows[0]["code"]),
                (&json!(WORKER), &json!("bad_checksum"))
            );
        }
    }
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    worker.get(&house, "/v1/console/refusals").await.assert_refused(403, "no_access");
    worker.post(&house, "/v1/console/audit", &json!({})).await.assert_refused(403, "no_access");
}

#[tokio::test]
async fn a_supervisor_reads_refused_work_and_accepts_repairs_or_dismisses_it() {
    let (mut house, mut phone, case) = house_with_case().await;
    house.member("Hal Hickory", "SUP", "hospital_response");
    house.revoke(phone.device.id);
    let [first, second, third] = [(); 3].map(|()| phone.encounter(&mut house, case));
    phone.push(&house, vec![first.push(), second.push(), third.push()]).await;

    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let rows = body(&boss.get(&house, "/v1/console/refusals").await);
    let entry_of = |record: RecordId| {
        let mut rows = rows.as_array().unwrap().iter();
        let row = rows.find(|row| row["record"] == record.to_string()).unwrap();
        assert_eq!((&row["type"], &row["by"]), (&json!("outreach_contact"), &json!(WORKER)));
        row["entry"].as_i64().unwrap()
    };
    let view =
        boss.told(&house, "/v1/console/refusal", &json!({"entry": entry_of(first.record)})).await;
    assert_eq!((&view["is_new"], &view["case"]), (&json!(true), &json!(case)));
    assert!(view["fields"]["note"].is_string(), "what was recorded: {view}");
    assert_eq!(view["history"].as_array().unwrap().len(), 1);

    // For nobody else it is there.
    for name in [WORKER, "Hal Hickory"] {
        let seat = ConsoleClient::open(&mut house, name).await;
        for (path, asked) in decisions(entry_of(first.record)) {
            let there = seat.post(&house, path, &asked).await.refusal();
            let nowhere = decisions(4_711).into_iter().find(|(other, _)| *other == path).unwrap();
            let absent = seat.post(&house, path, &nowhere.1).await.refusal();
            assert_eq!(there, absent, "{name} {path}");
        }
    }

    let reason = "she wrote it before the phone was lost";
    let accept = json!({"entry": entry_of(first.record), "reason": reason});
    let decided = boss.told(&house, "/v1/console/refusal/accept", &accept).await;
    assert_eq!((&decided["record"], &decided["changes"]), (&json!(first.record), &json!(1)));
    let accepted = boss.told(&house, "/v1/console/record", &json!({"record": first.record})).await;
    assert_eq!(accepted["history"][0]["by"], WORKER, "under its author's name");

    let edits = [choice("mode", "home"), choice("result", "brief"), text("note", "by the door")];
    let repair = json!({"entry": entry_of(second.record), "edits": edits, "reason": reason});
    let decided = boss.told(&house, "/v1/console/refusal/repair", &repair).await;
    let repaired =
        boss.told(&house, "/v1/console/record", &json!({"record": decided["record"]})).await;
    let envelope = second.document.envelope().unwrap();
    assert_eq!(
        (&repaired["created_by"], &repaired["created_at"], &repaired["history"][0]["by"]),
        (&json!(WORKER), &json!(envelope.created_at), &json!(BOSS)),
        "it names its author and its time, and who wrote it anew"
    );

    let dismiss = json!({"entry": entry_of(third.record), "reason": "recorded twice by mistake"});
    boss.told(&house, "/v1/console/refusal/dismiss", &dismiss).await;
    let rows = body(&boss.get(&house, "/v1/console/refusals").await);
    assert_eq!(rows, json!([]), "all of it was decided");
    for act in ["accept refused work", "repair refused work", "dismiss refused work"] {
        assert_eq!(audited(&mut house, act).len(), 1, "{act}");
    }
    assert!(house.office.verify().problems.is_empty());
}

/// Returns the requests that can be made about an entry, by path.
fn decisions(entry: i64) -> [(&'static str, Json); 4] {
    let asked = json!({"entry": entry, "reason": "it is what happened"});
    let repair = json!({"entry": entry, "reason": "it is what happened", "edits": []});
    [
        ("/v1/console/refusal", json!({"entry": entry})),
        ("/v1/console/refusal/accept", asked.clone()),
        ("/v1/console/refusal/dismiss", asked),
        ("/v1/console/refusal/repair", repair),
    ]
}

/// A victim's case with a service in it, written by an advocate.
async fn victim_case(house: &mut TestServer) -> (CaseId, RecordId) {
    house.member(ADVOCATE, "VA", "victim_services");
    let seat = ConsoleClient::open(house, ADVOCATE).await;
    let person = create(house, &seat, "person", None, &[text("name", "Victoria Rowan")]).await;
    let edits = [choice("new_or_continuing", "new"), choice("service", "advocacy")];
    let service = create(house, &seat, "victim_service", Some(person.into()), &edits).await;
    (person.into(), service)
}

/// One of each role but those of victim services.
fn everybody() -> [(&'static str, &'static str, &'static str); 13] {
    [
        ("Role OW", "OW", "street_outreach"),
        ("Role HR", "HR", "hospital_response"),
        ("Role RN", "RN", "reentry"),
        ("Role CR", "CR", "crisis_response"),
        ("Role DF", "DF", "diversion"),
        ("Role CO", "CO", "corrections"),
        ("Role CH", "CH", "custody_health"),
        ("Role TF", "TF", "task_force"),
        ("Role SUP", "SUP", "street_outreach"),
        ("Role DIR", "DIR", "professional_standards"),
        ("Role AN", "AN", "professional_standards"),
        ("Role PRV", "PRV", "professional_standards"),
        ("Role ADM", "ADM", "professional_standards"),
    ]
}

async fn seat_of(house: &mut TestServer, name: &str, role: &str, program: &str) -> ConsoleClient {
    house.member(name, role, program);
    ConsoleClient::open(house, name).await
}

async fn create(
    house: &TestServer,
    seat: &ConsoleClient,
    record_type: &str,
    case: Option<CaseId>,
    edits: &[Json],
) -> RecordId {
    let message = json!({"type": record_type, "case": case, "edits": edits});
    let written = seat.told(house, "/v1/console/create", &message).await;
    written["record"].as_str().unwrap().parse().unwrap()
}

fn text(field: &str, value: &str) -> Json {
    as_json(content::text(field, value))
}

fn choice(field: &str, value: &str) -> Json {
    as_json(content::choice(field, value))
}

fn add(field: &str, value: &str) -> Json {
    as_json(content::option(field, value))
}

fn instant(field: &str, house: &TestServer) -> Json {
    as_json(content::instant(field, house.now()))
}

fn as_json(edit: Edit) -> Json {
    serde_json::to_value(edit).unwrap()
}

fn types_of(records: &Json) -> Vec<&str> {
    let rows = records.as_array().unwrap().iter();
    let mut types: Vec<_> = rows.map(|row| row["type"].as_str().unwrap()).collect();
    types.sort_unstable();
    types
}

/// Returns the audit's rows of an act at the console, oldest first. Reads by phones are of the feed
/// and are left out.
fn audited(house: &mut TestServer, act: &str) -> Vec<String> {
    let filter = AuditFilter { act: Some(act.parse().unwrap()), ..AuditFilter::default() };
    let mut rows: Vec<String> = house
        .office
        .admin()
        .audit(&filter)
        .unwrap()
        .iter()
        .filter(|row| row.actor.ends_with("console"))
        .map(|row| format!("{}: {}", row.object, row.outcome))
        .collect();
    rows.reverse();
    rows
}

#[tokio::test]
async fn people_are_found_however_their_names_are_written_and_typed() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut pushes = Vec::new();
    let mut written = Vec::new();
    for (name, typed) in NAMES {
        let edits = [content::text("name", *name), content::choice("name_quality", "full")];
        let made = phone.device.make(house.now(), "person", None, &edits);
        pushes.push(made.push());
        written.push((made.record.to_string(), name, typed));
    }
    phone.push(&house, pushes).await;
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    let mut missed = Vec::new();
    for (record, name, typed) in written {
        for typed in typed.iter().chain([name]) {
            house.pass(Span::from_secs(1));
            let told = seat.told(&house, "/v1/console/people", &json!({"text": typed})).await;
            let found = told["found"].as_array().unwrap();
            if !found.iter().any(|row| row["record"] == record.as_str()) {
                missed.push(format!("{name} by {typed}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[tokio::test]
async fn the_name_that_a_conflict_holds_back_is_found_too() {
    let mut house = TestServer::open().await;
    house.member(BOSS, "SUP", "street_outreach");
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut second = Phone::enroll(&mut house, WORKER).await;
    let edits = [content::text("name", "Case Alder")];
    let mut made = phone.device.make(house.now(), "person", None, &edits);
    let person = made.record;
    phone.push(&house, vec![made.push()]).await;
    let mut other = made.document.clone();
    for (phone, document, name) in
        [(&mut phone, &mut made.document, "Case Birch"), (&mut second, &mut other, "Case Cedar")]
    {
        let edits = [content::text("name", name)];
        let change = phone.device.edit(house.now(), document, &edits).bytes;
        phone.push(&house, vec![PushV1 { record: person, change }]).await;
    }
    let seat = ConsoleClient::open(&mut house, BOSS).await;
    for typed in ["birch", "cedar"] {
        let told = seat.told(&house, "/v1/console/people", &json!({"text": typed})).await;
        assert_eq!(told["found"][0]["record"], person.to_string(), "{typed}");
        assert_eq!(told["found"][0]["to_review"], 1);
    }
}
