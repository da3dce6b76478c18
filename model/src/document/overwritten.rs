//! Which edits lost to one that was made without knowledge of them, and were never decided.
//!
//! Automerge shows the last of concurrent values and keeps the others only until the next edit of
//! the field. Their operations stay in the changes, each with the operations it took the place of:
//! all that its writer saw. What a new value leaves standing, its writer did not know. What a removal
//! leaves standing its writer may have known, because to keep the value that is shown is to remove the
//! others; there the changes themselves say who followed whom.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ObjType, ScalarValue};

use super::key;
use crate::catalogue::RecordType;

/// The edits of a document that a concurrent edit overwrote.
#[derive(Default)]
pub(super) struct Overwritten(BTreeSet<(automerge::ChangeHash, String, String)>);

impl Overwritten {
    /// Finds them. The cost grows with the operations, whatever order they were made in.
    pub(super) fn find(document: &Automerge, record_type: Option<&RecordType>) -> Self {
        let is_review = |name: &str| {
            record_type.and_then(|known| known.field(name)).is_some_and(|field| field.review)
        };
        let mut containers: HashMap<ObjectId, String> = HashMap::new();
        let mut slots: BTreeMap<(String, String), Slots> = BTreeMap::new();
        let mut found = Self::default();
        let mut order = Order::default();
        for change in document.get_changes(&[]) {
            let hash = change.hash();
            let number = order.add(hash, change.deps());
            let change = change.decode();
            for (counter, op) in (change.start_op.get()..).zip(change.operations) {
                let id = OpId::new(counter, &change.actor_id);
                let Key::Map(name) = &op.key else { continue };
                if op.obj == ObjectId::Root {
                    let holds_slots = name == key::FIELDS || name.starts_with(key::SET);
                    if holds_slots && op.action == OpType::Make(ObjType::Map) {
                        containers.insert(ObjectId::Id(id), name.to_string());
                    }
                } else if let Some(container) = containers.get(&op.obj) {
                    let Some(what) = What::of(&op) else { continue };
                    let at = (container.clone(), name.to_string());
                    let asks = container == key::FIELDS && is_review(name);
                    let slot = slots.entry(at.clone()).or_default().slot(&op.obj, asks);
                    let lost = slot.add(&mut order, Write { id, number, hash, what }, &op);
                    found.mark(&at, lost);
                }
            }
        }
        for (at, slots) in slots {
            slots.0.into_values().for_each(|slot| found.mark(&at, slot.losers(&slot.tips)));
        }
        found
    }

    /// Returns whether the edit that this change made to a key of a container was overwritten.
    pub(super) fn has(&self, change: automerge::ChangeHash, container: &str, name: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&(change, container.to_owned(), name.to_owned()))
    }

    fn mark(&mut self, (container, name): &(String, String), lost: Vec<automerge::ChangeHash>) {
        self.0.extend(lost.into_iter().map(|hash| (hash, container.clone(), name.clone())));
    }
}

/// One key in each of the containers of a name: two devices may each have made one.
#[derive(Default)]
struct Slots(HashMap<ObjectId, Slot>);

impl Slots {
    fn slot(&mut self, container: &ObjectId, asks: bool) -> &mut Slot {
        self.0.entry(container.clone()).or_insert_with(|| Slot { asks, tips: Vec::new() })
    }
}

/// One key of a container, with the writes that no later one follows.
struct Slot {
    /// Whether a person is asked when it holds several values.
    asks: bool,
    tips: Vec<Write>,
}

#[derive(Clone)]
struct Write {
    id: OpId,
    /// Its change, by the order they are read in.
    number: usize,
    hash: automerge::ChangeHash,
    what: What,
}

#[derive(Clone, PartialEq)]
enum What {
    Set(ScalarValue),
    Removed,
}

impl What {
    /// `None` for what adds up: counters lose nothing.
    fn of(op: &Op) -> Option<Self> {
        match &op.action {
            OpType::Put(ScalarValue::Counter(_)) => None,
            OpType::Put(value) => Some(Self::Set(value.clone())),
            OpType::Delete => Some(Self::Removed),
            _ => None,
        }
    }
}

impl Slot {
    /// Adds a write after all those it follows. Returns the changes that lost among these.
    fn add(&mut self, order: &mut Order, write: Write, op: &Op) -> Vec<automerge::ChangeHash> {
        let (mut met, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.tips).into_iter().partition(|tip| match tip.what {
                What::Set(_) => op.pred.iter().any(|seen| *seen == tip.id),
                // Nothing points to a removal.
                What::Removed => order.follows(write.number, tip.number),
            });
        let is_removal = write.what == What::Removed;
        let kept = others.iter().filter(|tip| {
            is_removal && tip.what != What::Removed && order.follows(write.number, tip.number)
        });
        let kept: Vec<Write> = kept.cloned().collect();
        self.tips = others;
        // Past this only who fills a record on purpose loses a mark.
        if self.tips.len() >= TIPS_MAX {
            self.tips.remove(0);
        }
        if kept.is_empty() {
            let lost = self.losers(&met);
            self.tips.push(write);
            return lost;
        }
        // Somebody decided for what was shown.
        met.extend(kept);
        self.losers(&met)
    }

    /// The changes whose writes are not what stands when all of these meet.
    fn losers(&self, met: &[Write]) -> Vec<automerge::ChangeHash> {
        let values = met.iter().filter(|write| write.what != What::Removed);
        let Some(shown) = values.max_by(|a, b| rank(&a.id).cmp(&rank(&b.id))) else {
            return Vec::new();
        };
        let lost = met.iter().filter(|write| match write.what {
            What::Removed => true,
            // Where a person is asked, the values stand side by side until then.
            What::Set(_) => !self.asks && write.what != shown.what,
        });
        lost.map(|write| write.hash).collect()
    }
}

/// Which change follows which.
#[derive(Default)]
pub(super) struct Order {
    numbers: HashMap<automerge::ChangeHash, usize>,
    follows: Vec<Vec<usize>>,
    steps: usize,
}

impl Order {
    /// Adds a change after all those it follows.
    pub(super) fn add(
        &mut self,
        hash: automerge::ChangeHash,
        deps: &[automerge::ChangeHash],
    ) -> usize {
        let number = self.follows.len();
        self.follows.push(deps.iter().filter_map(|dep| self.numbers.get(dep).copied()).collect());
        self.numbers.insert(hash, number);
        number
    }

    /// Returns whether a change follows an earlier one, or is the same.
    pub(super) fn follows(&mut self, later: usize, earlier: usize) -> bool {
        let (mut ahead, mut seen) = (vec![later], HashSet::new());
        while let Some(number) = ahead.pop() {
            if number == earlier {
                return true;
            }
            // Past this only who fills a record on purpose loses a mark.
            self.steps += 1;
            if self.steps > STEPS_MAX {
                return false;
            }
            let before = self.follows.get(number).into_iter().flatten().copied();
            ahead.extend(before.filter(|before| earlier <= *before && seen.insert(*before)));
        }
        false
    }
}

/// Writes side by side under one key that are told apart.
const TIPS_MAX: usize = 256;

/// Steps that one document is worth.
const STEPS_MAX: usize = 1_000_000;

/// Automerge shows the highest.
pub(super) fn rank(id: &OpId) -> (u64, &[u8]) {
    (id.counter(), id.actor().to_bytes())
}
