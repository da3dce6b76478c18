//! Refused work in the console: who sees it, and what they decide.

use fieldbook_tests::content;
use fieldbook_tests::raw::Made;
use model::catalogue::Catalogue;
use model::ids::RecordId;
use model::wire::PushV1;
use serde_json::{Value as Json, json};

use crate::casework::{
    ADVOCATE, BOSS, OFFICER, audited, choice, house_with_case, text, victim_case,
};
use crate::console_client::{ConsoleClient, body};
use crate::pages::{answers, link, page, sent, text_of};
use crate::phone::Phone;
use crate::server::WORKER;

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

#[tokio::test]
async fn a_supervisor_repairs_refused_work_in_a_form_that_begins_with_it() {
    let (mut house, mut phone, case) = house_with_case().await;
    house.member("Hal Hickory", "SUP", "hospital_response");
    house.revoke(phone.device.id);
    let made = phone.encounter(&mut house, case);
    phone.push(&house, vec![made.push()]).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let listed = page(&house, &boss, "/late").await;
    let entry = link(&listed, "/late/").unwrap().to_owned();

    // Without a reason nothing is begun; for nobody else there is anything to begin.
    let short = sent(&house, &boss, &entry, "decision=repair&reason=ok").await;
    assert_eq!(short.status, 422);
    let other = ConsoleClient::open(&mut house, "Hal Hickory").await;
    let why = "decision=repair&reason=The+note+named+somebody+else";
    assert_eq!(sent(&house, &other, &entry, why).await.status, 404);

    let begun = sent(&house, &boss, &entry, why).await;
    assert_eq!(begun.status, 303);
    let draft = begun.header("location").unwrap().to_owned();
    let shown = page(&house, &boss, &draft).await;
    let note = body_of_note(&made);
    assert!(shown.contains(&note), "what was refused stands in it");
    assert!(shown.contains(&format!("href=\"{entry}\"")));
    // Begun once: whoever comes back goes on with it.
    let again = sent(&house, &boss, &entry, why).await;
    assert_eq!(again.header("location"), Some(draft.as_str()));
    assert_eq!(other.get(&house, &draft).await.status, 404);

    let given = [("q.mode", "street"), ("q.result", "brief"), ("q.note", "Met by the door")];
    let typed = answers(&shown, &given);
    let record = sent(&house, &boss, &draft, &format!("{typed}&action=submit_anyway")).await;
    assert_eq!(record.status, 303, "{}", text_of(&record));
    let record = record.header("location").unwrap().to_owned();
    let repaired = page(&house, &boss, &record).await;
    assert!(repaired.contains("Met by the door") && repaired.contains(WORKER));
    assert!(!repaired.contains(&note));
    assert_eq!(audited(&mut house, "repair refused work").len(), 1);
    // It is settled, and the form is gone.
    assert_eq!(boss.get(&house, &entry).await.status, 404);
    assert_eq!(boss.get(&house, &draft).await.status, 404);
    let rows = body(&boss.get(&house, "/v1/console/refusals").await);
    assert_eq!(rows, json!([]));
    assert!(house.office.verify().problems.is_empty());
}

#[tokio::test]
async fn a_form_that_repairs_what_was_decided_elsewhere_is_gone() {
    let (mut house, mut phone, case) = house_with_case().await;
    house.revoke(phone.device.id);
    let made = phone.encounter(&mut house, case);
    phone.push(&house, vec![made.push()]).await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let listed = page(&house, &boss, "/late").await;
    let entry = link(&listed, "/late/").unwrap().to_owned();
    let why = "decision=repair&reason=The+note+named+somebody+else";
    let begun = sent(&house, &boss, &entry, why).await;
    let draft = begun.header("location").unwrap().to_owned();
    let dismissed =
        sent(&house, &boss, &entry, "decision=dismiss&reason=recorded+twice+by+mistake").await;
    assert_eq!(dismissed.status, 303);
    assert_eq!(sent(&house, &boss, &draft, "action=submit").await.status, 404);
    assert!(!page(&house, &boss, "/drafts").await.contains("/drafts/"));
    // Nor does the server keep what was written in it: there is room for as many forms as before.
    let shown = page(&house, &boss, "/new").await;
    let (_, offered) = shown.split_once("name=\"type\" value=\"").unwrap();
    let begin = format!("type={}", offered.split('"').next().unwrap());
    for number in 0..50 {
        assert_eq!(sent(&house, &boss, "/new", &begin).await.status, 303, "{number}");
    }
    assert_ne!(sent(&house, &boss, "/new", &begin).await.status, 303);
}

/// Returns how the note of an encounter begins.
fn body_of_note(made: &Made) -> String {
    let record = made.document.record(&Catalogue::builtin().unwrap()).unwrap();
    let note = record.fields_json()["note"].as_str().unwrap().to_owned();
    note.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
