//! The built-in transport: HTTPS over TLS 1.3, and no other server than the one that is trusted.

use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::{self, BoxStream, StreamExt};
use model::limits::ANSWER_BYTES_MAX;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};
use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;

use super::pin::{Pin, Pinned};
use super::{
    BoxFuture, Endpoint, EventReader, Events, HttpRequest, HttpResponse, Method, Transport,
};
use crate::engine::TransportFailure;

/// Speaks HTTPS with one server. Connections are kept between requests.
#[derive(Debug, Clone)]
pub struct HttpsTransport {
    line: Arc<Mutex<Line>>,
}

/// The way to one address of the server.
#[derive(Debug, Clone)]
struct Line {
    to: Endpoint,
    client: Client,
    server: Url,
}

impl HttpsTransport {
    /// Makes a transport to the server at `url`. With a fingerprint only certificates of the public
    /// key with this SHA-256 are trusted; without one, those that the system trusts for the
    /// server's name.
    ///
    /// # Errors
    /// When the address is no `https` address or the fingerprint none.
    pub fn new(url: &str, fingerprint: Option<&str>) -> Result<Self, TransportFailure> {
        let pins = fingerprint.map(|text| vec![text.to_owned()]);
        let line = Line::open(Endpoint { url: url.to_owned(), pins })?;
        Ok(Self { line: Arc::new(Mutex::new(line)) })
    }

    async fn start(&self, request: HttpRequest) -> Result<Response, TransportFailure> {
        let Line { client, server: mut url, .. } = self.line().clone();
        url.set_path(request.path);
        url.set_query(None);
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            let unsendable = TransportFailure::NotSent { what: "a header cannot be written" };
            let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse::<HeaderValue>())
            else {
                return Err(unsendable);
            };
            headers.insert(name, value);
        }
        let mut builder = client.request(method, url).headers(headers);
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        builder.send().await.map_err(|error| failure(&error))
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn open(to: Endpoint) -> Result<Self, TransportFailure> {
        let not = |what| TransportFailure::NotSent { what };
        let server = Url::parse(&to.url).map_err(|_| not("the server's address is not a URL"))?;
        if server.scheme() != "https" || server.host().is_none() {
            return Err(not("the server's address must begin with https://"));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match &to.pins {
            Some(pins) => {
                let pins = pins.iter().map(|text| Pin::parse(text)).collect::<Option<_>>();
                let pins = pins.ok_or(not("the fingerprint is not 64 hexadecimal digits"))?;
                Arc::new(Pinned { pins, provider: Arc::clone(&provider) })
            }
            None => the_systems(Arc::clone(&provider))
                .ok_or(not("the system's certificates cannot be read"))?,
        };
        let tls = tls_config(provider, verifier).ok_or(not("TLS 1.3 is not available"))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            .http1_only()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()
            .map_err(|_| not("the HTTPS client cannot be made"))?;
        Ok(Self { to, client, server })
    }
}

impl Transport for HttpsTransport {
    fn direct_to(&self, endpoint: &Endpoint) -> Result<(), TransportFailure> {
        let mut line = self.line();
        if line.to != *endpoint {
            *line = Line::open(endpoint.clone())?;
        }
        Ok(())
    }

    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        Box::pin(async move { whole(self.start(request).await?).await })
    }

    fn events(&self, request: HttpRequest) -> BoxFuture<'_, Result<Events, TransportFailure>> {
        Box::pin(async move {
            let response = self.start(request).await?;
            if !response.status().is_success() {
                return Ok(Events::Refused(whole(response).await?));
            }
            Ok(Events::Open { headers: headers_of(&response), stream: stream_of(response) })
        })
    }
}

/// No signal and a server that is away look alike; ten seconds of neither is enough.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest silence. The server sends a sign of life on its events every twenty seconds, and a page
/// of the smallest size takes seven on the slowest line.
const READ_TIMEOUT: Duration = Duration::from_secs(60);

