//! Does what the [`crate::engine`] says: reads the clock, waits, sends, and tells how it goes.
//!
//! Every wait can be given up, through a [`Cancel`] or by dropping the future; what the store
//! holds is whole at any of them.

mod clock;
mod device_access;
mod enroll;
mod exchange;
mod farewell;
mod reconnect;
mod reply;
mod safety;
mod turn;
mod watch;

use std::collections::VecDeque;
use std::sync::Arc;

use model::wire::{OrderKindV1, SyncRequestV1, SyncResponseV1};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::engine::{
    AppliedSummary, Effect, Ending, Engine, Event, Left, Progress, Reason, RequestSummary,
    SyncOutcome, SyncReport, Ticket,
};
use crate::sync::{self, SyncError};
use crate::transport::Transport;

use self::farewell::Farewell;

pub use clock::Clock;
#[cfg(feature = "native")]
pub use clock::SystemClock;
pub use device_access::{DeviceAccess, Withdrawn};
#[cfg(feature = "native")]
pub use enroll::enroll;
pub use enroll::{EnrollError, EnrollPlace, Invitation, InvitationError, enroll_with_clock};
pub use reconnect::{ReconnectError, reconnect};
/// Ends a run from elsewhere. Clones are one: when one is cancelled all are, for good.
pub use tokio_util::sync::CancellationToken as Cancel;
pub use turn::in_turn;
pub use watch::{EventListener, ListenEvent, WatchEvent};

/// Why a sync could not be driven to an end of its own.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// The device's store or key failed; the store is as it was before the last exchange.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The device was taken away while the run was under way.
    #[error(transparent)]
    Withdrawn(#[from] Withdrawn),
}

/// Drives the synchronization of a device.
pub struct Driver {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    engine: Engine,
}

impl Driver {
    /// A driver that reaches the server through `transport`.
    #[cfg(feature = "native")]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self::with_clock(transport, Arc::new(SystemClock))
    }

    /// A driver with a clock of its own.
    pub fn with_clock(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock, engine: Engine::new() }
    }

    /// Synchronizes until nothing is left, the run is cancelled, or going on does not help.
    ///
    /// `on_progress` is told what happens as it happens; it must not block.
    /// While a request is on its way the device is not in use: see [`DeviceAccess`].
    ///
    /// # Errors
    /// When the store or the key store fails. What was acknowledged before stays so.
    pub async fn sync(
        &mut self,
        device: &mut dyn DeviceAccess,
        reason: Reason,
        cancel: &Cancel,
        on_progress: &mut (dyn FnMut(&Progress) + Send),
    ) -> Result<(SyncOutcome, SyncReport), DriverError> {
        let mut run = Run {
            transport: &*self.transport,
            clock: &*self.clock,
            rng: random()?,
            device,
            cancel,
            sent: None,
            answer: None,
            failed: None,
        };
        if !self.engine.is_idle() {
            // The run before was dropped half-way.
            drop(self.engine.handle(run.clock.now(), &mut run.rng, Event::Cancelled));
        }
        let mut event = Event::SyncWanted { reason };
        let mut effects = VecDeque::new();
        loop {
            effects.extend(self.engine.handle(run.clock.now(), &mut run.rng, event));
            event = loop {
                match effects.pop_front() {
                    Some(Effect::Progress(progress)) => on_progress(&progress),
                    Some(Effect::Finished { outcome, report }) => {
                        return run.failed.take().map_or(Ok((outcome, report)), Err);
                    }
                    Some(Effect::SetAside { ticket }) => {
                        if let Err(error) = run.set_aside() {
                            effects.clear();
                            break run.store_failed(ticket, error);
                        }
                    }
                    Some(Effect::BuildRequest { ticket, budget }) => {
                        break run.build(ticket, budget);
                    }
                    Some(Effect::Send { ticket }) => break run.send(ticket).await,
                    Some(Effect::Apply { ticket }) => break run.apply(ticket).await,
                    Some(Effect::WakeAt(until)) => break run.wait(until).await,
                    // The engine always has a next step until it is finished.
                    None => break Event::Cancelled,
                }
            };
        }
    }
}

/// What one run needs and holds between two effects.
struct Run<'a> {
    transport: &'a dyn Transport,
    clock: &'a dyn Clock,
    rng: StdRng,
    device: &'a mut dyn DeviceAccess,
    cancel: &'a Cancel,
    sent: Option<SyncRequestV1>,
    answer: Option<SyncResponseV1>,
    failed: Option<DriverError>,
}

