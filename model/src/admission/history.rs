//! A record's changes as a graph, without their content: enough to say whether one more fits.

use std::collections::{BTreeMap, BTreeSet};

use automerge::Automerge;

use super::AdmissionError;
use crate::change::{OpRef, RawChange, known_actor};
use crate::ids::{ActorId, ChangeHash};

/// The graph of a document's changes, and of those admitted since.
#[derive(Clone, Default)]
pub(super) struct History {
    changes: BTreeMap<ChangeHash, Node>,
    /// Each actor's changes; `seq` n stands at n - 1.
    actors: BTreeMap<ActorId, Vec<ChangeHash>>,
    heads: BTreeSet<ChangeHash>,
}

#[derive(Clone)]
struct Node {
    author: Option<ActorId>,
    seq: u64,
    start_op: u64,
    max_op: u64,
    deps: Vec<ChangeHash>,
}

impl History {
    pub(super) fn of(document: &Automerge) -> Self {
        let mut history = Self::default();
        for meta in document.get_changes_meta(&[]) {
            let node = Node {
                author: known_actor(&meta.actor),
                seq: meta.seq,
                start_op: meta.start_op,
                max_op: meta.max_op,
                deps: meta.deps.into_iter().map(ChangeHash::from).collect(),
            };
            history.add(meta.hash.into(), node);
        }
        history
    }

    /// Adds a change that [`History::place`] found to fit.
    pub(super) fn insert(&mut self, change: &RawChange) {
        let node = Node {
            author: Some(change.actor()),
            seq: change.seq(),
            start_op: change.start_op(),
            max_op: change.max_op(),
            deps: change.deps().to_vec(),
        };
        self.add(change.hash(), node);
    }

    pub(super) fn contains(&self, hash: ChangeHash) -> bool {
        self.changes.contains_key(&hash)
    }

    pub(super) fn heads(&self) -> Vec<automerge::ChangeHash> {
        self.heads.iter().map(|head| (*head).into()).collect()
    }

    /// Checks that the change continues what it follows: its actor's numbers, its operations'
    /// counters, and everything it refers to.
    pub(super) fn place(&self, change: &RawChange) -> Result<(), AdmissionError> {
        let missing: Vec<_> =
            change.deps().iter().copied().filter(|dep| !self.contains(*dep)).collect();
        if !missing.is_empty() {
            return Err(AdmissionError::MissingDependencies { missing });
        }

        let actor = change.actor();
        let (found, expected) = (change.seq(), self.written_by(actor) + 1);
        if found < expected {
            return Err(AdmissionError::Equivocation { seq: found });
        }
        if found > expected {
            return Err(AdmissionError::SequenceGap { expected, found });
        }
        let past = self.past(change.deps());
        if past.seq(self, actor) + 1 != found {
            return Err(AdmissionError::OwnChangeNotFollowed);
        }

        // Each change counts on from all that it follows, so the direct ones have the maximum.
        let counted = change.deps().iter().filter_map(|dep| self.changes.get(dep));
        let expected = counted.map(|node| node.max_op).max().unwrap_or(0).saturating_add(1);
        if change.start_op() != expected {
            return Err(AdmissionError::WrongStartOp { expected, found: change.start_op() });
        }

        if change.other_actors().iter().any(|other| past.seq(self, *other) == 0) {
            return Err(AdmissionError::UnknownActor);
        }
        if change.references().iter().any(|reference| !self.follows(&past, change, *reference)) {
            return Err(AdmissionError::UnknownOperation);
        }
        Ok(())
    }

    /// Returns whether an operation belongs to a change in `past`.
    fn follows(&self, past: &Past, change: &RawChange, reference: OpRef) -> bool {
        let Some(actor) = change.actor_at(reference.actor) else { return false };
        let known = usize::try_from(past.seq(self, actor)).unwrap_or(usize::MAX);
        let Some(written) = self.actors.get(&actor) else { return false };
        let written = written.get(..known).unwrap_or(written);
        let ends_before = |hash: &ChangeHash| {
            self.changes.get(hash).is_some_and(|node| node.max_op < reference.counter)
        };
        let at = written.partition_point(ends_before);
        let node = written.get(at).and_then(|hash| self.changes.get(hash));
        node.is_some_and(|node| (node.start_op..=node.max_op).contains(&reference.counter))
    }

    /// Everything that these changes follow, themselves included.
    fn past(&self, deps: &[ChangeHash]) -> Past {
        if self.heads.iter().all(|head| deps.contains(head)) {
            return Past::Everything;
        }
        let mut clock: BTreeMap<ActorId, u64> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut next = deps.to_vec();
        while let Some(hash) = next.pop() {
            if !seen.insert(hash) {
                continue;
            }
            let Some(node) = self.changes.get(&hash) else { continue };
            if let Some(author) = node.author {
                let seq = clock.entry(author).or_default();
                *seq = node.seq.max(*seq);
            }
            next.extend_from_slice(&node.deps);
        }
        Past::Clock(clock)
    }

    fn written_by(&self, actor: ActorId) -> u64 {
        self.actors.get(&actor).map_or(0, |written| written.len() as u64)
    }

    fn add(&mut self, hash: ChangeHash, node: Node) {
        for dep in &node.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(hash);
        if let Some(author) = node.author {
            self.actors.entry(author).or_default().push(hash);
        }
        self.changes.insert(hash, node);
    }
}

/// A set of changes that holds, with each, all that it follows. An actor's changes follow each
/// other, so a number an actor describes it.
enum Past {
    Everything,
    Clock(BTreeMap<ActorId, u64>),
}

impl Past {
    fn seq(&self, history: &History, actor: ActorId) -> u64 {
        match self {
            Self::Everything => history.written_by(actor),
            Self::Clock(clock) => clock.get(&actor).copied().unwrap_or(0),
        }
    }
}
