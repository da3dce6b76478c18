//! The server behind a proxy that rewrites requests.

use hyper::Request;
use hyper::body::Bytes;
use model::proof::DpopClaims;
use server::listener::{Rate, ServeConfig};

use crate::console_client::ConsoleClient;
use crate::line::{ask, plain, with_header};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const PUBLIC: &str = "https://field.example";

fn public(config: &mut ServeConfig) {
    config.public_url = Some(PUBLIC.into());
}

/// A request that proves to be for this address.
fn for_address(phone: &Phone, house: &TestServer, address: &str) -> Request<Bytes> {
    let htu = format!("{address}/v1/sync");
    let claims = DpopClaims { htu, ..phone.claims(house, "POST", "/v1/sync") };
    phone.claiming(phone.device.key(), &claims, phone.idle_request(house))
}

#[tokio::test]
async fn a_proof_is_for_the_public_address_whatever_the_proxy_writes_into_host() {
    let mut house = TestServer::open_with(public).await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    for host in ["127.0.0.1:9", "upstream", "field.example"] {
        let request = with_header(for_address(&phone, &house, PUBLIC), "host", host);
        assert_eq!(phone.send(&house, request).await.status, 200, "{host}");
    }
    // The address that is listened on is the server's, too; another one is not because `Host` says
    // so.
    let listening = format!("https://{}", house.authority);
    let request = for_address(&phone, &house, &listening);
    assert_eq!(phone.send(&house, request).await.status, 200);
    let request = for_address(&phone, &house, "https://other.example");
    let request = with_header(request, "host", "other.example");
    ask(&house, request).await.assert_refused(401, "unauthorized");
}

#[tokio::test]
async fn without_a_public_address_a_proof_is_for_the_host_that_was_asked() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let request = with_header(for_address(&phone, &house, PUBLIC), "host", "127.0.0.1:9");
    ask(&house, request).await.assert_refused(401, "unauthorized");
}

#[tokio::test]
async fn addresses_that_the_server_had_or_announced_are_its_own() {
    let mut house = TestServer::open_with(public).await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let now = house.now();
    let next = "https://next.example:8443";
    let reach = house.office.admin().announce_address(now, Some(next)).unwrap();
    house.noticed(&reach).await;
    let request = for_address(&phone, &house, next);
    assert_eq!(phone.send(&house, request).await.status, 200);

    let house = house.reopen_with(|config| config.public_url = Some(next.into())).await;
    let stale = for_address(&phone, &house, PUBLIC);
    phone.send(&house, stale).await.assert_refused(401, "use_dpop_nonce");
    let request = for_address(&phone, &house, PUBLIC);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn a_page_of_the_public_address_is_ours_behind_a_proxy() {
    let mut house = TestServer::open_with(public).await;
    let seat = ConsoleClient::open(&mut house, WORKER).await;
    let page = |origin: &str| {
        let request = seat.seated(plain(&house, "GET", "/v1/console/me", ""));
        let request = with_header(request, "origin", origin);
        with_header(request, "host", "127.0.0.1:9")
    };
    assert_eq!(ask(&house, page(PUBLIC)).await.status, 200);
    ask(&house, page("https://other.example")).await.assert_refused(403, "other_site");
}

#[tokio::test]
async fn only_a_trusted_proxy_says_whose_request_it_is() {
    let tight = |config: &mut ServeConfig| {
        config.bounds.per_address = Rate { burst: 2, per_second: 1 };
    };
    let of = |house: &TestServer, sender: &str| {
        with_header(plain(house, "GET", "/healthz", ""), "x-forwarded-for", sender)
    };
    let trusted = TestServer::open_with(|config| {
        tight(config);
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await;
    for sender in ["198.51.100.1", "198.51.100.2", "198.51.100.1", "198.51.100.2"] {
        assert_eq!(ask(&trusted, of(&trusted, sender)).await.status, 200);
    }
    ask(&trusted, of(&trusted, "198.51.100.1")).await.assert_refused(429, "too_many_requests");

    let direct = TestServer::open_with(tight).await;
    for sender in ["198.51.100.1", "198.51.100.2"] {
        assert_eq!(ask(&direct, of(&direct, sender)).await.status, 200);
    }
    ask(&direct, of(&direct, "198.51.100.3")).await.assert_refused(429, "too_many_requests");
}
