//! Staying connected: a sync at the start, and another whenever the server has something new.

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use model::ids::FeedSeq;
use model::time::Span;
use model::wire::EventV1;

use super::clock::Clock;
#[cfg(feature = "native")]
use super::clock::SystemClock;
use super::device_access::{self, DeviceAccess};
use super::exchange::Exchange;
use super::{Cancel, Driver, DriverError, random, reply};
use crate::engine::{Backoff, Progress, Reason, SyncOutcome, SyncReport, TransportFailure};
use crate::sync::SyncError;
use crate::transport::{Events, Transport};

/// What happened while the device stayed connected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchEvent {
    /// The server will tell when there is something new.
    Connected,
    /// A sync is under way.
    Progress(Progress),
    /// A sync came to its end.
    Synced(SyncOutcome, SyncReport),
    /// The connection is gone, and will be taken up again.
    Disconnected(TransportFailure),
}

impl Driver {
    /// Synchronizes, and then again whenever the server has something new, until it is cancelled
    /// or the device was told to stop. A lost connection is taken up again after a while.
    ///
    /// # Errors
    /// When the store or the key store fails.
    pub async fn watch(
        &mut self,
        device: &mut dyn DeviceAccess,
        cancel: &Cancel,
        on_event: &mut (dyn FnMut(WatchEvent) + Send),
    ) -> Result<(), DriverError> {
        let mut ear = EventListener::with_clock(self.transport.clone(), self.clock.clone());
        let mut reason = Reason::Schedule;
        while !cancel.is_cancelled() {
            let mut tell = |progress: &Progress| on_event(WatchEvent::Progress(progress.clone()));
            let (outcome, report) = self.sync(device, reason, cancel, &mut tell).await?;
            let ends = ends_a_watch(&outcome);
            on_event(WatchEvent::Synced(outcome, report));
            if ends {
                return Ok(());
            }
            reason = Reason::News;
            loop {
                match ear.next(device, cancel).await? {
                    ListenEvent::Connected => on_event(WatchEvent::Connected),
                    ListenEvent::Disconnected(failure) => {
                        on_event(WatchEvent::Disconnected(failure));
                    }
                    ListenEvent::News => break,
                    ListenEvent::Nothing => return Ok(()),
                }
            }
        }
        Ok(())
    }
}

/// Returns whether a sync that ended so is the last: it was cancelled, or the server ordered the
/// device to show nothing.
fn ends_a_watch(outcome: &SyncOutcome) -> bool {
    match outcome {
        SyncOutcome::Wiped | SyncOutcome::Locked | SyncOutcome::Cancelled => true,
        SyncOutcome::Done
        | SyncOutcome::Unreachable(_)
        | SyncOutcome::Refused(_)
        | SyncOutcome::Stalled
        | SyncOutcome::StoreFailed => false,
    }
}

/// Listens for news from the server, and leaves it to others to fetch them: for whoever drives the
/// syncs of a device that more than one part of an app asks for.
pub struct EventListener {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    backoff: Backoff,
    line: Line,
}

/// What an [`EventListener`] heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenEvent {
    /// The server will tell when there is something new.
    Connected,
    /// There is something new, or may be: synchronize.
    News,
    /// The connection is gone, and will be taken up again.
    Disconnected(TransportFailure),
    /// It was cancelled.
    Nothing,
}

type EventStream = BoxStream<'static, Result<String, TransportFailure>>;

enum Line {
    Idle,
    Open(EventStream),
    /// It broke, and is left alone for so long.
    Broken(Span),
}

impl EventListener {
    /// Listens through `transport`.
    #[cfg(feature = "native")]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self::with_clock(transport, Arc::new(SystemClock))
    }

    /// Listens with a clock of its own.
    pub fn with_clock(transport: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock, backoff: Backoff::default(), line: Line::Idle }
    }

    /// Waits for the next thing to hear. Synchronize before the first call: what the server had
    /// before it is no news.
    ///
    /// # Errors
    /// When the store fails, or the device was taken away.
    pub async fn next(
        &mut self,
        device: &mut dyn DeviceAccess,
        cancel: &Cancel,
    ) -> Result<ListenEvent, DriverError> {
        let failure = match std::mem::replace(&mut self.line, Line::Idle) {
            Line::Idle => match self.connect(device, cancel).await? {
                None => return Ok(ListenEvent::Nothing),
                Some(Ok(stream)) => {
                    self.backoff.reset();
                    self.line = Line::Open(stream);
                    return Ok(ListenEvent::Connected);
                }
                Some(Err(failure)) => failure,
            },
            Line::Open(mut stream) => match next_news(&mut stream, device, cancel).await? {
                None => return Ok(ListenEvent::Nothing),
                Some(Ok(())) => {
                    self.line = Line::Open(stream);
                    return Ok(ListenEvent::News);
                }
                Some(Err(failure)) => failure,
            },
            Line::Broken(wait) => {
                return Ok(tokio::select! {
                    biased;
                    () = cancel.cancelled() => ListenEvent::Nothing,
                    () = self.clock.sleep(wait) => ListenEvent::News,
                });
            }
        };
        let at_least = match &failure {
            TransportFailure::Busy { retry_after: Some(span) } => *span,
            _ => Span::default(),
        };
        self.line = Line::Broken(self.backoff.next(&mut random()?, at_least));
        Ok(ListenEvent::Disconnected(failure))
    }

    /// Connects and asks for the stream of news. Returns `None` if it was cancelled.
    async fn connect(
        &mut self,
        device: &mut dyn DeviceAccess,
        cancel: &Cancel,
    ) -> Result<Option<Result<EventStream, TransportFailure>>, DriverError> {
        let mut rng = random()?;
        let (transport, clock) = (&*self.transport, &*self.clock);
        let mut exchange = Exchange { transport, clock, rng: &mut rng, device, at: None };
        let opened = tokio::select! {
            biased;
            () = cancel.cancelled() => return Ok(None),
            opened = exchange.events() => opened,
        };
        Ok(Some(match opened {
            Ok(Events::Open { stream, .. }) => Ok(stream),
            Ok(Events::Refused(response)) => Err(reply::failure(&response)),
            Err(failure) => Err(failure),
        }))
    }
}

/// Waits until the stream tells of something that the device has not got. None when it was
/// cancelled.
async fn next_news(
    stream: &mut EventStream,
    device: &mut dyn DeviceAccess,
    cancel: &Cancel,
) -> Result<Option<Result<(), TransportFailure>>, DriverError> {
    loop {
        let event = tokio::select! {
            biased;
            () = cancel.cancelled() => return Ok(None),
            event = stream.next() => event,
        };
        let data = match event {
            None => return Ok(Some(Err(TransportFailure::Cut))),
            Some(Err(failure)) => return Ok(Some(Err(failure))),
            Some(Ok(data)) => data,
        };
        let Ok(EventV1 { seq }) = serde_json::from_str(&data) else {
            return Ok(Some(Err(TransportFailure::Unreadable)));
        };
        // Of several events that came during a sync it has answered all but the newest.
        if is_news(device, seq)? {
            return Ok(Some(Ok(())));
        }
    }
}

fn is_news(device: &mut dyn DeviceAccess, seq: FeedSeq) -> Result<bool, DriverError> {
    let feed = device_access::with(device, |device| device.store().read().feed())?;
    let seen = feed.map_err(SyncError::from)?.seen;
    Ok(seen.is_none_or(|seen| seen.seq < seq))
}
