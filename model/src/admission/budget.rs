//! What trying changes may cost.

use automerge::{Automerge, ReadDoc as _};

use crate::change::RawChange;

/// How many operations of documents may still be tried. What does not fit is put off, and so is
/// everything after it, so that nothing is refused for want of what was put off.
#[derive(Debug, Clone)]
pub struct Budget {
    left: u64,
    /// Whether the next trial is made whatever it costs: however large a record is, it can be tried.
    next_is_free: bool,
    is_exhausted: bool,
}

impl Budget {
    /// A budget of so many operations, and for one trial whatever it costs.
    pub fn new(ops: u64) -> Self {
        Self { left: ops, next_is_free: true, is_exhausted: false }
    }

    /// For changes that were taken before, or that nobody sent.
    pub fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// Half of what is left, for one record of several: none of them takes everything.
    #[must_use]
    pub fn half(&self) -> Self {
        Self::new(self.left / 2)
    }

    /// Makes one more trial possible, whatever it costs.
    pub fn allow_one(&mut self) {
        self.next_is_free = true;
    }

    /// Returns whether a trial of this cost is to be made; it is charged then.
    #[must_use = "a trial that does not fit must not be made"]
    pub fn take(&mut self, ops: u64) -> bool {
        let fits = !self.is_exhausted && ops <= self.left;
        if fits || self.next_is_free {
            self.next_is_free = false;
            self.left = self.left.saturating_sub(ops);
            return true;
        }
        self.is_exhausted = true;
        false
    }

    /// Charges what was done anyway.
    pub fn spend(&mut self, ops: u64) {
        self.left = self.left.saturating_sub(ops);
        self.is_exhausted |= self.left == 0;
    }

    /// Where to split changes of which some are bad, when each trial has this cost: in the middle,
    /// so that one bad one among many is found in few trials; and after the first when what is left
    /// would not reach the end of that.
    pub fn split(&self, ops: u64, changes: usize) -> usize {
        let needed = u64::from(2 * changes.max(2).ilog2() + 2);
        if self.left / ops.max(1) >= needed { changes / 2 } else { 1 }
    }

    /// Returns what is left.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Returns whether everything that follows is put off.
    pub fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }
}

/// Returns what it costs to go through a document once.
pub fn cost_of(document: &Automerge) -> u64 {
    document.stats().num_ops
}

/// Returns what it costs to try these changes on it.
pub(super) fn cost_of_trial(document: &Automerge, changes: &[RawChange]) -> u64 {
    changes.iter().map(RawChange::ops).fold(cost_of(document), u64::saturating_add)
}
