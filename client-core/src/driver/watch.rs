//! Staying connected: a sync at the start, and another whenever the server has something new.

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use model::ids::FeedSeq;
use model::time::Span;
use model::wire::EventV1;

use super::exchange::Exchange;
use super::lend::{self, Lend};
use super::{Cancel, Driver, DriverError, random, reply};
use crate::engine::{Backoff, Progress, Reason, SyncOutcome, SyncReport, TransportFailure};
use crate::sync::SyncError;
use crate::transport::Events;

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

type EventStream = BoxStream<'static, Result<String, TransportFailure>>;

impl Driver {
    /// Synchronizes, and then again whenever the server has something new, until it is cancelled
    /// or the device was told to stop. A lost connection is taken up again after a while.
    ///
    /// # Errors
    /// When the store or the key store fails.
    pub async fn watch(
        &mut self,
        device: &mut dyn Lend,
        cancel: &Cancel,
        on_event: &mut (dyn FnMut(WatchEvent) + Send),
    ) -> Result<(), DriverError> {
        let mut backoff = Backoff::default();
        let mut reason = Reason::Schedule;
        while !cancel.is_cancelled() {
            if self.sync_once(device, reason, cancel, on_event).await? == Next::Stop {
                return Ok(());
            }
            reason = Reason::News;
            let failure = match self.connect(device, cancel).await? {
                None => return Ok(()),
                Some(Ok(stream)) => {
                    backoff.reset();
                    on_event(WatchEvent::Connected);
                    match self.listen(device, stream, cancel, on_event).await? {
                        None => return Ok(()),
                        Some(failure) => failure,
                    }
                }
                Some(Err(failure)) => failure,
            };
            let at_least = match &failure {
                TransportFailure::Busy { retry_after: Some(span) } => *span,
                _ => Span::default(),
            };
            on_event(WatchEvent::Disconnected(failure));
            let wait = backoff.next(&mut random()?, at_least);
            tokio::select! {
                biased;
                () = cancel.cancelled() => {}
                () = self.clock.sleep(wait) => {}
            }
        }
        Ok(())
    }

    async fn sync_once(
        &mut self,
        device: &mut dyn Lend,
        reason: Reason,
        cancel: &Cancel,
        on_event: &mut (dyn FnMut(WatchEvent) + Send),
    ) -> Result<Next, DriverError> {
        let mut tell = |progress: &Progress| on_event(WatchEvent::Progress(progress.clone()));
        let (outcome, report) = self.sync(device, reason, cancel, &mut tell).await?;
        let next = match &outcome {
            SyncOutcome::Wiped | SyncOutcome::Locked | SyncOutcome::Cancelled => Next::Stop,
            SyncOutcome::Done
            | SyncOutcome::Unreachable(_)
            | SyncOutcome::Refused(_)
            | SyncOutcome::Stalled
            | SyncOutcome::StoreFailed => Next::GoOn,
        };
        on_event(WatchEvent::Synced(outcome, report));
        Ok(next)
    }

    /// None when it was cancelled.
    async fn connect(
        &mut self,
        device: &mut dyn Lend,
        cancel: &Cancel,
    ) -> Result<Option<Result<EventStream, TransportFailure>>, DriverError> {
        let mut rng = random()?;
        let mut exchange =
            Exchange { transport: &*self.transport, clock: &*self.clock, rng: &mut rng, device };
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

    /// Returns why the connection ended; none when it is not to be taken up again.
    async fn listen(
        &mut self,
        device: &mut dyn Lend,
        mut stream: EventStream,
        cancel: &Cancel,
        on_event: &mut (dyn FnMut(WatchEvent) + Send),
    ) -> Result<Option<TransportFailure>, DriverError> {
        loop {
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(None),
                event = stream.next() => event,
            };
            let data = match event {
                None => return Ok(Some(TransportFailure::Cut)),
                Some(Err(failure)) => return Ok(Some(failure)),
                Some(Ok(data)) => data,
            };
            let Ok(EventV1 { seq }) = serde_json::from_str(&data) else {
                return Ok(Some(TransportFailure::Unreadable));
            };
            // Of several events that came during a sync it has answered all but the newest.
            if is_news(device, seq)?
                && self.sync_once(device, Reason::News, cancel, on_event).await? == Next::Stop
            {
                return Ok(None);
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

fn is_news(device: &mut dyn Lend, seq: FeedSeq) -> Result<bool, DriverError> {
    let feed = lend::with(device, |device| device.store().read().feed())?;
    let seen = feed.map_err(SyncError::from)?.seen;
    Ok(seen.is_none_or(|seen| seen.seq < seq))
}
