//! How requests reach the server: HTTPS, or whatever a platform or a test puts in its place.

mod events;
#[cfg(feature = "native")]
mod https;
#[cfg(feature = "native")]
mod pin;
#[cfg(all(feature = "native", any(test, target_os = "android")))]
mod roots;

use futures_util::stream::BoxStream;

pub use futures_util::future::BoxFuture;

pub use crate::engine::TransportFailure;
pub use crate::store::Endpoint;
pub use events::EventReader;
#[cfg(feature = "native")]
pub use https::HttpsTransport;

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
}

impl Method {
    /// The method as it stands in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to the server that the transport was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The path at the server, with a slash in front.
    pub path: &'static str,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// An answer, whatever its status.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Names in any case.
    pub headers: Vec<(String, String)>,
    /// The body as it came, at most [`model::limits::ANSWER_BYTES_MAX`] bytes.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// The first header of this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// What came of asking for events.
pub enum Events {
    /// The stream stands.
    Open {
        /// The answer's headers.
        headers: Vec<(String, String)>,
        /// The data of each event as it comes. Ends when the server ends it.
        stream: BoxStream<'static, Result<String, TransportFailure>>,
    },
    /// The server gave another answer.
    Refused(HttpResponse),
}

/// Sends requests to one server.
pub trait Transport: Send + Sync {
    /// Sends what follows to this address of the server, and trusts these keys. A transport that
    /// knows one way only stays on it.
    ///
    /// # Errors
    /// When the address or a key cannot be read; requests go where they went before.
    fn direct_to(&self, _endpoint: &Endpoint) -> Result<(), TransportFailure> {
        Ok(())
    }

    /// Sends a request and returns the answer, whatever its status. Dropping the future gives the
    /// request up; the server may have received it.
    ///
    /// # Errors
    /// When there is no answer, or none that can be kept.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>>;

    /// Opens a stream of server-sent events.
    ///
    /// # Errors
    /// When there is no answer, or this transport cannot keep a connection open.
    fn events(&self, _request: HttpRequest) -> BoxFuture<'_, Result<Events, TransportFailure>> {
        let what = "this way to the server has no events";
        Box::pin(std::future::ready(Err(TransportFailure::NotSent { what })))
    }
}

pub(crate) fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
