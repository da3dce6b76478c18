//! A push as it came in: each change with what could be read of it, and how many of them fit into
//! their device's day.

use model::change::{ChangeProblem, RawChange};
use model::ids::{ChangeHash, RecordId};
use model::wire::PushV1;

use super::Item;

/// Changes that were handed in together, in their order.
pub(crate) struct Incoming {
    changes: Vec<IncomingChange>,
    /// So many from the first on fit into their device's day. Those after them are taken only if
    /// they must always be possible.
    in_the_day: usize,
}

struct IncomingChange {
    push: PushV1,
    read: Result<RawChange, ChangeProblem>,
}

/// What a push comes apart into: what can be tried, by record, and bytes that are no change.
pub(super) struct Sorted {
    /// In the order in which the push first names each record.
    pub(super) records: Vec<(RecordId, Vec<Item>)>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// Bytes that are no change.
pub(super) struct Unreadable {
    /// Their place in the push.
    pub(super) place: usize,
    pub(super) push: PushV1,
    pub(super) problem: ChangeProblem,
}

impl Incoming {
    /// Reads the bytes of each change. All of them fit into the day, until
    /// [`Incoming::keep_tried`] says otherwise.
    pub(crate) fn read(push: Vec<PushV1>) -> Self {
        let in_the_day = push.len();
        let read = |push: PushV1| IncomingChange { read: RawChange::inspect(&push.change), push };
        Self { changes: push.into_iter().map(read).collect(), in_the_day }
    }

    pub(crate) fn len(&self) -> usize {
        self.changes.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    pub(crate) fn in_the_day(&self) -> usize {
        self.in_the_day
    }

    /// Returns the hashes that the push's signature covers, one for each change; zeros for bytes
    /// that are no change.
    pub(crate) fn hashes(&self) -> Vec<ChangeHash> {
        let hash = |change: &IncomingChange| {
            change.read.as_ref().map_or(ChangeHash([0; 32]), RawChange::hash)
        };
        self.changes.iter().map(hash).collect()
    }

    /// Returns the size of each change, in bytes.
    pub(crate) fn sizes(&self) -> impl ExactSizeIterator<Item = usize> {
        self.changes.iter().map(|change| change.push.change.len())
    }

    /// Returns the changes from a place on, with their places; without bytes that are no change.
    pub(crate) fn readable_from(&self, place: usize) -> impl Iterator<Item = (usize, &RawChange)> {
        let numbered = self.changes.iter().enumerate().skip(place);
        numbered.filter_map(|(place, change)| Some((place, change.read.as_ref().ok()?)))
    }

    /// Takes out every change that is not tried. Of the others, so many from the first on fit into
    /// the day.
    pub(crate) fn keep_tried(&mut self, in_the_day: usize, is_tried: impl Fn(usize) -> bool) {
        let mut places = 0..;
        self.changes.retain(|_| places.next().is_some_and(&is_tried));
        self.in_the_day = in_the_day;
    }

    pub(super) fn sorted(self) -> Sorted {
        let Self { changes, in_the_day } = self;
        let mut sorted = Sorted { records: Vec::new(), unreadable: Vec::new() };
        for (place, IncomingChange { push, read }) in changes.into_iter().enumerate() {
            let change = match read {
                Ok(change) => change,
                Err(problem) => {
                    sorted.unreadable.push(Unreadable { place, push, problem });
                    continue;
                }
            };
            let item = Item::new(place, place >= in_the_day, change);
            match sorted.records.iter_mut().rev().find(|(record, _)| *record == push.record) {
                Some((_, items)) => items.push(item),
                None => sorted.records.push((push.record, vec![item])),
            }
        }
        sorted
    }
}
