//! Synchronization: one run, its progress and its end.

use std::sync::Arc;
use std::time::SystemTime;

use client_core::driver::{Cancel, DriverError};
use client_core::engine;
use client_core::transport::Transport;
use tokio::sync::{MappedMutexGuard, MutexGuard};

use crate::connection::Connection;
use crate::error::FieldbookError;
use crate::https;
use crate::network::NetworkProblem;
use crate::observe::ListenerError;
use crate::run::Run;
use crate::runtime::instant;
use crate::shared::{Lender, Shared, guarded};

/// Receives the progress of a synchronization.
#[uniffi::export(rust, foreign)]
pub trait SyncListener: Send + Sync {
    /// Tells the app of an event. The call comes from a thread of the library, which continues when
    /// the call returns.
    fn on_progress(&self, progress: Progress) -> Result<(), ListenerError>;
}

/// The reason for a synchronization, which decides how long the run keeps trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SyncReason {
    /// A person asked and waits for the answer: the run gives up after a few failures.
    Person,
    /// Something was saved on this device.
    Saved,
    /// The server said that there is something new.
    News,
    /// A schedule started it.
    Schedule,
}

/// Progress to show during a synchronization.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Progress {
    /// What happens now.
    pub stage: Stage,
    /// What the run has done so far.
    pub so_far: SyncReport,
}

/// What a synchronization is busy with.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Stage {
    /// A request is on its connection.
    Sending {
        /// Changes in it.
        changes: u64,
    },
    /// An answer is being put into the store.
    Applying,
    /// The last request failed.
    Waiting {
        /// When the next goes out.
        until: SystemTime,
        /// What went wrong.
        problem: NetworkProblem,
    },
}

/// What a synchronization did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct SyncReport {
    /// Changes that this device now knows to be on the server, and did not know before.
    pub sent: u64,
    /// Changes received that this device did not have.
    pub received: u64,
    /// Changes the server refused for good.
    pub refused: u64,
    /// Records with a change that is too large for a proxy on the way.
    pub stuck: u64,
    /// Requests sent, including failed ones.
    pub requests: u64,
    /// Bytes sent, without headers.
    pub bytes_up: u64,
    /// Bytes received, without headers.
    pub bytes_down: u64,
}

/// How a synchronization ended, and what it did.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncResult {
    /// How it ended.
    pub outcome: SyncOutcome,
    /// What it did.
    pub report: SyncReport,
}

/// How a synchronization ended.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum SyncOutcome {
    /// Nothing is left to send or to receive.
    Done,
    /// It was cancelled. Acknowledged changes stay acknowledged; the next run continues from there.
    Cancelled,
    /// The server did not answer several times. A later retry may succeed.
    Unreachable {
        /// What happened last.
        problem: NetworkProblem,
    },
    /// The request was refused; a retry without a change will not succeed.
    Refused {
        /// Why.
        problem: NetworkProblem,
    },
    /// The server keeps asking for more without progress.
    Stalled,
    /// The server locked the device until further notice.
    LockedByServer,
    /// The server ordered the device to destroy its store, and the device did. Enroll again.
    WipedByServer,
}

/// A synchronization in progress. Releasing it cancels it.
#[derive(uniffi::Object)]
pub struct SyncRun {
    run: Run<SyncResult>,
}

#[uniffi::export]
impl SyncRun {
    /// Returns when the run has ended. Any number of callers may wait.
    pub async fn finished(&self) -> Result<SyncResult, FieldbookError> {
        self.run.finished().await
    }

    /// Blocks until the run has ended. Do not call it from inside a listener.
    pub fn wait(&self) -> Result<SyncResult, FieldbookError> {
        guarded(|| self.run.wait())
    }

    /// Cancels the run soon. Acknowledged changes stay acknowledged.
    pub fn cancel(&self) {
        self.run.cancel();
    }
}

impl SyncRun {
    pub(crate) fn start(
        shared: &Arc<Shared>,
        reason: SyncReason,
        listener: Option<Arc<dyn SyncListener>>,
    ) -> Result<Arc<Self>, FieldbookError> {
        // Somebody who locked the device is told now, and not by a run that ends at once.
        shared.with(|_, _, _| Ok(()))?;
        let cancel = Cancel::new();
        let number = shared.runs.add(&cancel);
        let (working, ended) = (shared.clone(), shared.clone());
        let work = synchronize(working, reason, cancel.clone(), listener);
        let run = Run::start(cancel, work, move || ended.runs.remove(number))?;
        Ok(Arc::new(Self { run }))
    }
}

