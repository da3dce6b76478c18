//! What is long is read in pages, and whoever reads at length keeps nobody waiting.

use std::collections::BTreeSet;
use std::time::Duration;

use fieldbook_tests::content;
use model::document::Document;
use model::ids::{ActorId, CaseId};
use model::time::{Span, Timestamp};
use model::wire::{OutcomeV1, PushV1};
use rand::RngExt as _;
use serde_json::{Value as Json, json};

use crate::house::{House, WORKER};
use crate::phone::Phone;
use crate::seat::Seat;

const BOSS: &str = "Sol Sauce";

async fn seat(house: &mut House) -> Seat {
    house.member(BOSS, "SUP", "street_outreach");
    Seat::open(house, BOSS).await
}

async fn taken(house: &House, phone: &mut Phone, push: Vec<PushV1>) {
    let told = phone.push(house, push).await;
    assert!(told.results.iter().all(|result| result.outcome == OutcomeV1::Accepted));
}

#[tokio::test]
async fn a_case_is_read_in_pages_and_nobodys_dates_hide_what_others_wrote() {
    let mut house = House::open().await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    let case = CaseId::from(person.record);
    let real = phone.encounter(&mut house, case);
    taken(&house, &mut phone, vec![real.push()]).await;
    // More than a page holds, of days to come.
    let mut made = BTreeSet::from([person.record, real.record]);
    for _ in 0..20 {
        let mut edits = content::encounter(house.now() + Span::from_days(3_000), &mut house.rng);
        let words: String = (0..60_000).map(|_| house.rng.random_range('a'..='z')).collect();
        *edits.last_mut().unwrap() = content::text("note", words);
        let one = phone.device.make(house.now(), "outreach_contact", Some(case), &edits);
        made.insert(one.record);
        taken(&house, &mut phone, vec![one.push()]).await;
    }
    let last = phone.encounter(&mut house, case);
    taken(&house, &mut phone, vec![last.push()]).await;
    made.insert(last.record);

    let seat = seat(&mut house).await;
    let (mut listed, mut pages, mut before) = (BTreeSet::new(), 0, Json::Null);
    loop {
        let asked = json!({"case": case, "before": before});
        let page = seat.told(&house, "/v1/desk/case", &asked).await;
        let rows = page["records"].as_array().unwrap();
        let ids = rows.iter().map(|row| row["record"].as_str().unwrap().to_owned());
        let ids: Vec<_> = ids.collect();
        // What came last is on the first page, whatever the days of others say.
        assert_eq!(ids.contains(&last.record.to_string()), pages == 0);
        ids.into_iter().for_each(|id| assert!(listed.insert(id), "each is on one page"));
        pages += 1;
        before = page["next"].clone();
        if before.is_null() {
            break;
        }
    }
    let made: BTreeSet<String> = made.into_iter().map(|record| record.to_string()).collect();
    assert_eq!((pages, listed), (2, made));
}

#[tokio::test]
async fn a_history_is_read_in_pages_the_newest_first() {
    let mut house = House::open().await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    let person = phone.push_person(&mut house).await;
    let mut document: Document = person.document.clone();
    let actor = ActorId::generate(&mut house.rng, phone.device.id);
    let catalogue = phone.device.catalogue.clone();
    let mut push = Vec::new();
    for number in 0..250 {
        let edit = [content::text("notes", format!("number {number}"))];
        let change = document.edit(house.now(), actor, &catalogue, &edit).unwrap().unwrap();
        push.push(PushV1 { record: person.record, change: change.bytes });
    }
    taken(&house, &mut phone, push).await;
    let seat = seat(&mut house).await;
    let ask = |before: Json| json!({"record": person.record, "history_before": before});
    let newest = seat.told(&house, "/v1/desk/record", &ask(Json::Null)).await;
    let history = newest["history"].as_array().unwrap();
    assert_eq!((history.len(), &newest["history_more"]), (200, &json!(true)));
    assert!(history.last().unwrap().to_string().contains("number 249"));
    let eldest = seat.told(&house, "/v1/desk/record", &ask(history[0]["change"].clone())).await;
    let history = eldest["history"].as_array().unwrap();
    assert_eq!((history.len(), &eldest["history_more"]), (51, &Json::Null));
    assert!(history.last().unwrap().to_string().contains("number 49"));
}

#[tokio::test]
async fn desks_that_read_at_length_keep_no_phone_waiting() {
    let mut house = House::open_with(|config| {
        config.bounds.desks_in_work = 0;
        config.bounds.queue = Duration::from_secs(1);
    })
    .await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    let seat = seat(&mut house).await;
    seat.get(&house, "/v1/desk/caseload").await.assert_refused(503, "busy");
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn people_of_one_name_are_read_in_pages() {
    let mut house = House::open().await;
    let mut phone = Phone::enrol(&mut house, WORKER).await;
    let mut push = Vec::new();
    for number in 0..55 {
        let name = content::text("name", format!("Case Alder {number}"));
        let at: Timestamp = house.now();
        let edits = [name, content::choice("name_quality", "full")];
        push.push(phone.device.make(at, "person", None, &edits).push());
    }
    taken(&house, &mut phone, push).await;
    let seat = seat(&mut house).await;
    let mut found = BTreeSet::new();
    for (skip, count, more) in [(0, 50, true), (50, 5, false)] {
        let asked = json!({"text": "alder", "skip": skip});
        let page = seat.told(&house, "/v1/desk/people", &asked).await;
        let rows = page["found"].as_array().unwrap();
        assert_eq!((rows.len(), &page["more"]), (count, &json!(more)));
        found.extend(rows.iter().map(|row| row["record"].to_string()));
    }
    assert_eq!(found.len(), 55);
}
