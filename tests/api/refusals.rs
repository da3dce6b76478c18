//! Requests that are refused before authentication are in the audit, and cannot fill it.

use ed25519_dalek::SigningKey;
use fieldbook_tests::raw::{enroll_request, new_key};
use model::proof::{DpopClaims, token_hash};
use model::time::Span;
use model::wire;
use server::admin::{AuditFilter, AuditRow};

use crate::line::{ask, plain, posted, with_header, within};
use crate::phone::{Phone, enroll};
use crate::server::{COLLEAGUE, TestServer, WORKER};

#[tokio::test]
async fn a_stolen_token_is_in_the_audit_of_its_device() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let claims = phone.claims(&house, "POST", "/v1/sync");
    let thief = SigningKey::from_bytes(&[9; 32]);
    let request = phone.claiming(&thief, &claims, phone.idle_request(&house));
    ask(&house, request).await.assert_refused(401, "unauthorized");
    let device = phone.device.id.to_string();
    let [row] = refusals(&mut house).try_into().unwrap();
    assert!(row.actor.contains(&device), "{row:?}");
    assert_eq!((row.object.as_str(), row.outcome.as_str()), (FROM_HERE, "wrong_key"));
}

#[tokio::test]
async fn a_request_sent_again_as_it_was_is_in_the_audit() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request.clone()).await.status, 200);
    phone.send(&house, request.clone()).await.assert_refused(401, "use_dpop_nonce");
    // Caught long ago, when nobody remembers what used its nonce.
    for _ in 0..40 {
        house.pass(Span::from_secs(1));
        let idle = phone.idle_request(&house);
        assert_eq!(phone.send(&house, idle).await.status, 200);
    }
    phone.send(&house, request).await.assert_refused(401, "use_dpop_nonce");
    assert_eq!(outcomes(&mut house), ["proof_replayed", "nonce_long_used"]);
}

#[tokio::test]
async fn how_every_device_comes_by_its_nonce_is_not_in_the_audit() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let stale = phone.nonce.clone();
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
    // None yet; one of an earlier process; the last one once more, because its answer was lost.
    for nonce in [None, Some("of an earlier process".to_owned()), Some(stale)] {
        let claims =
            DpopClaims { nonce, jti: "fresh".into(), ..phone.claims(&house, "POST", "/v1/sync") };
        let request = phone.claiming(phone.device.key(), &claims, phone.idle_request(&house));
        phone.send(&house, request).await.assert_refused(401, "use_dpop_nonce");
    }
    house.pass(Span::from_hours(73));
    let request = phone.idle_request(&house);
    phone.send(&house, request).await.assert_refused(401, "use_dpop_nonce");
    assert_eq!(outcomes(&mut house), Vec::<String>::new());
}

#[tokio::test]
async fn a_token_that_nobody_has_and_a_request_without_proof_are_in_the_audit() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let token = "A".repeat(phone.token.len());
    let right = phone.claims(&house, "POST", "/v1/sync");
    let claims = DpopClaims { ath: token_hash(&token), ..right };
    let request = phone.claiming(phone.device.key(), &claims, phone.idle_request(&house));
    let unknown = with_header(request, "authorization", &format!("DPoP {token}"));
    ask(&house, unknown).await.assert_refused(401, "unauthorized");
    ask(&house, plain(&house, "GET", "/v1/events", "")).await.assert_refused(401, "unauthorized");
    let rows = refusals(&mut house);
    assert!(rows.iter().all(|row| row.actor == "stranger" && row.object == FROM_HERE), "{rows:?}");
    assert_eq!(outcomes(&mut house), ["unknown_token", "not_proven"]);
}

#[tokio::test]
async fn a_revoked_device_that_goes_on_is_in_the_audit_and_cannot_fill_it() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    house.revoke(phone.device.id);
    // Longer than a device counts as seen.
    house.pass(Span::from_minutes(10));
    for _ in 0..3 {
        let request = phone.idle_request(&house);
        assert_eq!(phone.send(&house, request).await.status, 200);
        let request = phone.events_request(&house);
        phone.send(&house, request).await.assert_refused(403, "device_revoked");
    }
    house.stop().await;
    let of = |rows: Vec<AuditRow>| -> Vec<String> {
        rows.into_iter().rev().map(|row| format!("{}: {}", row.object, row.outcome)).collect()
    };
    let refused = ["events: device_revoked", "events: device_revoked, 2 times"];
    assert_eq!(of(rows(&mut house, "refuse")), refused);
    assert_eq!(of(rows(&mut house, "order wipe")), ["request: sent", "request: sent, 2 times"]);
}

