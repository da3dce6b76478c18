//! The line between phones and server, and everything that goes wrong on it.

use client_core::engine::{Ticket, TransportFailure};
use model::wire::{ChunkV1, SyncResponseV1};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// What will become of one exchange. Drawn when the request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes well.
    Well,
    /// The server never sees the request.
    RequestLost,
    /// The server does its work, and the phone never hears of it.
    AnswerLost,
    /// The answer breaks off.
    AnswerCut,
    /// The server sees the same bytes twice.
    Repeated,
    /// The phone gives up; the server sees the request much later.
    Late,
    /// One update of the answer is damaged.
    Damaged,
    /// The server asks for patience.
    Busy,
    /// The server dies with the request in its hands.
    CrashBefore,
    /// The server dies after the commit, before the answer.
    CrashAfter,
}

impl Fate {
    /// Draws one; with `faults` off all goes well.
    pub(crate) fn draw(rng: &mut ChaCha8Rng, faults: bool) -> Self {
        if !faults {
            return Self::Well;
        }
        match rng.random_range(0..100) {
            0..60 => Self::Well,
            60..67 => Self::RequestLost,
            67..74 => Self::AnswerLost,
            74..79 => Self::AnswerCut,
            79..84 => Self::Repeated,
            84..89 => Self::Late,
            89..93 => Self::Damaged,
            93..96 => Self::Busy,
            96..98 => Self::CrashBefore,
            _ => Self::CrashAfter,
        }
    }
}

/// Something on its way.
#[derive(Debug)]
pub(crate) struct Flight {
    /// The phone that sent it or will get it.
    pub(crate) phone: usize,
    /// The life of the phone's program that sent it: an answer finds nobody else.
    pub(crate) life: u64,
    /// The exchange.
    pub(crate) ticket: Ticket,
    /// What is on its way.
    pub(crate) load: Load,
}

/// What is on its way.
#[derive(Debug)]
pub(crate) enum Load {
    /// A request, and what will become of it.
    Request { token: String, body: Vec<u8>, fate: Fate },
    /// A request whose sender has given up.
    Straggler { token: String, body: Vec<u8> },
    /// An answer.
    Answer { outcome: Result<Vec<u8>, TransportFailure>, bytes_up: usize },
}

/// Damages one update of an answer, if it has any: a byte of a change, or of a snapshot.
pub(crate) fn damage(rng: &mut ChaCha8Rng, response: &mut SyncResponseV1) -> bool {
    if response.pull.is_empty() {
        return false;
    }
    let at = rng.random_range(0..response.pull.len());
    match &mut response.pull[at].chunk {
        ChunkV1::Snapshot(bytes) => flip(rng, bytes),
        ChunkV1::Changes(changes) => {
            if changes.is_empty() {
                return false;
            }
            let at = rng.random_range(0..changes.len());
            flip(rng, changes[at].as_mut());
        }
    }
    true
}

/// Changes one byte.
pub(crate) fn flip(rng: &mut ChaCha8Rng, bytes: &mut [u8]) {
    if !bytes.is_empty() {
        let at = rng.random_range(0..bytes.len());
        bytes[at] ^= rng.random_range(1..=255_u8);
    }
}
