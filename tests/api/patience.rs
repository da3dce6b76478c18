//! How long the server waits for others.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::line::{ask, ask_raw, connect, head_of, plain, read_to_end, with_header, within};
use crate::phone::Phone;
use crate::server::{TestServer, WORKER};

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_handshake_that_does_not_come_is_given_up() {
    let house = TestServer::open_with(|config| config.timeouts.head = SHORT).await;
    let mut stream = TcpStream::connect(&house.authority).await.unwrap();
    assert_eq!(within(stream.read(&mut [0])).await.unwrap_or(0), 0);
}

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() {
    let house = TestServer::open_with(|config| config.timeouts.head = SHORT).await;
    let answer = ask_raw(&house, b"GET /healthz HTTP/1.1\r\nhost: h\r\nx:").await;
    assert!(!answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_end_is_given_up_and_told() {
    let mut house = TestServer::open_with(|config| config.bounds.body = SHORT).await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let request = with_header(phone.idle_request(&house), "content-length", "100");
    let slow = format!("{}connection: close\r\n\r\nslow", head_of(&request));
    let answer = ask_raw(&house, slow.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    let stale = phone.idle_request(&house);
    phone.send(&house, stale).await.assert_refused(401, "use_dpop_nonce");
    let next = phone.idle_request(&house);
    assert_eq!(phone.send(&house, next).await.status, 200);
}

#[tokio::test]
async fn a_body_that_ends_early_is_no_harm() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let request = with_header(phone.idle_request(&house), "content-length", "100");
    let mut stream = connect(&house).await.unwrap();
    stream.write_all(format!("{}\r\nhalf", head_of(&request)).as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    within(read_to_end(&mut stream)).await;
    assert_eq!(ask(&house, plain(&house, "GET", "/readyz", "")).await.status, 200);
}

#[tokio::test]
async fn a_connection_without_requests_is_closed() {
    let house = TestServer::open_with(|config| config.timeouts.idle = SHORT).await;
    let answer = ask_raw(&house, b"GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("ok\n"), "{answer}");
}

#[tokio::test]
async fn requests_follow_each_other_on_one_connection() {
    let house = TestServer::open().await;
    let one = "GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n";
    let last = one.replace("host", "connection: close\r\nhost");
    let answers = ask_raw(&house, format!("{}{last}", one.repeat(20)).as_bytes()).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 21, "{answers}");
}

#[tokio::test]
async fn plain_http_is_not_spoken() {
    let house = TestServer::open().await;
    let mut stream = TcpStream::connect(&house.authority).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = within(stream.read_to_end(&mut answer)).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}
