//! The operations of a change, read across the columns: whether each makes sense where it stands.

use std::collections::BTreeSet;

use super::{ChangeProblem, MadeObject, OpRef, Parent, Shape, UsedObject};
use crate::limits::CHANGE_PARENTS_MAX;

/// The operations, one a row.
pub(super) struct Rows {
    pub(super) start_op: u64,
    pub(super) actions: Vec<Action>,
    pub(super) parents: Vec<Parent>,
    pub(super) keys: Vec<Key>,
    pub(super) inserts: Vec<bool>,
    /// How many predecessors each has.
    pub(super) predecessors: Vec<u64>,
}

impl Rows {
    /// Checks that each operation makes sense where it stands. Automerge takes a list's element
    /// in a map, and then two replicas may show it differently.
    pub(super) fn used_objects(&self) -> Result<BTreeSet<UsedObject>, ChangeProblem> {
        let mut used = BTreeSet::new();
        let keys = self.keys.iter().zip(&self.inserts);
        let actions = self.actions.iter().zip(&self.predecessors);
        for ((parent, (key, insert)), (action, predecessors)) in
            self.parents.iter().zip(keys).zip(actions)
        {
            let fits = match (key, *insert) {
                (Key::Name | Key::Element, false) => true,
                (Key::Name, true) | (Key::Head, false) => false,
                (Key::Head | Key::Element, true) => *predecessors == 0 && action.may_insert(),
            };
            if !fits {
                return Err(ChangeProblem::Malformed { part: "insert" });
            }
            let shape = key.shape();
            match *parent {
                Parent::Root if shape == Shape::Map => {}
                Parent::Object(object) if self.is_own(object) => {
                    if self.made_at(object.counter) != Some(shape) {
                        return Err(ChangeProblem::Malformed { part: "object" });
                    }
                }
                Parent::Object(object) => {
                    used.insert(UsedObject { object, shape });
                }
                Parent::Root => return Err(ChangeProblem::Malformed { part: "object" }),
            }
        }
        Ok(used)
    }

    pub(super) fn made_objects(&self) -> Result<Vec<MadeObject>, ChangeProblem> {
        let mut made = Vec::new();
        let mut earlier_parents = BTreeSet::new();
        for (row, (action, parent)) in (0..).zip(self.actions.iter().zip(&self.parents)) {
            let Some(shape) = action.makes() else { continue };
            let counter = self.start_op.saturating_add(row);
            made.push(MadeObject { counter, shape, parent: *parent });
            if let Parent::Object(object) = *parent
                && !self.is_own(object)
            {
                earlier_parents.insert(object);
            }
        }
        if earlier_parents.len() > CHANGE_PARENTS_MAX {
            return Err(ChangeProblem::TooManyParents);
        }
        Ok(made)
    }

    fn is_own(&self, object: OpRef) -> bool {
        object.actor == 0 && object.counter >= self.start_op
    }

    fn made_at(&self, counter: u64) -> Option<Shape> {
        let row = usize::try_from(counter.checked_sub(self.start_op)?).ok()?;
        self.actions.get(row)?.makes()
    }
}

/// What an operation does, by its number in the format.
#[derive(Clone, Copy)]
pub(super) struct Action(u64);

impl Action {
    const MAKE_MAP: u64 = 0;
    const MAKE_LIST: u64 = 2;
    const DELETE: u64 = 3;
    const MAKE_TEXT: u64 = 4;
    const INCREMENT: u64 = 5;
    const MAKE_TABLE: u64 = 6;
    const MARK: u64 = 7;

    pub(super) fn known(number: u64) -> Result<Self, ChangeProblem> {
        match number {
            Self::MAKE_MAP..Self::MARK => Ok(Self(number)),
            Self::MARK => Err(ChangeProblem::RichText),
            _ => Err(ChangeProblem::Malformed { part: "action" }),
        }
    }

    fn makes(self) -> Option<Shape> {
        match self.0 {
            Self::MAKE_MAP | Self::MAKE_TABLE => Some(Shape::Map),
            Self::MAKE_LIST | Self::MAKE_TEXT => Some(Shape::Sequence),
            _ => None,
        }
    }

    pub(super) fn is_increment(self) -> bool {
        self.0 == Self::INCREMENT
    }

    fn may_insert(self) -> bool {
        !matches!(self.0, Self::DELETE | Self::INCREMENT)
    }
}

/// Where in its object an operation stands.
pub(super) enum Key {
    /// At a map's key.
    Name,
    /// Before the first element.
    Head,
    /// At an element, or after it.
    Element,
}

impl Key {
    fn shape(&self) -> Shape {
        match self {
            Self::Name => Shape::Map,
            Self::Head | Self::Element => Shape::Sequence,
        }
    }
}
