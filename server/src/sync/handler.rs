//! One sync request from beginning to end: where the device stands, what it hands in, what it gets.

use std::collections::BTreeMap;

use ed25519_dalek::Signer as _;
use model::ids::{ChangeHash, DeviceId, FeedSeq, Scope};
use model::policy::Channel;
use model::proof;
use model::time::Timestamp;
use model::wire::{
    AnnouncementV1, DecidedV1, FeedPositionV1, OrderKindV1, OrderV1, ProfileV1, PushResultV1,
    ReconcileAnswerV1, SyncRequestV1, SyncResponseV1,
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
use crate::staff::terms;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::decisions::Decided;
use crate::store::orders::LockOrder;
use crate::store::sqlite::Reading;
use crate::store::sqlite::reader_pool::ReaderPool;
use crate::sync::disclosures::{self, Disclosure};
use crate::sync::pull::{self, Page, Puller};
use crate::sync::push::incoming::Incoming;
use crate::sync::push::{self, Sender};
use crate::writer::Writer;

use super::budget::{self, Day, Taking};
use super::device_state::{DeviceState, SyncContext};
use super::submission::{self, Receipt, Submission, TriedPart};
use super::views::Views;

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
        let incoming = self.incoming(now, who, &mut request)?;
        // What a consent opened closes when it ends, and so does a role: whoever asks first after that.
        if self
            .readers
            .read(|db| Ok::<_, StoreError>(db.is_consent_due(now)? || db.is_term_due(now)?))?
        {
            self.writer.write::<_, StoreError, _>(move |tx| {
                terms::settle_due(now, tx)?;
                recompute::consents_if_due(now, tx)
            })?;
        }
        let asked = PullRequest::of(&request);
        let hashes = incoming.hashes();
        let (submission, tried) =
            self.readers.read(|db| self.submission(now, db, who, &asked, request, incoming))?;
        if submission.views.strange > 0 {
            let actor = Actor::Device(who.user, who.device);
            self.note_seldom(now, Rejection::of(actor, "view", None, "never_open"))?;
        }
        let place = submission.place;
        let mut taken = if submission.is_nothing() {
            Receipt::default()
        } else {
            let mut rng = StdRng::from_rng(&mut *rng);
            match submission.is_large() {
                true => self.writer.write_much(move |tx| submission.take(&mut rng, tx))?,
                false => self.writer.write(move |tx| submission.take(&mut rng, tx))?,
            }
        };
        taken.results = tried.told(&hashes, taken.results);
        if let Some(lock) = place.lock
            && !matches!(place.stand, DeviceState::Revoked { .. })
        {
            return Ok(self.locked_response(now, who, lock, &asked, taken));
        }
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
                    holds_nothing: place.holds_nothing,
                    refetch: asked.refetch.clone(),
                    bytes_max: asked.bytes_max,
                };
                self.pulling(now, rng, who, asked, taken, &puller)
            }
        }
    }

    /// Reads what is pushed, and checks that the device that asks has signed it.
    fn incoming(
        &self,
        now: Timestamp,
        who: &Authenticated,
        request: &mut SyncRequestV1,
    ) -> Result<Incoming, SyncError> {
        if request.device != who.device {
            return Err(self.refused(now, who, SyncError::WrongDevice));
        }
        let incoming = Incoming::read(std::mem::take(&mut request.push));
        let is_signed = || {
            let message = proof::push_message(who.device, &incoming.hashes());
            proof::verify(&who.public_key, &message, &request.signature)
        };
        if !incoming.is_empty() && !is_signed() {
            return Err(self.refused(now, who, SyncError::BadSignature));
        }
        Ok(incoming)
    }

    /// Tries what is pushed and looks at everything else that the request brings. Nothing is written.
    fn submission(
        &self,
        now: Timestamp,
        db: &Reading<'_>,
        who: &Authenticated,
        asked: &PullRequest,
        request: SyncRequestV1,
        mut incoming: Incoming,
    ) -> Result<(Submission, TriedPart), StoreError> {
        let told = self.newly_told(db, who.device, asked)?;
        let place = SyncContext::find(now, db, who.device, &request, !incoming.is_empty())?;
        let standing = place.stand.sender();
        let sender = Sender { user: who.user, device: who.device, standing, way: Channel::Phone };
        let mut day = Day::of(db, now, self.daily, who.device)?;
        let mut taking = Taking::default();
        let catalogue = &self.context.catalogue;
        let tried = TriedPart::choose(&mut day, &mut taking, catalogue, sender, &mut incoming);
        let mut views = Views::told(db, who, &request.views)?;
        views.truncate(day.take_rows(&mut taking, views.len()));
        let prepared = push::prepare(now, db, self.context, sender, incoming)?;
        let submission = Submission {
            now,
            who: *who,
            place,
            prepared,
            dropped: request.dropped,
            views,
            taking,
            in_the_day: tried.in_the_day,
            is_to_be_told: day.is_to_be_told(taking),
            offer: request.reconcile,
            told,
            report: match place.stand {
                DeviceState::Revoked { .. } => None,
                _ => submission::news(now, db, who.device, request.about)?,
            },
        };
        Ok((submission, tried))
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
        if let Some(row) = self.refusals.count(now, sent) {
            let device = who.device;
            self.writer.write::<_, StoreError, _>(move |tx| {
                tx.db.note_wipe_told(device, now)?;
                tx.note_row(&row)
            })?;
        }
        // It is believed: whoever has its key could as well say nothing.
        if asked.wiped == Some(revoked_at) {
            let device = who.device;
            self.writer.write::<_, StoreError, _>(move |tx| {
                match tx.db.note_wiped(device, now)? {
                    true => tx.note(
                        now,
                        actor,
                        AuditAct::OrderWipe,
                        format!("device {device}"),
                        "confirmed",
                    ),
                    false => Ok(()),
                }
            })?;
        }
        Ok(SyncResponseV1 {
            orders: vec![self.order(who, OrderKindV1::Wipe, revoked_at)],
            head: asked.seen.unwrap_or(FEED_START),
            lease_until: now,
            ..self.empty(now, taken.results)
        })
    }

    /// The answer to a device that shows nothing until the order is taken back: what became of its
    /// push. It gets nothing that it could show.
    fn locked_response(
        &self,
        now: Timestamp,
        who: &Authenticated,
        lock: LockOrder,
        asked: &PullRequest,
        taken: Receipt,
    ) -> SyncResponseV1 {
        SyncResponseV1 {
            orders: vec![self.order(who, OrderKindV1::Lock, lock.ordered_at)],
            head: asked.seen.unwrap_or(FEED_START),
            lease_until: now,
            ..self.empty(now, taken.results)
        }
    }

    /// Signs an order to a device.
    fn order(&self, who: &Authenticated, order: OrderKindV1, at: Timestamp) -> OrderV1 {
        let message = proof::order_message(who.device, order, at);
        let signature = self.context.signing.sign(&message).to_bytes().to_vec();
        OrderV1 { order, at, signature }
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
            if puller.holds_nothing {
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
                let read = Disclosure { user, actor, scope: &scope, count };
                disclosures::note(now, &mut rng, tx, &read)?;
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

    /// Lists what was decided about refused changes of a device's.
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
    /// The order to wipe itself that the device says to have carried out.
    wiped: Option<Timestamp>,
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
            wiped: request.wiped,
            is_first_page,
        }
    }
}
