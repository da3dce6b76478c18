//! What a device gets, and where it stands in the feed.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::CheckV1;
use crate::ids::{Chain, Epoch, FeedSeq, RecordId, Scope, TypeName, UserId};

/// How far a device has pulled. Opaque to the device but for comparing epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CursorV1 {
    /// The server database it belongs to.
    pub epoch: Epoch,
    /// The larger of the change's number and the number of the grant that opened its scope.
    pub effective_seq: FeedSeq,
    /// The change's own number, within the same `effective_seq`.
    pub seq: FeedSeq,
    /// The feed's chain at `effective_seq`.
    pub chain: Chain,
    /// Set while a pull that began with nothing is under way: the feed's end when it began. Scopes
    /// are given as they were then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<FeedSeq>,
}

/// A feed number and the chain there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedPositionV1 {
    /// The number.
    pub seq: FeedSeq,
    /// The chain at that number.
    pub chain: Chain,
}

/// Changes of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordUpdateV1 {
    /// The record.
    pub record: RecordId,
    /// Its type.
    #[serde(rename = "type")]
    pub record_type: TypeName,
    /// Its scope.
    pub scope: Scope,
    /// The changes.
    pub chunk: ChunkV1,
    /// What the device holds of the record after this update, if it held all before. Left out
    /// while more of the same record follows in a later page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckV1>,
}

/// How changes travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChunkV1 {
    /// A saved document. Only ever from the server to a device.
    Snapshot(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Raw changes in an order in which each follows what it depends on.
    Changes(Vec<serde_bytes::ByteBuf>),
}

/// A scope that the device's owner may no longer see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationV1 {
    /// The scope.
    pub scope: Scope,
    /// The feed number of the revocation.
    pub seq: FeedSeq,
}

/// Who stands behind a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorV1 {
    /// The owner.
    pub user: UserId,
    /// The owner's name.
    pub name: String,
}

/// The people of the programs that the owner of a device holds a role in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleaguesV1 {
    /// What to send in [`super::SyncRequestV1::colleagues`] as long as this list is the device's.
    #[serde(with = "serde_bytes")]
    pub digest: Vec<u8>,
    /// All of them, the owner too, in the order of their ids.
    pub people: Vec<ColleagueV1>,
}

impl ColleaguesV1 {
    /// The list of these people, with its digest: SHA-256 of each id, name and whether they are
    /// active.
    pub fn of(mut people: Vec<ColleagueV1>) -> Self {
        people.sort_by_key(|one| one.user);
        let mut hasher = Sha256::new();
        for ColleagueV1 { user, name, active } in &people {
            hasher.update(user.as_bytes());
            hasher.update((name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
            hasher.update([u8::from(*active)]);
        }
        Self { digest: hasher.finalize().to_vec(), people }
    }
}

/// Somebody who uses the system, as colleagues know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleagueV1 {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Whether they still hold a role in one of the programs. Who does not is known by name only.
    pub active: bool,
}
