//! The directory at the console: who keeps it there, and that it reaches phones.

use fieldbook_tests::content;
use model::limits::PAGE_BYTES_MAX;
use model::record::Edit;
use model::time::Span;
use model::value::Scalar;
use serde_json::{Value as Json, json};

use crate::casework::{BOSS, as_json, choice, create, house_with_case, seat_of, text};
use crate::console_client::{ConsoleClient, body};
use crate::server::WORKER;

#[tokio::test]
async fn what_the_director_enters_at_the_console_reaches_a_workers_phone() {
    let (mut house, mut phone, _) = house_with_case().await;
    let director = seat_of(&mut house, "dora", "DIR", "professional_standards").await;
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    let edits = [text("name", "Harbor House"), text("description", "Beds for a night")];
    let entry = create(&house, &director, "provider", None, &edits).await;
    let mut request = phone.device.request();
    request.pull_bytes_max = u32::try_from(PAGE_BYTES_MAX).unwrap();
    let response = phone.sync(&house, request).await;
    assert!(response.pull.iter().any(|update| update.record == entry));

    // Everybody reads it at the console; a worker does not change it there.
    let whole = worker.told(&house, "/v1/console/record", &json!({"record": entry})).await;
    assert_eq!(whole["fields"]["name"], "Harbor House");
    let edit = json!({"record": entry, "edits": [text("description", "Closed")]});
    assert_eq!(worker.post(&house, "/v1/console/edit", &edit).await.status, 403);
    let new = json!({"type": "provider", "edits": edits});
    assert_eq!(worker.post(&house, "/v1/console/create", &new).await.status, 403);
    director.told(&house, "/v1/console/edit", &edit).await;
}

#[tokio::test]
async fn whoever_keeps_the_directory_sees_at_the_console_what_is_to_be_done_there() {
    let (mut house, _phone, _) = house_with_case().await;
    let boss = ConsoleClient::open(&mut house, BOSS).await;
    let worker = ConsoleClient::open(&mut house, WORKER).await;
    let checked = (house.now() - Span::from_days(200)).date().unwrap();
    let checked = Edit::Set { field: content::field("assured_date"), value: Scalar::Date(checked) };
    let edits = [text("name", "Beds"), choice("status", "active"), as_json(checked)];
    let entry = create(&house, &boss, "service", None, &edits).await;
    let mut due = Vec::new();
    for seat in [&boss, &worker] {
        let tasks = body(&seat.get(&house, "/v1/console/tasks").await);
        let tasks = tasks["open"].as_array().unwrap().clone();
        due.push(tasks.iter().any(|task: &Json| task["record"] == entry.to_string()));
        let caseload = body(&seat.get(&house, "/v1/console/caseload").await);
        assert_eq!(caseload["cases"].as_array().unwrap().len(), 1, "an entry is no case");
    }
    assert_eq!(due, [true, false]);
}
