//! What one device may have the server keep in a day: a phone that was taken over, or a program that
//! repeats itself, fills neither the disk nor the audit.

use model::catalogue::Catalogue;
use model::change::RawChange;
use model::ids::{ChangeHash, DeviceId};
use model::time::Timestamp;
use model::wire::{OutcomeV1, PushResultV1, RetryV1};
use model::words::Message;

use crate::config::DailyBudget;
use crate::error::StoreError;
use crate::identity::device::Authenticated;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::sqlite::Reading;
use crate::store::usage::Used;
use crate::sync::push::{AlwaysPossible, PUT_OFF};
use crate::writer::Tx;

/// What is left of a device's day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    rows: u64,
    bytes: u64,
    /// For changes past these that must always be possible.
    always: u64,
    brought: Brought,
    reads: u64,
    is_told: bool,
}

/// What is left for what a device brings back after a restore.
#[derive(Debug, Clone, Copy)]
struct Brought {
    rows: u64,
    bytes: u64,
}

/// What changes are handed in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handed {
    /// They are new.
    New,
    /// A restored server lost them.
    Back,
}

/// Seconds until the next day begins.
pub(super) fn until_tomorrow(now: Timestamp) -> u64 {
    const DAY_SECONDS: i64 = 24 * 60 * 60;
    let left = DAY_SECONDS - (now.as_millis() / 1_000).rem_euclid(DAY_SECONDS);
    u64::try_from(left).unwrap_or(1)
}

/// What a request takes of it, and what was left out for want of more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Taking {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) brought: u64,
    pub(super) brought_bytes: u64,
    pub(super) always: u64,
    pub(super) reads: u64,
    pub(super) left_out: u64,
}

impl Day {
    pub(super) fn of(
        db: &Reading<'_>,
        now: Timestamp,
        budget: DailyBudget,
        device: DeviceId,
    ) -> Result<Self, StoreError> {
        let used = db.used_of_day(now, device)?;
        let times = |most: u64| most.saturating_mul(budget.brought_times);
        Ok(Self {
            rows: budget.rows.saturating_sub(used.rows),
            bytes: budget.bytes.saturating_sub(used.bytes),
            always: budget.always.saturating_sub(used.always),
            brought: Brought {
                rows: times(budget.rows).saturating_sub(used.brought),
                bytes: times(budget.bytes).saturating_sub(used.brought_bytes),
            },
            reads: budget.rows.saturating_sub(used.reads),
            is_told: used.is_told,
        })
    }

    /// How many changes of these sizes there is room for, from the first on. What follows one that is put
    /// off is put off, too: it may rest on it.
    pub(super) fn take_push(
        &mut self,
        taking: &mut Taking,
        handed: Handed,
        sizes: impl ExactSizeIterator<Item = usize>,
    ) -> usize {
        let (rows, bytes) = match handed {
            Handed::New => (&mut self.rows, &mut self.bytes),
            Handed::Back => (&mut self.brought.rows, &mut self.brought.bytes),
        };
        let (taken_rows, taken_bytes) = match handed {
            Handed::New => (&mut taking.rows, &mut taking.bytes),
            Handed::Back => (&mut taking.brought, &mut taking.brought_bytes),
        };
        let pushed = sizes.len();
        let mut fits = 0;
        for size in sizes {
            let size = size as u64;
            if *rows == 0 || *bytes < size {
                break;
            }
            *rows -= 1;
            *bytes -= size;
            *taken_rows += 1;
            *taken_bytes += size;
            fits += 1;
        }
        taking.left_out += (pushed - fits) as u64;
        fits
    }

    /// The places of those changes past the budget that are tried all the same: as many as there is
    /// room for, of those that look as if they must always be possible.
    pub(super) fn tried_all_the_same<'a>(
        &self,
        catalogue: &Catalogue,
        past: impl Iterator<Item = (usize, &'a RawChange)>,
    ) -> Vec<usize> {
        let mut past = past.peekable();
        if past.peek().is_none() {
            return Vec::new();
        }
        let always = AlwaysPossible::of(catalogue);
        let most = usize::try_from(self.always).unwrap_or(usize::MAX);
        past.filter(|(_, change)| always.may_be(change))
            .map(|(place, _)| place)
            .take(most)
            .collect()
    }

    /// How many of so many rows there is room for.
    pub(super) fn take_rows(&mut self, taking: &mut Taking, rows: usize) -> usize {
        let fits = self.rows.min(rows as u64);
        self.rows -= fits;
        taking.rows += fits;
        taking.left_out += rows as u64 - fits;
        usize::try_from(fits).unwrap_or(rows)
    }

    /// Returns whether there is room to note that so many records, or pages of them, were read.
    pub(super) fn take_reads(&mut self, taking: &mut Taking, reads: usize) -> bool {
        let reads = reads as u64;
        let fits = reads <= self.reads;
        if fits {
            self.reads -= reads;
            taking.reads += reads;
        } else {
            taking.left_out += reads;
        }
        fits
    }

    /// Returns whether the administrator is still to be told.
    pub(super) fn is_to_be_told(&self, taking: Taking) -> bool {
        taking.left_out > 0 && !self.is_told
    }
}

impl Taking {
    /// Counts what became of changes that were tried past the budget: those that are kept, with their
    /// record or as refused.
    pub(super) fn count_always(&mut self, results: &[PushResultV1]) {
        let is_kept = |result: &&PushResultV1| match &result.outcome {
            OutcomeV1::Accepted => true,
            OutcomeV1::Known => false,
            OutcomeV1::Refused { code, .. } => code != PUT_OFF,
        };
        self.always += results.iter().filter(is_kept).count() as u64;
    }

    /// Writes down what was used, and tells the administrator the first time in a day that it was
    /// not enough: in the audit, the log and the figures.
    pub(super) fn settle(
        self,
        now: Timestamp,
        tx: &mut Tx<'_>,
        who: &Authenticated,
    ) -> Result<(), StoreError> {
        if self == Self::default() {
            return Ok(());
        }
        let before = tx.db.used_of_day(now, who.device)?;
        let is_over = self.left_out > 0;
        let used = Used {
            rows: before.rows.saturating_add(self.rows),
            bytes: before.bytes.saturating_add(self.bytes),
            brought: before.brought.saturating_add(self.brought),
            brought_bytes: before.brought_bytes.saturating_add(self.brought_bytes),
            always: before.always.saturating_add(self.always),
            reads: before.reads.saturating_add(self.reads),
            is_told: before.is_told || is_over,
        };
        tx.db.set_used_of_day(now, who.device, used)?;
        if is_over && !before.is_told {
            tracing::warn!(device.id = %who.device, "a device has used up what it may hand in today");
            metrics::counter!("fieldbook_device_budgets_used_up_total").increment(1);
            let actor = Actor::Device(who.user, who.device);
            let object = "what a device may hand in today".to_owned();
            tx.note(now, actor, AuditAct::ExceedBudget, object, "put off")?;
        }
        Ok(())
    }
}

/// Returns what is told of a change past the day's budget: the device keeps it, and sends it again.
pub(super) fn put_off(hash: ChangeHash) -> PushResultV1 {
    let message = Message::new(PUT_OFF);
    let outcome = OutcomeV1::Refused {
        code: PUT_OFF.to_owned(),
        reason: message.english(),
        about: message.parts().clone(),
        retry: RetryV1::AfterPull,
    };
    PushResultV1 { hash, outcome }
}
