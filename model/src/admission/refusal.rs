//! Why a change is not let into a record.

use crate::change::ChangeProblem;
use crate::ids::ChangeHash;
use crate::limits::{NESTING_MAX, RECORD_BYTES_MAX};

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Its bytes are no change that we take, whatever the record.
    #[error(transparent)]
    Change(#[from] ChangeProblem),
    /// It follows changes that are not here yet. Send those first, or pull, and try again.
    #[error("the change follows {} that are not here", missing.len())]
    MissingDependencies {
        /// Which.
        missing: Vec<ChangeHash>,
    },
    /// Its actor has already said something else under the same number. Two installations write
    /// under one actor, or somebody rewrites history.
    #[error("the actor's change {seq} is already another one")]
    Equivocation {
        /// The number said twice.
        seq: u64,
    },
    /// It skips a number of its actor.
    #[error("the actor's change {found} came where {expected} was due")]
    SequenceGap {
        /// The number that was due.
        expected: u64,
        /// The number it has.
        found: u64,
    },
    /// It does not follow its actor's own previous change.
    #[error("the change does not follow its actor's previous one")]
    OwnChangeNotFollowed,
    /// Its first operation does not count on from what it follows.
    #[error("the first operation is {found} where {expected} was due")]
    WrongStartOp {
        /// The counter that was due.
        expected: u64,
        /// The counter it has.
        found: u64,
    },
    /// It names an actor that wrote nothing it follows.
    #[error("the change names an actor that it does not follow")]
    UnknownActor,
    /// It refers to an operation that is not in what it follows.
    #[error("the change refers to an operation that it does not follow")]
    UnknownOperation,
    /// It writes to something that is no object, or to a map as to a list.
    #[error("the change writes to something that is no such object")]
    WrongObject,
    /// It makes objects within objects, too far down.
    #[error("the record would be nested deeper than {NESTING_MAX}")]
    TooDeep,
    /// The record would pass its size.
    #[error("the record would be larger than {RECORD_BYTES_MAX} bytes")]
    RecordTooLarge,
    /// Automerge did not take it.
    #[error("automerge does not take the change")]
    Rejected,
    /// Automerge took it, and the document could not be read back.
    #[error("the record could not be read back after the change")]
    Unloadable,
    /// It was not tried: what came before it had used up what one request may cost.
    #[error("there was more to try than one request may cost")]
    PutOff,
    /// Automerge panicked over it.
    #[error("automerge fails over the change")]
    Poisoned,
}

impl Refusal {
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

    /// Whether the same change may be accepted later: once what it follows is there, or once it is
    /// tried.
    pub fn retry_after_pull(&self) -> bool {
        matches!(self, Self::MissingDependencies { .. } | Self::PutOff)
    }
}
