//! An answer, into the store: one transaction.

use std::collections::BTreeSet;

use rand::Rng;

use model::catalogue::history;
use model::change::RawChange;
use model::ids::{ChangeHash, Epoch};
use model::proof;
use model::time::Timestamp;
use model::wire::{
    AnnouncementV1, FeedPositionV1, OrderKindV1, OutcomeV1, ReconcileAnswerV1, ReconcileOfferV1,
    RetryV1, SyncRequestV1, SyncResponseV1,
};

use crate::device::Device;
use crate::engine::{AppliedSummary, Ending, Left};
use crate::store::feed::{FeedState, ReconcileState};
use crate::store::outbox::Held;
use crate::store::quarantine::stored_reason;
use crate::store::{Reader, StoreError, Writer};

use super::SyncError;

/// Takes the answer to `sent` into the store, in one transaction. One bad update or one refused
/// change never keeps the others out: it is set aside.
///
/// Taking the same answer twice does no harm.
///
/// # Errors
/// When the store fails; then nothing of the answer was taken. Or when the server ordered the
/// store destroyed and something of it would not go.
pub fn apply_answer(
    now: Timestamp,
    rng: &mut dyn Rng,
    device: &mut Device,
    sent: &SyncRequestV1,
    answer: &SyncResponseV1,
) -> Result<AppliedSummary, SyncError> {
    let orders = valid_orders(&device.store().read(), answer)?;
    if orders.contains(&OrderKindV1::Wipe) && hands_over(device, sent, answer)? {
        device.wipe().map_err(SyncError::NotWiped)?;
        let ended = Some(Ending::Wiped);
        return Ok(AppliedSummary { progressed: true, ended, ..AppliedSummary::default() });
    }
    let lock = orders.contains(&OrderKindV1::Lock);
    let exchange = Exchange { now, sent, answer };
    Ok(device.store_mut().write(|writer| exchange.take(writer, rng, lock))?)
}

/// Returns whether the store is not the one any more that `sent` was built from: another process
/// has synchronized it meanwhile, or a copy was put back. What the answer leaves out because the
/// request said that it is here may not be here then: pass it over, and ask again.
///
/// # Errors
/// When the store fails.
pub fn is_overtaken(device: &Device, sent: &SyncRequestV1) -> Result<bool, SyncError> {
    Ok(device.store().read().feed()?.cursor != sent.cursor)
}

/// Returns whether nothing waits besides what this exchange settled: a phone that was ordered to
/// destroy itself hands over first what it had not sent. A server that settles nothing is not
/// waited for.
fn hands_over(
    device: &Device,
    sent: &SyncRequestV1,
    answer: &SyncResponseV1,
) -> Result<bool, StoreError> {
    let settled = sent.push.len().min(answer.results.len()) as u64;
    let gave_up = settled == 0 && !sent.push.is_empty();
    // What the line does not take is not waited for either.
    Ok(gave_up || device.store().read().sendable_size()? <= settled)
}

/// The orders that the server really gave to this device.
fn valid_orders(
    read: &Reader<'_>,
    answer: &SyncResponseV1,
) -> Result<Vec<OrderKindV1>, StoreError> {
    if answer.orders.is_empty() {
        return Ok(vec![]);
    }
    let server_key = read.enrollment()?.server_key;
    let given = answer.orders.iter().filter(|order| {
        let message = proof::order_message(read.device(), order.order, order.at);
        let valid = proof::verify(&server_key, &message, &order.signature);
        if !valid {
            tracing::warn!("an order without the server's signature was passed over");
        }
        valid
    });
    Ok(given.map(|order| order.order).collect())
}

/// A request with its answer.
#[derive(Clone, Copy)]
struct Exchange<'a> {
    now: Timestamp,
    sent: &'a SyncRequestV1,
    answer: &'a SyncResponseV1,
}

