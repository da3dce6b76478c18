//! How a server comes and goes.

use std::time::Duration;

use hyper::Request;
use hyper::body::Bytes;
use model::wire::OutcomeV1;
use server::listener::{ServeConfig, ServeError, Served, Server, TlsSource, served};
use server::service::Service;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::line::{ask, connect, head_of, plain, read_to_end, with_header, within};
use crate::phone::Phone;
use crate::server::{START, TestServer, WORKER};

/// A connection with a request under way.
pub(crate) type Stream = TlsStream<TcpStream>;

/// Sends a request's head and returns once the server waits for its body, with the body to send.
pub(crate) async fn begin(house: &TestServer, request: &Request<Bytes>) -> (Stream, Vec<u8>) {
    let length = request.body().len().to_string();
    let request = with_header(request.clone(), "content-length", &length);
    let request = with_header(request, "expect", "100-continue");
    let mut stream = within(connect(house)).await.unwrap();
    stream.write_all(format!("{}\r\n", head_of(&request)).as_bytes()).await.unwrap();
    let mut said = [0; 25];
    within(stream.read_exact(&mut said)).await.unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    (stream, request.into_body().to_vec())
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let mut house = TestServer::open().await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let (mut stream, body) = begin(&house, &phone.idle_request(&house)).await;
    house.tell_to_stop();
    // No new connection is taken; the old one is still served.
    within(async { while TcpStream::connect(&house.authority).await.is_ok() {} }).await;
    stream.write_all(&body).await.unwrap();
    let answer = within(read_to_end(&mut stream)).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    house.stop().await;
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_when_patience_does() {
    let mut house =
        TestServer::open_with(|config| config.timeouts.stop = Duration::from_millis(50)).await;
    let phone = Phone::enroll(&mut house, WORKER).await;
    let (mut stream, _) = begin(&house, &phone.idle_request(&house)).await;
    house.stop().await;
    assert_eq!(within(read_to_end(&mut stream)).await, "");
}

#[tokio::test]
async fn idle_connections_do_not_keep_the_server() {
    let mut house = TestServer::open_with(|config| {
        config.timeouts.stop = Duration::from_secs(3_600);
        config.timeouts.idle = Duration::from_secs(3_600);
    })
    .await;
    let mut stream = within(connect(&house)).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    let mut answer = [0; 15];
    within(stream.read_exact(&mut answer)).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    house.stop().await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart_and_so_is_the_certificate() {
    let mut house = TestServer::open().await;
    let mut phone = Phone::enroll(&mut house, WORKER).await;
    let made = phone.push_person(&mut house).await;
    let before = house.fingerprint.clone();
    let house = house.reopen().await;
    assert_eq!(house.fingerprint, before);
    let stale = phone.idle_request(&house);
    phone.send(&house, stale).await.assert_refused(401, "use_dpop_nonce");
    let response = phone.push(&house, vec![made.push()]).await;
    assert_eq!(response.results[0].outcome, OutcomeV1::Known);
}

#[tokio::test]
async fn the_data_folder_says_where_the_server_is() {
    let house = TestServer::open().await;
    let expected = Served {
        url: format!("https://{}", house.authority),
        fingerprint: house.fingerprint.clone(),
    };
    assert_eq!(served(&house.data_dir()).unwrap(), Some(expected));
    assert_eq!(ask(&house, plain(&house, "GET", "/readyz", "")).await.status, 200);
}

#[tokio::test]
async fn a_public_address_is_what_invitations_say() {
    let url = "https://field.example:8443";
    let mut house = TestServer::open().await;
    house.stop().await;
    let config = ServeConfig { public_url: Some(url.into()), ..free_port() };
    let server = bind(&house, config).await.unwrap();
    assert_eq!(server.url(), url);
    assert_eq!(served(&house.data_dir()).unwrap().unwrap().url, url);
}

#[tokio::test]
async fn what_cannot_be_served_is_named() {
    let mut house = TestServer::open().await;
    house.stop().await;
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap();
    let listen = bind(&house, ServeConfig { listen: taken, ..ServeConfig::default() }).await;
    assert!(matches!(listen, Err(ServeError::Listen { .. })));
    let config = ServeConfig { public_url: Some("field.example".into()), ..free_port() };
    assert!(matches!(bind(&house, config).await, Err(ServeError::PublicUrl(_))));
    let missing = house.data_dir().join("missing.pem");
    let tls = TlsSource::Files { certificate: missing.clone(), key: missing };
    assert!(matches!(
        bind(&house, ServeConfig { tls, ..free_port() }).await,
        Err(ServeError::Tls(_))
    ));
}

async fn bind(house: &TestServer, config: ServeConfig) -> Result<Server, ServeError> {
    let service = Service::open(START, house.office.config()).unwrap();
    Server::bind(service, &house.data_dir(), config).await
}

fn free_port() -> ServeConfig {
    let mut config = ServeConfig::default();
    config.listen.set_port(0);
    config
}
