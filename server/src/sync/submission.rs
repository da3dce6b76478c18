//! What a sync request brings: which of its changes are tried today, and everything that is written
//! down of it.

use std::collections::BTreeSet;

use model::catalogue::Catalogue;
use model::ids::{ChangeHash, DeviceId, Scope};
use model::time::{Span, Timestamp};
use model::wire::{AboutDeviceV1, HeldV1, PushResultV1, ReconcileAnswerV1, ReconcileOfferV1};
use rand::Rng;

use crate::access::recompute;
use crate::error::{StoreError, SyncError};
use crate::identity::device::Authenticated;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::device_reports::DeviceReport;
use crate::store::grants::{self, GrantState};
use crate::store::sqlite::Reading;
use crate::sync::push::incoming::Incoming;
use crate::sync::push::{Prepared, Sender, SenderTrust};
use crate::writer::Tx;

use super::budget::{self, Day, Handed, Taking};
use super::device_state::{DeviceState, SyncContext};
use super::views::Views;

/// `last_seen` is kept to within this, so that a sync without news writes nothing.
const SEEN_EVERY: Span = Span::from_minutes(5);

/// A day's work is less.
const CHANGES_BESIDE_OTHERS: usize = 100;

/// Which changes of a push are tried.
pub(super) struct TriedPart {
    /// So many from the first on: they fit into the device's day.
    pub(super) in_the_day: usize,
    /// The places of those after them which must always be possible, as it looks.
    all_the_same: Vec<usize>,
}

impl TriedPart {
    /// Chooses them, and takes all others out.
    pub(super) fn choose(
        day: &mut Day,
        taking: &mut Taking,
        catalogue: &Catalogue,
        sender: Sender,
        incoming: &mut Incoming,
    ) -> Self {
        let handed = match sender.standing {
            SenderTrust::Vouching => Handed::Back,
            _ => Handed::New,
        };
        let in_the_day = day.take_push(taking, handed, incoming.sizes());
        let all_the_same = match sender.standing {
            // Nothing is taken of these at all.
            SenderTrust::MustReconcile | SenderTrust::Revoked => Vec::new(),
            _ => day.tried_all_the_same(catalogue, incoming.readable_from(in_the_day)),
        };
        let tried = Self { in_the_day, all_the_same };
        incoming.keep_tried(in_the_day, |place| tried.is_tried(place));
        tried
    }

    fn is_tried(&self, place: usize) -> bool {
        place < self.in_the_day || self.all_the_same.contains(&place)
    }

    /// Tells every change what became of it, or that it is put off.
    pub(super) fn told(
        &self,
        hashes: &[ChangeHash],
        results: Vec<PushResultV1>,
    ) -> Vec<PushResultV1> {
        let mut results = results.into_iter();
        let told = hashes.iter().enumerate().map(|(place, hash)| match self.is_tried(place) {
            true => results.next(),
            false => Some(budget::put_off(*hash)),
        });
        told.flatten().collect()
    }
}

/// Everything a request brings that is written down.
pub(super) struct Submission {
    pub(super) now: Timestamp,
    pub(super) who: Authenticated,
    pub(super) place: SyncContext,
    pub(super) prepared: Prepared,
    pub(super) dropped: Vec<Scope>,
    pub(super) views: Views,
    /// What it takes of the device's day.
    pub(super) taking: Taking,
    /// How many of the changes fit into it; the others are tried all the same.
    pub(super) in_the_day: usize,
    /// Whether the administrator is to be told that the day was not enough.
    pub(super) is_to_be_told: bool,
    pub(super) offer: Option<ReconcileOfferV1>,
    /// Number of the announcement that it says for the first time to have taken.
    pub(super) told: Option<u64>,
    /// What it says of itself, if that is news.
    pub(super) report: Option<DeviceReport>,
}