impl Exchange<'_> {
    fn take(
        self,
        writer: &mut Writer<'_>,
        rng: &mut dyn Rng,
        lock: bool,
    ) -> Result<AppliedSummary, StoreError> {
        let before = writer.feed()?;
        self.take_facts(writer, lock)?;
        let mut summary =
            AppliedSummary { ended: lock.then_some(Ending::Locked), ..AppliedSummary::default() };
        let held = self.take_results(writer, rng, &mut summary)?;
        self.take_revocations(writer)?;
        self.answer.decided.iter().try_for_each(|decided| writer.note_decision(decided))?;
        let put_off = self.take_pull(writer, rng, &mut summary)?;
        self.move_on(writer, &before)?;
        let dropped = drop_revoked(writer)?;

        let after = writer.feed()?;
        summary.progressed = after != before
            || held + dropped > 0
            || summary.sent + summary.received + summary.refused > 0;
        summary.stuck = writer.stuck_records()?.len() as u64;
        summary.left = self.left(writer, &after)?;
        summary.left.refetch = summary.left.refetch.saturating_sub(put_off);
        if summary.left.is_nothing() && summary.ended.is_none() {
            writer.set_last_sync(self.now)?;
        }
        Ok(summary)
    }

    /// The few facts that are no records. The catalogue comes first of all: the rest is read by it.
    fn take_facts(self, writer: &mut Writer<'_>, lock: bool) -> Result<(), StoreError> {
        let Self { now, sent, answer } = self;
        if let Some(catalogue) = &answer.catalogue
            && !writer
                .set_catalogue(catalogue, &history::whole(&answer.earlier_catalogues, catalogue))?
        {
            tracing::warn!(
                "the server's catalogue is newer than this program; the present one stays"
            );
        }
        if let Some(profile) = &answer.profile {
            writer.set_profile(profile)?;
        }
        if let Some(colleagues) = &answer.colleagues {
            writer.set_colleagues(colleagues)?;
        }
        if let Some(announcement) = &answer.announcement {
            take_announcement(writer, announcement)?;
        }
        writer.note_authors(&answer.authors)?;
        writer.note_named(&answer.named)?;
        writer.set_lease(now, answer.server_time, answer.lease_until)?;
        // An answer without the order ends it.
        if writer.lease()?.ordered != lock {
            writer.set_locked(lock)?;
        }
        writer.mark_views_sent(now, &sent.views)?;
        writer.confirm_dropped(&sent.dropped)
    }

    /// Returns how many changes are kept back until the pull is through.
    fn take_results(
        self,
        writer: &mut Writer<'_>,
        rng: &mut dyn Rng,
        summary: &mut AppliedSummary,
    ) -> Result<u64, StoreError> {
        let results: Vec<_> = self.results().collect();
        let stored = results.iter().filter_map(|(hash, outcome)| match outcome {
            OutcomeV1::Accepted | OutcomeV1::Known => Some(*hash),
            OutcomeV1::Refused { .. } => None,
        });
        let stored: Vec<_> = stored.collect();
        summary.sent += writer.mark_acknowledged(&stored)? as u64;

        let reconciling = writer.feed()?.reconcile.is_some();
        let refused_before = writer.refused_size()?;
        let mut held = 0;
        for (hash, outcome) in results {
            let OutcomeV1::Refused { code, reason, about, retry } = outcome else { continue };
            // No pull brings the first change of a record that was refused.
            let is_hopeless =
                !SERVERS_TROUBLE.contains(&code.as_str()) && writer.is_of_refused_record(&hash)?;
            let held_before = match retry {
                RetryV1::AfterPull if !is_hopeless => Some(writer.hold(&hash)?),
                RetryV1::AfterPull | RetryV1::Never => None,
            };
            match after_refusal(held_before, reconciling, code) {
                Next::Settled | Next::Waits => {}
                Next::HeldBack => held += 1,
                Next::SetAside => {
                    let told = stored_reason(reason, about);
                    writer.mark_refused(self.now, rng, hash, code, &told)?;
                }
            }
        }
        summary.refused += writer.refused_size()?.saturating_sub(refused_before);
        Ok(held)
    }

    /// Each pushed change with its outcome. A result that names another change than the one in its
    /// place settles nothing; one that names none refuses bytes that the server cannot read.
    fn results(&self) -> impl Iterator<Item = (ChangeHash, &OutcomeV1)> {
        let pairs = self.sent.push.iter().zip(&self.answer.results);
        pairs.filter_map(|(push, result)| {
            let hash = RawChange::inspect(&push.change).ok()?.hash();
            let unread =
                result.hash == UNREAD && matches!(result.outcome, OutcomeV1::Refused { .. });
            (result.hash == hash || unread).then_some((hash, &result.outcome))
        })
    }

    fn take_revocations(self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        self.answer.revoked.iter().try_for_each(|r| writer.note_revocation(&r.scope, r.seq))
    }

    /// Returns how many records were asked for, came, and still do not fit. They are asked for again
    /// with the next run, not with this one: the server may give the same for ever.
    fn take_pull(
        self,
        writer: &mut Writer<'_>,
        rng: &mut dyn Rng,
        summary: &mut AppliedSummary,
    ) -> Result<u64, StoreError> {
        let (mut came, mut misfits) = (BTreeSet::new(), BTreeSet::new());
        for update in &self.answer.pull {
            let applied = writer.apply_update(self.now, rng, update)?;
            summary.received += applied.stored as u64;
            summary.sent += applied.acknowledged as u64;
            came.insert(update.record);
            if !applied.check_holds {
                misfits.insert(update.record);
            }
        }
        let asked = self.sent.refetch.iter();
        let (misfit, fine): (Vec<_>, Vec<_>) = asked
            .filter(|record| !self.answer.more || came.contains(record))
            .partition(|record| misfits.contains(record));
        writer.clear_refetch(&fine)?;
        Ok(misfit.len() as u64)
    }

    /// Moves the cursor, or the reconcile, with what the page brought.
    fn move_on(self, writer: &mut Writer<'_>, before: &FeedState) -> Result<(), StoreError> {
        let offer = self.sent.reconcile.as_ref();
        match reconcile_step(before.reconcile, offer, self.answer.reconcile.as_ref()) {
            Step::Follow { history_is_back } => {
                if history_is_back {
                    writer.set_reconcile(None)?;
                    writer.release_held()?;
                }
                if let Some(cursor) = &self.answer.cursor {
                    writer.set_cursor(Some(cursor))?;
                    if !self.answer.more {
                        writer.give_up_unconfirmed()?;
                    }
                }
                writer.set_seen(Some(&newest(before.seen, self.answer.head)))
            }
            Step::Finish => {
                writer.set_reconcile(None)?;
                writer.set_cursor(None)?;
                writer.set_seen(Some(&self.answer.head))?;
                writer.release_held()?;
                writer.forget_pending_revocations()?;
                writer.await_what_is_held()?;
                writer.give_up_what_no_phone_keeps()
            }
            Step::GoOn { ours, offer, theirs } => {
                let state = offered(writer, ours, offer, theirs)?;
                reconcile(writer, &state)
            }
            Step::Begin(epoch) => {
                writer.offer_what_was_set_aside()?;
                reconcile(writer, &ReconcileState { epoch, after: None, offered: false })
            }
        }
    }

    fn left(self, read: &Reader<'_>, feed: &FeedState) -> Result<Left, StoreError> {
        let held = read.held_size()?;
        let reconcile = feed.reconcile.is_some();
        let finished = self.answer.reconcile.as_ref().is_some_and(|theirs| theirs.finished);
        Ok(Left {
            push: read.sendable_size()?.saturating_sub(held),
            offer_again: held,
            pull: !reconcile && (finished || self.answer.more),
            reconcile,
            confirm: read.dropped_scopes(usize::MAX)?.len() as u64,
            refetch: read.refetch_size()?,
        })
    }
}

