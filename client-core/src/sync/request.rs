//! The next request, out of what the store holds.

use std::collections::BTreeSet;

use ed25519_dalek::Signer;

use model::change::RawChange;
use model::ids::{ChangeHash, DeviceId};
use model::time::Timestamp;
use model::wire::{AboutDeviceV1, DraftsV1, PROTOCOL, PushV1, ReconcileOfferV1, SyncRequestV1};
use model::{limits, proof};

use crate::device::Device;
use crate::engine::{Budget, RequestSummary};
use crate::store::drafts::DraftCount;
use crate::store::feed::{FeedState, ReconcileState};
use crate::store::outbox::{OutboxItem, Wanted};
use crate::store::{Reader, StoreError};

use super::SyncError;

/// A request with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The request. Keep it: [`super::apply_answer`] wants it beside its answer.
    pub request: SyncRequestV1,
    /// What is in it.
    pub summary: RequestSummary,
}

/// Builds the next request within the budget, and notes which changes are on their way.
///
/// # Errors
/// When the store or the key store fails; then nothing was noted.
pub fn build_request(
    now: Timestamp,
    device: &mut Device,
    budget: Budget,
) -> Result<Built, SyncError> {
    if budget.try_stuck && !device.store().read().stuck_records()?.is_empty() {
        device.store_mut().write(|writer| writer.forget_stuck())?;
    }
    let read = device.store().read();
    let feed = read.feed()?;
    let waiting = read.outbox_page(
        wanted(&feed, budget),
        budget.push_changes_max.min(limits::REQUEST_CHANGES_MAX),
        budget.push_bytes_max,
    )?;
    let offer = feed.reconcile.map(|state| offer(&read, state, budget)).transpose()?;
    let hashes: Vec<_> = waiting.iter().map(|item| item.hash).collect();
    let request = SyncRequestV1 {
        protocol: PROTOCOL,
        device: read.device(),
        catalogue: read.catalogue_digest().to_vec(),
        cursor: feed.cursor,
        seen: feed.seen,
        signature: sign(device, &hashes)?,
        dropped: read.dropped_scopes(limits::DROPPED_SCOPES_MAX)?,
        views: read.views_page(limits::VIEWS_MAX.min(budget.push_bytes_max / VIEW_BYTES))?,
        refetch: read.refetch_page(limits::REFETCH_RECORDS_MAX)?,
        awaits: read.awaited(limits::AWAITED_MAX.min(budget.push_bytes_max / HASH_BYTES))?,
        reconcile: offer,
        push: waiting.into_iter().map(push).collect(),
        pull_bytes_max: u32::try_from(budget.pull_bytes_max).unwrap_or(u32::MAX),
        announced: read.enrollment()?.announced.number,
        colleagues: Some(read.colleagues_digest()?.into()),
        drafts: Some(drafts(&read)?),
        about: Some(about(now, device, hashes.len())?),
        wiped: None,
    };
    let summary = RequestSummary {
        changes: request.push.len() as u64,
        records_offered: request.reconcile.as_ref().map_or(0, |offer| offer.holds.len() as u64),
    };
    if !hashes.is_empty() {
        device.store_mut().write(|writer| writer.mark_sent(&hashes))?;
    }
    Ok(Built { request, summary })
}

/// Notes that a request never left the device: what is in it is on this phone, not on its way.
///
/// # Errors
/// When the store fails.
pub fn not_sent(device: &mut Device, request: &SyncRequestV1) -> Result<(), SyncError> {
    let read = |push: &PushV1| RawChange::inspect(&push.change).ok().map(|change| change.hash());
    let hashes: Vec<_> = request.push.iter().filter_map(read).collect();
    if hashes.is_empty() {
        return Ok(());
    }
    Ok(device.store_mut().write(|writer| writer.mark_not_sent(&hashes))?)
}

/// Sets the records aside that a request pushed: what stands between takes nothing as large. The
/// next requests go without them, until one tries them again ([`Budget::try_stuck`]).
///
/// # Errors
/// When the store fails.
pub fn set_aside(device: &mut Device, request: &SyncRequestV1) -> Result<(), SyncError> {
    not_sent(device, request)?;
    let records: BTreeSet<_> = request.push.iter().map(|push| push.record).collect();
    Ok(device.store_mut().write(|writer| writer.mark_stuck(&records))?)
}

/// A server that lost its history refuses what follows a change that it lost: until everything was
/// offered to it, it gets only what it is known to lack.
fn wanted(feed: &FeedState, budget: Budget) -> Wanted {
    match feed.reconcile {
        Some(state) if !state.offered => Wanted::Reoffered,
        _ if budget.offer_again => Wanted::All,
        _ => Wanted::Fresh,
    }
}

fn offer(
    read: &Reader<'_>,
    state: ReconcileState,
    budget: Budget,
) -> Result<ReconcileOfferV1, StoreError> {
    let records_max = (budget.push_bytes_max / OFFER_BYTES).clamp(1, limits::RECONCILE_RECORDS_MAX);
    let holds = if state.offered {
        vec![]
    } else {
        read.records_page_for_reconcile(state.after, records_max)?
    };
    // From then on the server takes no change in another's name, so nothing of it may wait; and
    // what it lacks of the records on this page only its answer will tell.
    let complete = holds.is_empty() && read.reoffered_size()? == 0;
    Ok(ReconcileOfferV1 { epoch: state.epoch, holds, complete })
}

fn sign(device: &Device, hashes: &[ChangeHash]) -> Result<Vec<u8>, SyncError> {
    if hashes.is_empty() {
        return Ok(vec![]);
    }
    let message = proof::push_message(device.store().device(), hashes);
    Ok(device.signing_key()?.sign(&message).to_bytes().to_vec())
}

/// Says how the device is when these many changes are on their way.
fn about(now: Timestamp, device: &Device, sent: usize) -> Result<AboutDeviceV1, StoreError> {
    let read = device.store().read();
    Ok(AboutDeviceV1 {
        app: env!("CARGO_PKG_VERSION").to_owned(),
        clock: now,
        records: read.records_size()?,
        waiting: read.outbox_size()?.saturating_sub(sent as u64),
        store_bytes: read.store_bytes()?,
        free_bytes: device.free_bytes(),
        locked: read.lease()?.ordered,
    })
}

/// Returns the last request of a device, which has wiped itself on an order of this instant.
pub fn farewell(device: DeviceId, ordered_at: Timestamp) -> SyncRequestV1 {
    SyncRequestV1 {
        protocol: PROTOCOL,
        device,
        catalogue: Vec::new(),
        cursor: None,
        seen: None,
        push: Vec::new(),
        signature: Vec::new(),
        dropped: Vec::new(),
        views: Vec::new(),
        refetch: Vec::new(),
        awaits: Vec::new(),
        reconcile: None,
        pull_bytes_max: 1,
        announced: None,
        colleagues: None,
        drafts: None,
        about: None,
        wiped: Some(ordered_at),
    }
}

fn drafts(read: &Reader<'_>) -> Result<DraftsV1, StoreError> {
    let DraftCount { open, oldest } = read.draft_count()?;
    Ok(DraftsV1 { count: u32::try_from(open).unwrap_or(u32::MAX), oldest })
}

fn push(item: OutboxItem) -> PushV1 {
    PushV1 { record: item.record, change: item.bytes }
}

/// About what one change's hash takes in a request.
const HASH_BYTES: usize = 34;

/// About what one view takes in a request.
const VIEW_BYTES: usize = 48;

/// About what one record takes in an offer.
const OFFER_BYTES: usize = 96;
