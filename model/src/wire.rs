//! What travels between a device and the server: version 1, frozen.
//!
//! Bodies are CBOR (RFC 8949) with text keys, compressed with zstd when `Content-Encoding` says so.
//! Readers ignore keys they do not know and writers leave out what is empty, so a field may be
//! added but never renamed, retyped or reused. Golden files in `tests/golden` hold the bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

use crate::catalogue::CatalogueSource;
use crate::ids::{
    CaseId, Chain, ChangeHash, CompartmentCode, DeviceId, Epoch, FeedSeq, ProgramCode, RecordId,
    RoleCode, Scope, TypeName, UserId,
};
use crate::limits;
use crate::time::Timestamp;

/// The protocol these types speak.
pub const PROTOCOL: u32 = 1;

/// Asks to enroll a device with the one-use code of an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollRequestV1 {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The code as it was shown, without spaces or dashes.
    pub code: String,
    /// The device's Ed25519 public key.
    #[serde(with = "serde_bytes")]
    pub public_key: Vec<u8>,
    /// What kind of installation this is, for the administrator's list: "cli", "android 16" …
    pub platform: String,
    /// Ed25519 signature over [`crate::proof::enroll_message`]: the key is really held.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// What an enrolled device starts with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollResponseV1 {
    /// The device's identity.
    pub device: DeviceId,
    /// Its owner.
    pub user: UserId,
    /// The token bound to the device's key. Opaque.
    pub token: String,
    /// The first DPoP nonce (RFC 9449 §8).
    pub nonce: String,
    /// The server's public key, for signed orders.
    #[serde(with = "serde_bytes")]
    pub server_key: Vec<u8>,
    /// The department's catalogue.
    pub catalogue: CatalogueSource,
    /// Those before it, as [`crate::catalogue::history`] tells them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_catalogues: Vec<CatalogueSource>,
    /// The owner's name and roles.
    pub profile: ProfileV1,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Until when the device may show records without asking again.
    pub lease_until: Timestamp,
}

/// Who the owner of a device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileV1 {
    /// The name the administrator gave.
    pub name: String,
    /// Roles by program.
    pub roles: Vec<MembershipV1>,
}

/// A role in a program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MembershipV1 {
    /// The role.
    pub role: RoleCode,
    /// The program it is held in.
    pub program: ProgramCode,
}

/// One request of the day's sync: `POST /v1/sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequestV1 {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The sender; must be the device the token belongs to.
    pub device: DeviceId,
    /// Digest of the catalogue the device has.
    #[serde(with = "serde_bytes")]
    pub catalogue: Vec<u8>,
    /// How far the device has pulled; none on its first sync and after it lost the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<CursorV1>,
    /// The newest feed position the device has ever been told, so that a server put back by hand
    /// is noticed although the pull cursor lies before the cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<FeedPositionV1>,
    /// Changes to store, in an order in which each follows what it depends on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub push: Vec<PushV1>,
    /// Ed25519 signature over [`crate::proof::push_message`]; empty when nothing is pushed.
    #[serde(default, with = "serde_bytes", skip_serializing_if = "Vec::is_empty")]
    pub signature: Vec<u8>,
    /// Scopes that the device has dropped after they were revoked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dropped: Vec<Scope>,
    /// Records looked at on the device since the last sync, for the audit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub views: Vec<ViewV1>,
    /// Records whose check did not hold: send them whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refetch: Vec<RecordId>,
    /// Changes of the device's that were refused, about which it was told no decision yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaits: Vec<ChangeHash>,
    /// What the device holds, when the server asked for a reconcile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconcile: Option<ReconcileOfferV1>,
    /// Most bytes of changes wanted in the answer, at most [`limits::PAGE_BYTES_MAX`].
    pub pull_bytes_max: u32,
    /// Number of the newest announcement that the device has taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced: Option<u64>,
    /// [`ColleaguesV1::digest`] of the list that the device has; empty when it has none. A device of
    /// a version that knows no colleagues says nothing, and is sent none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colleagues: Option<serde_bytes::ByteBuf>,
}