/// What was written down, as far as the answer tells.
#[derive(Default)]
pub(super) struct Receipt {
    pub(super) results: Vec<PushResultV1>,
    pub(super) reconcile: Option<ReconcileAnswerV1>,
}

impl Submission {
    /// A sync without news writes nothing.
    pub(super) fn is_nothing(&self) -> bool {
        let seen_lately = self
            .place
            .last_seen
            .is_some_and(|last| self.now.since(last) < SEEN_EVERY && last <= self.now);
        let is_revoked = matches!(self.place.stand, DeviceState::Revoked { .. });
        self.prepared.is_empty()
            && self.dropped.is_empty()
            && self.views.len() == 0
            && !self.is_to_be_told
            && self.told.is_none()
            && self.place.drafts.is_none()
            && self.report.is_none()
            && !self.place.confirms_lock
            && (is_revoked || self.place.lock.is_none_or(|lock| lock.told_at.is_some()))
            && self.place.stand.writes_nothing()
            && (seen_lately || is_revoked)
    }

    /// Returns whether it is not to be written beside others.
    pub(super) fn is_large(&self) -> bool {
        self.prepared.len() > CHANGES_BESIDE_OTHERS
    }

    pub(super) fn take(self, rng: &mut dyn Rng, tx: &mut Tx<'_>) -> Result<Receipt, SyncError> {
        let Self { now, who, place, prepared, mut taking, .. } = self;
        let results = prepared.store(now, rng, tx)?;
        taking.count_always(results.get(self.in_the_day..).unwrap_or_default());
        self.views.note(now, tx, &who)?;
        taking.settle(now, tx, &who)?;
        if let DeviceState::Revoked { .. } = place.stand {
            return Ok(Receipt { results, reconcile: None });
        }
        tx.db.set_last_seen(who.device, now)?;
        if let Some(digest) = &place.catalogue {
            tx.db.set_device_catalogue(who.device, digest)?;
        }
        if let Some(drafts) = place.drafts {
            tx.db.set_drafts(who.device, drafts)?;
        }
        if let Some(report) = &self.report {
            tx.db.set_device_report(who.device, report)?;
        }
        if place.lock.is_some() {
            tx.db.note_lock_told(who.device, now)?;
        }
        if place.confirms_lock && tx.db.note_locked(who.device, now)? {
            let (actor, object) = (Actor::Device(who.user, who.device), device(&who));
            tx.note(now, actor, AuditAct::LockDevice, object, "confirmed")?;
        }
        if let Some(number) = self.told {
            tx.db.set_told_announcement(who.device, number)?;
        }
        confirm_dropped(now, tx, &who, &self.dropped)?;
        let reconcile = step(now, tx, &who, &place, self.offer)?;
        Ok(Receipt { results, reconcile })
    }
}

/// Takes the device one step on from where it stands. Returns what is told of a reconcile.
fn step(
    now: Timestamp,
    tx: &mut Tx<'_>,
    who: &Authenticated,
    place: &SyncContext,
    offer: Option<ReconcileOfferV1>,
) -> Result<Option<ReconcileAnswerV1>, StoreError> {
    match place.stand {
        DeviceState::Revoked { .. } | DeviceState::Reconciled => Ok(None),
        DeviceState::Pulling { starts_anew, is_met, .. } => {
            if is_met {
                tx.db.set_reconciled(who.device, place.life.epoch)?;
            }
            if starts_anew || is_met {
                tx.db.set_full_since(who.device, place.head)?;
            }
            if starts_anew && place.holds_nothing {
                tx.db.set_all_dropped(who.device, who.user)?;
            }
            Ok(None)
        }
        DeviceState::Reconciling { begun, .. } => {
            if !begun {
                tx.db.set_reconcile_started(who.device, place.life.epoch)?;
                tx.db.set_full_since(who.device, place.head)?;
                let (actor, object) = (Actor::Device(who.user, who.device), epoch_of(place));
                tx.note(now, actor, AuditAct::Reconcile, object, "begun")?;
            }
            let offer = offer.filter(|offer| offer.epoch == place.life.epoch);
            reconcile(now, tx, who, place, offer).map(Some)
        }
    }
}

