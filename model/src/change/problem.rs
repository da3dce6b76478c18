//! Why a change's bytes are refused, before any record is looked at.

use crate::limits::{
    CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_DEPS_MAX, CHANGE_INFLATED_BYTES_MAX,
    CHANGE_OPS_MAX, CHANGE_PARENTS_MAX, COLUMN_ROWS_MAX, COLUMNS_MAX, COUNTER_MAX,
    COUNTER_STEP_MAX, KEY_BYTES_MAX,
};
use crate::words::{Explained, Message, explained_error};

/// Why bytes are not a change that we take. None of these can be mended by trying again.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeProblem {
    /// Larger than a change may be, as sent or once inflated.
    TooLarge,
    /// No Automerge chunk at all, or of a type that we have never heard of.
    NotAChange,
    /// The checksum is not the start of the hash.
    BadChecksum,
    /// A whole document in place of one change.
    DocumentChunk,
    /// Automerge's experimental bundle of changes.
    BundleChunk,
    /// A deflated change that would not stop.
    InflatesTooLarge,
    /// Something stands after the change.
    TrailingBytes,
    /// Something stands after the operations: an author, or what a later Automerge puts there.
    ExtraBytes,
    /// More direct dependencies than a change may have.
    TooManyDependencies {
        /// How many it claims.
        found: u64,
    },
    /// More actors than a change may name.
    TooManyActors {
        /// How many it claims.
        found: u64,
    },
    /// More columns than a change may have.
    TooManyColumns {
        /// How many it claims.
        found: u64,
    },
    /// More operations than a change may have, in whichever column.
    TooManyOperations,
    /// More predecessors than all operations together may have.
    TooManyPredecessors,
    /// Objects made in more earlier objects than one change may write such to.
    TooManyParents,
    /// A counter that is set, or moved by one operation, further than any count goes.
    CounterTooFar,
    /// A map key that no catalogue could hold.
    KeyTooLong,
    /// An actor that is not a device and a generation.
    ForeignActor,
    /// A column that is compressed by itself. Only documents have those.
    DeflatedColumn,
    /// Marks on a text (bold, a link). No record has them, and Automerge 0.12 disagrees with
    /// itself about overlapping ones: its debug builds panic at the next person's edit.
    RichText,
    /// A column that Automerge 0.12 does not write.
    UnknownColumn,
    /// Anything else that Automerge would not have written.
    Malformed {
        /// Where.
        part: &'static str,
    },
}

impl Explained for ChangeProblem {
    fn message(&self) -> Message {
        let message = Message::new(self.code());
        match self {
            Self::TooLarge => message.with("most", CHANGE_BYTES_MAX),
            Self::InflatesTooLarge => message.with("most", CHANGE_INFLATED_BYTES_MAX),
            Self::TooManyDependencies { found } => {
                message.with("found", found).with("most", CHANGE_DEPS_MAX)
            }
            Self::TooManyActors { found } => {
                message.with("found", found).with("most", CHANGE_ACTORS_MAX)
            }
            Self::TooManyColumns { found } => {
                message.with("found", found).with("most", COLUMNS_MAX)
            }
            Self::TooManyOperations => message.with("most", CHANGE_OPS_MAX),
            Self::TooManyPredecessors => message.with("most", COLUMN_ROWS_MAX),
            Self::TooManyParents => message.with("most", CHANGE_PARENTS_MAX),
            Self::CounterTooFar => message.with("step", COUNTER_STEP_MAX).with("most", COUNTER_MAX),
            Self::KeyTooLong => message.with("most", KEY_BYTES_MAX),
            Self::Malformed { part } => message.with("part", part),
            _ => message,
        }
    }
}

explained_error!(ChangeProblem);

impl ChangeProblem {
    /// A name for programs; it never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotAChange => "not_a_change",
            Self::BadChecksum => "bad_checksum",
            Self::DocumentChunk => "document_chunk",
            Self::BundleChunk => "bundle_chunk",
            Self::InflatesTooLarge => "inflates_too_large",
            Self::TrailingBytes => "trailing_bytes",
            Self::ExtraBytes => "extra_bytes",
            Self::TooManyDependencies { .. } => "too_many_dependencies",
            Self::TooManyActors { .. } => "too_many_actors",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::TooManyOperations => "too_many_operations",
            Self::TooManyPredecessors => "too_many_predecessors",
            Self::TooManyParents => "too_many_parents",
            Self::CounterTooFar => "counter_too_far",
            Self::KeyTooLong => "key_too_long",
            Self::ForeignActor => "foreign_actor",
            Self::DeflatedColumn => "deflated_column",
            Self::RichText => "rich_text",
            Self::UnknownColumn => "unknown_column",
            Self::Malformed { .. } => "malformed",
        }
    }
}
