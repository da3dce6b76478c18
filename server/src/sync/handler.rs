//! One sync request from beginning to end: where the device stands, what it hands in, what it gets.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::Signer as _;
use model::catalogue::Catalogue;
use model::change::{ChangeProblem, RawChange};
use model::ids::{ChangeHash, DeviceId, FeedSeq, Scope, UserId};
use model::policy::Channel;
use model::proof;
use model::time::{Span, Timestamp};
use model::wire::{
    AnnouncementV1, DecidedV1, FeedPositionV1, HeldV1, OrderKindV1, OrderV1, ProfileV1,
    PushResultV1, PushV1, ReconcileAnswerV1, ReconcileOfferV1, SyncRequestV1, SyncResponseV1,
};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};
use serde_bytes::ByteBuf;

use crate::access::recompute;
use crate::audit::reasons;
use crate::audit::throttle::{RefusalThrottle, Rejection};
use crate::config::DailyBudget;
use crate::context::Context;
use crate::error::{StoreError, SyncError};
use crate::identity::device::Authenticated;
use crate::reach::Reach;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::decisions::Decided;
use crate::store::grants;
use crate::store::grants::GrantState;
use crate::store::sqlite::Reading;
use crate::store::sqlite::reader_pool::ReaderPool;
use crate::sync::disclosures;
use crate::sync::pull::{self, Page, Puller};
use crate::sync::push::{self, Prepared, Sender, SenderTrust};
use crate::writer::{Tx, Writer};

use super::budget::{self, Day, Handed, Taking};
use super::device_state::{DeviceState, SyncContext};
use super::views::Views;

/// `last_seen` is kept to within this, so that a sync without news writes nothing.
const SEEN_EVERY: Span = Span::from_minutes(5);

/// What answering needs.
pub(crate) struct SyncHandler<'a> {
    pub(crate) context: &'a Context,
    pub(crate) readers: &'a ReaderPool,
    pub(crate) writer: &'a Writer,
    pub(crate) refusals: &'a RefusalThrottle,
    /// Where the server is found; none before it was ever served.
    pub(crate) reach: Option<Reach>,
    /// How much one device may have it keep in a day.
    pub(crate) daily: DailyBudget,
}