impl Run<'_> {
    fn build(&mut self, ticket: Ticket, budget: crate::engine::Budget) -> Event {
        if self.cancel.is_cancelled() {
            return Event::Cancelled;
        }
        let (now, uptime) = (self.clock.now(), self.clock.uptime());
        let built = device_access::with(self.device, |device| {
            device.notice_time(now, uptime)?;
            let free = self.clock.free_space(device.path());
            device.notice_free_space(free);
            sync::build_request(now, device, budget)
        });
        match built {
            Err(withdrawn) => self.store_failed(ticket, withdrawn.into()),
            Ok(Err(error)) => self.store_failed(ticket, error.into()),
            Ok(Ok(built)) => {
                self.sent = Some(built.request);
                let summary: RequestSummary = built.summary;
                Event::RequestBuilt { ticket, summary }
            }
        }
    }

    async fn send(&mut self, ticket: Ticket) -> Event {
        // Before every exchange, and not only the first: a run may take minutes.
        self.say_safety().await;
        let Some(request) = &self.sent else { return Event::Cancelled };
        let exchange = exchange::Exchange {
            transport: self.transport,
            clock: self.clock,
            rng: &mut self.rng,
            device: self.device,
            at: None,
        };
        let mut traffic = crate::engine::Traffic::default();
        let answered = tokio::select! {
            biased;
            () = self.cancel.cancelled() => return Event::Cancelled,
            answered = exchange.sync(request, &mut traffic) => answered,
        };
        match answered {
            Ok(answer) => {
                self.answer = Some(answer);
                Event::Answered { ticket, traffic }
            }
            Err(failure) => {
                if failure.never_left() {
                    let noted =
                        device_access::with(self.device, |device| sync::not_sent(device, request));
                    // Without it only what is shown of its records is wrong, until the next request.
                    if !matches!(noted, Ok(Ok(()))) {
                        tracing::warn!("that a request did not leave could not be noted");
                    }
                }
                Event::Failed { ticket, failure, traffic }
            }
        }
    }

    /// Sets the record aside that the last request pushed.
    fn set_aside(&mut self) -> Result<(), DriverError> {
        let Some(sent) = &self.sent else { return Ok(()) };
        let done = device_access::with(self.device, |device| sync::set_aside(device, sent));
        Ok(done??)
    }

    async fn apply(&mut self, ticket: Ticket) -> Event {
        let (Some(sent), Some(answer)) = (self.sent.take(), self.answer.take()) else {
            return Event::Cancelled;
        };
        let farewell = answer.orders.iter().find(|order| order.order == OrderKindV1::Wipe);
        let farewell = farewell.and_then(|order| Farewell::prepare(self.device, order.at));
        let (now, uptime) = (self.clock.now(), self.clock.uptime());
        let rng = &mut self.rng;
        let applied = device_access::with(self.device, |device| {
            device.notice_time(now, uptime)?;
            if sync::is_overtaken(device, &sent)? {
                tracing::info!("the store has moved on since the request; the answer is no use");
                let left = Left { pull: true, ..Left::default() };
                return Ok(AppliedSummary { left, ..AppliedSummary::default() });
            }
            sync::apply_answer(now, rng, device, &sent, &answer)
        });
        match applied {
            Ok(Ok(summary)) => {
                if let Some(farewell) = farewell.filter(|_| summary.ended == Some(Ending::Wiped)) {
                    self.say_farewell(farewell).await;
                }
                Event::Applied { ticket, summary }
            }
            Ok(Err(error)) => self.store_failed(ticket, error.into()),
            Err(withdrawn) => self.store_failed(ticket, withdrawn.into()),
        }
    }

    /// Tells the server that the device has wiped itself. Nothing depends on its getting there.
    async fn say_farewell(&mut self, farewell: Farewell) {
        let told = farewell.send(self.transport, self.clock, &mut self.rng);
        let told = tokio::select! {
            biased;
            () = self.cancel.cancelled() => return,
            told = told => told,
        };
        if told.is_err() {
            tracing::info!("the server could not be told that the device has wiped itself");
        }
    }

    async fn wait(&mut self, until: model::time::Timestamp) -> Event {
        let span = until.since(self.clock.now());
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Event::Cancelled,
            () = self.clock.sleep(span) => Event::TimerFired,
        }
    }

    fn store_failed(&mut self, ticket: Ticket, error: DriverError) -> Event {
        self.failed = Some(error);
        Event::StoreFailed { ticket }
    }
}

/// A random source of its own for each run, from the system's.
fn random() -> Result<StdRng, DriverError> {
    let mut seed = <StdRng as SeedableRng>::Seed::default();
    getrandom::fill(&mut seed).map_err(|_| DriverError::NoRandomness)?;
    Ok(StdRng::from_seed(seed))
}
