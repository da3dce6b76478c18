//! What goes into and comes out of a run, in numbers.

use model::time::Timestamp;
use serde::Serialize;

use super::TransportFailure;

/// What a run did. Bytes are those of the bodies as they travelled, headers not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct SyncReport {
    /// Changes the server has now and this device had not known it to have.
    pub sent: u64,
    /// Changes received that this device did not have.
    pub received: u64,
    /// Changes the server refused for good.
    pub refused: u64,
    /// Records that something on the way took no change of, for its size, when the run ended.
    pub stuck: u64,
    /// Requests sent, those that failed included.
    pub requests: u64,
    /// Bytes sent.
    pub bytes_up: u64,
    /// Bytes received.
    pub bytes_down: u64,
}

impl SyncReport {
    /// This report and another as one.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            sent: self.sent.saturating_add(other.sent),
            received: self.received.saturating_add(other.received),
            refused: self.refused.saturating_add(other.refused),
            stuck: self.stuck.max(other.stuck),
            requests: self.requests.saturating_add(other.requests),
            bytes_up: self.bytes_up.saturating_add(other.bytes_up),
            bytes_down: self.bytes_down.saturating_add(other.bytes_down),
        }
    }

    pub(super) fn travelled(&mut self, traffic: Traffic) {
        let Traffic { requests, bytes_up, bytes_down } = traffic;
        *self = self.plus(Self { requests, bytes_up, bytes_down, ..Self::default() });
    }

    pub(super) fn applied(&mut self, applied: &AppliedSummary) {
        let AppliedSummary { sent, received, refused, stuck, .. } = *applied;
        *self = self.plus(Self { sent, received, refused, ..Self::default() });
        self.stuck = stuck;
    }
}

/// What travelled for one exchange.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests: two when the server asked for a fresh nonce.
    pub requests: u64,
    /// Bytes of the requests' bodies.
    pub bytes_up: u64,
    /// Bytes of the answers' bodies.
    pub bytes_down: u64,
}

/// What is in a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestSummary {
    /// Changes pushed.
    pub changes: u64,
    /// Records named to a restored server.
    pub records_offered: u64,
}

/// What one answer changed in the store, and what is left to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AppliedSummary {
    /// Changes the server acknowledged.
    pub sent: u64,
    /// Changes received that were not here.
    pub received: u64,
    /// Changes refused for good.
    pub refused: u64,
    /// Records that are set aside as too large for what stands between.
    pub stuck: u64,
    /// Whether anything moved: an acknowledgement, a page, the cursor, a step of a reconcile.
    pub progressed: bool,
    /// What is left.
    pub left: Left,
    /// Set when the device was told to stop.
    pub ended: Option<Ending>,
}

/// What is left to do after an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Changes to push that the server has not refused.
    pub push: u64,
    /// Changes to offer again once the pull is through.
    pub offer_again: u64,
    /// Whether another page waits on the server.
    pub pull: bool,
    /// Whether a reconcile is under way.
    pub reconcile: bool,
    /// Scopes dropped here and not yet confirmed.
    pub confirm: u64,
    /// Records to fetch again.
    pub refetch: u64,
}

impl Left {
    /// Returns whether the run is done.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Why there is nothing more to synchronize, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The store was destroyed on the server's order.
    Wiped,
    /// The store was locked on the server's order.
    Locked,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncOutcome {
    /// Nothing is left to push or pull.
    Done,
    /// It was cancelled. What was acknowledged stays acknowledged; the next run goes on.
    Cancelled,
    /// The server did not answer, several times. Trying later may help.
    Unreachable(TransportFailure),
    /// The server, or this device, cannot go on: trying again as things are does not help.
    Refused(TransportFailure),
    /// The server goes on asking for more and moves nothing.
    Stalled,
    /// The store failed; it is as it was before the answer.
    StoreFailed,
    /// The store was destroyed on the server's order.
    Wiped,
    /// The store was locked on the server's order.
    Locked,
}

/// Something to show while a run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What happens now.
    pub stage: Stage,
    /// What the run has done so far.
    pub so_far: SyncReport,
}

/// What a run is busy with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// A request is on its way.
    Sending {
        /// Changes in it.
        changes: u64,
        /// Records named to a restored server in it.
        records_offered: u64,
    },
    /// An answer is being put into the store.
    Applying,
    /// The last request failed; the next goes out then.
    Waiting {
        /// When.
        until: Timestamp,
        /// What went wrong.
        failure: TransportFailure,
    },
}
