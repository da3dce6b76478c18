//! Many connections, and unread answers, do not keep other clients out.

use std::time::Duration;

use fieldbook_tests::content;
use hyper::Request;
use hyper::body::Bytes;
use model::ids::CaseId;
use model::wire;
use rand::RngExt as _;
use server::listener::ServeConfig;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::line::{ask_and_stay, connect, head_of, open_narrow, read_to_end, with_header, within};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const STRANGERS: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n";

fn patient(config: &mut ServeConfig) {
    config.timeouts.unproven = Duration::from_secs(3_600);
    config.timeouts.idle = Duration::from_secs(3_600);
}

/// A connection that a stranger keeps.
async fn strangers(house: &TestServer) -> TlsStream<TcpStream> {
    let mut stream = within(connect(house)).await.unwrap();
    let answer = ask_and_stay(&mut stream, STRANGERS).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    stream
}

/// Synchronizes on this connection, and says whether that was answered.
async fn synchronizes(house: &TestServer, phone: &mut Phone, stream: &mut TlsStream<TcpStream>) {
    let request = phone.idle_request(house);
    let length = request.body().len().to_string();
    let request = with_header(request, "content-length", &length);
    let mut bytes = format!("{}\r\n", head_of(&request)).into_bytes();
    bytes.extend_from_slice(request.body());
    let answer = ask_and_stay(stream, &bytes).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let nonce = answer.lines().find_map(|line| line.strip_prefix("dpop-nonce: ")).unwrap();
    phone.nonce = nonce.to_owned();
}

#[tokio::test]
async fn as_many_connections_of_strangers_as_there_are_places_keep_no_phone_out() {
    let mut house = TestServer::open_with(|config| {
        patient(config);
        config.connections_max = 4;
    })
    .await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut known = within(connect(&house)).await.unwrap();
    synchronizes(&house, &mut phone, &mut known).await;
    let mut crowd = Vec::new();
    for _ in 0..12 {
        crowd.push(strangers(&house).await);
    }
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
    // Whoever had proven who they are was not in the way.
    synchronizes(&house, &mut phone, &mut known).await;
    assert_eq!(within(read_to_end(&mut crowd[0])).await, "", "the oldest made room");
}

#[tokio::test]
async fn strangers_of_one_address_have_few_connections_and_the_newest_counts() {
    let house = TestServer::open_with(|config| {
        patient(config);
        config.unproven_per_address = 2;
    })
    .await;
    let mut first = strangers(&house).await;
    let mut second = strangers(&house).await;
    let mut third = strangers(&house).await;
    assert_eq!(within(read_to_end(&mut first)).await, "");
    for stays in [&mut second, &mut third] {
        let answer = ask_and_stay(stays, STRANGERS).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
}

#[tokio::test]
async fn a_connection_on_which_nobody_proves_anything_is_not_kept_and_a_phones_is() {
    let mut house = TestServer::open_with(|config| {
        patient(config);
        config.timeouts.unproven = Duration::from_millis(50);
    })
    .await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut known = within(connect(&house)).await.unwrap();
    synchronizes(&house, &mut phone, &mut known).await;
    let mut stranger = strangers(&house).await;
    assert_eq!(within(read_to_end(&mut stranger)).await, "");
    synchronizes(&house, &mut phone, &mut known).await;
}

#[tokio::test]
async fn a_device_has_so_many_connections_and_one_more_ends_its_oldest() {
    let mut house = TestServer::open_with(|config| {
        patient(config);
        config.connections_per_holder = 2;
    })
    .await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = within(connect(&house)).await.unwrap();
        synchronizes(&house, &mut phone, &mut stream).await;
        streams.push(stream);
    }
    assert_eq!(within(read_to_end(&mut streams[0])).await, "");
    synchronizes(&house, &mut phone, &mut streams[1]).await;
}

/// A phone for which there is nearly a page that no system takes before it is read.
async fn phone_with_a_page_to_fetch(house: &mut TestServer) -> Phone {
    let mut writer = Phone::enroll(house, WORKER).await;
    let person = writer.push_person(house).await;
    let mut push = Vec::new();
    for _ in 0..15 {
        let words: String = (0..60_000).map(|_| house.rng.random_range('a'..='z')).collect();
        let mut edits = content::encounter(house.now(), &mut house.rng);
        *edits.last_mut().unwrap() = content::text("note", words);
        let case = Some(CaseId::from(person.record));
        let made = writer.device.make(house.now(), "outreach_contact", case, &edits);
        push.push(made.push());
    }
    let response = writer.push(house, push).await;
    assert!(response.results.iter().all(|result| result.outcome == wire::OutcomeV1::Accepted));
    Phone::enroll(house, WORKER).await
}

fn page_request(house: &TestServer, phone: &Phone) -> Request<Bytes> {
    let mut request = phone.device.request();
    request.pull_bytes_max = u32::try_from(model::limits::PAGE_BYTES_MAX).unwrap();
    phone.sync_request(house, wire::encode(&request).unwrap())
}

#[tokio::test]
async fn an_answer_that_is_not_read_keeps_its_devices_place() {
    let mut house = TestServer::open_with(|config| config.bounds.requests_per_device = 1).await;
    let mut phone = phone_with_a_page_to_fetch(&mut house).await;
    let unread = open_narrow(&house, page_request(&house, &phone)).await;
    assert_eq!(unread.status(), 200);
    phone.nonce = unread.headers()["dpop-nonce"].to_str().unwrap().to_owned();
    let request = phone.idle_request(&house);
    phone.send(&house, request).await.assert_refused(429, "too_many_requests");
    read(unread).await;
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn only_so_many_bytes_of_answers_wait_for_those_who_do_not_read() {
    let mut house = TestServer::open_with(|config| {
        config.bounds.answer_bytes = 1_100 * 1_024;
        config.bounds.queue = Duration::from_secs(1);
    })
    .await;
    let mut phone = phone_with_a_page_to_fetch(&mut house).await;
    let unread = open_narrow(&house, page_request(&house, &phone)).await;
    phone.nonce = unread.headers()["dpop-nonce"].to_str().unwrap().to_owned();
    let request = phone.idle_request(&house);
    phone.send(&house, request).await.assert_refused(503, "busy");
    read(unread).await;
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

async fn read(answer: hyper::Response<hyper::body::Incoming>) {
    use http_body_util::BodyExt as _;
    let body = within(answer.into_body().collect()).await.unwrap().to_bytes();
    assert!(body.len() > 800_000, "{}", body.len());
}
