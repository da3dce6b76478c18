//! The objects that a change writes to and makes: there, of the right kind, not too deep.
//!
//! Nothing here is recursive, and objects that are deleted or lost a conflict count as well: they
//! may come back.

use std::collections::BTreeMap;

use automerge::{Automerge, ObjId, ObjType, ReadDoc};

use super::AdmissionError;
use crate::change::{OpRef, Parent, RawChange, Shape};
use crate::ids::ActorId;
use crate::limits::NESTING_MAX;

/// Objects by the operation that made them.
#[derive(Clone, Default)]
pub(super) struct Objects(BTreeMap<(ActorId, u64), Object>);

#[derive(Clone, Copy)]
struct Object {
    shape: Shape,
    /// The root is at 1.
    depth: usize,
}

impl Objects {
    /// Checks everything that `change` writes to, in `document` or noted here, and gives what it
    /// makes.
    pub(super) fn check(
        &self,
        document: &Automerge,
        change: &RawChange,
    ) -> Result<Self, AdmissionError> {
        for used in change.used_objects() {
            let id = identify(change, used.object)?;
            let noted = self.0.get(&id).map(|object| object.shape);
            if noted.or_else(|| shape_in(document, id)) != Some(used.shape) {
                return Err(AdmissionError::WrongObject);
            }
        }

        let mut made = Self::default();
        let mut earlier: BTreeMap<(ActorId, u64), usize> = BTreeMap::new();
        for object in change.made_objects() {
            let parent_depth = match object.parent {
                Parent::Root => 1,
                Parent::Object(parent) => {
                    let id = identify(change, parent)?;
                    let noted = made.0.get(&id).or_else(|| self.0.get(&id));
                    match noted.map(|object| object.depth).or_else(|| earlier.get(&id).copied()) {
                        Some(depth) => depth,
                        None => *earlier.entry(id).or_insert(depth_in(document, id)?),
                    }
                }
            };
            if parent_depth >= NESTING_MAX {
                return Err(AdmissionError::TooDeep);
            }
            let id = (change.actor(), object.counter);
            made.0.insert(id, Object { shape: object.shape, depth: parent_depth + 1 });
        }
        Ok(made)
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

fn identify(change: &RawChange, object: OpRef) -> Result<(ActorId, u64), AdmissionError> {
    let actor = change.actor_at(object.actor).ok_or(AdmissionError::UnknownActor)?;
    Ok((actor, object.counter))
}

fn shape_in(document: &Automerge, id: (ActorId, u64)) -> Option<Shape> {
    match document.object_type(object_id(id)).ok()? {
        ObjType::Map | ObjType::Table => Some(Shape::Map),
        ObjType::List | ObjType::Text => Some(Shape::Sequence),
    }
}

/// Slow where the object stands in a long list.
fn depth_in(document: &Automerge, id: (ActorId, u64)) -> Result<usize, AdmissionError> {
    let parents = document.parents(object_id(id)).map_err(|_| AdmissionError::WrongObject)?;
    Ok(1 + parents.take(NESTING_MAX).count())
}

fn object_id((actor, counter): (ActorId, u64)) -> ObjId {
    // Automerge looks the actor up when the index, a hint, does not fit.
    ObjId::Id(counter, actor.into(), 0)
}
