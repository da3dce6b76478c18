//! What travels between a device and the server: version 1, frozen.
//!
//! Bodies are CBOR (RFC 8949) with text keys, compressed with zstd when `Content-Encoding` says so.
//! Readers ignore keys they do not know and writers leave out what is empty, so a field may be
//! added but never renamed, retyped or reused. Golden files in `tests/golden` hold the bytes.

mod codec;
mod enrollment;
mod pull;
mod push;
mod reconcile;
mod shift;
mod sync;

use crate::ids::{CaseId, CompartmentCode, TypeName};

pub use self::codec::{WireError, decode, decode_answer, encode};
pub use self::enrollment::{
    AnnouncementV1, EnrollRequestV1, EnrollResponseV1, MembershipV1, ProfileV1, ReconnectRequestV1,
    ReconnectResponseV1,
};
pub use self::pull::{
    AuthorV1, ChunkV1, ColleagueV1, ColleaguesV1, CursorV1, FeedPositionV1, RecordUpdateV1,
    RevocationV1,
};
pub use self::push::{DecidedV1, DecisionV1, OutcomeV1, PushResultV1, PushV1, RetryV1, ViewV1};
pub use self::reconcile::{CheckV1, HeldV1, ReconcileAnswerV1, ReconcileOfferV1, RecordCheckV1};
pub use self::shift::{
    SafeRequestV1, ShiftActV1, ShiftAnswerV1, ShiftRequestV1, StampKindV1, StampV1,
};
pub use self::sync::{
    AboutDeviceV1, DraftsV1, ErrorV1, EventV1, OrderKindV1, OrderV1, SyncRequestV1, SyncResponseV1,
};

/// The protocol these types speak.
pub const PROTOCOL: u32 = 1;

/// Where a record belongs, as both sides' read models keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The record's type.
    pub record_type: TypeName,
    /// Its case; none when it stands alone.
    pub case: Option<CaseId>,
    /// Its compartment.
    pub compartment: CompartmentCode,
}

#[cfg(test)]
mod tests;