/// Returns what a device says of itself, where that is worth a row: it is new, or it was not asked for
/// as long as `last_seen` is kept to.
pub(super) fn news(
    now: Timestamp,
    db: &Reading<'_>,
    device: DeviceId,
    about: Option<AboutDeviceV1>,
) -> Result<Option<DeviceReport>, StoreError> {
    let Some(about) = about else { return Ok(None) };
    let report = DeviceReport::of(now, about);
    let is_old = db.device_report(device)?.is_some_and(|known| {
        let lately = now.since(known.at) < SEEN_EVERY && known.at <= now;
        lately && known.app == report.app && known.waiting == report.waiting
    });
    Ok((!is_old).then_some(report))
}

/// Returns what the audit calls a device.
fn device(who: &Authenticated) -> String {
    format!("device {}", who.device)
}

/// Returns what the audit says a device reconciles with.
fn epoch_of(place: &SyncContext) -> String {
    format!("epoch {}", place.life.number)
}

/// Notes that a device dropped scopes. What it dropped is gone there, its own part too: it comes
/// back if the scope is opened again, or was before the device came to drop it. That is believed
/// once for each time that the scope was opened: a device that says it again has it already, and
/// would only fill the feed.
fn confirm_dropped(
    now: Timestamp,
    tx: &mut Tx<'_>,
    who: &Authenticated,
    dropped: &[Scope],
) -> Result<(), StoreError> {
    let (user, device) = (who.user, who.device);
    let dropped: BTreeSet<&Scope> = dropped.iter().collect();
    for scope in dropped {
        let Some(number) = tx.db.scope_number(scope)? else { continue };
        let head = tx.head().seq;
        let until = match tx.db.grant_state(user, number)? {
            // There is a right to it, and no place for it on a phone.
            GrantState::Open if !grants::on_devices(&tx.context.catalogue, &scope.compartment) => {
                head
            }
            GrantState::Open if tx.db.has_dropped_since_opened(device, user, number)? => {
                continue;
            }
            GrantState::Open => recompute::open_again(now, tx, user, scope, number)?,
            GrantState::Closed(revoked) => head.max(revoked),
            GrantState::Never => head,
        };
        tx.db.set_dropped(device, number, until)?;
    }
    Ok(())
}

/// Compares what a device holds with what is here.
fn reconcile(
    now: Timestamp,
    tx: &mut Tx<'_>,
    who: &Authenticated,
    place: &SyncContext,
    offer: Option<ReconcileOfferV1>,
) -> Result<ReconcileAnswerV1, StoreError> {
    let epoch = place.life.epoch;
    let Some(offer) = offer else {
        return Ok(ReconcileAnswerV1 { epoch, differs: Vec::new(), finished: false });
    };
    let mut differs = Vec::new();
    let all_known = tx.db.record_rows(offer.holds.iter().map(|held| held.record))?;
    for held in &offer.holds {
        let known = all_known.get(&held.record);
        let is_open = match known {
            Some(known) => tx.db.grant_state(who.user, known.scope_number)? == GrantState::Open,
            None => false,
        };
        if known.is_some_and(|known| known.check == held.check) {
            continue;
        }
        // Whoever has no right to the record is not told what is here of it.
        let hashes = if is_open { tx.db.hashes_of_record(held.record)? } else { Vec::new() };
        differs.push(HeldV1 { record: held.record, hashes });
    }
    let finished = offer.complete && differs.is_empty();
    if finished {
        tx.db.set_reconciled(who.device, epoch)?;
        let (actor, object) = (Actor::Device(who.user, who.device), epoch_of(place));
        tx.note(now, actor, AuditAct::Reconcile, object, "finished")?;
    }
    Ok(ReconcileAnswerV1 { epoch, differs, finished })
}