impl SyncHandler<'_> {
    /// Answers a request; see [`crate::service::Service::sync`].
    pub(crate) fn answer(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        who: &Authenticated,
        mut request: SyncRequestV1,
    ) -> Result<SyncResponseV1, SyncError> {
        request.check_limits()?;
        if request.device != who.device {
            return Err(self.refused(now, who, SyncError::WrongDevice));
        }
        let (mut inspected, hashes) = push::inspect(&request.push);
        if !request.push.is_empty() {
            let message = proof::push_message(who.device, &hashes);
            if !proof::verify(&who.public_key, &message, &request.signature) {
                return Err(self.refused(now, who, SyncError::BadSignature));
            }
        }
        // What a consent opened closes when it ends, whoever asks first after that.
        if self.readers.read(|db| db.is_consent_due(now))? {
            self.writer.write(move |tx| recompute::consents_if_due(now, tx))?;
        }
        let mut asked = PullRequest::of(&request);
        let mut push = std::mem::take(&mut request.push);
        let (place, prepared, told, views, taking, is_to_be_told, tried) =
            self.readers.read(|db| {
                let told = self.newly_told(db, who.device, &asked)?;
                let place = SyncContext::find(now, db, who.device, &request, !push.is_empty())?;
                let sender = Sender {
                    user: who.user,
                    device: who.device,
                    standing: place.stand.sender(),
                    way: Channel::Phone,
                };
                let handed = match sender.standing {
                    SenderTrust::Vouching => Handed::Back,
                    _ => Handed::New,
                };
                let mut day = Day::of(db, now, self.daily, who.device)?;
                let mut taking = Taking::default();
                let tried = Tried::choose(
                    &mut day,
                    &mut taking,
                    handed,
                    &self.context.catalogue,
                    sender,
                    &mut push,
                    &mut inspected,
                );
                let mut views = Views::told(db, who, &request.views)?;
                views.truncate(day.take_rows(&mut taking, views.len()));
                let in_the_day = tried.in_the_day;
                let prepared = push::prepare_within(
                    now,
                    db,
                    self.context,
                    sender,
                    push,
                    inspected,
                    in_the_day,
                )?;
                let is_to_be_told = day.is_to_be_told(taking);
                Ok::<_, StoreError>((place, prepared, told, views, taking, is_to_be_told, tried))
            })?;
        if views.strange > 0 {
            let actor = Actor::Device(who.user, who.device);
            self.note_seldom(now, Rejection::of(actor, "view", None, "never_open"))?;
        }
        let handed_in = Submission {
            now,
            who: *who,
            place,
            prepared,
            dropped: request.dropped,
            views,
            taking,
            in_the_day: tried.in_the_day,
            is_to_be_told,
            offer: request.reconcile,
            holds_nothing: place.holds_nothing,
            told,
        };
        let mut taken = if handed_in.is_nothing() {
            Receipt::default()
        } else {
            let mut rng = StdRng::from_rng(&mut *rng);
            self.writer.write(move |tx| handed_in.take(&mut rng, tx))?
        };
        taken.results = tried.told(&hashes, taken.results);
        match place.stand {
            DeviceState::Revoked { at } => Ok(self.wipe_response(now, who, at, &asked, taken)?),
            DeviceState::Reconciling { .. } | DeviceState::Reconciled => {
                self.reconciling(now, asked, taken)
            }
            DeviceState::Pulling { from, starts_anew, .. } => {
                let puller = Puller {
                    user: who.user,
                    device: who.device,
                    full_since: if starts_anew { place.head } else { place.full_since },
                    from,
                    refetch: asked.refetch.clone(),
                    bytes_max: asked.bytes_max,
                };
                asked.holds_nothing = place.holds_nothing;
                self.pulling(now, rng, who, asked, taken, &puller)
            }
        }
    }

    /// Notes that a request as a whole was refused.
    fn refused(&self, now: Timestamp, who: &Authenticated, error: SyncError) -> SyncError {
        let actor = Actor::Device(who.user, who.device);
        match self.note_seldom(now, Rejection::of(actor, "request", None, error.code())) {
            Ok(()) => error,
            Err(failed) => failed.into(),
        }
    }

    /// Notes what a device can bring about as often as it likes.
    fn note_seldom(&self, now: Timestamp, refusal: Rejection) -> Result<(), StoreError> {
        match self.refusals.count(now, refusal) {
            Some(row) => self.writer.write(move |tx| tx.note_row(&row)),
            None => Ok(()),
        }
    }

    /// The answer to a device that was revoked: what became of its push, and the order to wipe.
    fn wipe_response(
        &self,
        now: Timestamp,
        who: &Authenticated,
        revoked_at: Timestamp,
        asked: &PullRequest,
        taken: Receipt,
    ) -> Result<SyncResponseV1, StoreError> {
        let actor = Actor::Device(who.user, who.device);
        let sent =
            Rejection { act: AuditAct::OrderWipe, ..Rejection::of(actor, "request", None, "sent") };
        self.note_seldom(now, sent)?;
        let order = OrderKindV1::Wipe;
        let message = proof::order_message(who.device, order, revoked_at);
        let signature = self.context.signing.sign(&message).to_bytes().to_vec();
        Ok(SyncResponseV1 {
            orders: vec![OrderV1 { order, at: revoked_at, signature }],
            head: asked.seen.unwrap_or(FEED_START),
            lease_until: now,
            ..self.empty(now, taken.results)
        })
    }

    fn reconciling(
        &self,
        now: Timestamp,
        asked: PullRequest,
        taken: Receipt,
    ) -> Result<SyncResponseV1, SyncError> {
        let (head, epoch) =
            self.readers.read(|db| Ok::<_, StoreError>((db.feed_head()?, db.life()?.epoch)))?;
        let finished = ReconcileAnswerV1 { epoch, differs: Vec::new(), finished: true };
        Ok(SyncResponseV1 {
            reconcile: Some(taken.reconcile.unwrap_or(finished)),
            head,
            earlier_catalogues: self.earlier_for(&asked),
            catalogue: self.catalogue_for(&asked),
            announcement: self.announcement_for(&asked),
            ..self.empty(now, taken.results)
        })
    }

    fn pulling(
        &self,
        now: Timestamp,
        rng: &mut dyn Rng,
        who: &Authenticated,
        asked: PullRequest,
        taken: Receipt,
        puller: &Puller,
    ) -> Result<SyncResponseV1, SyncError> {
        let (mut page, profile, colleagues, decided) = self.readers.read(|db| {
            let life = db.life()?;
            let mut page = pull::page(db, self.context, life, puller)?;
            if asked.holds_nothing {
                // A device that holds nothing has nothing to drop.
                page.revoked.clear();
            }
            let profile = match asked.is_first_page {
                true => Some(db.profile(who.user)?),
                false => None,
            };
            let colleagues = match &asked.colleagues {
                Some(had) if asked.is_first_page => {
                    Some(db.colleagues(who.user)?).filter(|now| now.digest != had[..])
                }
                _ => None,
            };
            let decided = self.decided(db, who, &asked.awaits)?;
            Ok::<_, StoreError>((page, profile, colleagues, decided))
        })?;
        if !page.updates.is_empty() {
            // A read that cannot be noted any more is not answered.
            let mut day = self.readers.read(|db| Day::of(db, now, self.daily, who.device))?;
            let mut reading = Taking::default();
            if !day.take_reads(&mut reading, 1 + puller.refetch.len()) {
                if day.is_to_be_told(reading) {
                    let who = *who;
                    self.writer.write(move |tx| reading.settle(now, tx, &who))?;
                }
                return Err(SyncError::UsedUp { retry_after: budget::until_tomorrow(now) });
            }
            self.note_read(now, StdRng::from_rng(rng), who, puller, &page, reading)?;
        }
        Ok(SyncResponseV1 {
            pull: std::mem::take(&mut page.updates),
            revoked: page.revoked,
            cursor: Some(page.cursor),
            head: page.head,
            more: page.more,
            earlier_catalogues: self.earlier_for(&asked),
            catalogue: self.catalogue_for(&asked),
            announcement: self.announcement_for(&asked),
            profile,
            colleagues,
            named: if asked.colleagues.is_some() { page.named } else { BTreeMap::new() },
            authors: page.authors,
            decided,
            ..self.empty(now, taken.results)
        })
    }

    /// Every read is in the audit before its answer leaves.
    fn note_read(
        &self,
        now: Timestamp,
        mut rng: StdRng,
        who: &Authenticated,
        puller: &Puller,
        page: &Page,
        reading: Taking,
    ) -> Result<(), StoreError> {
        let actor = Actor::Device(who.user, who.device);
        let (from, to) = (puller.from, page.cursor);
        let mut object = format!(
            "feed {}/{} to {}/{}",
            from.effective_seq.0, from.seq.0, to.effective_seq.0, to.seq.0
        );
        // What was asked for whole is not in that part of the feed.
        for record in &puller.refetch {
            object.push_str(&format!(", record {record}"));
        }
        let outcome = format!("{} updates", page.updates.len());
        let mut scopes: BTreeMap<Scope, usize> = BTreeMap::new();
        for update in &page.updates {
            *scopes.entry(update.scope.clone()).or_default() += 1;
        }
        let (user, who) = (who.user, *who);
        self.writer.write(move |tx| {
            tx.note(now, actor, AuditAct::Read, object, outcome)?;
            reading.settle(now, tx, &who)?;
            for (scope, count) in scopes {
                disclosures::note(now, &mut rng, tx, actor, user, &scope, count)?;
            }
            Ok(())
        })
    }

    fn catalogue_for(&self, asked: &PullRequest) -> Option<model::catalogue::CatalogueSource> {
        (asked.catalogue != self.context.catalogue.digest).then(|| self.context.source.clone())
    }

    /// Returns what is announced, to a device that has not taken it.
    fn announcement_for(&self, asked: &PullRequest) -> Option<AnnouncementV1> {
        let reach = self.reach.as_ref()?;
        let is_news = asked.announced.is_none_or(|taken| taken < reach.number);
        is_news.then(|| reach.announcement(&self.context.signing))
    }

    /// Returns the newest announcement's number when a device says for the first time that it took
    /// it: an administrator waits for that.
    fn newly_told(
        &self,
        db: &Reading<'_>,
        device: DeviceId,
        asked: &PullRequest,
    ) -> Result<Option<u64>, StoreError> {
        let newest = self.reach.as_ref().map(|reach| reach.number);
        let Some(taken) = asked.announced.filter(|taken| Some(*taken) == newest) else {
            return Ok(None);
        };
        let is_known = db.told_announcement(device)? == Some(taken.cast_signed());
        Ok((!is_known).then_some(taken))
    }

    fn earlier_for(&self, asked: &PullRequest) -> Vec<model::catalogue::CatalogueSource> {
        match asked.catalogue == self.context.catalogue.digest {
            true => Vec::new(),
            false => self.context.earlier.clone(),
        }
    }

    fn empty(&self, now: Timestamp, results: Vec<PushResultV1>) -> SyncResponseV1 {
        SyncResponseV1 {
            results,
            pull: Vec::new(),
            revoked: Vec::new(),
            cursor: None,
            head: FEED_START,
            more: false,
            reconcile: None,
            catalogue: None,
            earlier_catalogues: Vec::new(),
            profile: None::<ProfileV1>,
            authors: BTreeMap::new(),
            server_time: now,
            lease_until: now + self.context.catalogue.lease,
            orders: Vec::new(),
            announcement: None,
            colleagues: None,
            named: BTreeMap::new(),
            decided: Vec::new(),
        }
    }

    /// What was decided about refused changes of a device's.
    fn decided(
        &self,
        db: &Reading<'_>,
        who: &Authenticated,
        awaits: &[ChangeHash],
    ) -> Result<Vec<DecidedV1>, StoreError> {
        let mut told = Vec::new();
        for hash in awaits {
            let Some(decided) = db.decision(who.device, *hash)? else { continue };
            let reason = match decided.reason {
                Some(id) => reasons::find(self.context, db, id)?.map(|(_, words)| words),
                None => None,
            };
            let Decided { decision, at, by, .. } = decided;
            told.push(DecidedV1 { hash: *hash, decision, at, by, reason });
        }
        Ok(told)
    }
}

