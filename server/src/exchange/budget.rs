//! What one device may have the server keep in a day: a phone that was taken over, or a program that
//! repeats itself, fills neither the disk nor the audit.

use model::ids::DeviceId;
use model::time::Timestamp;
use model::wire::{OutcomeV1, PushResultV1, PushV1, RetryV1};
use model::words::Message;
use rusqlite::Connection;

use crate::config::DailyBudget;
use crate::core::Authenticated;
use crate::error::StoreError;
use crate::ingest::PUT_OFF;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::usage::{self, Used};
use crate::writer::Tx;

/// What is left of a device's day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    rows: u64,
    bytes: u64,
    reads: u64,
    is_told: bool,
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
    pub(super) reads: u64,
    pub(super) left_out: u64,
}

impl Day {
    pub(super) fn of(
        db: &Connection,
        now: Timestamp,
        budget: DailyBudget,
        device: DeviceId,
    ) -> Result<Self, StoreError> {
        let Used { rows, bytes, reads, is_told } = usage::used(db, now, device)?;
        Ok(Self {
            rows: budget.rows.saturating_sub(rows),
            bytes: budget.bytes.saturating_sub(bytes),
            reads: budget.rows.saturating_sub(reads),
            is_told,
        })
    }

    /// For what comes back after a restore: it was taken before.
    pub(super) fn unlimited() -> Self {
        Self { rows: u64::MAX, bytes: u64::MAX, reads: u64::MAX, is_told: true }
    }

    /// How many of these changes there is room for, from the first on. What follows one that is put
    /// off is put off, too: it may rest on it.
    pub(super) fn take_push(&mut self, taking: &mut Taking, push: &[PushV1]) -> usize {
        let mut fits = 0;
        for push in push {
            let bytes = push.change.len() as u64;
            if self.rows == 0 || self.bytes < bytes {
                break;
            }
            self.rows -= 1;
            self.bytes -= bytes;
            taking.rows += 1;
            taking.bytes += bytes;
            fits += 1;
        }
        taking.left_out += (push.len() - fits) as u64;
        fits
    }

    /// How many of so many rows there is room for.
    pub(super) fn take_rows(&mut self, taking: &mut Taking, rows: usize) -> usize {
        let fits = self.rows.min(rows as u64);
        self.rows -= fits;
        taking.rows += fits;
        taking.left_out += rows as u64 - fits;
        usize::try_from(fits).unwrap_or(rows)
    }

    /// Whether there is room to note that so many records, or pages of them, were read.
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

    /// Whether the administrator is still to be told.
    pub(super) fn is_to_be_told(&self, taking: Taking) -> bool {
        taking.left_out > 0 && !self.is_told
    }
}

impl Taking {
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
        let before = usage::used(tx.db, now, who.device)?;
        let is_over = self.left_out > 0;
        let used = Used {
            rows: before.rows.saturating_add(self.rows),
            bytes: before.bytes.saturating_add(self.bytes),
            reads: before.reads.saturating_add(self.reads),
            is_told: before.is_told || is_over,
        };
        usage::set_used(tx.db, now, who.device, used)?;
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

/// What is told of changes past the day's budget: the device keeps them, and sends them again.
pub(super) fn put_off(hashes: &[model::ids::ChangeHash]) -> Vec<PushResultV1> {
    let message = Message::new(PUT_OFF);
    let outcome = OutcomeV1::Refused {
        code: PUT_OFF.to_owned(),
        reason: message.english(),
        about: message.parts().clone(),
        retry: RetryV1::AfterPull,
    };
    hashes.iter().map(|hash| PushResultV1 { hash: *hash, outcome: outcome.clone() }).collect()
}
