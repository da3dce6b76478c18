//! One connection from its first byte to its last: the handshake, its requests, its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::bare::Headed;
use super::deadlines::{Deadlines, Timed};
use super::sender::sender;
use crate::http::connections::{Activity, Evicted, OpenConnection};
use crate::http::{Door, Peer};

/// Most header fields of a request. A device sends ten.
pub(crate) const HEADERS_MAX: usize = 48;

/// Most bytes of a request's line and header fields together, and so of what is buffered for a
/// connection. A device's head is under two thousand.
pub(crate) const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Where a connection comes from.
pub(super) struct Origin {
    pub(super) peer: SocketAddr,
    /// Proxies of ours, which say where their requests come from.
    pub(super) proxies: Arc<[IpAddr]>,
}

/// What a connection came in by.
#[derive(Clone)]
pub(super) struct Entrance {
    pub(super) door: Door,
    /// What is behind the door.
    pub(super) router: Router,
    /// Ends TLS, where there is any.
    pub(super) tls: Option<TlsAcceptor>,
}

/// One connection and what serves it.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    pub(super) origin: Origin,
    pub(super) line: Arc<OpenConnection>,
    pub(super) entrance: Entrance,
    pub(super) patience: Deadlines,
    /// Becomes true when the server stops.
    pub(super) stopping: watch::Receiver<bool>,
}

impl Connection {
    /// Serves it until either side ends it, or it has to make room for another. When the server
    /// stops, a request under way is answered and no further one is read.
    pub(super) async fn serve(self, evicted: Evicted) {
        tokio::select! {
            // Whoever is in the way says no goodbye.
            Ok(()) = evicted => tracing::debug!("a connection made room for another"),
            () = talk(self) => {}
        }
    }
}

async fn talk(connection: Connection) {
    let Connection { stream, origin, line, entrance, patience, mut stopping } = connection;
    // Answers are small and complete: waiting to fill a packet only delays them.
    let _ = stream.set_nodelay(true);
    let Entrance { door, router, tls } = entrance;
    let requests = Requests { door, router, origin, line, patience };
    let Some(acceptor) = tls else { return requests.answer(stream, stopping).await };
    let handshake = tokio::select! {
        handshake = timeout(patience.head, acceptor.accept(stream)) => handshake,
        _ = stopping.wait_for(|stopping| *stopping) => return,
    };
    let Ok(Ok(tls)) = handshake else {
        tracing::debug!("a connection ended before its handshake did");
        return;
    };
    requests.answer(tls, stopping).await;
}

/// Answers the requests of one connection.
struct Requests {
    door: Door,
    router: Router,
    origin: Origin,
    line: Arc<OpenConnection>,
    patience: Deadlines,
}

impl Requests {
    async fn answer<S>(self, stream: S, mut stopping: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let Self { door, router, origin, line, patience } = self;
        let activity = Arc::clone(line.activity());
        let timed = Timed::new(stream, patience, Arc::clone(&activity));
        let io = TokioIo::new(Headed::new(timed, door));
        let requests = Arc::clone(&activity);
        let service = service_fn(move |request: Request<Incoming>| {
            requests.begin();
            answer(router.clone(), &origin, &line, request, Answering(Arc::clone(&requests)))
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            // `Timed` is stricter; this stands behind it.
            .header_read_timeout(patience.idle.max(patience.head))
            .max_headers(HEADERS_MAX)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(io, service);

        let ended = tokio::select! {
            ended = poll_fn(|cx| connection.poll_without_shutdown(cx)) => Some(ended),
            _ = stopping.wait_for(|stopping| *stopping) => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None if activity.is_idle() => return,
            None => {
                Pin::new(&mut connection).graceful_shutdown();
                poll_fn(|cx| connection.poll_without_shutdown(cx)).await
            }
        };
        if ended.is_ok() {
            let stream = connection.into_parts().io.into_inner().into_inner().into_inner();
            linger(stream, patience.head).await;
        }
    }
}

fn answer(
    router: Router,
    origin: &Origin,
    line: &Arc<OpenConnection>,
    request: Request<Incoming>,
    answering: Answering,
) -> BoxFuture<'static, Result<Response<Answer>, Infallible>> {
    let mut request = request.map(Body::new);
    let from = sender(origin.peer, request.headers(), &origin.proxies);
    request.extensions_mut().insert(Peer(from));
    request.extensions_mut().insert(Arc::clone(line));
    Box::pin(async move {
        let response = router.oneshot(request).await?;
        Ok(response.map(|body| Answer { body, rest: Bytes::new(), _answering: answering }))
    })
}

/// Says goodbye and reads what the peer still sends, for a little while. Closing on unread bytes
/// makes the peer's network stack throw the answer away, and "too large" would arrive as
/// "connection reset".
async fn linger<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, at_most: Duration) {
    let goodbye = async {
        stream.shutdown().await?;
        let mut left = LINGER_BYTES_MAX;
        let mut unread = [0; 4096];
        while left > 0 {
            match stream.read(&mut unread).await? {
                0 => break,
                read => left = left.saturating_sub(read),
            }
        }
        std::io::Result::Ok(())
    };
    // Whether the peer takes leave properly changes nothing any more.
    let _ = timeout(at_most.min(LINGER_MAX), goodbye).await;
}

const LINGER_MAX: Duration = Duration::from_secs(2);

/// Twice the largest request.
const LINGER_BYTES_MAX: usize = 2 * model::limits::REQUEST_BYTES_MAX;

/// Held by a request and then by its answer's body, until all of it is on its way.
struct Answering(Arc<Activity>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// An answer's body that says when it is gone. It is handed over in pieces: handed over whole it
/// would be gone from here, and wait for its peer where nobody counts it.
struct Answer {
    body: Body,
    rest: Bytes,
    _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                ended => return Poll::Ready(ended),
            }
        }
        let length = self.rest.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, mut hint) = (self.rest.len() as u64, self.body.size_hint());
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}

/// A piece of an answer: as much as is buffered of it for a connection.
const PIECE_BYTES: usize = HEAD_BYTES_MAX;