/// What becomes of a change that the server refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing: it does not wait here any more.
    Settled,
    /// It is offered again once the pull is through.
    HeldBack,
    /// It stays in the outbox until what is in its way is over.
    Waits,
    /// It is set aside, and its author told.
    SetAside,
}

/// Decides on a refused change. `held` is `None` if the server says that trying again is no use.
fn after_refusal(held: Option<Held>, reconciling: bool, code: &str) -> Next {
    match held {
        Some(Held::Unknown) => Next::Settled,
        Some(Held::Now) => Next::HeldBack,
        // What it follows may still come, with another device's reconcile or our own.
        Some(Held::Before) if reconciling => Next::Waits,
        // The server's own trouble: the change stays here until that is over.
        Some(Held::Before) | None if SERVERS_TROUBLE.contains(&code) => Next::Waits,
        Some(Held::Before) | None => Next::SetAside,
    }
}

/// How an answer moves the device on: along the feed, or through a reconcile.
#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    /// No reconcile is asked for. One that was under way is over if the server has the history back
    /// that the device knows.
    Follow { history_is_back: bool },
    /// The reconcile is through: everything is pulled from the beginning.
    Finish,
    /// The server answered a page of this reconcile.
    GoOn { ours: ReconcileState, offer: &'a ReconcileOfferV1, theirs: &'a ReconcileAnswerV1 },
    /// A reconcile begins, or begins again because the server was restored once more.
    Begin(Epoch),
}

