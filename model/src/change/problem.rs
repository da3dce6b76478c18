//! Why a change's bytes are refused, before any record is looked at.

use crate::limits::{
    CHANGE_ACTORS_MAX, CHANGE_BYTES_MAX, CHANGE_DEPS_MAX, CHANGE_INFLATED_BYTES_MAX,
    CHANGE_OPS_MAX, CHANGE_PARENTS_MAX, COLUMN_ROWS_MAX, COLUMNS_MAX, KEY_BYTES_MAX,
};

/// Why bytes are not a change that we take. None of these can be mended by trying again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeProblem {
    /// Larger than a change may be, as sent or once inflated.
    #[error("the change is larger than {CHANGE_BYTES_MAX} bytes")]
    TooLarge,
    /// No Automerge chunk at all, or of a type that we have never heard of.
    #[error("the bytes are not an automerge change")]
    NotAChange,
    /// The checksum is not the start of the hash.
    #[error("the checksum does not match the content")]
    BadChecksum,
    /// A whole document in place of one change.
    #[error("a whole document was sent in place of a change")]
    DocumentChunk,
    /// Automerge's experimental bundle of changes.
    #[error("a bundle of changes was sent in place of a change")]
    BundleChunk,
    /// A deflated change that would not stop.
    #[error("the change inflates to more than {CHANGE_INFLATED_BYTES_MAX} bytes")]
    InflatesTooLarge,
    /// Something stands after the change.
    #[error("bytes follow the change")]
    TrailingBytes,
    /// Something stands after the operations: an author, or what a later Automerge puts there.
    #[error("bytes follow the operations")]
    ExtraBytes,
    /// More direct dependencies than a change may have.
    #[error("the change follows {found} others, more than {CHANGE_DEPS_MAX}")]
    TooManyDependencies {
        /// How many it claims.
        found: u64,
    },
    /// More actors than a change may name.
    #[error("the change names {found} other actors, more than {CHANGE_ACTORS_MAX}")]
    TooManyActors {
        /// How many it claims.
        found: u64,
    },
    /// More columns than a change may have.
    #[error("the change has {found} columns, more than {COLUMNS_MAX}")]
    TooManyColumns {
        /// How many it claims.
        found: u64,
    },
    /// More operations than a change may have, in whichever column.
    #[error("the change claims more than {CHANGE_OPS_MAX} operations")]
    TooManyOperations,
    /// More predecessors than all operations together may have.
    #[error("the change claims more than {COLUMN_ROWS_MAX} predecessors")]
    TooManyPredecessors,
    /// Objects made in more earlier objects than one change may write such to.
    #[error("the change makes objects in more than {CHANGE_PARENTS_MAX} earlier ones")]
    TooManyParents,
    /// A map key that no catalogue could hold.
    #[error("a key is longer than {KEY_BYTES_MAX} bytes")]
    KeyTooLong,
    /// An actor that is not a device and a generation.
    #[error("an actor is not 24 bytes long")]
    ForeignActor,
    /// A column that is compressed by itself. Only documents have those.
    #[error("a column is deflated")]
    DeflatedColumn,
    /// Marks on a text (bold, a link). No record has them, and Automerge 0.12 disagrees with
    /// itself about overlapping ones: its debug builds panic at the next person's edit.
    #[error("the change marks text")]
    RichText,
    /// A column that Automerge 0.12 does not write.
    #[error("a column is of no known kind")]
    UnknownColumn,
    /// Anything else that Automerge would not have written.
    #[error("the change is malformed: {part}")]
    Malformed {
        /// Where.
        part: &'static str,
    },
}

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
            Self::KeyTooLong => "key_too_long",
            Self::ForeignActor => "foreign_actor",
            Self::DeflatedColumn => "deflated_column",
            Self::RichText => "rich_text",
            Self::UnknownColumn => "unknown_column",
            Self::Malformed { .. } => "malformed",
        }
    }
}