/// Trusts whom the system trusts.
#[cfg(not(target_os = "android"))]
fn the_systems(provider: Arc<CryptoProvider>) -> Option<Arc<dyn ServerCertVerifier>> {
    Some(Arc::new(rustls_platform_verifier::Verifier::new(provider).ok()?))
}

/// Trusts whom the system trusts.
#[cfg(target_os = "android")]
fn the_systems(provider: Arc<CryptoProvider>) -> Option<Arc<dyn ServerCertVerifier>> {
    super::roots::verifier(&super::roots::FOLDERS, provider)
}

fn tls_config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Option<ClientConfig> {
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .ok()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Some(config)
}

fn headers_of(response: &Response) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

async fn whole(mut response: Response) -> Result<HttpResponse, TransportFailure> {
    let (status, headers) = (response.status().as_u16(), headers_of(&response));
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(TransportFailure::Unreadable);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body })
}

fn stream_of(response: Response) -> BoxStream<'static, Result<String, TransportFailure>> {
    let start = Some((response, EventReader::default()));
    let batches = stream::unfold(start, |state| async {
        let (mut response, mut reader) = state?;
        match response.chunk().await {
            Ok(None) => None,
            Ok(Some(bytes)) => match reader.read(&bytes) {
                Ok(events) => {
                    let events = events.into_iter().map(Ok).collect();
                    Some((events, Some((response, reader))))
                }
                Err(_) => Some((vec![Err(TransportFailure::Unreadable)], None)),
            },
            Err(error) => Some((vec![Err(failure(&error))], None)),
        }
    });
    batches.flat_map(|events: Vec<_>| stream::iter(events)).boxed()
}

/// Returns what went wrong, as far as the next step depends on it.
fn failure(error: &reqwest::Error) -> TransportFailure {
    if is_tls(error) {
        return TransportFailure::Certificate;
    }
    if error.is_connect() {
        return TransportFailure::Unreachable;
    }
    if error.is_timeout() {
        return TransportFailure::TimedOut;
    }
    if error.is_builder() {
        return TransportFailure::NotSent { what: "the request cannot be written" };
    }
    TransportFailure::Cut
}

/// Returns whether TLS found fault with the other side: another certificate, or no TLS at all.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(found) = cause {
        if found.is::<rustls::Error>() {
            return true;
        }
        // What an I/O error wraps is not among its sources, only what that is caused by.
        let wrapped = found.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => found.source(),
        };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_tls_and_a_fingerprint_that_is_none_are_refused() {
        let pin = "0f".repeat(32);
        for (url, fingerprint) in [
            ("http://fieldbook.example", Some(pin.as_str())),
            ("fieldbook.example:8443", Some(&pin)),
            ("", Some(&pin)),
            ("https://fieldbook.example", Some("0f0f")),
        ] {
            let refused = HttpsTransport::new(url, fingerprint);
            assert!(matches!(refused, Err(TransportFailure::NotSent { .. })), "{url}");
        }
        HttpsTransport::new("https://fieldbook.example:8443/", Some(&pin)).unwrap();
    }

    #[tokio::test]
    async fn nobody_listening_is_told_apart_from_no_tls() {
        let pin = "0f".repeat(32);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let transport = HttpsTransport::new(&format!("https://{address}"), Some(&pin)).unwrap();
        let request =
            || HttpRequest { method: Method::Get, path: "/healthz", headers: vec![], body: vec![] };
        let page = tokio::spawn(async move {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let (mut stream, _) = listener.accept().await.unwrap();
            // Let go of with something unread, a connection is reset.
            assert_ne!(stream.read(&mut [0; 4_096]).await.unwrap(), 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nplease log in").await.unwrap();
            drop(listener);
        });
        assert_eq!(transport.send(request()).await, Err(TransportFailure::Certificate));
        page.await.unwrap();
        assert_eq!(transport.send(request()).await, Err(TransportFailure::Unreachable));
    }
}
