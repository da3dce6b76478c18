//! What all requests share.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use model::ids::{DeviceId, UserId};
use model::time::{Span, Timestamp};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::sync::watch;

use super::addresses::Addresses;
use super::body::BodyReader;
use super::bounds::Bounds;
use super::nonce::Nonces;
use super::outgoing::Outgoing;
use super::rate_limit::{ConcurrencyLimiter, RateLimiter};
use super::streams::Streams;
use super::work::BlockingPool;
use crate::audit::throttle::{Due, Rejection};
use crate::clock::Clock;
use crate::error::StoreError;
use crate::identity::accounts::BrowserId;
use crate::service::Patience;
use crate::service::Service;

/// Shared by all requests of a server. Clones are the same.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

pub(crate) struct Shared {
    pub(super) service: Service,
    pub(super) bounds: Bounds,
    pub(super) nonces: Nonces,
    pub(super) by_address: RateLimiter<IpAddr>,
    pub(super) enrollments: RateLimiter<IpAddr>,
    pub(super) sign_ins: RateLimiter<IpAddr>,
    pub(super) known_sign_ins: RateLimiter<BrowserId>,
    pub(super) by_device: RateLimiter<DeviceId>,
    pub(super) by_user: RateLimiter<UserId>,
    pub(super) requests: ConcurrencyLimiter<DeviceId>,
    pub(super) console_requests: ConcurrencyLimiter<UserId>,
    pub(super) streams: Streams,
    pub(super) page_streams: Streams,
    pub(super) intake: BodyReader,
    pub(super) outgoing: Outgoing,
    pub(super) work: BlockingPool,
    pub(super) console_work: BlockingPool,
    pub(super) reads: BlockingPool,
    pub(super) hashing: BlockingPool,
    pub(super) known_hashing: BlockingPool,
    pub(super) addresses: Addresses,
    pub(super) signals: Signals,
    clock: Arc<dyn Clock>,
    rng: Mutex<StdRng>,
}

/// What a stream of events has to hear of besides the feed.
#[derive(Clone)]
pub(crate) struct Signals {
    /// Counts the times that something was written, by whomever.
    pub(crate) written: watch::Receiver<u64>,
    /// Whether the server is stopping.
    pub(crate) stopping: watch::Receiver<bool>,
}

impl App {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        mut rng: StdRng,
        service: Service,
        bounds: Bounds,
        signals: Signals,
        addresses: Addresses,
    ) -> Self {
        Self(Arc::new(Shared {
            service,
            nonces: Nonces::new(&mut rng),
            by_address: RateLimiter::new(bounds.per_address),
            enrollments: RateLimiter::new(bounds.enrollments_per_address),
            sign_ins: RateLimiter::new(bounds.sign_ins_per_address),
            known_sign_ins: RateLimiter::new(bounds.sign_ins_per_address),
            by_device: RateLimiter::new(bounds.per_device),
            by_user: RateLimiter::new(bounds.per_user),
            requests: ConcurrencyLimiter::new(bounds.requests_per_device),
            console_requests: ConcurrencyLimiter::new(bounds.requests_per_user),
            streams: Streams::new(bounds.streams_per_device),
            page_streams: Streams::new(bounds.streams_per_user),
            intake: BodyReader::new(bounds.body_bytes, bounds.body),
            outgoing: Outgoing::new(bounds.answer_bytes, bounds.queue),
            work: BlockingPool::new(bounds.in_work, bounds.queue),
            console_work: BlockingPool::new(bounds.consoles_in_work, bounds.queue),
            reads: BlockingPool::new(bounds.reads, bounds.queue),
            hashing: BlockingPool::new(bounds.hashing, bounds.queue),
            known_hashing: BlockingPool::new(bounds.hashing, bounds.queue),
            bounds,
            addresses,
            signals,
            clock,
            rng: Mutex::new(rng),
        }))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// How long somebody waits whose request is in work from now on.
    pub(super) fn patience(&self, whose: Patience) -> Patience {
        let read = i64::try_from(self.bounds.console_read.as_millis()).unwrap_or(i64::MAX);
        whose.until(self.clock.clone(), self.now() + Span::from_millis(read))
    }

    /// A generator of its own for one request.
    pub(super) fn rng(&self) -> StdRng {
        StdRng::from_rng(&mut *self.rng.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a request was refused, before its answer leaves. What the audit cannot take is
    /// in the log, and the request is refused all the same.
    pub(super) async fn refused(&self, refusal: Rejection) {
        let Some(row) = self.service.count_refusal(self.now(), refusal) else { return };
        let service = self.service.clone();
        if let Err(error) = self.reads.run(move || Ok(service.note(row)?)).await {
            tracing::error!(error.code = refusal.code, %error, "a refusal is not in the audit");
        }
    }

    /// Notes how much was refused beyond what has a row of its own in the audit.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn note_left_out(&self) -> Result<(), StoreError> {
        self.service.note_left_out(self.now(), Due::Now)
    }

    /// Forgets what need not be remembered any more.
    pub(crate) fn sweep(&self) {
        let now = self.now();
        self.nonces.sweep(now);
        self.by_address.sweep(now);
        self.enrollments.sweep(now);
        self.sign_ins.sweep(now);
        self.known_sign_ins.sweep(now);
        self.by_device.sweep(now);
        self.by_user.sweep(now);
    }
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