/// Decides how an answer moves the device on. `ours` is the reconcile that is under way, `offer` what
/// the request offered for one, `theirs` what the server says of one.
fn reconcile_step<'a>(
    ours: Option<ReconcileState>,
    offer: Option<&'a ReconcileOfferV1>,
    theirs: Option<&'a ReconcileAnswerV1>,
) -> Step<'a> {
    let Some(theirs) = theirs else { return Step::Follow { history_is_back: ours.is_some() } };
    if theirs.finished {
        return Step::Finish;
    }
    match ours.zip(offer) {
        Some((ours, offer)) if ours.epoch == theirs.epoch && offer.epoch == theirs.epoch => {
            Step::GoOn { ours, offer, theirs }
        }
        Some(_) | None => Step::Begin(theirs.epoch),
    }
}

/// Notes how far a reconcile has come. The feed is not followed meanwhile.
fn reconcile(writer: &mut Writer<'_>, state: &ReconcileState) -> Result<(), StoreError> {
    writer.set_cursor(None)?;
    writer.forget_unconfirmed()?;
    writer.set_reconcile(Some(state))
}

/// Keeps where the server will be found and how it will be known.
fn take_announcement(
    writer: &mut Writer<'_>,
    announcement: &AnnouncementV1,
) -> Result<(), StoreError> {
    let mut enrollment = writer.enrollment()?;
    if enrollment.take_announcement(announcement) {
        writer.set_enrollment(&enrollment)?;
    } else {
        tracing::warn!(
            "an announcement that is not the server's, or not a newer one, was passed over"
        );
    }
    Ok(())
}

/// Refusals that say nothing against the change: it is offered again with every run.
const SERVERS_TROUBLE: [&str; 3] = ["record_unreadable", "quarantine_full", "put_off"];

/// What a result names when the pushed bytes were no change to the server.
const UNREAD: ChangeHash = ChangeHash([0; 32]);

/// Puts back into the outbox what the server lacks of the page just offered.
fn offered(
    writer: &mut Writer<'_>,
    ours: ReconcileState,
    offer: &ReconcileOfferV1,
    theirs: &ReconcileAnswerV1,
) -> Result<ReconcileState, StoreError> {
    for held in &theirs.differs {
        writer.reoffer(held.record, &held.hashes)?;
    }
    let last = offer.holds.last().map(|held| held.record);
    let after = ours.after.max(last);
    let offered = ours.offered || writer.records_page_for_reconcile(after, 1)?.is_empty();
    Ok(ReconcileState { after, offered, ..ours })
}

