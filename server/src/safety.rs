//! Watching over workers on shift: what their phones say of it is kept, with the time it was tapped and the
//! time it came.

use model::ids::ShiftId;
use model::time::{Span, Timestamp};
use model::wire::{SafeRequestV1, ShiftActV1, ShiftAnswerV1, ShiftRequestV1, StampKindV1};

use crate::error::SafetyRefusal;
use crate::identity::device::Authenticated;
use crate::store::acts::AuditAct;
use crate::store::audit::Actor;
use crate::store::shifts::{Shift, Stamp};
use crate::writer::Tx;

/// Begins, extends or ends a shift.
pub(crate) fn shift(
    now: Timestamp,
    who: &Authenticated,
    request: ShiftRequestV1,
    tx: &mut Tx<'_>,
) -> Result<ShiftAnswerV1, SafetyRefusal> {
    let ShiftRequestV1 { shift: id, at, clock, act, .. } = request;
    // Phones' clocks are wrong; how long ago something was, they know.
    let by_our_clock = |time: Timestamp| now + time.since(clock);
    let known = find(who, id, tx)?;
    match (act, known) {
        (ShiftActV1::Start { partner, zone, back_by }, None) => {
            let shift = Shift {
                id,
                user: who.user,
                device: who.device,
                partner,
                zone,
                begun_at: by_our_clock(at).min(now),
                armed_at: now,
                back_by: by_our_clock(back_by).min(now + BACK_WITHIN),
                ended_at: None,
            };
            tx.db.begin_shift(&shift)?;
            note(now, who, id, AuditAct::StartShift, tx)?;
        }
        (ShiftActV1::Start { .. }, Some(_)) => {}
        (ShiftActV1::Extend { back_by }, Some(shift)) => {
            let back_by = by_our_clock(back_by).min(now + BACK_WITHIN);
            // A device that repeats itself reckons anew, and comes to the same but for the way.
            let is_new = back_by.since(shift.back_by).as_millis().abs() > SAME_MILLIS;
            if shift.ended_at.is_none() && is_new {
                tx.db.extend_shift(id, back_by)?;
                note(now, who, id, AuditAct::ExtendShift, tx)?;
            }
        }
        (ShiftActV1::Back, Some(shift)) => {
            if shift.ended_at.is_none() {
                tx.db.end_shift(id, by_our_clock(at).min(now))?;
                note(now, who, id, AuditAct::EndShift, tx)?;
            }
        }
        (ShiftActV1::Extend { .. } | ShiftActV1::Back, None) => {
            return Err(SafetyRefusal::NotFound);
        }
    }
    answer(now, who, id, tx)
}

/// Keeps what was tapped on a shift.
pub(crate) fn safe(
    now: Timestamp,
    who: &Authenticated,
    request: &SafeRequestV1,
    tx: &mut Tx<'_>,
) -> Result<ShiftAnswerV1, SafetyRefusal> {
    let id = request.shift;
    find(who, id, tx)?.ok_or(SafetyRefusal::NotFound)?;
    for said in &request.stamps {
        let tapped_at = (now + said.at.since(request.clock)).min(now);
        let stamp = Stamp { kind: said.kind, tapped_at, received_at: now };
        if tx.db.keep_stamp(id, said.at, stamp)? {
            let act = match said.kind {
                StampKindV1::Safe | StampKindV1::SafeLocked => AuditAct::CheckIn,
                StampKindV1::Help => AuditAct::CallForHelp,
            };
            note(now, who, id, act, tx)?;
        }
    }
    answer(now, who, id, tx)
}

/// Returns a shift of this device's; another's is none.
fn find(who: &Authenticated, id: ShiftId, tx: &Tx<'_>) -> Result<Option<Shift>, SafetyRefusal> {
    match tx.db.shift(id)? {
        Some(shift) if shift.device != who.device => Err(SafetyRefusal::NotFound),
        known => Ok(known),
    }
}

fn answer(
    now: Timestamp,
    who: &Authenticated,
    id: ShiftId,
    tx: &Tx<'_>,
) -> Result<ShiftAnswerV1, SafetyRefusal> {
    let shift = find(who, id, tx)?.ok_or(SafetyRefusal::NotFound)?;
    let armed = shift.ended_at.is_none().then_some(shift.armed_at);
    Ok(ShiftAnswerV1 { shift: id, armed, server_time: now })
}

fn note(
    now: Timestamp,
    who: &Authenticated,
    id: ShiftId,
    act: AuditAct,
    tx: &mut Tx<'_>,
) -> Result<(), SafetyRefusal> {
    let actor = Actor::Device(who.user, who.device);
    Ok(tx.note(now, actor, act, format!("shift {id}"), "done")?)
}

/// Nobody is out for longer without saying so again.
const BACK_WITHIN: Span = Span::from_secs(48 * 3_600);

/// How far apart two times are that are meant to be one: what a request takes on its way.
const SAME_MILLIS: i64 = 60_000;
