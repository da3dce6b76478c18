//! How much one device and one address may use.

use model::time::Span;
use server::listener::Rate;
use tokio::io::AsyncWriteExt as _;

use crate::line::{ask, ask_raw, connect, head_of, plain, read_to_end, with_header, within};
use crate::phone::Phone;
use crate::server::{COLLEAGUE, TestServer, WORKER};
use crate::stopping::{self, Stream};

#[tokio::test]
async fn a_device_that_asks_too_often_waits_and_others_do_not() {
    let mut house = TestServer::open_with(|config| {
        config.bounds.per_device = Rate { burst: 2, per_second: 1 };
    })
    .await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let mut other = Phone::enroll(&mut house, COLLEAGUE).await;
    for _ in 0..2 {
        let request = phone.idle_request(&house);
        assert_eq!(phone.send(&house, request).await.status, 200);
    }
    let request = phone.idle_request(&house);
    let answer = phone.send(&house, request).await;
    answer.assert_refused(429, "too_many_requests");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let request = other.idle_request(&house);
    assert_eq!(other.send(&house, request).await.status, 200);
    house.pass(Span::from_secs(1));
    let request = phone.idle_request(&house);
    assert_eq!(phone.send(&house, request).await.status, 200);
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits() {
    let house = TestServer::open_with(|config| {
        config.bounds.per_address = Rate { burst: 3, per_second: 1 };
    })
    .await;
    for _ in 0..3 {
        assert_eq!(ask(&house, plain(&house, "GET", "/healthz", "")).await.status, 200);
    }
    let answer = ask(&house, plain(&house, "GET", "/healthz", "")).await;
    answer.assert_refused(429, "too_many_requests");
    house.pass(Span::from_secs(1));
    assert_eq!(ask(&house, plain(&house, "GET", "/healthz", "")).await.status, 200);
}

#[tokio::test]
async fn a_device_has_so_many_requests_under_way_and_no_more() {
    let mut house = TestServer::open_with(|config| config.bounds.requests_per_device = 1).await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let (mut first, body) = begin(&house, &mut phone).await;
    let fresh = phone.idle_request(&house);
    let refused = phone.send(&house, fresh).await;
    // The first used the only nonce: the answer brought the next.
    refused.assert_refused(401, "use_dpop_nonce");
    let second = phone.idle_request(&house);
    phone.send(&house, second).await.assert_refused(429, "too_many_requests");

    first.write_all(&body).await.unwrap();
    let answer = within(read_to_end(&mut first)).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let third = phone.idle_request(&house);
    assert_eq!(phone.send(&house, third).await.status, 200);
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    let house = TestServer::open_with(|config| config.connections_per_address = 2).await;
    let first = within(connect(&house)).await.unwrap();
    let second = within(connect(&house)).await.unwrap();
    assert!(within(connect(&house)).await.is_err(), "a third is closed at once");
    drop(first);
    // The place comes back when the server has noticed.
    let third = within(async {
        loop {
            if let Ok(third) = connect(&house).await {
                break third;
            }
        }
    });
    let third = third.await;
    drop((second, third));
}

#[tokio::test]
async fn a_head_is_read_up_to_its_limits_and_not_past_them() {
    let house = TestServer::open().await;
    let with_fields = |fields: usize| {
        let more = "x: y\r\n".repeat(fields - 2);
        format!("GET /healthz HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{more}\r\n")
    };
    let answer = ask_raw(&house, with_fields(48).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let answer = ask_raw(&house, with_fields(49).as_bytes()).await;
    assert_refused_bare(&answer, 431);

    let long = |length: usize| {
        let head = "GET /healthz HTTP/1.1\r\nhost: h\r\nconnection: close\r\nx: ";
        format!("{head}{}\r\n\r\n", "y".repeat(length - head.len() - 4))
    };
    let answer = ask_raw(&house, long(16 * 1024).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let answer = ask_raw(&house, long(16 * 1024 + 1).as_bytes()).await;
    assert_refused_bare(&answer, 431);
}

#[tokio::test]
async fn the_head_of_a_request_names_its_length_once() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let request = with_header(phone.idle_request(&house), "content-length", "5");
    let twice = format!("{}content-length: 6\r\n\r\nhello", head_of(&request));
    let answer = ask_raw(&house, twice.as_bytes()).await;
    assert_refused_bare(&answer, 400);
}

/// Asserts that what is no request is refused with the headers of every other answer.
fn assert_refused_bare(answer: &str, status: u16) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    for header in
        ["strict-transport-security: ", "x-frame-options: DENY", "cache-control: no-store"]
    {
        assert!(answer.contains(&format!("\r\n{header}")), "{header}: {answer}");
    }
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

/// Sends a sync request's head and returns once the server reads its body, with the body to send.
async fn begin(house: &TestServer, phone: &mut Phone) -> (Stream, Vec<u8>) {
    let request = with_header(phone.idle_request(house), "connection", "close");
    stopping::begin(house, &request).await
}