/// The feed before its first entry.
const FEED_START: FeedPositionV1 =
    FeedPositionV1 { seq: FeedSeq(0), chain: model::ids::Chain([0; 16]) };

/// What the answer depends on besides what is handed in.
struct PullRequest {
    catalogue: Vec<u8>,
    /// The newest announcement that the device has taken.
    announced: Option<u64>,
    /// Which list of colleagues the device has; none when it knows of no such lists.
    colleagues: Option<ByteBuf>,
    seen: Option<FeedPositionV1>,
    refetch: Vec<model::ids::RecordId>,
    awaits: Vec<ChangeHash>,
    bytes_max: usize,
    /// Whether there is nothing on the device yet that could be dropped.
    holds_nothing: bool,
    /// Whether a run of pages begins here: the device stands where it was last told the end is.
    is_first_page: bool,
}

impl PullRequest {
    fn of(request: &SyncRequestV1) -> Self {
        let is_first_page = match (&request.cursor, &request.seen) {
            (Some(cursor), Some(seen)) => seen.seq <= cursor.effective_seq,
            _ => true,
        };
        Self {
            catalogue: request.catalogue.clone(),
            announced: request.announced,
            colleagues: request.colleagues.clone(),
            seen: request.seen,
            refetch: request.refetch.clone(),
            awaits: request.awaits.clone(),
            bytes_max: request.page_bytes(),
            holds_nothing: false,
            is_first_page,
        }
    }
}

