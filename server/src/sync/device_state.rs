//! Where a device stands with this server: revoked, in step with the feed, or with a history that
//! is not this one.

use model::ids::{DeviceId, FeedSeq};
use model::time::Timestamp;
use model::wire::{CursorV1, DraftsV1, FeedPositionV1, SyncRequestV1};

use crate::error::StoreError;
use crate::store::meta::Life;
use crate::store::orders::LockOrder;
use crate::store::people::Device;
use crate::store::sqlite::Reading;
use crate::sync::pull::Position;
use crate::sync::push::SenderTrust;

/// What a request's answer rests on, read in one state of the database.
#[derive(Debug, Clone, Copy)]
pub(super) struct SyncContext {
    pub(super) stand: DeviceState,
    pub(super) life: Life,
    /// The feed's end, before this request adds to it.
    pub(super) head: FeedSeq,
    pub(super) last_seen: Option<Timestamp>,
    /// The digest of the catalogue that it works by, if it says one.
    pub(super) catalogue: Option<[u8; 32]>,
    /// What it says of its drafts, if that is news.
    pub(super) drafts: Option<DraftsV1>,
    /// The order to show nothing, if there is one.
    pub(super) lock: Option<LockOrder>,
    /// Whether it says for the first time that it carries that order out.
    pub(super) confirms_lock: bool,
    /// Own changes up to this entry come back to the device.
    pub(super) full_since: FeedSeq,
    /// Whether the device was never told anything, and hands nothing in nor ever has: a first answer
    /// may be lost, and what came with its request is on the device.
    pub(super) holds_nothing: bool,
}

/// How a device stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeviceState {
    /// It was revoked.
    Revoked {
        /// When.
        at: Timestamp,
    },
    /// Its history and the feed are one.
    Pulling {
        /// How far it has pulled.
        from: Position,
        /// Whether it begins with nothing.
        starts_anew: bool,
        /// Whether it shows for the first time that it knows this life of the database: by a
        /// cursor that this life gave. A request that was late, from before a restore, has none.
        is_met: bool,
    },
    /// The server lost something that the device knows of: it says what it holds.
    Reconciling {
        /// Whether it was asked to before.
        begun: bool,
        /// Whether the server knows itself that it was restored since it last met the device, not
        /// long ago. Only then it takes the device's word for what others wrote.
        vouches: bool,
    },
    /// It has reconciled, and did not hear that it was the end.
    Reconciled,
}

impl DeviceState {
    /// Returns what is taken from the device.
    pub(super) fn sender(self) -> SenderTrust {
        match self {
            Self::Revoked { .. } => SenderTrust::Revoked,
            Self::Pulling { .. } | Self::Reconciled => SenderTrust::Ordinary,
            Self::Reconciling { begun: true, vouches: true } => SenderTrust::Vouching,
            Self::Reconciling { begun: true, vouches: false } => SenderTrust::Disputing,
            Self::Reconciling { begun: false, .. } => SenderTrust::MustReconcile,
        }
    }

    /// Returns whether answering changes nothing about where the device stands.
    pub(super) fn writes_nothing(self) -> bool {
        match self {
            Self::Revoked { .. } | Self::Reconciled => true,
            Self::Pulling { starts_anew, is_met, .. } => !starts_anew && !is_met,
            Self::Reconciling { .. } => false,
        }
    }
}

impl SyncContext {
    pub(super) fn find(
        now: Timestamp,
        db: &Reading<'_>,
        device: DeviceId,
        request: &SyncRequestV1,
        hands_in: bool,
    ) -> Result<Self, StoreError> {
        let known = db.device(device)?.ok_or(StoreError::Damaged("a device is gone"))?;
        let life = db.life()?;
        let stand = find_stand(now, db, life, &known, request)?;
        let head = db.feed_head()?.seq;
        // A database that was restored may have forgotten that the device dropped something since the
        // backup.
        let has_met = known.reconciled_epoch == Some(life.epoch);
        Ok(Self {
            stand,
            life,
            head,
            last_seen: known.last_seen,
            catalogue: request.catalogue.as_slice().try_into().ok(),
            drafts: request.drafts.filter(|drafts| *drafts != known.drafts),
            lock: known.lock,
            confirms_lock: known.lock.is_some_and(|lock| lock.confirmed_at.is_none())
                && request.about.as_ref().is_some_and(|about| about.locked),
            full_since: if has_met { known.full_since } else { head },
            holds_nothing: !hands_in && request.seen.is_none() && known.last_seen.is_none(),
        })
    }
}

fn find_stand(
    now: Timestamp,
    db: &Reading<'_>,
    life: Life,
    device: &Device,
    request: &SyncRequestV1,
) -> Result<DeviceState, StoreError> {
    if let Some(at) = device.revoked_at {
        return Ok(DeviceState::Revoked { at });
    }
    let is_known = device.reconciled_epoch == Some(life.epoch);
    let is_open = db.vouching_until()?.is_some_and(|until| now < until);
    let vouches = is_open && !is_known;
    if device.reconcile_started == Some(life.epoch) {
        return Ok(DeviceState::Reconciling { begun: true, vouches });
    }
    // A device that has finished and not heard of it says the same again.
    if is_known && request.reconcile.as_ref().is_some_and(|offer| offer.epoch == life.epoch) {
        return Ok(DeviceState::Reconciled);
    }
    let seen_agrees = request.seen.map_or(Ok(true), |seen| db.feed_agrees(seen))?;
    let from = match request.cursor {
        None => Some(Position { since: Some(db.feed_head()?.seq), ..Position::default() }),
        // Whatever the epoch: a feed that agrees has lost nothing that the device knows of.
        Some(cursor) => db.feed_agrees(end_of(cursor))?.then_some(Position::of(&cursor)),
    };
    Ok(match from.filter(|_| seen_agrees) {
        Some(from) => {
            let of_this_life = request.cursor.is_some_and(|cursor| cursor.epoch == life.epoch);
            let is_met = !is_known && of_this_life;
            DeviceState::Pulling { from, starts_anew: request.cursor.is_none(), is_met }
        }
        None => DeviceState::Reconciling { begun: false, vouches },
    })
}

fn end_of(cursor: CursorV1) -> FeedPositionV1 {
    FeedPositionV1 { seq: cursor.effective_seq, chain: cursor.chain }
}
