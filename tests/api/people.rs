//! People in the console: how they are found, and how they are named.

use fieldbook_tests::content;
use fieldbook_tests::names::NAMES;
use model::time::Span;
use model::wire::PushV1;
use serde_json::{Value as Json, json};

use crate::casework::{ADVOCATE, BOSS, house_with_case};
use crate::console_client::{ConsoleClient, body};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

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
