//! A way to the server that the app brings: the platform's own network stack.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use client_core::transport::{self, BoxFuture, Endpoint, TransportFailure};
use tokio::sync::oneshot;

use crate::object_count::Live;

/// Carries requests to the server with the platform's own means, such as a background transfer.
///
/// It trusts nobody but the server: the address is `https`, and the public key that is shown is one
/// of the request's pins where it has any. Without a transport of the app's the built-in one is used, which does so.
#[uniffi::export(rust, foreign)]
pub trait Transport: Send + Sync {
    /// Begins to send a request, and returns without waiting. What comes of it is told to `reply`,
    /// from any thread; letting go of the reply without a word counts as a broken connection.
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
    /// The body; empty for none.
    pub body: Vec<u8>,
    /// SHA-256 of each public key that the server may show (its `SubjectPublicKeyInfo`, RFC 7469
    /// §2.4), in hexadecimal; none when the system decides whom it trusts for the server's name.
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
    /// The body as it came, without undoing its `Content-Encoding`.
    pub body: Vec<u8>,
}

/// Why there was no answer.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
pub enum TransportError {
    /// No connection could be made.
    NoConnection,
    /// The answer did not come in time.
    TimedOut,
    /// The connection broke. Whatever else is thrown counts as this.
    Cut,
    /// The certificate is not the trusted one.
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

/// Where the answer to one request goes. The first word counts.
#[derive(uniffi::Object)]
pub struct Reply {
    waiting: Mutex<Option<oneshot::Sender<Answer>>>,
    _live: Live,
}

type Answer = Result<HttpResponse, TransportError>;

#[uniffi::export]
impl Reply {
    /// The server answered, whatever its status.
    pub fn answer(&self, response: HttpResponse) {
        self.tell(Ok(response));
    }

    /// There is no answer.
    pub fn fail(&self, error: TransportError) {
        self.tell(Err(error));
    }

    /// Whether nobody waits for the answer any more: the request may be given up.
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

/// What the device core sees of an app's transport.
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

/// Scheme and authority of an `https` address, which the request's path follows.
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
