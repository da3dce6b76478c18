//! The envelope of an Automerge change, read by our own parser before Automerge sees a byte.
//!
//! Automerge trusts what a change claims: fifty bytes can claim sixteen million operations, and
//! it would make them all. [`RawChange::inspect`] reads the chunk and every column, holds each
//! claim against [`crate::limits`] before memory follows from it, and refuses by name what does
//! not fit. Whether the change fits a *record* is [`crate::admission`]'s question.

use std::fmt;

use automerge::ActorId as AnyActor;

use crate::ids::{ActorId, ChangeHash};
use crate::limits::{CHANGE_ACTORS_MAX, CHANGE_DEPS_MAX};

use self::columns::Operations;
pub use self::columns::{MadeObject, OpRef, Parent};
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

    /// Who claims to have written it. Whether the sender may use this device is the caller's
    /// question.
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
