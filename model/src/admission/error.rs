//! Why a change is not let into a record.

use crate::change::ChangeProblem;
use crate::ids::ChangeHash;
use crate::limits::{NESTING_MAX, RECORD_BYTES_MAX};
use crate::words::{Explained, Message, explained_error};

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AdmissionError {
    /// Its bytes are no change that we take, whatever the record.
    Change(ChangeProblem),
    /// It follows changes that are not here yet. Send those first, or pull, and try again.
    MissingDependencies {
        /// Which.
        missing: Vec<ChangeHash>,
    },
    /// Its actor has already said something else under the same number. Two installations write
    /// under one actor, or somebody rewrites history.
    Equivocation {
        /// The number said twice.
        seq: u64,
    },
    /// It skips a number of its actor.
    SequenceGap {
        /// The number that was due.
        expected: u64,
        /// The number it has.
        found: u64,
    },
    /// It does not follow its actor's own previous change.
    OwnChangeNotFollowed,
    /// Its first operation does not count on from what it follows.
    WrongStartOp {
        /// The counter that was due.
        expected: u64,
        /// The counter it has.
        found: u64,
    },
    /// It names an actor that wrote nothing it follows.
    UnknownActor,
    /// It refers to an operation that is not in what it follows.
    UnknownOperation,
    /// It writes to something that is no object, or to a map as to a list.
    WrongObject,
    /// It makes objects within objects, too far down.
    TooDeep,
    /// The record would pass its size.
    RecordTooLarge,
    /// Automerge did not take it.
    Rejected,
    /// Automerge took it, and the document could not be read back.
    Unloadable,
    /// It was not tried: what came before it had used up what one request may cost.
    PutOff,
    /// Automerge panicked over it.
    Poisoned,
}

impl Explained for AdmissionError {
    fn message(&self) -> Message {
        let message = Message::new(self.code());
        match self {
            Self::Change(problem) => problem.message(),
            Self::MissingDependencies { missing } => message.with("count", missing.len()),
            Self::Equivocation { seq } => message.with("seq", seq),
            Self::SequenceGap { expected, found } | Self::WrongStartOp { expected, found } => {
                message.with("expected", expected).with("found", found)
            }
            Self::TooDeep => message.with("most", NESTING_MAX),
            Self::RecordTooLarge => message.with("most", RECORD_BYTES_MAX),
            _ => message,
        }
    }
}

explained_error!(AdmissionError);

impl From<ChangeProblem> for AdmissionError {
    fn from(problem: ChangeProblem) -> Self {
        Self::Change(problem)
    }
}

impl AdmissionError {
    /// A name for programs; it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Change(problem) => problem.code(),
            Self::MissingDependencies { .. } => "missing_dependencies",
            Self::Equivocation { .. } => "equivocation",
            Self::SequenceGap { .. } => "sequence_gap",
            Self::OwnChangeNotFollowed => "own_change_not_followed",
            Self::WrongStartOp { .. } => "wrong_start_op",
            Self::UnknownActor => "unknown_actor",
            Self::UnknownOperation => "unknown_operation",
            Self::WrongObject => "wrong_object",
            Self::TooDeep => "too_deep",
            Self::RecordTooLarge => "record_too_large",
            Self::Rejected => "rejected",
            Self::Unloadable => "unloadable",
            Self::PutOff => "put_off",
            Self::Poisoned => "poisoned",
        }
    }

    /// Returns whether the same change may be accepted later: once what it follows is there, or
    /// once it is tried.
    pub fn retry_after_pull(&self) -> bool {
        matches!(self, Self::MissingDependencies { .. } | Self::PutOff)
    }
}
