//! The envelope of an Automerge change, read by our own parser before Automerge sees a byte.
//!
//! Automerge trusts what a change claims: fifty bytes can claim sixteen million operations, and
//! it would make them all. [`RawChange::inspect`] reads the chunk and every column, holds each
//! claim against [`crate::limits`] before memory follows from it, and refuses by name what does
//! not fit. Whether the change fits a *record* is [`crate::admission`]'s question.

use std::collections::BTreeSet;
use std::fmt;

use automerge::ActorId as AnyActor;

use crate::ids::{ActorId, ChangeHash};
use crate::limits::{CHANGE_ACTORS_MAX, CHANGE_DEPS_MAX};

use self::columns::Operations;
pub use self::columns::{MadeObject, OpRef, Parent, Shape, UsedObject};
use self::envelope::Envelope;
pub use self::problem::ChangeProblem;
use self::reader::Reader;

mod columns;
mod envelope;
mod problem;
mod reader;

/// A change whose envelope was parsed by us, not by Automerge, and found within the limits.
#[derive(Clone, PartialEq, Eq)]
pub struct RawChange {
    bytes: Vec<u8>,
    hash: ChangeHash,
    deps: Vec<ChangeHash>,
    actor: ActorId,
    seq: u64,
    start_op: u64,
    time: i64,
    message: Option<Box<str>>,
    other_actors: Vec<ActorId>,
    operations: Operations,
}

impl RawChange {
    /// Reads a change as a peer sent it: an Automerge change chunk, deflated or not, and nothing
    /// after it.
    ///
    /// Memory stays within a small multiple of [`crate::limits::CHANGE_INFLATED_BYTES_MAX`]
    /// whatever the bytes say. One change has one accepted form: numbers must be in their
    /// shortest encoding, dependencies, actors and columns in ascending order.
    ///
    /// # Errors
    /// Names the first thing that is wrong or past a limit.
    pub fn inspect(bytes: &[u8]) -> Result<Self, ChangeProblem> {
        let Envelope { bytes, hash, body } = Envelope::open(bytes)?;
        let mut reader = Reader::new(bytes.get(body).unwrap_or_default());

        let deps = read_deps(&mut reader)?;
        let actor = read_actor(&mut reader)?;
        let seq = reader.unsigned()?;
        if seq == 0 {
            return Err(ChangeProblem::Malformed { part: "seq" });
        }
        let start_op = reader.unsigned()?;
        if start_op == 0 {
            return Err(ChangeProblem::Malformed { part: "start_op" });
        }
        let time = reader.signed()?;
        let message = reader.text("message")?;
        let message = (!message.is_empty()).then(|| message.into());
        let other_actors = read_other_actors(&mut reader, actor)?;
        let actors = 1 + other_actors.len() as u64;
        let operations = Operations::read(&mut reader, start_op, actors)?;
        if !reader.is_empty() {
            // Automerge 0.12 puts an unsigned author here. Nothing of ours writes or reads one.
            return Err(ChangeProblem::ExtraBytes);
        }

        Ok(Self {
            bytes,
            hash,
            deps,
            actor,
            seq,
            start_op,
            time,
            message,
            other_actors,
            operations,
        })
    }

    /// The change as an uncompressed chunk: what is stored, sent on, and exactly what Automerge's
    /// `raw_bytes` says.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Like [`RawChange::bytes`], giving them away.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The change's identity, computed here.
    pub fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// The changes this one follows directly, in ascending order.
    pub fn deps(&self) -> &[ChangeHash] {
        &self.deps
    }

    /// Returns who claims to have written it. Whether the sender may use this device is the
    /// caller's question.
    pub fn actor(&self) -> ActorId {
        self.actor
    }

    /// The other actors whose operations this change builds on, in ascending order.
    pub fn other_actors(&self) -> &[ActorId] {
        &self.other_actors
    }

    /// The number of this change among its actor's, from 1.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// The counter of its first operation, from 1.
    pub fn start_op(&self) -> u64 {
        self.start_op
    }

    /// The counter of its last operation; that before [`RawChange::start_op`] when it has none.
    pub fn max_op(&self) -> u64 {
        (self.start_op - 1).saturating_add(self.operations.count)
    }