/// The people of the programs that the owner of a device holds a role in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColleaguesV1 {
    /// What to send in [`SyncRequestV1::colleagues`] as long as this list is the device's.
    #[serde(with = "serde_bytes")]
    pub digest: Vec<u8>,
    /// All of them, the owner too, in the order of their ids.
    pub people: Vec<ColleagueV1>,
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

/// One change to store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushV1 {
    /// The record it belongs to.
    pub record: RecordId,
    /// The raw Automerge change (chunk type 1).
    #[serde(with = "serde_bytes")]
    pub change: Vec<u8>,
}

/// A record that was looked at on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewV1 {
    /// The record.
    pub record: RecordId,
    /// When, by the device's clock.
    pub at: Timestamp,
}

/// One page of what a device holds, after the server's history was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileOfferV1 {
    /// The epoch this reconcile is for.
    pub epoch: Epoch,
    /// Records held, at most [`limits::RECONCILE_RECORDS_MAX`], in the order of their ids.
    pub holds: Vec<RecordCheckV1>,
    /// Whether this is the last page and nothing re-offered waits in the outbox.
    pub complete: bool,
}

/// What one side holds of a record: equal on both sides when the changes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordCheckV1 {
    /// The record.
    pub record: RecordId,
    /// How many changes and the XOR of their hashes.
    pub check: CheckV1,
}

/// Count and XOR of a record's change hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CheckV1 {
    /// How many changes.
    pub count: u64,
    /// XOR of the first sixteen bytes of their hashes.
    #[serde(with = "serde_bytes")]
    pub xor: [u8; 16],
}

impl CheckV1 {
    /// Counts one more change. Adding the same change twice is the caller's mistake.
    pub fn add(&mut self, hash: &ChangeHash) {
        self.count += 1;
        for (sum, byte) in self.xor.iter_mut().zip(&hash.0) {
            *sum ^= byte;
        }
    }

    /// The check of these changes.
    pub fn of<'a>(hashes: impl IntoIterator<Item = &'a ChangeHash>) -> Self {
        let mut check = Self::default();
        hashes.into_iter().for_each(|hash| check.add(hash));
        check
    }
}

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

/// The answer to a [`SyncRequestV1`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponseV1 {
    /// One result for each push, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub results: Vec<PushResultV1>,
    /// Changes for the device.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pull: Vec<RecordUpdateV1>,
    /// Scopes that are gone: hand over what is unsent in them, drop them, confirm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<RevocationV1>,
    /// Where the device stands after this page. None while a reconcile is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<CursorV1>,
    /// The newest feed position, for [`SyncRequestV1::seen`].
    pub head: FeedPositionV1,
    /// Whether another page waits.
    pub more: bool,
    /// Set when the server's history is not the one the device knows: say what you hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconcile: Option<ReconcileAnswerV1>,
    /// The catalogue, when the device's digest is not the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<CatalogueSource>,
    /// Those before it, as [`crate::catalogue::history`] tells them; with the catalogue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier_catalogues: Vec<CatalogueSource>,
    /// The owner's roles when this is the first page of a run; they may have changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileV1>,
    /// Names for the devices that wrote what is in `pull`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authors: BTreeMap<DeviceId, AuthorV1>,
    /// What a supervisor decided about the changes that the request asked of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<DecidedV1>,
    /// The server's clock.
    pub server_time: Timestamp,
    /// Until when the device may show records without asking again.
    pub lease_until: Timestamp,
    /// Orders to carry out, each signed by the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderV1>,
    /// Where the server is and will be found, when the device has not taken this announcement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<AnnouncementV1>,
    /// The owner's colleagues, with the first page of a run, when the device's list is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colleagues: Option<ColleaguesV1>,
    /// Names of the users whom fields of the records in `pull` name; for a device that says in its
    /// request which list of colleagues it has.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub named: BTreeMap<UserId, String>,
}

