//! The owner's shift. It is armed only when the server has said so; until then, and for whatever is tapped
//! without a signal, the phone keeps it and says that it waits.

use model::ids::ShiftId;
use model::limits::{SAFE_STAMPS_MAX, SHIFT_WORDS_BYTES_MAX};
use model::time::{Span, Timestamp};
use model::wire::{ShiftActV1, StampKindV1};
use rand::Rng;

use super::Device;
use crate::store::{OwnShift, Safety, Said, SaidWhat, StoreError};

/// What somebody says who goes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// With whom; empty if they do not say.
    pub partner: String,
    /// The partner's number; empty if they have none.
    pub partner_phone: String,
    /// Their supervisor's number; empty if they have none.
    pub supervisor: String,
    /// The code of the part of the city; empty if they do not say.
    pub zone: String,
    /// How long they mean to be out.
    pub long: Span,
}

/// Why nothing was noted of a shift.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShiftError {
    /// They are out already: that shift ends first.
    #[error("a shift is under way; end it first")]
    AlreadyOut,
    /// They are not out.
    #[error("no shift is under way")]
    NotOut,
    /// Longer than two days, or not at all.
    #[error("a shift lasts from one minute to two days")]
    BadLength,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Device {
    /// Begins a shift. The server is told with the next exchange, and it is armed when that has answered.
    ///
    /// # Errors
    /// When they are out already, or mean to be for too long.
    pub fn start_shift(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        plan: &Plan,
    ) -> Result<(), ShiftError> {
        check_length(plan.long)?;
        let mut safety = self.store.read().safety()?;
        if safety.out.is_some() {
            return Err(ShiftError::AlreadyOut);
        }
        safety.supervisor = cut(&plan.supervisor);
        begin(&mut safety, now, rng, plan);
        Ok(self.store.write(|writer| writer.set_safety(&safety))?)
    }

    /// Notes that they are back later by so much than they said, or than now if that is past.
    ///
    /// # Errors
    /// When they are not out, or would be for too long.
    pub fn extend_shift(&mut self, now: Timestamp, by: Span) -> Result<(), ShiftError> {
        check_length(by)?;
        let mut safety = self.store.read().safety()?;
        let out = safety.out.as_mut().ok_or(ShiftError::NotOut)?;
        let back_by = out.back_by.max(now) + by;
        check_length(back_by.since(now))?;
        out.back_by = back_by;
        let act = ShiftActV1::Extend { back_by };
        let said = Said { shift: out.id, at: now, what: SaidWhat::Act(act) };
        safety.queue.push(said);
        Ok(self.store.write(|writer| writer.set_safety(&safety))?)
    }

    /// Notes that they are back.
    ///
    /// # Errors
    /// When they are not out.
    pub fn end_shift(&mut self, now: Timestamp) -> Result<(), ShiftError> {
        let mut safety = self.store.read().safety()?;
        let out = safety.out.take().ok_or(ShiftError::NotOut)?;
        let what = SaidWhat::Act(ShiftActV1::Back);
        safety.queue.push(Said { shift: out.id, at: now, what });
        Ok(self.store.write(|writer| writer.set_safety(&safety))?)
    }

    /// Notes that they are safe, tapped at this time; `locked` says that the phone was locked then, so
    /// that whoever held it may have tapped.
    ///
    /// # Errors
    /// When they are not out.
    pub fn say_safe(&mut self, at: Timestamp, locked: bool) -> Result<(), ShiftError> {
        let mut safety = self.store.read().safety()?;
        let out = safety.out.as_mut().ok_or(ShiftError::NotOut)?;
        out.safe_at = out.safe_at.max(Some(at));
        let kind = if locked { StampKindV1::SafeLocked } else { StampKindV1::Safe };
        let said = Said { shift: out.id, at, what: SaidWhat::Stamp(kind) };
        stamp(&mut safety, said);
        Ok(self.store.write(|writer| writer.set_safety(&safety))?)
    }

    /// Calls for help. Who is not out is from now on, for an hour: the call needs a shift to belong to.
    ///
    /// # Errors
    /// When the store fails.
    pub fn call_for_help(&mut self, now: Timestamp, rng: &mut dyn Rng) -> Result<(), ShiftError> {
        let mut safety = self.store.read().safety()?;
        if safety.out.is_none() {
            begin(&mut safety, now, rng, &Plan { long: Span::from_hours(1), ..Plan::default() });
        }
        let out = safety.out.as_mut().ok_or(ShiftError::NotOut)?;
        out.help_at = Some(now);
        let what = SaidWhat::Stamp(StampKindV1::Help);
        let said = Said { shift: out.id, at: now, what };
        stamp(&mut safety, said);
        Ok(self.store.write(|writer| writer.set_safety(&safety))?)
    }
}

fn begin(safety: &mut Safety, now: Timestamp, rng: &mut dyn Rng, plan: &Plan) {
    let shift = OwnShift {
        id: ShiftId::generate(now, rng),
        partner: cut(&plan.partner),
        partner_phone: cut(&plan.partner_phone),
        zone: cut(&plan.zone),
        begun_at: now,
        back_by: now + plan.long,
        armed_at: None,
        safe_at: None,
        help_at: None,
    };
    safety.queue.push(started(&shift));
    safety.out = Some(shift);
}

/// Returns what tells the server of a shift from its beginning.
pub(crate) fn started(shift: &OwnShift) -> Said {
    let (partner, zone) = (shift.partner.clone(), shift.zone.clone());
    let act = ShiftActV1::Start { partner, zone, back_by: shift.back_by };
    Said { shift: shift.id, at: shift.begun_at, what: SaidWhat::Act(act) }
}

/// Keeps a tap. Where there are too many, the earliest of those that say "safe" goes: the newest says as much.
fn stamp(safety: &mut Safety, said: Said) {
    let is_safe = |said: &Said| {
        matches!(said.what, SaidWhat::Stamp(StampKindV1::Safe | StampKindV1::SafeLocked))
    };
    if safety.queue.len() >= SAFE_STAMPS_MAX
        && let Some(oldest) = safety.queue.iter().position(is_safe)
    {
        safety.queue.remove(oldest);
    }
    safety.queue.push(said);
}

fn check_length(long: Span) -> Result<(), ShiftError> {
    let fits = (Span::from_minutes(1)..=Span::from_days(2)).contains(&long);
    fits.then_some(()).ok_or(ShiftError::BadLength)
}

/// Returns as much of a text as the server takes.
fn cut(text: &str) -> String {
    let text = text.trim();
    let end = (0..=text.len().min(SHIFT_WORDS_BYTES_MAX)).rev();
    let end = end.into_iter().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text[..end].to_owned()
}