    /// How many operations it has.
    pub fn ops(&self) -> u64 {
        self.operations.count
    }

    /// The time the writer claims, in the writer's unit.
    pub fn time(&self) -> i64 {
        self.time
    }

    /// The writer's message, if any.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The earlier operations it refers to (objects, elements, predecessors), each once.
    pub fn references(&self) -> &[OpRef] {
        &self.operations.references
    }

    /// The objects of earlier changes that it writes to.
    pub fn used_objects(&self) -> &[UsedObject] {
        &self.operations.used
    }

    /// The names under which it writes into maps, each once: fields, and the keys of what they hold.
    /// Reads the bytes once more.
    pub fn names(&self) -> BTreeSet<String> {
        let read = || {
            let Envelope { bytes, body, .. } = Envelope::open(&self.bytes)?;
            let mut reader = Reader::new(bytes.get(body).unwrap_or_default());
            read_deps(&mut reader)?;
            let actor = read_actor(&mut reader)?;
            reader.unsigned()?;
            reader.unsigned()?;
            reader.signed()?;
            reader.text("message")?;
            read_other_actors(&mut reader, actor)?;
            Operations::names(&mut reader)
        };
        // What was read once is read again.
        read().unwrap_or_default()
    }

    /// The objects it makes, in the order it makes them.
    pub fn made_objects(&self) -> &[MadeObject] {
        &self.operations.made
    }

    /// The actor at this place in the change's own numbering: 0 is the writer.
    pub fn actor_at(&self, index: u64) -> Option<ActorId> {
        match index.checked_sub(1) {
            None => Some(self.actor),
            Some(other) => self.other_actors.get(usize::try_from(other).ok()?).copied(),
        }
    }
}

impl fmt::Debug for RawChange {
    /// Leaves the bytes and the message out: they hold what somebody wrote down.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawChange")
            .field("hash", &self.hash)
            .field("actor", &self.actor)
            .field("seq", &self.seq)
            .field("ops", &self.operations.count)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Our form of an actor that Automerge holds, or `None` when no device of ours wrote under it.
pub(crate) fn known_actor(actor: &AnyActor) -> Option<ActorId> {
    ActorId::from_slice(actor.to_bytes()).ok()
}

fn read_deps(reader: &mut Reader<'_>) -> Result<Vec<ChangeHash>, ChangeProblem> {
    let found = reader.unsigned()?;
    if found > CHANGE_DEPS_MAX {
        return Err(ChangeProblem::TooManyDependencies { found });
    }
    let mut deps = Vec::new();
    for _ in 0..found {
        let hash = ChangeHash::from_slice(reader.take(32)?)
            .map_err(|_| ChangeProblem::Malformed { part: "dependencies" })?;
        if deps.last().is_some_and(|last| *last >= hash) {
            return Err(ChangeProblem::Malformed { part: "order of dependencies" });
        }
        deps.push(hash);
    }
    Ok(deps)
}

fn read_actor(reader: &mut Reader<'_>) -> Result<ActorId, ChangeProblem> {
    ActorId::from_slice(reader.length_prefixed()?).map_err(|_| ChangeProblem::ForeignActor)
}

fn read_other_actors(reader: &mut Reader<'_>, own: ActorId) -> Result<Vec<ActorId>, ChangeProblem> {
    let found = reader.unsigned()?;
    if found > CHANGE_ACTORS_MAX {
        return Err(ChangeProblem::TooManyActors { found });
    }
    let mut actors = Vec::new();
    for _ in 0..found {
        let actor = read_actor(reader)?;
        if actor == own || actors.last().is_some_and(|last| *last >= actor) {
            return Err(ChangeProblem::Malformed { part: "order of actors" });
        }
        actors.push(actor);
    }
    Ok(actors)
}

#[cfg(test)]
mod tests {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{Automerge, AutomergeError, Change, ObjType, ROOT};

    use super::*;
    use crate::ids::DeviceId;

    fn actor(number: u8) -> ActorId {
        ActorId { device: DeviceId::from_bytes([number; 16]), generation: [number; 8] }
    }

