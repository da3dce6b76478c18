//! One sync request and its answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AnnouncementV1, AuthorV1, ColleaguesV1, CursorV1, DecidedV1, FeedPositionV1, PROTOCOL,
    ProfileV1, PushResultV1, PushV1, ReconcileAnswerV1, ReconcileOfferV1, RecordUpdateV1,
    RevocationV1, ViewV1, WireError,
};
use crate::catalogue::CatalogueSource;
use crate::ids::{ChangeHash, DeviceId, FeedSeq, RecordId, Scope, UserId};
use crate::limits;
use crate::time::Timestamp;

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
    /// The drafts that are open on the device; `None` from a device of a version that has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drafts: Option<DraftsV1>,
    /// How the device is, for those who look after it; `None` from a device of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<AboutDeviceV1>,
    /// When the order was given to wipe itself that the device has carried out. It holds nothing any
    /// more, and this is the last that the server hears of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wiped: Option<Timestamp>,
}

/// How a device is, and nothing of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutDeviceV1 {
    /// The version of its program: "0.1.0", at most [`limits::APP_VERSION_BYTES_MAX`].
    pub app: String,
    /// What its clock said when it built the request.
    pub clock: Timestamp,
    /// How many records it holds.
    pub records: u64,
    /// How many changes wait on it, besides those in this request.
    pub waiting: u64,
    /// How large its store is, in bytes.
    pub store_bytes: u64,
    /// How many bytes are free beside the store, where the platform told the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
    /// Whether it shows nothing because the server ordered that.
    #[serde(default, skip_serializing_if = "is_false")]
    pub locked: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// How many drafts are open on a device, and nothing of what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftsV1 {
    /// How many.
    pub count: u32,
    /// When the oldest was begun, by the device's clock; `None` if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest: Option<Timestamp>,
}

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
        let app = self.about.as_ref().map_or(0, |about| about.app.len());
        for (field, len, max) in [
            ("push", self.push.len(), limits::REQUEST_CHANGES_MAX),
            ("dropped", self.dropped.len(), limits::DROPPED_SCOPES_MAX),
            ("views", self.views.len(), limits::VIEWS_MAX),
            ("refetch", self.refetch.len(), limits::REFETCH_RECORDS_MAX),
            ("awaits", self.awaits.len(), limits::AWAITED_MAX),
            ("reconcile.holds", holds, limits::RECONCILE_RECORDS_MAX),
            ("about.app", app, limits::APP_VERSION_BYTES_MAX),
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

/// What `/v1/events` says in each event's data: there is something after this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventV1 {
    /// The feed's newest number.
    pub seq: FeedSeq,
}

/// The body of every answer that is not a success, as CBOR for `/v1/*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorV1 {
    /// A stable name, such as `request_too_large`.
    pub code: String,
    /// One sentence for a person.
    pub message: String,
}
