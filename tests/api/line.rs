//! The connection to a server: whole requests and answers, or byte by byte.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::HeaderMap;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use model::wire::{self, ErrorV1};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::server::TestServer;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// The message in the body, inflated if need be.
    pub(crate) fn message<T: DeserializeOwned>(&self) -> T {
        match self.header("content-encoding") {
            Some("zstd") => {
                let plain = zstd::stream::decode_all(&self.body[..]).unwrap();
                wire::decode(&plain).unwrap()
            }
            None => wire::decode(&self.body).unwrap(),
            other => panic!("unexpected encoding {other:?}"),
        }
    }

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let error: ErrorV1 = match self.header("content-type") {
            Some("application/cbor") => self.message(),
            Some("application/json") => serde_json::from_slice(&self.body).unwrap(),
            other => panic!("an error in {other:?}"),
        };
        (self.status.as_u16(), error.code)
    }

    #[track_caller]
    pub(crate) fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!(self.refusal(), (status, code.to_owned()));
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Waits for something that must not take long.
pub(crate) async fn within<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), what).await.expect("it takes too long")
}

/// Connects and shakes hands, trusting the server's own certificate only.
pub(crate) async fn connect(house: &TestServer) -> std::io::Result<TlsStream<TcpStream>> {
    secure(house, TcpStream::connect(&house.authority).await?).await
}

/// The same for somebody whose system takes few bytes before they are read.
pub(crate) async fn connect_narrow(house: &TestServer) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(4 * 1024)?;
    secure(house, socket.connect(house.authority.parse().unwrap()).await?).await
}

async fn secure(house: &TestServer, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
    let pem = std::fs::read(house.data_dir().join("tls/cert.pem")).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(&pem).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::from("127.0.0.1".parse::<std::net::IpAddr>().unwrap());
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Sends a request on a connection of its own and returns the answer's head.
pub(crate) async fn open(house: &TestServer, request: Request<Bytes>) -> Response<Incoming> {
    within(async { ask_on(connect(house).await.unwrap(), request).await }).await
}

/// The same for somebody who does not read what comes.
pub(crate) async fn open_narrow(house: &TestServer, request: Request<Bytes>) -> Response<Incoming> {
    within(async { ask_on(connect_narrow(house).await.unwrap(), request).await }).await
}

async fn ask_on(stream: TlsStream<TcpStream>, request: Request<Bytes>) -> Response<Incoming> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender.send_request(request.map(Full::new)).await.unwrap()
}

/// Sends a request on a connection of its own and reads the whole answer.
pub(crate) async fn ask(house: &TestServer, request: Request<Bytes>) -> Answer {
    let (head, body) = open(house, request).await.into_parts();
    let body = within(body.collect()).await.unwrap().to_bytes();
    Answer { status: head.status, headers: head.headers, body }
}

/// Sends bytes as they are and reads until the server closes.
pub(crate) async fn ask_raw(house: &TestServer, bytes: &[u8]) -> String {
    within(async {
        let mut stream = connect(house).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        read_to_end(&mut stream).await
    })
    .await
}

/// Asks byte by byte on a connection that stays, and returns the answer's head.
pub(crate) async fn ask_and_stay(stream: &mut TlsStream<TcpStream>, bytes: &[u8]) -> String {
    within(async {
        stream.write_all(bytes).await.unwrap();
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).await.unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        stream.read_exact(&mut body).await.unwrap();
        head
    })
    .await
}

/// Reads until the server closes, however it does.
pub(crate) async fn read_to_end(stream: &mut TlsStream<TcpStream>) -> String {
    let mut answer = Vec::new();
    // A connection that is given up is closed without a goodbye.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// Returns the text of the metrics.
pub(crate) async fn figures(house: &TestServer) -> String {
    within(async {
        let mut stream = TcpStream::connect(house.metrics).await.unwrap();
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nhost: figures\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    })
    .await
}

/// A request's head as it travels.
pub(crate) fn head_of(request: &Request<Bytes>) -> String {
    let mut head = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    head
}

/// A request of nobody in particular.
pub(crate) fn plain(
    house: &TestServer,
    method: &str,
    path: &str,
    body: impl Into<Bytes>,
) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", &house.authority)
        .body(body.into())
        .unwrap()
}

/// The same, with a body of CBOR.
pub(crate) fn posted(house: &TestServer, path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    with_header(plain(house, "POST", path, body), "content-type", "application/cbor")
}

/// The request with one more header.
pub(crate) fn with_header(
    mut request: Request<Bytes>,
    name: &'static str,
    value: &str,
) -> Request<Bytes> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}