/// Drops what was taken away and has nothing left to hand over. Returns how many records went.
/// Not while the server's history is in doubt: what it took away may be what it forgot.
fn drop_revoked(writer: &mut Writer<'_>) -> Result<u64, StoreError> {
    if writer.feed()?.reconcile.is_some() {
        return Ok(0);
    }
    let mut dropped = 0;
    for revoked in writer.pending_revocations()? {
        if writer.unsent_in(&revoked.scope)? == 0 {
            writer.note_taken(&revoked.scope)?;
            dropped += writer.drop_scope(&revoked.scope)?;
        }
    }
    Ok(dropped)
}

/// An answer that was overtaken must not make the device forget what it was told.
fn newest(seen: Option<FeedPositionV1>, head: FeedPositionV1) -> FeedPositionV1 {
    seen.filter(|seen| seen.seq > head.seq).unwrap_or(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_change_is_held_back_once_and_set_aside_unless_it_may_still_come_right() {
        for (held, reconciling, code, next) in [
            (Some(Held::Unknown), false, "denied", Next::Settled),
            (Some(Held::Unknown), true, "put_off", Next::Settled),
            (Some(Held::Now), false, "missing_dependencies", Next::HeldBack),
            (Some(Held::Now), true, "put_off", Next::HeldBack),
            (Some(Held::Before), false, "missing_dependencies", Next::SetAside),
            (Some(Held::Before), true, "missing_dependencies", Next::Waits),
            (Some(Held::Before), false, "quarantine_full", Next::Waits),
            (None, false, "denied", Next::SetAside),
            // A reconcile brings nothing that the server will never take.
            (None, true, "denied", Next::SetAside),
            (None, false, "record_unreadable", Next::Waits),
            (None, true, "put_off", Next::Waits),
        ] {
            let decided = after_refusal(held, reconciling, code);
            assert_eq!(decided, next, "{held:?}, reconciling {reconciling}, {code}");
        }
    }

    #[test]
    fn an_answer_without_a_reconcile_follows_the_feed_and_ends_one_that_was_under_way() {
        let (ours, offer) = (state(1), offer(1));
        assert_eq!(reconcile_step(None, None, None), Step::Follow { history_is_back: false });
        let back = Step::Follow { history_is_back: true };
        assert_eq!(reconcile_step(Some(ours), Some(&offer), None), back);
    }

    #[test]
    fn a_reconcile_goes_on_only_while_all_speak_of_one_epoch() {
        let offers = [offer(1), offer(2)];
        let [first, second] = &offers;
        let theirs = theirs(1, false);
        let go_on = Step::GoOn { ours: state(1), offer: first, theirs: &theirs };
        assert_eq!(reconcile_step(Some(state(1)), Some(first), Some(&theirs)), go_on);
        let begin = Step::Begin(epoch(1));
        for (ours, offer) in [
            (None, None),
            (None, Some(first)),
            (Some(state(1)), None),
            (Some(state(2)), Some(first)),
            (Some(state(1)), Some(second)),
        ] {
            assert_eq!(reconcile_step(ours, offer, Some(&theirs)), begin, "{ours:?}, {offer:?}");
        }
    }

    #[test]
    fn a_reconcile_that_the_server_calls_finished_is_finished() {
        let theirs = theirs(2, true);
        assert_eq!(reconcile_step(None, None, Some(&theirs)), Step::Finish);
        assert_eq!(reconcile_step(Some(state(1)), Some(&offer(1)), Some(&theirs)), Step::Finish);
    }

    fn state(number: u64) -> ReconcileState {
        ReconcileState { epoch: epoch(number), after: None, offered: false }
    }

    fn offer(number: u64) -> ReconcileOfferV1 {
        ReconcileOfferV1 { epoch: epoch(number), holds: Vec::new(), complete: false }
    }

    fn theirs(number: u64, finished: bool) -> ReconcileAnswerV1 {
        ReconcileAnswerV1 { epoch: epoch(number), differs: Vec::new(), finished }
    }

    fn epoch(number: u64) -> Epoch {
        Epoch(number)
    }
}