/// Runs one synchronization. Runs go one at a time; a second run soon finds that nothing is left to
/// do.
pub(crate) async fn synchronize(
    shared: Arc<Shared>,
    reason: SyncReason,
    cancel: Cancel,
    listener: Option<Arc<dyn SyncListener>>,
) -> Result<SyncResult, FieldbookError> {
    let Some(mut connection) = take_connection(&shared, &cancel).await? else {
        return Ok(SyncResult::cancelled());
    };
    if reason == SyncReason::Person {
        connection.forget_failures();
    }
    let mut on_progress = |progress: &engine::Progress| {
        let Some(listener) = &listener else { return };
        let told = Progress::from(progress.clone());
        // The app's code may take its time: the other tasks of this thread move on meanwhile.
        if tokio::task::block_in_place(|| listener.on_progress(told)).is_err() {
            tracing::warn!("a listener of the app's failed");
        }
    };
    let mut lender = Lender(shared.clone());
    match connection.driver.sync(&mut lender, reason.into(), &cancel, &mut on_progress).await {
        Ok((engine::SyncOutcome::StoreFailed, _)) => Err(FieldbookError::Internal),
        Ok((outcome, report)) => {
            if outcome == engine::SyncOutcome::Wiped {
                shared.is_wiped();
            }
            Ok(SyncResult { outcome: outcome.into(), report: report.into() })
        }
        Err(DriverError::Withdrawn(_)) => Ok(SyncResult::cancelled()),
        Err(error) => Err(error.into()),
    }
}

/// Returns the transport to the server, or `None` if the run was cancelled before.
pub(crate) async fn transport(
    shared: &Shared,
    cancel: &Cancel,
) -> Result<Option<Arc<dyn Transport>>, FieldbookError> {
    Ok(take_connection(shared, cancel).await?.map(|connection| connection.transport.clone()))
}

/// Waits until no other run uses the connection to the server. Returns `None` if the run was
/// cancelled before.
async fn take_connection<'a>(
    shared: &'a Shared,
    cancel: &Cancel,
) -> Result<Option<MappedMutexGuard<'a, Connection>>, FieldbookError> {
    let mut connection = tokio::select! {
        biased;
        () = cancel.cancelled() => return Ok(None),
        connection = shared.connection.lock() => connection,
    };
    let taken = match connection.take() {
        Some(connection) => connection,
        None => connect(shared)?,
    };
    Ok(Some(MutexGuard::map(connection, |connection| connection.insert(taken))))
}

fn connect(shared: &Shared) -> Result<Connection, FieldbookError> {
    let enrollment = shared.with(|device, _, _| Ok(device.store().read().enrollment()?))?;
    let (url, fingerprint) = (&enrollment.server_url, enrollment.fingerprint.as_deref());
    Ok(Connection::new(https::transport(shared.transport.as_ref(), url, fingerprint)?))
}

impl SyncResult {
    fn cancelled() -> Self {
        Self { outcome: SyncOutcome::Cancelled, report: SyncReport::default() }
    }
}

impl SyncOutcome {
    /// Returns whether a watch ends after this outcome.
    pub(crate) fn ends_a_watch(&self) -> bool {
        match self {
            Self::Cancelled | Self::LockedByServer | Self::WipedByServer => true,
            Self::Done | Self::Unreachable { .. } | Self::Refused { .. } | Self::Stalled => false,
        }
    }
}

impl From<SyncReason> for engine::Reason {
    fn from(reason: SyncReason) -> Self {
        match reason {
            SyncReason::Person => Self::Person,
            SyncReason::Saved => Self::Saved,
            SyncReason::News => Self::News,
            SyncReason::Schedule => Self::Schedule,
        }
    }
}

impl From<engine::Progress> for Progress {
    fn from(progress: engine::Progress) -> Self {
        let stage = match progress.stage {
            engine::Stage::Sending { changes, .. } => Stage::Sending { changes },
            engine::Stage::Applying => Stage::Applying,
            engine::Stage::Waiting { until, failure } => {
                Stage::Waiting { until: instant(until), problem: failure.into() }
            }
        };
        Self { stage, so_far: progress.so_far.into() }
    }
}

impl From<engine::SyncReport> for SyncReport {
    fn from(report: engine::SyncReport) -> Self {
        let engine::SyncReport { sent, received, refused, stuck, requests, bytes_up, bytes_down } =
            report;
        Self { sent, received, refused, stuck, requests, bytes_up, bytes_down }
    }
}

impl From<engine::SyncOutcome> for SyncOutcome {
    fn from(outcome: engine::SyncOutcome) -> Self {
        match outcome {
            engine::SyncOutcome::Done => Self::Done,
            engine::SyncOutcome::Cancelled => Self::Cancelled,
            engine::SyncOutcome::Unreachable(failure) => {
                Self::Unreachable { problem: failure.into() }
            }
            engine::SyncOutcome::Refused(failure) => Self::Refused { problem: failure.into() },
            // A store that failed comes as an error instead.
            engine::SyncOutcome::Stalled | engine::SyncOutcome::StoreFailed => Self::Stalled,
            engine::SyncOutcome::Wiped => Self::WipedByServer,
            engine::SyncOutcome::Locked => Self::LockedByServer,
        }
    }
}
