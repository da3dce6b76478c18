//! What is said of the owner's shift: sent before everything else, and kept until the server has it.

use model::limits::SAFE_STAMPS_MAX;
use model::time::Timestamp;
use model::wire::{PROTOCOL, SafeRequestV1, ShiftAnswerV1, ShiftRequestV1, StampV1, WireError};

use super::{SyncError, encode_body};
use crate::device::{self, Device};
use crate::store::{Said, SaidWhat, StoreError};

/// The next thing to tell the server of the owner's shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafetyMessage {
    /// Where it is sent: `/v1/shift` or `/v1/safe`.
    pub path: &'static str,
    request: Request,
    /// What of the queue it holds.
    said: Vec<Said>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Request {
    Shift(ShiftRequestV1),
    Safe(SafeRequestV1),
}

impl SafetyMessage {
    /// Returns its body.
    ///
    /// # Errors
    /// When it cannot be encoded.
    pub fn body(&self) -> Result<Vec<u8>, WireError> {
        match &self.request {
            Request::Shift(request) => encode_body(request),
            Request::Safe(request) => encode_body(request),
        }
    }
}

/// Returns what is to be told first; `None` if the server knows all.
///
/// # Errors
/// When the store fails.
pub fn next_safety(now: Timestamp, device: &Device) -> Result<Option<SafetyMessage>, SyncError> {
    let queue = device.store().read().safety()?.queue;
    let Some(first) = queue.first().cloned() else { return Ok(None) };
    if let SaidWhat::Act(act) = &first.what {
        let request = ShiftRequestV1 {
            protocol: PROTOCOL,
            shift: first.shift,
            at: first.at,
            clock: now,
            act: act.clone(),
        };
        let request = Request::Shift(request);
        return Ok(Some(SafetyMessage { path: SHIFT, request, said: vec![first] }));
    }
    // Taps that follow one another go together.
    let (mut said, mut stamps) = (Vec::new(), Vec::new());
    for one in queue.into_iter().take(SAFE_STAMPS_MAX) {
        match one.what {
            SaidWhat::Stamp(kind) if one.shift == first.shift => {
                stamps.push(StampV1 { at: one.at, kind });
                said.push(one);
            }
            _ => break,
        }
    }
    let request = SafeRequestV1 { protocol: PROTOCOL, shift: first.shift, clock: now, stamps };
    Ok(Some(SafetyMessage { path: SAFE, request: Request::Safe(request), said }))
}

/// Notes that the server has what was told.
///
/// # Errors
/// When the store fails.
pub fn safety_taken(
    device: &mut Device,
    told: &SafetyMessage,
    answer: &ShiftAnswerV1,
) -> Result<(), SyncError> {
    let mut safety = device.store().read().safety()?;
    safety.queue.retain(|said| !told.said.contains(said));
    if let Some(out) = safety.out.as_mut().filter(|out| out.id == answer.shift) {
        out.armed_at = answer.armed;
    }
    Ok(device.store_mut().write(|writer| writer.set_safety(&safety))?)
}

/// Notes that the server refused what was told, with this status. A shift that it does not have is started
/// again, if it is the present one; whatever else it does not take is given up, so that the rest goes on.
///
/// # Errors
/// When the store fails.
pub fn safety_refused(
    device: &mut Device,
    told: &SafetyMessage,
    status: u16,
) -> Result<(), StoreError> {
    let mut safety = device.store().read().safety()?;
    let shift = told.said.first().map(|said| said.shift);
    match safety.out.as_mut().filter(|out| status == NOT_FOUND && Some(out.id) == shift) {
        Some(out) => {
            out.armed_at = None;
            let started = device::started(out);
            // With the start the server learns when they mean to be back now.
            safety.queue.retain(|said| {
                let is_stamp = matches!(said.what, SaidWhat::Stamp(_));
                is_stamp || Some(said.shift) != shift
            });
            safety.queue.insert(0, started);
        }
        None => safety.queue.retain(|said| !told.said.contains(said)),
    }
    device.store_mut().write(|writer| writer.set_safety(&safety))
}

const SHIFT: &str = "/v1/shift";
const SAFE: &str = "/v1/safe";
const NOT_FOUND: u16 = 404;
