//! Every list of a request, exactly at its limit and one past it.

use model::ids::{Epoch, RecordId};
use model::limits;
use model::wire::{
    self, CheckV1, OutcomeV1, ReconcileOfferV1, RecordCheckV1, SyncRequestV1, ViewV1,
};

use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

#[tokio::test]
async fn pushed_changes() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let made = phone.push_person(&mut house).await;
    let push = vec![made.push(); limits::REQUEST_CHANGES_MAX];
    let response = phone.push(&house, push).await;
    assert!(response.results.iter().all(|result| result.outcome == OutcomeV1::Known));
    assert_eq!(response.results.len(), limits::REQUEST_CHANGES_MAX);
    refused(&mut phone, &house, |request| {
        request.push = vec![made.push(); limits::REQUEST_CHANGES_MAX + 1];
    })
    .await;
}

#[tokio::test]
async fn views() {
    let view = ViewV1 { record: record(0), at: Default::default() };
    check(limits::VIEWS_MAX, |request, len| request.views = vec![view.clone(); len]).await;
}

#[tokio::test]
async fn dropped_scopes() {
    let scope = "0190c0de-0000-7000-8000-000000000001/OUT".parse().unwrap();
    check(limits::DROPPED_SCOPES_MAX, |request, len| {
        request.dropped = vec![Clone::clone(&scope); len];
    })
    .await;
}

#[tokio::test]
async fn records_asked_for_whole() {
    check(limits::REFETCH_RECORDS_MAX, |request, len| request.refetch = vec![record(0); len]).await;
}

#[tokio::test]
async fn records_offered_in_a_reconcile() {
    check(limits::RECONCILE_RECORDS_MAX, |request, len| {
        let held = RecordCheckV1 { record: record(0), check: CheckV1::default() };
        let holds = vec![held; len];
        request.reconcile = Some(ReconcileOfferV1 { epoch: Epoch(1), holds, complete: false });
    })
    .await;
}

async fn check(at: usize, fill: impl Fn(&mut SyncRequestV1, usize)) {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut request = phone.device.request();
    fill(&mut request, at);
    let body = wire::encode(&request).unwrap();
    assert_eq!(phone.send_body(&house, body).await.status, 200);
    refused(&mut phone, &house, |request| fill(request, at + 1)).await;
}

async fn refused(phone: &mut Phone, house: &TestServer, fill: impl FnOnce(&mut SyncRequestV1)) {
    let mut request = phone.device.request();
    fill(&mut request);
    phone.device.sign(&mut request);
    let body = wire::encode(&request).unwrap();
    phone.send_body(house, body).await.assert_refused(400, "limits");
}

fn record(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}