/// Which changes of a push are tried.
struct Tried {
    /// So many from the first on: they fit into the device's day.
    in_the_day: usize,
    /// The places of those after them which must always be possible, as it looks.
    all_the_same: Vec<usize>,
}

impl Tried {
    /// Chooses them, and takes all others out.
    fn choose(
        day: &mut Day,
        taking: &mut Taking,
        handed: Handed,
        catalogue: &Catalogue,
        sender: Sender,
        push: &mut Vec<PushV1>,
        inspected: &mut Vec<Result<RawChange, ChangeProblem>>,
    ) -> Self {
        let in_the_day = day.take_push(taking, handed, push);
        let past = inspected.get(in_the_day..).unwrap_or_default();
        let all_the_same: Vec<usize> = match sender.standing {
            // Nothing is taken of these at all.
            SenderTrust::MustReconcile | SenderTrust::Revoked => Vec::new(),
            _ => {
                let places = day.tried_all_the_same(catalogue, past).into_iter();
                places.map(|place| in_the_day + place).collect()
            }
        };
        let tried = Self { in_the_day, all_the_same };
        let mut places = 0..;
        push.retain(|_| places.next().is_some_and(|place| tried.is_tried(place)));
        let mut places = 0..;
        inspected.retain(|_| places.next().is_some_and(|place| tried.is_tried(place)));
        tried
    }

    fn is_tried(&self, place: usize) -> bool {
        place < self.in_the_day || self.all_the_same.contains(&place)
    }

    /// What is told of every change: what became of it, or that it is put off.
    fn told(&self, hashes: &[ChangeHash], results: Vec<PushResultV1>) -> Vec<PushResultV1> {
        let mut results = results.into_iter();
        let told = hashes.iter().enumerate().map(|(place, hash)| match self.is_tried(place) {
            true => results.next(),
            false => Some(budget::put_off(*hash)),
        });
        told.flatten().collect()
    }
}

