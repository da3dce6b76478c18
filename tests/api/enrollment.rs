//! How a device becomes known.

use fieldbook_tests::raw::{enroll_request, new_key};
use model::time::Span;
use model::wire::{self, EnrollResponseV1};
use server::listener::Rate;

use crate::line::{ask, posted};
use crate::phone::{Phone, enroll};
use crate::server::{TestServer, WORKER};

#[tokio::test]
async fn a_code_enrolls_one_device_and_no_other() {
    let mut house = TestServer::open().await;
    let code = house.invite(WORKER);
    let (first, second) = (new_key(&mut house.rng), new_key(&mut house.rng));
    assert_eq!(enroll(&house, &first, &code).await.status, 200);
    enroll(&house, &second, &code).await.assert_refused(403, "enrollment_refused");
}

#[tokio::test]
async fn a_device_that_lost_the_answer_asks_again_until_it_has_synchronized() {
    let mut house = TestServer::open().await;
    let code = house.invite(WORKER);
    let key = new_key(&mut house.rng);
    let lost: EnrollResponseV1 = enroll(&house, &key, &code).await.message();
    let answer = enroll(&house, &key, &code).await;
    let mut phone = Phone::enrolled(&mut house, key.clone(), &answer);
    assert_eq!(phone.device.id, lost.device);
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
    enroll(&house, &key, &code).await.assert_refused(403, "enrollment_refused");
}

#[tokio::test]
async fn a_code_lasts_ten_minutes_and_not_longer() {
    let mut house = TestServer::open().await;
    let (in_time, late) = (house.invite(WORKER), house.invite(WORKER));
    let key = new_key(&mut house.rng);
    house.pass(Span::from_minutes(10));
    assert_eq!(enroll(&house, &key, &in_time).await.status, 200);
    house.pass(Span::from_millis(1));
    let key = new_key(&mut house.rng);
    enroll(&house, &key, &late).await.assert_refused(403, "enrollment_refused");
}

#[tokio::test]
async fn nobody_learns_which_codes_exist() {
    let mut house = TestServer::open().await;
    let (used, good) = (house.invite(WORKER), house.invite(WORKER));
    let (key, other) = (new_key(&mut house.rng), new_key(&mut house.rng));
    enroll(&house, &other, &used).await;
    let mut forged = enroll_request(&key, &good);
    forged.signature = enroll_request(&other, &good).signature;
    let mut bodies = std::collections::BTreeSet::new();
    for request in [enroll_request(&key, "AAAAAAAAAAAA"), enroll_request(&key, &used), forged] {
        let body = wire::encode(&request).unwrap();
        let answer = ask(&house, posted(&house, "/v1/enroll", body)).await;
        answer.assert_refused(403, "enrollment_refused");
        bodies.insert(answer.body);
    }
    assert_eq!(bodies.len(), 1);
}

#[tokio::test]
async fn codes_cannot_be_tried_for_long() {
    let mut house = TestServer::open_with(|config| {
        config.bounds.enrollments_per_address = Rate { burst: 3, per_second: 1 };
    })
    .await;
    let code = house.invite(WORKER);
    let key = new_key(&mut house.rng);
    for _ in 0..3 {
        enroll(&house, &key, "AAAAAAAAAAAA").await.assert_refused(403, "enrollment_refused");
    }
    let answer = enroll(&house, &key, &code).await;
    answer.assert_refused(429, "too_many_requests");
    assert_eq!(answer.header("retry-after"), Some("1"));
    house.pass(Span::from_secs(1));
    assert_eq!(enroll(&house, &key, &code).await.status, 200);
}