    /// A first change with a map in a map, and a second one by somebody else that writes there.
    fn two_changes() -> [Change; 2] {
        let mut document = Automerge::new().with_actor(actor(1).into());
        let options = |_: &_| {
            CommitOptions::default().with_message("typed by a person").with_time(1_700_000_000)
        };
        let made = document
            .transact_with::<_, _, AutomergeError, _>(options, |tx| {
                tx.put(ROOT, "type", "encounter")?;
                let fields = tx.put_object(ROOT, "fields", ObjType::Map)?;
                tx.put_object(&fields, "inner", ObjType::Map)
            })
            .unwrap();
        let first = document.get_last_local_change().unwrap();
        document.set_actor(actor(2).into());
        let mut tx = document.transaction();
        tx.put(&made.result, "seen", true).unwrap();
        tx.put(ROOT, "type", "intake").unwrap();
        tx.commit();
        [first, document.get_last_local_change().unwrap()]
    }

    #[test]
    fn a_change_is_read_as_it_was_written() {
        let [first, second] = two_changes();
        let raw = RawChange::inspect(first.raw_bytes()).unwrap();
        assert_eq!(raw.bytes(), first.raw_bytes());
        assert_eq!(raw.hash(), first.hash().into());
        assert_eq!((raw.actor(), raw.seq(), raw.start_op()), (actor(1), 1, 1));
        assert_eq!((raw.ops(), raw.max_op(), raw.time()), (3, 3, 1_700_000_000));
        assert_eq!(raw.message(), Some("typed by a person"));
        assert_eq!((raw.deps(), raw.references()), (&[][..], &[][..]));
        assert_eq!(raw.names().into_iter().collect::<Vec<_>>(), ["fields", "inner", "type"]);
        let fields = OpRef { actor: 0, counter: 2 };
        assert_eq!(
            raw.made_objects(),
            [
                MadeObject { counter: 2, shape: Shape::Map, parent: Parent::Root },
                MadeObject { counter: 3, shape: Shape::Map, parent: Parent::Object(fields) },
            ]
        );

        let next = RawChange::inspect(second.raw_bytes()).unwrap();
        assert_eq!(next.deps(), [raw.hash()]);
        assert_eq!((next.actor(), next.other_actors()), (actor(2), &[actor(1)][..]));
        assert_eq!((next.start_op(), next.max_op(), next.message()), (4, 5, None));
        // The inner map it writes to, and the value it replaces.
        let earlier = [OpRef { actor: 1, counter: 1 }, OpRef { actor: 1, counter: 3 }];
        assert_eq!(next.references(), earlier);
        assert_eq!(next.used_objects(), [UsedObject { object: earlier[1], shape: Shape::Map }]);
        assert_eq!([next.actor_at(0), next.actor_at(1)], [Some(actor(2)), Some(actor(1))]);
        assert_eq!([next.actor_at(2), next.actor_at(u64::MAX)], [None, None]);
    }

    #[test]
    fn a_deflated_change_is_stored_raw_under_the_same_hash() {
        let mut document = Automerge::new().with_actor(actor(1).into());
        let mut tx = document.transaction();
        tx.put(ROOT, "note", "word ".repeat(200)).unwrap();
        tx.commit();
        let mut change = document.get_last_local_change().unwrap();
        let raw = RawChange::inspect(change.raw_bytes()).unwrap();
        let deflated = change.bytes().into_owned();
        assert!(deflated.len() < raw.bytes().len());
        assert_eq!(RawChange::inspect(&deflated), Ok(raw));
    }

    #[test]
    fn every_cut_of_a_change_is_refused() {
        let [_, second] = two_changes();
        let bytes = second.raw_bytes();
        for length in 0..bytes.len() {
            assert!(RawChange::inspect(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn nothing_that_was_written_down_shows_in_debug_output() {
        let [first, _] = two_changes();
        let shown = format!("{:?}", RawChange::inspect(first.raw_bytes()).unwrap());
        assert!(!shown.contains("person") && !shown.contains("133, 111"), "{shown}");
    }
}
