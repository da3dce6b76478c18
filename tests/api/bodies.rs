//! The bodies that the server accepts.

use std::io::Write as _;

use ciborium::Value;
use hyper::Request;
use hyper::body::Bytes;
use model::limits::REQUEST_BYTES_MAX;
use model::wire::{self, SyncResponseV1};

use crate::line::{ask, ask_raw, head_of, posted, with_header};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const ENROLL_BYTES_MAX: usize = 4 * 1024;

#[tokio::test]
async fn a_request_is_read_up_to_its_limit_and_not_past_it() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let at = padded(&phone, REQUEST_BYTES_MAX);
    assert_eq!(phone.send_body(&house, at).await.status, 200);
    let past = padded(&phone, REQUEST_BYTES_MAX + 1);
    phone.send_body(&house, past).await.assert_refused(413, "request_too_large");
}

#[tokio::test]
async fn a_request_inflates_up_to_its_limit_and_not_past_it() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let at = zstd::bulk::compress(&padded(&phone, REQUEST_BYTES_MAX), 3).unwrap();
    assert_eq!(send_zstd(&mut phone, &house, at).await, (200, None));
    let past = zstd::bulk::compress(&padded(&phone, REQUEST_BYTES_MAX + 1), 3).unwrap();
    assert!(past.len() < 10_000);
    let too_large = (413, Some("request_too_large".to_owned()));
    assert_eq!(send_zstd(&mut phone, &house, past).await, too_large);
    let bomb = zstd::bulk::compress(&vec![0; 1 << 28], 3).unwrap();
    assert!(bomb.len() < 100_000);
    assert_eq!(send_zstd(&mut phone, &house, bomb).await, too_large);
}

#[tokio::test]
async fn a_request_that_does_not_say_its_length_is_cut_at_the_limit() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let request = with_header(phone.idle_request(&house), "transfer-encoding", "chunked");
    let mut bytes = head_of(&request).into_bytes();
    bytes.extend_from_slice(b"\r\n");
    let chunk = vec![0; 64 * 1024];
    for _ in 0..=REQUEST_BYTES_MAX / chunk.len() {
        bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        bytes.extend_from_slice(&chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    let answer = ask_raw(&house, &bytes).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn an_announced_length_past_the_limit_is_refused_before_the_body_comes() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let length = (REQUEST_BYTES_MAX + 1).to_string();
    let request = with_header(phone.idle_request(&house), "content-length", &length);
    let answer = ask_raw(&house, format!("{}\r\n", head_of(&request)).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn an_enrollment_is_read_up_to_its_limit_and_not_past_it() {
    let house = TestServer::open().await;
    let at = posted(&house, "/v1/enroll", vec![0; ENROLL_BYTES_MAX]);
    ask(&house, at).await.assert_refused(400, "malformed");
    let past = posted(&house, "/v1/enroll", vec![0; ENROLL_BYTES_MAX + 1]);
    ask(&house, past).await.assert_refused(413, "request_too_large");
}

#[tokio::test]
async fn a_wrong_type_or_encoding_is_named() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let json = with_header(phone.idle_request(&house), "content-type", "application/json");
    phone.send(&house, json).await.assert_refused(415, "unsupported_media_type");
    let gzip = with_header(phone.idle_request(&house), "content-encoding", "gzip");
    let answer = phone.send(&house, gzip).await;
    answer.assert_refused(415, "unsupported_encoding");
    assert_eq!(answer.header("accept-encoding"), Some("zstd"));
}

#[tokio::test]
async fn rubbish_is_refused_and_the_next_request_is_answered() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    for rubbish in [&b""[..], b"\xff", b"{}", &[0x9b, 0, 0, 1, 0, 0, 0, 0, 0], &[0x81; 10_000]] {
        phone.send_body(&house, rubbish.to_vec()).await.assert_refused(400, "malformed");
    }
    let bad = (400, Some("bad_compression".to_owned()));
    assert_eq!(send_zstd(&mut phone, &house, b"no zstd".to_vec()).await, bad);
    assert_eq!(send_zstd(&mut phone, &house, wide_window()).await, bad);
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn another_protocol_is_told() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut request = phone.device.request();
    request.protocol = 2;
    let body = wire::encode(&request).unwrap();
    phone.send_body(&house, body).await.assert_refused(400, "protocol");
}

#[tokio::test]
async fn an_answer_is_compressed_for_those_who_ask() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut request = phone.device.request();
    // The catalogue comes when the device's is another.
    request.catalogue = vec![0; 32];
    let body = wire::encode(&request).unwrap();
    let plain = phone.send_body(&house, body.clone()).await;
    assert_eq!(plain.header("content-encoding"), None);

    let asking = with_header(phone.sync_request(&house, body), "accept-encoding", "gzip, zstd");
    let packed = phone.send(&house, asking).await;
    assert_eq!(packed.header("content-encoding"), Some("zstd"));
    assert_eq!(packed.header("vary"), Some("accept-encoding"));
    assert!(packed.body.len() * 3 < plain.body.len());
    let (plain, packed): (SyncResponseV1, SyncResponseV1) = (plain.message(), packed.message());
    assert_eq!(plain.catalogue, packed.catalogue);
    assert!(plain.catalogue.is_some());
}

async fn send_zstd(phone: &mut Phone, house: &TestServer, body: Vec<u8>) -> (u16, Option<String>) {
    let request: Request<Bytes> = phone.sync_request(house, body);
    let answer = phone.send(house, with_header(request, "content-encoding", "zstd")).await;
    let code = (answer.status != 200).then(|| answer.refusal().1);
    (answer.status.as_u16(), code)
}

/// A good request that is exactly this long, by a key that no reader knows.
fn padded(phone: &Phone, length: usize) -> Vec<u8> {
    let encode = |padding: usize| {
        let mut value = Value::serialized(&phone.device.request()).unwrap();
        let Value::Map(entries) = &mut value else { panic!("a message is a map") };
        entries.push((Value::Text("padding".into()), Value::Bytes(vec![0; padding])));
        let mut bytes = Vec::new();
        ciborium::into_writer(&value, &mut bytes).unwrap();
        bytes
    };
    let around = encode(1 << 20).len() - (1 << 20);
    let bytes = encode(length - around);
    assert_eq!(bytes.len(), length);
    bytes
}

/// A frame whose first bytes claim a window of 16 MiB.
fn wide_window() -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(24).unwrap();
    encoder.include_contentsize(false).unwrap();
    encoder.write_all(&vec![0; (1 << 24) + 1]).unwrap();
    encoder.finish().unwrap()
}
