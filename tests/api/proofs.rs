//! Who a request is believed to be from.

use ed25519_dalek::SigningKey;
use hyper::Request;
use hyper::body::Bytes;
use model::proof::{DpopClaims, token_hash};
use model::time::Span;
use model::wire::ErrorV1;

use crate::line::{ask, posted, with_header};
use crate::phone::Phone;
use crate::server::{COLLEAGUE, TestServer, WORKER};

#[tokio::test]
async fn the_first_sync_after_enrollment_needs_one_request() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
    // And so does every other: each answer brought the next nonce.
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn a_replayed_request_is_told_to_prove_it_freshly() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request.clone()).await.status, 200);
    let replayed = phone.send(&house, request).await;
    replayed.assert_refused(401, "use_dpop_nonce");
    let challenge = replayed.header("www-authenticate").unwrap();
    assert!(challenge.contains("error=\"use_dpop_nonce\""), "{challenge}");
}

#[tokio::test]
async fn a_proof_without_a_nonce_or_with_a_strange_one_is_given_one_that_works() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let other = Phone::enroll(&mut house, COLLEAGUE).await;
    for nonce in [None, Some("invented".to_owned()), Some(other.nonce.clone())] {
        let claims = DpopClaims { nonce, ..phone.claims(&house, "POST", "/v1/sync") };
        let request = phone.claiming(phone.device.key(), &claims, phone.idle_request(&house));
        phone.send(&house, request).await.assert_refused(401, "use_dpop_nonce");
        let request = phone.idle_request(&house);
        assert_eq!(phone.send(&house, request).await.status, 200);
    }
}

#[tokio::test]
async fn a_nonce_lasts_a_long_weekend_and_not_longer() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    house.pass(Span::from_hours(72));
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
    house.pass(Span::from_millis(Span::from_hours(72).as_millis() + 1));
    let request = phone.idle_request(&house);
    phone.send(&house, request).await.assert_refused(401, "use_dpop_nonce");
}

#[tokio::test]
async fn nonces_of_an_earlier_process_are_not_valid() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let house = house.reopen().await;
    let request = phone.idle_request(&house);
    phone.send(&house, request).await.assert_refused(401, "use_dpop_nonce");
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_or_a_proof_the_answer_is_the_same() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let other = Phone::enroll(&mut house, COLLEAGUE).await;
    let right = phone.claims(&house, "POST", "/v1/sync");
    let asked = phone.idle_request(&house);
    let claiming = |claims: DpopClaims| phone.claiming(phone.device.key(), &claims, asked.clone());
    let header = |name, value: &str| with_header(asked.clone(), name, value);

    let stolen = SigningKey::from_bytes(&[9; 32]);
    let wrong: Vec<(&str, Request<Bytes>)> = vec![
        ("no token", without(&asked, "authorization")),
        ("no proof", without(&asked, "dpop")),
        ("a token without its key", phone.claiming(&stolen, &right, asked.clone())),
        ("another device's key", phone.claiming(other.device.key(), &right, asked.clone())),
        ("another device's token", header("authorization", &format!("DPoP {}", other.token))),
        ("a bearer token", header("authorization", &format!("Bearer {}", phone.token))),
        (
            "another host",
            claiming(DpopClaims { htu: "https://evil.example/v1/sync".into(), ..right.clone() }),
        ),
        (
            "another path",
            claiming(DpopClaims { htu: right.htu.replace("sync", "events"), ..right.clone() }),
        ),
        ("another method", claiming(DpopClaims { htm: "GET".into(), ..right.clone() })),
        ("another token's hash", claiming(DpopClaims { ath: token_hash("x"), ..right.clone() })),
        ("an unknown token", unknown_token(&phone, &right, &asked)),
        ("a host that is not proven", header("host", "evil.example")),
        ("no proof at all", header("dpop", "a.b.c")),
    ];
    let mut said = std::collections::BTreeSet::new();
    for (what, request) in wrong {
        let answer = ask(&house, request).await;
        assert_eq!(answer.refusal(), (401, "unauthorized".into()), "{what}");
        let error: ErrorV1 = answer.message();
        assert_eq!(answer.header("dpop-nonce"), None, "{what}");
        said.insert((error.message, answer.header("www-authenticate").unwrap().to_owned()));
    }
    assert_eq!(said.len(), 1);
    // None of them used the nonce up.
    assert_eq!(phone.send(&house, asked).await.status, 200);
}

#[tokio::test]
async fn a_request_for_another_device_is_refused() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let other = Phone::enroll(&mut house, COLLEAGUE).await;
    let body = model::wire::encode(&other.device.request()).unwrap();
    phone.send_body(&house, body).await.assert_refused(403, "wrong_device");
}

#[tokio::test]
async fn a_push_that_the_device_did_not_sign_is_refused_whole() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let made = {
        let edits = fieldbook_tests::content::person(&mut house.rng);
        phone.device.make(house.now(), "person", None, &edits)
    };
    let mut request = phone.device.request();
    request.push = vec![made.push()];
    request.signature = vec![0; 64];
    let body = model::wire::encode(&request).unwrap();
    phone.send_body(&house, body).await.assert_refused(403, "bad_signature");
    let response = phone.push(&house, vec![made.push()]).await;
    assert_eq!(response.results[0].outcome, model::wire::OutcomeV1::Accepted);
}

#[tokio::test]
async fn tokens_are_of_no_use_for_public_routes() {
    let house = TestServer::open().await;
    let request = with_header(posted(&house, "/v1/enroll", "x"), "authorization", "DPoP x");
    ask(&house, request).await.assert_refused(400, "malformed");
}

fn without(request: &Request<Bytes>, name: &str) -> Request<Bytes> {
    let mut request = request.clone();
    request.headers_mut().remove(name);
    request
}

fn unknown_token(phone: &Phone, right: &DpopClaims, asked: &Request<Bytes>) -> Request<Bytes> {
    let token = "A".repeat(phone.token.len());
    let claims = DpopClaims { ath: token_hash(&token), ..right.clone() };
    let request = phone.claiming(phone.device.key(), &claims, asked.clone());
    with_header(request, "authorization", &format!("DPoP {token}"))
}
