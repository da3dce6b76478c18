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
use super::body::Intake;
use super::bounds::Bounds;
use super::nonce::Nonces;
use super::outgoing::Outgoing;
use super::rate_limit::{Buckets, Places};
use super::streams::Streams;
use super::work::Bench;
use crate::audit::throttle::{Due, Refusal};
use crate::clock::Clock;
use crate::error::StoreError;
use crate::identity::accounts::BrowserId;
use crate::patience::Patience;
use crate::service::Service;

/// Shared by all requests of a server. Clones are the same.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

pub(crate) struct Shared {
    pub(super) service: Service,
    pub(super) bounds: Bounds,
    pub(super) nonces: Nonces,
    pub(super) by_address: Buckets<IpAddr>,
    pub(super) enrollments: Buckets<IpAddr>,
    pub(super) sign_ins: Buckets<IpAddr>,
    pub(super) known_sign_ins: Buckets<BrowserId>,
    pub(super) by_device: Buckets<DeviceId>,
    pub(super) by_user: Buckets<UserId>,
    pub(super) requests: Places<DeviceId>,
    pub(super) console_requests: Places<UserId>,
    pub(super) streams: Streams,
    pub(super) intake: Intake,
    pub(super) outgoing: Outgoing,
    pub(super) work: Bench,
    pub(super) console_work: Bench,
    pub(super) looks: Bench,
    pub(super) hashing: Bench,
    pub(super) known_hashing: Bench,
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
            by_address: Buckets::new(bounds.per_address),
            enrollments: Buckets::new(bounds.enrollments_per_address),
            sign_ins: Buckets::new(bounds.sign_ins_per_address),
            known_sign_ins: Buckets::new(bounds.sign_ins_per_address),
            by_device: Buckets::new(bounds.per_device),
            by_user: Buckets::new(bounds.per_user),
            requests: Places::new(bounds.requests_per_device),
            console_requests: Places::new(bounds.requests_per_user),
            streams: Streams::new(bounds.streams_per_device),
            intake: Intake::new(bounds.body_bytes, bounds.body),
            outgoing: Outgoing::new(bounds.answer_bytes, bounds.queue),
            work: Bench::new(bounds.in_work, bounds.queue),
            console_work: Bench::new(bounds.consoles_in_work, bounds.queue),
            looks: Bench::new(bounds.looks, bounds.queue),
            hashing: Bench::new(bounds.hashing, bounds.queue),
            known_hashing: Bench::new(bounds.hashing, bounds.queue),
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
    pub(super) async fn refused(&self, refusal: Refusal) {
        let Some(row) = self.service.count_refusal(self.now(), refusal) else { return };
        let service = self.service.clone();
        if let Err(error) = self.looks.run(move || Ok(service.note(row)?)).await {
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