/// Where the server is found and how it is known, now and after a planned change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncementV1 {
    /// A later announcement has a larger number; a device takes none that is not larger.
    pub number: u64,
    /// The server's addresses, the present one first, at most
    /// [`limits::ANNOUNCED_URLS_MAX`].
    pub urls: Vec<String>,
    /// SHA-256 of the public keys that the server shows or will show (RFC 7469 §2.4), at most
    /// [`limits::ANNOUNCED_PINS_MAX`]; empty when devices know it by the system's authorities.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<serde_bytes::ByteBuf>,
    /// Ed25519 signature by the server's key over [`crate::proof::announcement_message`].
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// Asks to bind a device that has its store to its department again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconnectRequestV1 {
    /// [`PROTOCOL`].
    pub protocol: u32,
    /// The code as it was shown, without spaces or dashes.
    pub code: String,
    /// The device, as it was enrolled.
    pub device: DeviceId,
    /// Its owner, as it was enrolled.
    pub user: UserId,
    /// The device's Ed25519 public key.
    #[serde(with = "serde_bytes")]
    pub public_key: Vec<u8>,
    /// The server's public key that the device was given when it was enrolled.
    #[serde(with = "serde_bytes")]
    pub server_key: Vec<u8>,
    /// What kind of installation this is, for the administrator's list.
    pub platform: String,
    /// Ed25519 signature over [`crate::proof::reconnect_message`]: the key is really held.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// What a device that was bound again goes on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconnectResponseV1 {
    /// The token bound to the device's key. Opaque.
    pub token: String,
    /// The first DPoP nonce (RFC 9449 §8).
    pub nonce: String,
    /// Where the server is found and how it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<AnnouncementV1>,
    /// Ed25519 signature by the server's key over [`crate::proof::reconnected_message`]: it is the
    /// same department.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// Who stands behind a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorV1 {
    /// The owner.
    pub user: UserId,
    /// The owner's name.
    pub name: String,
}

/// What became of one pushed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushResultV1 {
    /// The change; all zero when its bytes were no change at all.
    pub hash: ChangeHash,
    /// The outcome.
    pub outcome: OutcomeV1,
}

/// What became of a pushed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeV1 {
    /// Stored durably, just now.
    Accepted,
    /// Stored durably before.
    Known,
    /// Not stored with the record. The bytes are kept in quarantine.
    Refused {
        /// A stable name, such as `bad_checksum` or `not_assigned`.
        code: String,
        /// What to tell the device's owner, in English. Holds no field data.
        reason: String,
        /// What fills the words of the code in another language.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        about: BTreeMap<String, String>,
        /// Whether trying again can help.
        retry: RetryV1,
    },
}

/// What was decided about a change that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedV1 {
    /// The change.
    pub hash: ChangeHash,
    /// The decision.
    pub decision: DecisionV1,
    /// When.
    pub at: Timestamp,
    /// Who decided, by name; none when the case was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Why, in the words of whoever decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What can be decided about a change that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionV1 {
    /// It is stored with its record.
    Accepted,
    /// It stays out of its record.
    Dismissed,
    /// What it said was written anew.
    Repaired,
    /// Its case was erased: nothing of it may be kept.
    Erased,
}

impl DecisionV1 {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::Repaired => "repaired",
            Self::Erased => "erased",
        }
    }

    /// Returns the decision of this name; `None` if there is none.
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Accepted, Self::Dismissed, Self::Repaired, Self::Erased];
        all.into_iter().find(|decision| decision.code() == code)
    }
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryV1 {
    /// No: the change is set aside on the device.
    Never,
    /// Once the device has pulled: something the change depends on may be missing.
    AfterPull,
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

/// The server's part of a reconcile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileAnswerV1 {
    /// The server's epoch now.
    pub epoch: Epoch,
    /// Of the records just offered, those where the server lacks something the device may have,
    /// with the hashes the server does have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<HeldV1>,
    /// Whether the device has offered everything: it may pull from the beginning.
    pub finished: bool,
}

/// The changes that the server has of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldV1 {
    /// The record.
    pub record: RecordId,
    /// Their hashes.
    pub hashes: Vec<ChangeHash>,
}

