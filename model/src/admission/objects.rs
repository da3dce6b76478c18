//! The objects that a change writes to and makes: there, of the right kind, not too deep.
//!
//! Nothing here is recursive, and objects that are deleted or lost a conflict count as well: they
//! may come back.

use std::collections::BTreeMap;

use automerge::{Automerge, ObjId, ObjType, ReadDoc};

use super::Refusal;
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
    pub(super) fn check(&self, document: &Automerge, change: &RawChange) -> Result<Self, Refusal> {
        let mut objects = BTreeMap::new();
        for used in change.used_objects() {
            let id = identify(change, used.object)?;
            let object = match self.0.get(&id) {
                Some(object) => *object,
                None => find(document, id)?,
            };
            if object.shape != used.shape {
                return Err(Refusal::WrongObject);
            }
            objects.insert(id, object);
        }
        for made in change.made_objects() {
            let parent_depth = match made.parent {
                Parent::Root => 1,
                Parent::Object(parent) => {
                    let parent = objects.get(&identify(change, parent)?);
                    parent.ok_or(Refusal::WrongObject)?.depth
                }
            };
            if parent_depth >= NESTING_MAX {
                return Err(Refusal::TooDeep);
            }
            let object = Object { shape: made.shape, depth: parent_depth + 1 };
            objects.insert((change.actor(), made.counter), object);
        }
        Ok(Self(objects))
    }

    pub(super) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }
}

fn identify(change: &RawChange, object: OpRef) -> Result<(ActorId, u64), Refusal> {
    let actor = change.actor_at(object.actor).ok_or(Refusal::UnknownActor)?;
    Ok((actor, object.counter))
}

fn find(document: &Automerge, (actor, counter): (ActorId, u64)) -> Result<Object, Refusal> {
    // Automerge looks the actor up when the index, a hint, does not fit.
    let id = ObjId::Id(counter, actor.into(), 0);
    let shape = match document.object_type(&id) {
        Ok(ObjType::Map | ObjType::Table) => Shape::Map,
        Ok(ObjType::List | ObjType::Text) => Shape::Sequence,
        Err(_) => return Err(Refusal::WrongObject),
    };
    let parents = document.parents(&id).map_err(|_| Refusal::WrongObject)?;
    Ok(Object { shape, depth: 1 + parents.take(NESTING_MAX).count() })
}
