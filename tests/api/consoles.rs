//! Work in the console: reading, writing, and the privacy officer's oversight.

use fieldbook_tests::content;
use model::ids::{CaseId, RecordId};
use model::time::Span;
use serde_json::{Value as Json, json};

use crate::casework::{
    ADVOCATE, BOSS, OFFICER, as_json, audited, choice, create, house_with_case, seat_of, text,
    types_of, victim_case,
};
use crate::console_client::{ConsoleClient, body};
use crate::line::{ask, plain, with_header};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

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
            ("/v1/console/audit", json!({"reason": reason})),
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

    let about =
        json!({"act": "read", "about": case.to_string(), "reason": "a complaint by the family"});
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
    let mut asked = json!({"act": "state a reason"});
    let without = officer.post(&house, "/v1/console/audit", &asked).await;
    without.assert_refused(403, "reason_needed");
    asked["reason"] = json!("the yearly review");
    let audit = officer.told(&house, "/v1/console/audit", &asked).await;
    assert!(audited(&mut house, "read").contains(&"audit: 2 rows, purpose 1".to_owned()));
    assert_eq!(audit["reasons"]["1"], "brought in by the family");
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
        "edits": [
            set("record", json!({"ref": contact})),
            set("decision", json!({"choice": "returned"})),
            {"edit": "add", "field": "reasons", "option": "incomplete"},
        ]
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

fn add(field: &str, value: &str) -> Json {
    as_json(content::option(field, value))
}

fn instant(field: &str, house: &TestServer) -> Json {
    as_json(content::instant(field, house.now()))
}
