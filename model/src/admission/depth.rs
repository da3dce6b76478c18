//! How deep a change nests, from the objects it makes. Nothing here is recursive, and objects
//! that are deleted or lost a conflict count as well: they may come back.

use std::collections::BTreeMap;

use automerge::{Automerge, ObjId, ReadDoc};

use super::Refusal;
use crate::change::{Parent, RawChange};
use crate::ids::ActorId;
use crate::limits::NESTING_MAX;

/// How deep objects stand, by the operation that made them. The root is at 1.
#[derive(Clone, Default)]
pub(super) struct Depths(BTreeMap<(ActorId, u64), usize>);

impl Depths {
    /// The depth of everything that `change` makes, in `document` or in what is noted here.
    pub(super) fn measure(
        &self,
        document: &Automerge,
        change: &RawChange,
    ) -> Result<Self, Refusal> {
        let mut depths = BTreeMap::new();
        for made in change.made_objects() {
            let parent_depth = match made.parent {
                Parent::Root => 1,
                Parent::Object(parent) => {
                    let actor = change.actor_at(parent.actor).ok_or(Refusal::UnknownActor)?;
                    let key = (actor, parent.counter);
                    match depths.get(&key).or_else(|| self.0.get(&key)) {
                        Some(depth) => *depth,
                        None => {
                            let depth = depth_in(document, actor, parent.counter)?;
                            depths.insert(key, depth);
                            depth
                        }
                    }
                }
            };
            if parent_depth >= NESTING_MAX {
                return Err(Refusal::TooDeep);
            }
            depths.insert((change.actor(), made.counter), parent_depth + 1);
        }
        Ok(Self(depths))
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

fn depth_in(document: &Automerge, actor: ActorId, counter: u64) -> Result<usize, Refusal> {
    // Automerge looks the actor up when the index, a hint, does not fit.
    let object = ObjId::Id(counter, actor.into(), 0);
    let parents = document.parents(&object).map_err(|_| Refusal::UnknownOperation)?;
    Ok(1 + parents.take(NESTING_MAX).count())
}
