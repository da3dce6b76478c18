//! A transport that the app supplies: the platform's own network stack.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use client_core::transport::{self, BoxFuture, Endpoint, TransportFailure};
use tokio::sync::oneshot;

use crate::object_count::Live;

/// Carries requests to the server with the platform's own means, such as a background transfer.
///
/// A transport must trust only the server: the address is `https`, and if the request has pins, the
/// server's public key must be one of them. Without a custom transport, the built-in one is used,
/// which checks this.
#[uniffi::export(rust, foreign)]
pub trait Transport: Send + Sync {
    /// Starts to send a request, and returns without waiting. Give the result to `reply`, from any
    /// thread; releasing the reply without a result counts as a broken connection.
    fn send(&self, request: HttpRequest, reply: Arc<Reply>) -> Result<(), TransportError>;
}

/// A request to the server.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// The whole address.
    pub url: String,
    /// The headers, all of which must be sent.
    pub headers: Vec<Header>,
    /// The body, which may be empty.
    pub body: Vec<u8>,
    /// SHA-256 of each public key that the server may have (its `SubjectPublicKeyInfo`, RFC 7469
    /// §2.4), in hexadecimal. It is empty if the system's certificate authorities decide.
    pub pins: Option<Vec<String>>,
}

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Header {
    /// Its name, in any case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<Header>,
    /// The body as received, without decoding its `Content-Encoding`.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum TransportError {
    /// No connection could be made.
    NoConnection,
    /// The answer did not come in time.
    TimedOut,
    /// The connection broke. Any other exception counts as this.
    Cut,
    /// The server's certificate is not trusted.
    Certificate,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoConnection => "the server could not be reached",
            Self::TimedOut => "the server did not answer in time",
            Self::Cut => "the connection broke off",
            Self::Certificate => "the server's certificate is not the trusted one",
        })
    }
}

impl std::error::Error for TransportError {}

impl From<uniffi::UnexpectedUniFFICallbackError> for TransportError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        tracing::warn!("the app's transport threw something unexpected");
        Self::Cut
    }
}

/// Receives the result of one request. Only the first result counts.
#[derive(uniffi::Object)]
pub struct Reply {
    waiting: Mutex<Option<oneshot::Sender<Answer>>>,
    _live: Live,
}

type Answer = Result<HttpResponse, TransportError>;

#[uniffi::export]
impl Reply {
    /// Hands the server's answer to the library, whatever its status.
    pub fn answer(&self, response: HttpResponse) {
        self.tell(Ok(response));
    }

    /// Tells the library that the request failed without an answer.
    pub fn fail(&self, error: TransportError) {
        self.tell(Err(error));
    }

    /// Returns whether the library no longer waits for the answer, so that the app may abort the
    /// request.
    pub fn is_given_up(&self) -> bool {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.as_ref().is_none_or(oneshot::Sender::is_closed)
    }
}

impl Reply {
    fn tell(&self, answer: Answer) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waiting) = waiting {
            // Nobody there any more is what `is_given_up` says.
            let _ = waiting.send(answer);
        }
    }
}

/// An app's transport as the device core uses it.
pub(crate) struct Adapter {
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) server: Mutex<Endpoint>,
}

impl transport::Transport for Adapter {
    fn direct_to(&self, endpoint: &Endpoint) -> Result<(), TransportFailure> {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = endpoint.clone();
        Ok(())
    }

    fn send(
        &self,
        request: transport::HttpRequest,
    ) -> BoxFuture<'_, Result<transport::HttpResponse, TransportFailure>> {
        Box::pin(async move {
            let Endpoint { url, pins } =
                self.server.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Some(origin) = origin(&url) else {
                return Err(TransportFailure::NotSent {
                    what: "the server's address is not a URL",
                });
            };
            let (sender, answered) = oneshot::channel();
            let reply = Arc::new(Reply { waiting: Mutex::new(Some(sender)), _live: Live::new() });
            let request = HttpRequest {
                method: request.method.as_str().into(),
                url: format!("{origin}{}", request.path),
                headers: request.headers.into_iter().map(Header::from).collect(),
                body: request.body,
                pins,
            };
            self.transport.send(request, reply).map_err(core_failure)?;
            let answer = answered.await.unwrap_or(Err(TransportError::Cut));
            let HttpResponse { status, headers, body } = answer.map_err(core_failure)?;
            if body.len() > model::limits::REQUEST_BYTES_MAX {
                return Err(TransportFailure::Unreadable);
            }
            let headers = headers.into_iter().map(|header| (header.name, header.value)).collect();
            Ok(transport::HttpResponse { status, headers, body })
        })
    }
}

impl From<(String, String)> for Header {
    fn from((name, value): (String, String)) -> Self {
        Self { name, value }
    }
}

fn core_failure(error: TransportError) -> TransportFailure {
    match error {
        TransportError::NoConnection => TransportFailure::Unreachable,
        TransportError::TimedOut => TransportFailure::TimedOut,
        TransportError::Cut => TransportFailure::Cut,
        TransportError::Certificate => TransportFailure::Certificate,
    }
}

/// Returns scheme and authority of an `https` address, which come before the request's path.
fn origin(url: &str) -> Option<&str> {
    let after = url.strip_prefix("https://")?;
    let authority = after.find(['/', '?', '#']).unwrap_or(after.len());
    (authority > 0).then(|| &url[.."https://".len() + authority])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_goes_to_the_server_and_nowhere_else() {
        assert_eq!(origin("https://fb.example:8443/"), Some("https://fb.example:8443"));
        assert_eq!(origin("https://fb.example"), Some("https://fb.example"));
        assert_eq!(origin("https://fb.example?x#y"), Some("https://fb.example"));
        assert_eq!(origin("http://fb.example"), None);
        assert_eq!(origin("https:///path"), None);
    }
}
