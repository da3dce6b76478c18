//! The room that a record has: how far it grows, and what of it one device may take.
//!
//! Who makes a change and who takes it ask the same questions here. Whoever makes one stops earlier
//! ([`At::Making`]), so that what others wrote meanwhile still fits beside it.

use automerge::ReadDoc as _;

use super::Document;
use crate::change::known_actor;
use crate::ids::DeviceId;
use crate::limits::{
    ALWAYS_CHANGE_BYTES_MAX, CHANGE_BYTES_MAX, CHANGE_OPS_MAX, DEVICE_ACTORS_MAX,
    DEVICE_ALWAYS_BYTES_MAX, DEVICE_HEADS_MAX, DEVICE_RECORD_BYTES_MAX, RECORD_BYTES_MAX,
    RECORD_FULL_BYTES, RECORD_ORDINARY_BYTES_MAX,
};
use crate::words::{Explained, Message, explained_error};

/// Why a record takes no more of what somebody writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// The record is as large as it gets.
    Record,
    /// One device has written as much into it as one may.
    Share,
    /// One device has written too much side by side.
    Heads,
    /// One device has written under too many names.
    Actors,
}

impl Explained for Full {
    fn message(&self) -> Message {
        Message::new(self.code())
    }
}

explained_error!(Full);

impl Full {
    /// A name for programs; it never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Record => "record_full",
            Self::Share => "share_full",
            Self::Heads => "too_many_heads",
            Self::Actors => "too_many_writers",
        }
    }

    /// Whether the same change may be taken later, once somebody has joined what stands side by
    /// side.
    pub fn retry_after_pull(self) -> bool {
        self == Self::Heads
    }
}

/// Whose question it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A change is made: on a device, or at a desk.
    Making,
    /// A change is taken that somebody made before they could know of all others.
    Taking,
}

/// What becomes of a record with changes of one device.
#[derive(Debug, Clone, Copy)]
pub struct Growth {
    /// The saved document's bytes afterwards.
    pub record_bytes: usize,
    /// The bytes of what is added.
    pub change_bytes: usize,
}

impl Growth {
    /// Says whether there is room for it in the record as it is `after`. What must always be possible
    /// ([`crate::policy::is_always_possible`]) has more; that is asked only where it matters.
    ///
    /// # Errors
    /// Says what is full, or why `is_always_possible` could not be told.
    pub fn check<E: From<Full>>(
        self,
        at: At,
        after: &Document,
        device: DeviceId,
        is_always_possible: impl FnOnce() -> Result<bool, E>,
    ) -> Result<(), E> {
        let record_max = match at {
            At::Taking => RECORD_ORDINARY_BYTES_MAX,
            At::Making => RECORD_FULL_BYTES,
        };
        let Err(full) = self.fits(record_max, DEVICE_RECORD_BYTES_MAX, after, device) else {
            return Ok(());
        };
        if self.change_bytes > ALWAYS_CHANGE_BYTES_MAX || !is_always_possible()? {
            return Err(full.into());
        }
        let share = DEVICE_RECORD_BYTES_MAX + DEVICE_ALWAYS_BYTES_MAX;
        Ok(self.fits(RECORD_BYTES_MAX, share, after, device)?)
    }

    fn fits(
        self,
        record_max: usize,
        share: usize,
        after: &Document,
        device: DeviceId,
    ) -> Result<(), Full> {
        if self.record_bytes > record_max {
            return Err(Full::Record);
        }
        // What a device has written is counted from its own changes alone, never guessed from the
        // document's size: others add to that, and the device that makes a change would count
        // otherwise than the server that takes it.
        if after.inner.stats().num_changes <= CHANGES_WITHIN_A_SHARE {
            return Ok(());
        }
        let written = after.written(device);
        if written.iter().filter(|change| change.is_own).map(|change| change.weight).sum::<usize>()
            > share
        {
            return Err(Full::Share);
        }
        // What is kept for everybody is not for one: of the newest changes, as many as reach into it.
        let mut reach = self.record_bytes.saturating_sub(RECORD_ORDINARY_BYTES_MAX);
        let mut own = 0;
        for change in written.iter().rev() {
            if reach == 0 {
                break;
            }
            own += if change.is_own { change.weight.min(reach) } else { 0 };
            reach = reach.saturating_sub(change.weight);
        }
        if own > DEVICE_ALWAYS_BYTES_MAX { Err(Full::Share) } else { Ok(()) }
    }
}

/// A change, as far as it takes room.
struct Written {
    is_own: bool,
    weight: usize,
}

/// What one operation takes in a saved document, where none is like its neighbour: a change tells of
/// four thousand letters in a hundred bytes.
const OPERATION_BYTES: usize = 16;

/// So few changes are less than a share, however large each is.
const CHANGES_WITHIN_A_SHARE: u64 = 3;

const _: () = {
    let largest = CHANGE_BYTES_MAX as u64 + CHANGE_OPS_MAX * OPERATION_BYTES as u64;
    assert!(largest * CHANGES_WITHIN_A_SHARE <= DEVICE_RECORD_BYTES_MAX as u64);
};

impl Document {
    /// The bytes of the saved document, uncompressed: what the limits count.
    pub fn saved_bytes(&self) -> usize {
        self.inner.save_nocompress().len()
    }

    /// All changes, in the order in which they came.
    fn written(&self, device: DeviceId) -> Vec<Written> {
        let changes = self.inner.get_changes(&[]);
        let weigh = |change: &automerge::Change| Written {
            is_own: known_actor(change.actor_id()).is_some_and(|actor| actor.device == device),
            weight: change.raw_bytes().len() + change.len() * OPERATION_BYTES,
        };
        changes.iter().map(weigh).collect()
    }

    /// Checks that a device has not written more side by side into this record than one may, or
    /// under more names, where that has become more than it was `before`.
    ///
    /// # Errors
    /// Says what is too much.
    pub fn check_crowd(&self, before: Option<&Self>, device: DeviceId) -> Result<(), Full> {
        let heads = |document: &Self| document.heads_of(device);
        let now = heads(self);
        if now > DEVICE_HEADS_MAX && now > before.map_or(0, heads) {
            return Err(Full::Heads);
        }
        // All actors together are counted already.
        if self.inner.stats().num_actors <= DEVICE_ACTORS_MAX {
            return Ok(());
        }
        let actors = |document: &Self| document.actors_of(device);
        let now = actors(self);
        if now > DEVICE_ACTORS_MAX && now > before.map_or(0, actors) {
            return Err(Full::Actors);
        }
        Ok(())
    }

    fn heads_of(&self, device: DeviceId) -> u64 {
        let heads = self.inner.get_heads();
        let of_device = heads.iter().filter(|head| {
            let meta = self.inner.get_change_meta_by_hash(head);
            meta.and_then(|meta| known_actor(&meta.actor)).is_some_and(|a| a.device == device)
        });
        of_device.count() as u64
    }

    fn actors_of(&self, device: DeviceId) -> u64 {
        let first = self.inner.get_changes_meta(&[]).into_iter().filter(|meta| meta.seq == 1);
        let of_device = first
            .filter(|meta| known_actor(&meta.actor).is_some_and(|actor| actor.device == device));
        of_device.count() as u64
    }
}
