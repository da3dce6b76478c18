//! Emergency access in the console, and the privacy officer's eye on it.

use model::time::Span;
use serde_json::{Value as Json, json};

use crate::casework::{OFFICER, audited, house_with_case, types_of};
use crate::console_client::{ConsoleClient, body};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

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
    house.member("Ivo Ironwood", "SUP", "hospital_response");
    let other = ConsoleClient::open(&mut house, "Ivo Ironwood").await;
    let not_his =
        other.post(&house, "/v1/console/emergency/close", &json!({"emergency": id})).await;
    not_his.assert_refused(404, "not_found");
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