#[tokio::test]
async fn codes_that_enroll_nobody_are_in_the_audit_with_the_reason() {
    let mut house = TestServer::open().await;
    let (used, late, good) = (house.invite(WORKER), house.invite(WORKER), house.invite(WORKER));
    let (key, other) = (new_key(&mut house.rng), new_key(&mut house.rng));
    assert_eq!(enroll(&house, &other, &used).await.status, 200);
    let mut forged = enroll_request(&key, &good);
    forged.signature = enroll_request(&other, &good).signature;
    let body = wire::encode(&forged).unwrap();
    ask(&house, posted(&house, "/v1/enroll", body)).await.assert_refused(403, "enrollment_refused");
    for code in ["AAAAAAAAAAAA", &used] {
        enroll(&house, &key, code).await.assert_refused(403, "enrollment_refused");
    }
    house.pass(Span::from_minutes(11));
    enroll(&house, &key, &late).await.assert_refused(403, "enrollment_refused");
    let rows = refusals(&mut house);
    let from = "enrollment from 127.0.0.1";
    assert!(rows.iter().all(|row| row.actor == "stranger" && row.object == from), "{rows:?}");
    let reasons = ["bad_signature", "unknown_code", "code_used", "code_expired"];
    assert_eq!(outcomes(&mut house), reasons);
}

#[tokio::test]
async fn however_much_is_refused_the_audit_gets_one_row_a_minute_with_the_count() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let other = Phone::enroll(&mut house, COLLEAGUE).await;
    let claims = phone.claims(&house, "POST", "/v1/sync");
    let stolen = phone.claiming(other.device.key(), &claims, phone.idle_request(&house));
    for _ in 0..5 {
        ask(&house, stolen.clone()).await.assert_refused(401, "unauthorized");
    }
    assert_eq!(outcomes(&mut house), ["wrong_key"]);
    house.pass(Span::from_minutes(1));
    for _ in 0..3 {
        ask(&house, stolen.clone()).await.assert_refused(401, "unauthorized");
    }
    assert_eq!(outcomes(&mut house), ["wrong_key", "wrong_key, 5 times"]);
    // What the last minute left out is told before the server ends.
    house.stop().await;
    assert_eq!(outcomes(&mut house), ["wrong_key", "wrong_key, 5 times", "wrong_key, 2 times"]);
    assert!(house.office.verify().problems.is_empty());
}

#[tokio::test]
async fn what_was_left_out_is_told_when_its_minute_is_over_without_another_refusal() {
    let mut house = TestServer::open_with(|config| {
        config.timeouts.sweep = std::time::Duration::from_millis(5);
    })
    .await;
    ask(&house, plain(&house, "GET", "/v1/events", "")).await.assert_refused(401, "unauthorized");
    ask(&house, plain(&house, "GET", "/v1/events", "")).await.assert_refused(401, "unauthorized");
    house.pass(Span::from_minutes(1));
    let told = within(async {
        loop {
            let told = outcomes(&mut house);
            if told.len() > 1 {
                return told;
            }
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(told.await, ["not_proven", "not_proven"], "one each");
}

/// The rows of one act, newest first.
fn rows(house: &mut TestServer, act: &str) -> Vec<AuditRow> {
    let filter = AuditFilter { act: Some(act.parse().unwrap()), ..AuditFilter::default() };
    house.office.admin().audit(&filter).unwrap()
}

fn refusals(house: &mut TestServer) -> Vec<AuditRow> {
    rows(house, "refuse")
}

/// Returns the refused requests, oldest first.
fn outcomes(house: &mut TestServer) -> Vec<String> {
    refusals(house).into_iter().rev().map(|row| row.outcome).collect()
}

const FROM_HERE: &str = "request from 127.0.0.1";
