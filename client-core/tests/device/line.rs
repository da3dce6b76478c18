//! A network without sockets: requests go to a [`TestServer`], unless something else is on the script.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::VecDeque;
use std::sync::Mutex;

use client_core::driver::Clock;
use client_core::sync::{decode_body, encode_body};
use client_core::transport::{
    BoxFuture, Events, HttpRequest, HttpResponse, Transport, TransportFailure,
};
use futures_util::StreamExt;
use model::ids::ShiftId;
use model::proof::{self, DpopClaims};
use model::time::{Span, Timestamp};
use model::wire::{self, EnrollRequestV1, ErrorV1, SafeRequestV1, ShiftAnswerV1, ShiftRequestV1};
use tokio::sync::{Notify, mpsc};

use crate::phone::{enrolled, start};
use crate::server::TestServer;

/// What happens to a request instead of what should.
#[derive(Debug, Clone)]
pub(crate) enum Mishap {
    /// It does not arrive.
    Fails(TransportFailure),
    /// It arrives, and the answer does not.
    LosesAnswer,
    /// Something else answers.
    Answers(HttpResponse),
    /// It arrives, and nothing ever comes back.
    Hangs,
}

/// A line to a server that gives each nonce once.
pub(crate) struct Line {
    state: Mutex<State>,
    pub(crate) hanging: Notify,
    events: Mutex<VecDeque<mpsc::UnboundedReceiver<Result<String, TransportFailure>>>>,
}

struct State {
    server: TestServer,
    mishaps: VecDeque<Mishap>,
    nonces: u32,
    good_nonce: String,
    proofs: Vec<DpopClaims>,
    enrollments: Vec<EnrollRequestV1>,
}

impl Line {
    /// The server gave out `first-nonce` with the enrollment.
    pub(crate) fn to(server: TestServer) -> Self {
        let state = State {
            server,
            mishaps: VecDeque::new(),
            nonces: 0,
            good_nonce: "first-nonce".into(),
            proofs: vec![],
            enrollments: vec![],
        };
        Self { state: state.into(), hanging: Notify::new(), events: Mutex::default() }
    }

    pub(crate) fn will(self, mishaps: impl IntoIterator<Item = Mishap>) -> Self {
        self.state.lock().unwrap().mishaps.extend(mishaps);
        self
    }

    /// The next stream that is opened gives what is sent here.
    pub(crate) fn next_stream(&self) -> mpsc::UnboundedSender<Result<String, TransportFailure>> {
        let (sender, receiver) = mpsc::unbounded_channel();
        self.events.lock().unwrap().push_back(receiver);
        sender
    }

    /// The server was started again: it knows none of the nonces it gave.
    pub(crate) fn forgets_nonces(&self) {
        self.state.lock().unwrap().good_nonce = "none".into();
    }

    pub(crate) fn with_server<T>(&self, work: impl FnOnce(&mut TestServer) -> T) -> T {
        work(&mut self.state.lock().unwrap().server)
    }

    /// The claims of every proof that came, in order.
    pub(crate) fn proofs(&self) -> Vec<DpopClaims> {
        self.state.lock().unwrap().proofs.clone()
    }

    pub(crate) fn enrollments(&self) -> Vec<EnrollRequestV1> {
        self.state.lock().unwrap().enrollments.clone()
    }
}

impl State {
    fn answer(&mut self, request: &HttpRequest) -> HttpResponse {
        if request.path == "/v1/enroll" {
            let message: EnrollRequestV1 = decode_body(&request.body).unwrap();
            self.enrollments.push(message);
            return packed(&enrolled(9));
        }
        let header = |name: &str| {
            let found = request.headers.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let (claims, _) = proof::dpop_verify(header("dpop")).unwrap();
        assert_eq!(claims.htm, request.method.as_str());
        let token = header("authorization").strip_prefix("DPoP ").unwrap();
        assert_eq!(claims.ath, proof::token_hash(token));
        let fresh = claims.nonce.as_deref() == Some(&self.good_nonce);
        self.proofs.push(claims);
        self.nonces += 1;
        self.good_nonce = format!("nonce-{}", self.nonces);
        let mut response = match (fresh, request.path) {
            (false, _) => error(401, "use_dpop_nonce"),
            (true, "/v1/sync") => packed(&self.server.answer(&decode_body(&request.body).unwrap())),
            (true, "/v1/shift") => {
                let request: ShiftRequestV1 = decode_body(&request.body).unwrap();
                packed(&watched(request.shift))
            }
            (true, "/v1/safe") => {
                let request: SafeRequestV1 = decode_body(&request.body).unwrap();
                packed(&watched(request.shift))
            }
            (true, _) => HttpResponse { status: 200, ..HttpResponse::default() },
        };
        response.headers.push(("DPoP-Nonce".into(), self.good_nonce.clone()));
        response
    }
}

impl Transport for Line {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        Box::pin(async move {
            let mishap = self.state.lock().unwrap().mishaps.pop_front();
            match mishap {
                None => Ok(self.state.lock().unwrap().answer(&request)),
                Some(Mishap::Fails(failure)) => Err(failure),
                Some(Mishap::Answers(response)) => Ok(response),
                Some(Mishap::LosesAnswer) => {
                    self.state.lock().unwrap().answer(&request);
                    Err(TransportFailure::Cut)
                }
                Some(Mishap::Hangs) => {
                    self.state.lock().unwrap().answer(&request);
                    self.hanging.notify_one();
                    std::future::pending().await
                }
            }
        })
    }

    fn events(&self, request: HttpRequest) -> BoxFuture<'_, Result<Events, TransportFailure>> {
        Box::pin(async move {
            let response = self.state.lock().unwrap().answer(&request);
            if response.status != 200 {
                return Ok(Events::Refused(response));
            }
            let Some(receiver) = self.events.lock().unwrap().pop_front() else {
                return Err(TransportFailure::Unreachable);
            };
            let next = |mut receiver: mpsc::UnboundedReceiver<_>| async {
                receiver.recv().await.map(|event| (event, receiver))
            };
            let stream = futures_util::stream::unfold(receiver, next).boxed();
            Ok(Events::Open { headers: response.headers, stream })
        })
    }
}

/// A clock that does not wait for anybody: who sleeps wakes at once, and it is later.
pub(crate) struct FastClock(Mutex<Timestamp>);

impl FastClock {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(start()))
    }
}

impl Clock for FastClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, span: Span) -> BoxFuture<'static, ()> {
        let mut now = self.0.lock().unwrap();
        *now = *now + span;
        Box::pin(std::future::ready(()))
    }
}

/// A clock on which no time passes: who sleeps does so for ever.
pub(crate) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        start()
    }

    fn sleep(&self, _span: Span) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// An answer that says no.
pub(crate) fn error(status: u16, code: &str) -> HttpResponse {
    let body = wire::encode(&ErrorV1 { code: code.into(), message: String::new() }).unwrap();
    HttpResponse { status, headers: vec![], body }
}

fn watched(shift: ShiftId) -> ShiftAnswerV1 {
    ShiftAnswerV1 { shift, armed: Some(start()), server_time: start() }
}

fn packed<T: serde::Serialize>(message: &T) -> HttpResponse {
    HttpResponse {
        status: 200,
        headers: vec![("Content-Encoding".into(), "zstd".into())],
        body: encode_body(message).unwrap(),
    }
}