/// An order from the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderV1 {
    /// What to do.
    pub order: OrderKindV1,
    /// When it was given.
    pub at: Timestamp,
    /// Ed25519 signature by the server's key over [`crate::proof::order_message`].
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// What a device can be told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKindV1 {
    /// Destroy the store's key, then the store.
    Wipe,
    /// Show nothing until a person with a working account unlocks it.
    Lock,
}

/// The body of every answer that is not a success, as CBOR for `/v1/*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorV1 {
    /// A stable name, such as `request_too_large`.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
}

/// What `/v1/events` says in each event's data: there is something after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventV1 {
    /// The feed's newest number.
    pub seq: FeedSeq,
}

/// Bytes that are not the message they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Over [`limits::REQUEST_BYTES_MAX`], or [`limits::ANSWER_BYTES_MAX`].
    #[error("the message is {bytes} bytes long; at most {bytes_max} are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// Not CBOR, or not of this shape.
    #[error("the message is not valid CBOR of this version")]
    Malformed,
    /// A list longer than its limit.
    #[error("`{field}` holds {len} entries; at most {max} are read")]
    TooMany {
        /// The list's key.
        field: &'static str,
        /// Its length.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// Another protocol.
    #[error("protocol {0} is not spoken here; this side speaks {PROTOCOL}")]
    Protocol(u32),
}

/// Encodes a message.
///
/// # Errors
/// When a value cannot be written as CBOR; no type of this module can cause it.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::new();
    ciborium::into_writer(message, &mut bytes).map_err(|_| WireError::Malformed)?;
    Ok(bytes)
}

/// Decodes a message that stands alone in `bytes`.
///
/// # Errors
/// When it is too large or not of this shape. Nothing is allocated by what the bytes claim: CBOR
/// lengths only bound loops that end with the input.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    decode_within(limits::REQUEST_BYTES_MAX, bytes)
}

/// Decodes an answer, which may be longer than a request: one record is never cut in two.
///
/// # Errors
/// As [`decode`], with [`limits::ANSWER_BYTES_MAX`] for the limit.
pub fn decode_answer<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    decode_within(limits::ANSWER_BYTES_MAX, bytes)
}

fn decode_within<T: DeserializeOwned>(bytes_max: usize, bytes: &[u8]) -> Result<T, WireError> {
    if bytes.len() > bytes_max {
        return Err(WireError::TooLarge { bytes: bytes.len(), bytes_max });
    }
    let mut rest = bytes;
    let message = ciborium::de::from_reader_with_recursion_limit(&mut rest, CBOR_DEPTH_MAX)
        .map_err(|_| WireError::Malformed)?;
    if rest.is_empty() { Ok(message) } else { Err(WireError::Malformed) }
}

/// Deepest nesting of a message: request, list, update, chunk, changes, change.
const CBOR_DEPTH_MAX: usize = 16;

impl SyncRequestV1 {
    /// Checks the protocol and the length of every list.
    ///
    /// # Errors
    /// Names the list that is too long.
    pub fn check_limits(&self) -> Result<(), WireError> {
        if self.protocol != PROTOCOL {
            return Err(WireError::Protocol(self.protocol));
        }
        let holds = self.reconcile.as_ref().map_or(0, |offer| offer.holds.len());
        for (field, len, max) in [
            ("push", self.push.len(), limits::REQUEST_CHANGES_MAX),
            ("dropped", self.dropped.len(), limits::DROPPED_SCOPES_MAX),
            ("views", self.views.len(), limits::VIEWS_MAX),
            ("refetch", self.refetch.len(), limits::REFETCH_RECORDS_MAX),
            ("awaits", self.awaits.len(), limits::AWAITED_MAX),
            ("reconcile.holds", holds, limits::RECONCILE_RECORDS_MAX),
        ] {
            if len > max {
                return Err(WireError::TooMany { field, len, max });
            }
        }
        Ok(())
    }

    /// The size of the answer's changes this request allows.
    pub fn page_bytes(&self) -> usize {
        usize::try_from(self.pull_bytes_max)
            .unwrap_or(limits::PAGE_BYTES_MAX)
            .clamp(1, limits::PAGE_BYTES_MAX)
    }
}

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
mod tests {
    use super::*;

