//! Refused bytes, sealed and opened: under the key of the scope that they belong to, or under the
//! quarantine's own where nobody can tell.

use model::ids::DeviceId;
use model::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::crypto::seal::SealingKey;
use crate::error::StoreError;
use crate::store::quarantine::{Kept, RefusedChange, Sealed};
use crate::store::sqlite::Writing;

/// Returns what refused bytes are known by: the same from the same device are kept once.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Keeps a refused change, sealed.
pub(crate) fn keep(
    db: &Writing<'_>,
    now: Timestamp,
    key: &SealingKey,
    refused: &RefusedChange<'_>,
    bytes: &[u8],
) -> Result<Kept, StoreError> {
    let seal = || key.seal(&[&bound_to(refused.device, &refused.digest)], bytes);
    db.keep_refused(now, refused, seal)
}

/// Opens a refused change.
pub(crate) fn open(key: &SealingKey, kept: &Sealed) -> Result<Vec<u8>, StoreError> {
    key.open(&[&bound_to(kept.device, &kept.digest)], &kept.sealed)
}

/// Seals a change under the key of the scope that it turned out to belong to, and files it there.
pub(crate) fn move_home(
    db: &Writing<'_>,
    key: &SealingKey,
    before: &Sealed,
    with: &RefusedChange<'_>,
    bytes: &[u8],
) -> Result<(), StoreError> {
    let sealed = key.seal(&[&bound_to(before.device, &before.digest)], bytes)?;
    db.move_refused(before, with, &sealed)
}

/// Returns what refused bytes are bound to.
fn bound_to(device: DeviceId, digest: &[u8; 32]) -> Vec<u8> {
    [b"quarantine".as_slice(), device.as_bytes(), digest].concat()
}
