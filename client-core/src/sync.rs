//! What a device says to its server, and what it makes of the answer.
//!
//! [`build_request`] reads the store, [`apply_answer`] writes it: one transaction that takes the
//! answer whole or not at all, so that a crash at any moment costs at most one exchange. The order
//! of exchanges is the [`crate::engine`]'s, the way they travel the driver's.
//!
//! A reconcile (`docs/decisions/0005-reconcile-and-vouching.md`) goes in four steps, each kept in
//! the store: the server says that its history is another one; the device offers what it holds,
//! page by page; what the server lacks goes back into the outbox and is pushed; once nothing of it
//! waits the device says so, and pulls from the beginning. What it holds stays throughout.

mod answer;
mod body;
mod enrollment;
mod request;
mod safety;

use crate::device::RecordError;
use crate::keys::KeyError;
use crate::store::StoreError;

pub use answer::{apply_answer, is_overtaken};
pub use body::{decode_body, encode_body};
pub use enrollment::{enroll_request, first_facts, normal_code, reconnect_request, reconnected};
pub use request::{Built, build_request, farewell, not_sent, set_aside};
pub use safety::{SafetyMessage, next_safety, safety_refused, safety_taken};

/// Why a request was not built or an answer not taken. The store is as it was before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The device's key is not to be had: nothing can be signed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The server ordered the store destroyed, and something of it would not go. Its key goes
    /// first.
    #[error("the store could not be destroyed as ordered")]
    NotWiped(#[source] RecordError),
}