    fn request() -> SyncRequestV1 {
        SyncRequestV1 {
            protocol: PROTOCOL,
            device: DeviceId::from_bytes([7; 16]),
            catalogue: vec![1; 32],
            cursor: None,
            seen: None,
            push: vec![],
            signature: vec![],
            dropped: vec![],
            views: vec![],
            refetch: vec![],
            awaits: vec![],
            reconcile: None,
            pull_bytes_max: 1_000,
            announced: None,
            colleagues: None,
        }
    }

    #[test]
    fn what_is_encoded_reads_back() {
        let mut request = request();
        request.push.push(PushV1 { record: RecordId::from_bytes([1; 16]), change: vec![9; 40] });
        request.dropped.push("0190c0de-0000-7000-8000-000000000001/OUT".parse().unwrap());
        let bytes = encode(&request).unwrap();
        assert_eq!(decode::<SyncRequestV1>(&bytes), Ok(request));
    }

    #[test]
    fn a_reader_ignores_keys_it_does_not_know() {
        #[derive(Serialize)]
        struct Newer {
            seq: u64,
            hint: &'static str,
        }
        let bytes = encode(&Newer { seq: 4, hint: "from a newer server" }).unwrap();
        assert_eq!(decode::<EventV1>(&bytes), Ok(EventV1 { seq: FeedSeq(4) }));
    }

    #[test]
    fn trailing_and_truncated_bytes_are_refused() {
        let mut bytes = encode(&request()).unwrap();
        bytes.push(0);
        assert_eq!(decode::<SyncRequestV1>(&bytes), Err(WireError::Malformed));
        bytes.truncate(bytes.len() - 2);
        assert_eq!(decode::<SyncRequestV1>(&bytes), Err(WireError::Malformed));
    }

    #[test]
    fn a_message_is_read_up_to_its_limit_and_not_past_it() {
        // A byte string behind a head of five bytes.
        let message = |bytes| encode(&serde_bytes::ByteBuf::from(vec![7; bytes - 5])).unwrap();
        type Read = Result<serde_bytes::ByteBuf, WireError>;
        let (request, answer) = (limits::REQUEST_BYTES_MAX, limits::ANSWER_BYTES_MAX);
        let read: Read = decode(&message(request));
        assert!(read.is_ok());
        let read: Read = decode(&message(request + 1));
        assert_eq!(read, Err(WireError::TooLarge { bytes: request + 1, bytes_max: request }));
        let read: Read = decode_answer(&message(answer));
        assert!(read.is_ok());
        let read: Read = decode_answer(&message(answer + 1));
        assert_eq!(read, Err(WireError::TooLarge { bytes: answer + 1, bytes_max: answer }));
    }

    #[test]
    fn a_message_that_claims_a_huge_list_costs_nothing() {
        // An array of 2^40 entries with none following.
        let bytes = [0x9b, 0, 0, 1, 0, 0, 0, 0, 0];
        assert_eq!(decode::<Vec<u64>>(&bytes), Err(WireError::Malformed));
    }

    #[test]
    fn each_list_is_read_up_to_its_limit_and_not_past_it() {
        let view = ViewV1 { record: RecordId::from_bytes([1; 16]), at: Timestamp::default() };
        let push = PushV1 { record: RecordId::from_bytes([1; 16]), change: vec![] };
        let mut request = request();
        request.views = vec![view; limits::VIEWS_MAX];
        request.push = vec![push.clone(); limits::REQUEST_CHANGES_MAX];
        request.refetch = vec![push.record; limits::REFETCH_RECORDS_MAX];
        assert_eq!(request.check_limits(), Ok(()));
        request.push.push(push);
        assert!(matches!(
            request.check_limits(),
            Err(WireError::TooMany { field: "push", max: limits::REQUEST_CHANGES_MAX, .. })
        ));
    }

    #[test]
    fn the_check_of_a_record_does_not_depend_on_order() {
        let (a, b) = (ChangeHash([3; 32]), ChangeHash([5; 32]));
        assert_eq!(CheckV1::of([&a, &b]), CheckV1::of([&b, &a]));
        assert_ne!(CheckV1::of([&a]), CheckV1::of([&b]));
    }
}
