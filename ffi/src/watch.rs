//! Stays connected, so that changes of other people arrive at once.

use std::sync::Arc;

use client_core::driver::{Cancel, DriverError, EventListener, ListenEvent};

use crate::error::FieldbookError;
use crate::network::NetworkProblem;
use crate::observe::ListenerError;
use crate::run::Run;
use crate::shared::{Lender, Shared, guarded};
use crate::sync::{self, Progress, SyncListener, SyncOutcome, SyncReason, SyncResult};

/// Receives the events of a device that stays connected.
#[uniffi::export(rust, foreign)]
pub trait WatchListener: Send + Sync {
    /// Tells the app of an event. The call comes from a thread of the library, which continues when
    /// the call returns.
    fn on_event(&self, event: WatchEvent) -> Result<(), ListenerError>;
}

/// An event of a device that stays connected.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum WatchEvent {
    /// The device is connected, and the server will tell it when there is something new.
    Connected,
    /// A synchronization is in progress.
    Syncing {
        /// Its progress.
        progress: Progress,
    },
    /// A synchronization ended.
    Synced {
        /// How it ended, and what it did.
        result: SyncResult,
    },
    /// The connection was lost; the device will reconnect.
    Disconnected {
        /// What happened.
        problem: NetworkProblem,
    },
}

/// A device that stays connected. Releasing it, or locking the device, ends it.
#[derive(uniffi::Object)]
pub struct Watch {
    run: Run<SyncOutcome>,
}

#[uniffi::export]
impl Watch {
    /// Returns when it has ended: with `Cancelled`, or with the server's order.
    pub async fn finished(&self) -> Result<SyncOutcome, FieldbookError> {
        self.run.finished().await
    }

    /// Blocks until the run has ended. Do not call it from inside a listener.
    pub fn wait(&self) -> Result<SyncOutcome, FieldbookError> {
        guarded(|| self.run.wait())
    }

    /// Cancels it soon.
    pub fn stop(&self) {
        self.run.cancel();
    }
}

impl Watch {
    pub(crate) fn start(
        shared: &Arc<Shared>,
        listener: Arc<dyn WatchListener>,
    ) -> Result<Arc<Self>, FieldbookError> {
        if shared.transport.is_some() {
            let reason = "the app's own transport carries no live news".into();
            return Err(NetworkProblem::NotSent { reason }.into());
        }
        // Somebody who locked the device is told now, and not by a run that ends at once.
        shared.with(|_, _, _| Ok(()))?;
        let cancel = Cancel::new();
        let number = shared.runs.add(&cancel);
        let (working, ended) = (shared.clone(), shared.clone());
        let work = watch(working, cancel.clone(), Arc::new(Told(listener)));
        let run = Run::start(cancel, work, move || ended.runs.remove(number))?;
        Ok(Arc::new(Self { run }))
    }
}

async fn watch(
    shared: Arc<Shared>,
    cancel: Cancel,
    told: Arc<Told>,
) -> Result<SyncOutcome, FieldbookError> {
    let Some(transport) = sync::transport(&shared, &cancel).await? else {
        return Ok(SyncOutcome::Cancelled);
    };
    let mut ear = EventListener::new(transport);
    let mut lender = Lender(shared.clone());
    let mut reason = SyncReason::Schedule;
    loop {
        let progress: Arc<dyn SyncListener> = told.clone();
        // The way is free in between: others synchronize while this one listens.
        let result =
            sync::synchronize(shared.clone(), reason, cancel.clone(), Some(progress)).await?;
        let outcome = result.outcome.clone();
        told.tell(WatchEvent::Synced { result });
        if outcome.ends_a_watch() {
            return Ok(outcome);
        }
        reason = SyncReason::News;
        loop {
            match ear.next(&mut lender, &cancel).await {
                Ok(ListenEvent::News) => break,
                Ok(ListenEvent::Connected) => told.tell(WatchEvent::Connected),
                Ok(ListenEvent::Disconnected(failure)) => {
                    told.tell(WatchEvent::Disconnected { problem: failure.into() });
                }
                Ok(ListenEvent::Nothing) | Err(DriverError::Withdrawn(_)) => {
                    return Ok(SyncOutcome::Cancelled);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The app's listener, which may be slow and may fail.
struct Told(Arc<dyn WatchListener>);

impl Told {
    fn tell(&self, event: WatchEvent) {
        // The other tasks of this thread move on meanwhile.
        if tokio::task::block_in_place(|| self.0.on_event(event)).is_err() {
            tracing::warn!("a listener of the app's failed");
        }
    }
}

impl SyncListener for Told {
    fn on_progress(&self, progress: Progress) -> Result<(), ListenerError> {
        self.0.on_event(WatchEvent::Syncing { progress })
    }
}