/// Everything a request brings that is written down.
struct Submission {
    now: Timestamp,
    who: Authenticated,
    place: SyncContext,
    prepared: Prepared,
    dropped: Vec<Scope>,
    views: Views,
    /// What it takes of the device's day.
    taking: Taking,
    /// How many of the changes fit into it; the others are tried all the same.
    in_the_day: usize,
    /// Whether the administrator is to be told that the day was not enough.
    is_to_be_told: bool,
    offer: Option<ReconcileOfferV1>,
    /// Whether it is the first that the device asks.
    holds_nothing: bool,
    /// Number of the announcement that it says for the first time to have taken.
    told: Option<u64>,
}

/// What was written down, as far as the answer tells.
#[derive(Default)]
struct Receipt {
    results: Vec<PushResultV1>,
    reconcile: Option<ReconcileAnswerV1>,
}

impl Submission {
    /// A sync without news writes nothing.
    fn is_nothing(&self) -> bool {
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
            && self.place.stand.writes_nothing()
            && (seen_lately || is_revoked)
    }

    fn take(self, rng: &mut dyn Rng, tx: &mut Tx<'_>) -> Result<Receipt, SyncError> {
        let Self { now, who, place, prepared, dropped, views, mut taking, offer, .. } = self;
        let in_the_day = self.in_the_day;
        let Self { holds_nothing, told, .. } = self;
        let (user, device) = (who.user, who.device);
        let results = prepared.store(now, rng, tx)?;
        taking.count_always(results.get(in_the_day..).unwrap_or_default());
        let mut taken = Receipt { results, reconcile: None };
        views.note(now, tx, &who)?;
        taking.settle(now, tx, &who)?;
        if let DeviceState::Revoked { .. } = place.stand {
            return Ok(taken);
        }
        tx.db.set_last_seen(device, now)?;
        if let Some(number) = told {
            tx.db.set_told_announcement(device, number)?;
        }
        confirm_dropped(now, tx, user, device, &dropped)?;
        match place.stand {
            DeviceState::Revoked { .. } => {}
            DeviceState::Pulling { starts_anew, is_met, .. } => {
                if is_met {
                    tx.db.set_reconciled(device, place.life.epoch)?;
                }
                if starts_anew {
                    tx.db.set_full_since(device, place.head)?;
                }
                if starts_anew && holds_nothing {
                    tx.db.set_all_dropped(device, user)?;
                }
            }
            DeviceState::Reconciled => {}
            DeviceState::Reconciling { begun, .. } => {
                if !begun {
                    tx.db.set_reconcile_started(device, place.life.epoch)?;
                    tx.note(
                        now,
                        Actor::Device(user, device),
                        AuditAct::Reconcile,
                        format!("epoch {}", place.life.number),
                        "begun",
                    )?;
                }
                let offer = offer.filter(|offer| offer.epoch == place.life.epoch);
                taken.reconcile = Some(reconcile(now, tx, user, device, &place, offer)?);
            }
        }
        Ok(taken)
    }
}

/// What a device dropped is gone there, its own part too: it comes back if the scope is opened
/// again, or was before the device came to drop it. That is believed once for each time that the
/// scope was opened: a device that says it again has it already, and would only fill the feed.
fn confirm_dropped(
    now: Timestamp,
    tx: &mut Tx<'_>,
    user: UserId,
    device: DeviceId,
    dropped: &[Scope],
) -> Result<(), StoreError> {
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
    user: UserId,
    device: DeviceId,
    place: &SyncContext,
    offer: Option<ReconcileOfferV1>,
) -> Result<ReconcileAnswerV1, StoreError> {
    let epoch = place.life.epoch;
    let Some(offer) = offer else {
        return Ok(ReconcileAnswerV1 { epoch, differs: Vec::new(), finished: false });
    };
    let mut differs = Vec::new();
    for held in &offer.holds {
        let known = tx.db.record_row(held.record)?;
        let is_open = match &known {
            Some(known) => tx.db.grant_state(user, known.scope_number)? == GrantState::Open,
            None => false,
        };
        if known.as_ref().is_some_and(|known| known.check == held.check) {
            continue;
        }
        // Whoever has no right to the record is not told what is here of it.
        let hashes = if is_open { tx.db.hashes_of_record(held.record)? } else { Vec::new() };
        differs.push(HeldV1 { record: held.record, hashes });
    }
    let finished = offer.complete && differs.is_empty();
    if finished {
        tx.db.set_reconciled(device, epoch)?;
        let object = format!("epoch {}", place.life.number);
        tx.note(now, Actor::Device(user, device), AuditAct::Reconcile, object, "finished")?;
    }
    Ok(ReconcileAnswerV1 { epoch, differs, finished })
}
