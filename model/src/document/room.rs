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
    DEVICE_ALWAYS_BYTES_MAX, DEVICE_ALWAYS_CHANGES_MAX, DEVICE_HEADS_MAX, DEVICE_RECORD_BYTES_MAX,
    DEVICE_RECORD_CHANGES_MAX, RECORD_BYTES_MAX, RECORD_CHANGES_MAX, RECORD_FULL_BYTES,
    RECORD_FULL_CHANGES, RECORD_ORDINARY_BYTES_MAX, RECORD_ORDINARY_CHANGES_MAX,
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

    /// Returns whether the same change may be taken later, once somebody has joined what stands
    /// side by side.
    pub fn retry_after_pull(self) -> bool {
        self == Self::Heads
    }
}

/// Whose question it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// A change is made: on a device, or at the console.
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
        let ordinary = match at {
            At::Taking => Bounds::TAKING,
            At::Making => Bounds::MAKING,
        };
        let Err(full) = self.fits(ordinary, after, device) else {
            return Ok(());
        };
        if self.change_bytes > ALWAYS_CHANGE_BYTES_MAX || !is_always_possible()? {
            return Err(full.into());
        }
        Ok(self.fits(Bounds::ALWAYS, after, device)?)
    }

    fn fits(self, bounds: Bounds, after: &Document, device: DeviceId) -> Result<(), Full> {
        let changes = after.inner.stats().num_changes;
        if self.record_bytes > bounds.record_bytes || changes > bounds.record_changes {
            return Err(Full::Record);
        }
        // What a device has written is counted from its own changes alone, never guessed from the
        // document's size: others add to that, and the device that makes a change would count
        // otherwise than the server that takes it.
        if changes <= CHANGES_WITHIN_A_SHARE {
            return Ok(());
        }
        let written = after.written(device);
        let own = written.iter().filter(|change| change.is_own);
        let (count, weight) =
            own.fold((0, 0), |(count, weight), change| (count + 1_u64, weight + change.weight));
        if weight > bounds.device_bytes || count > bounds.device_changes {
            return Err(Full::Share);
        }
        // What is kept for everybody is not for one: of the newest changes, as many as reach into it.
        let mut bytes = self.record_bytes.saturating_sub(RECORD_ORDINARY_BYTES_MAX);
        let mut past = changes.saturating_sub(RECORD_ORDINARY_CHANGES_MAX);
        let (mut own_bytes, mut own_changes) = (0, 0_u64);
        for change in written.iter().rev() {
            if bytes == 0 && past == 0 {
                break;
            }
            if change.is_own {
                own_bytes += change.weight.min(bytes);
                own_changes += past.min(1);
            }
            bytes = bytes.saturating_sub(change.weight);
            past = past.saturating_sub(1);
        }
        if own_bytes > DEVICE_ALWAYS_BYTES_MAX || own_changes > DEVICE_ALWAYS_CHANGES_MAX {
            return Err(Full::Share);
        }
        Ok(())
    }
}

/// How far a record grows.
#[derive(Clone, Copy)]
struct Bounds {
    record_bytes: usize,
    record_changes: u64,
    device_bytes: usize,
    device_changes: u64,
}

impl Bounds {
    const TAKING: Self = Self {
        record_bytes: RECORD_ORDINARY_BYTES_MAX,
        record_changes: RECORD_ORDINARY_CHANGES_MAX,
        device_bytes: DEVICE_RECORD_BYTES_MAX,
        device_changes: DEVICE_RECORD_CHANGES_MAX,
    };
    const MAKING: Self = Self {
        record_bytes: RECORD_FULL_BYTES,
        record_changes: RECORD_FULL_CHANGES,
        ..Self::TAKING
    };
    /// For what must always be possible.
    const ALWAYS: Self = Self {
        record_bytes: RECORD_BYTES_MAX,
        record_changes: RECORD_CHANGES_MAX,
        device_bytes: DEVICE_RECORD_BYTES_MAX + DEVICE_ALWAYS_BYTES_MAX,
        device_changes: DEVICE_RECORD_CHANGES_MAX + DEVICE_ALWAYS_CHANGES_MAX,
    };
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

#[cfg(test)]
mod tests {
    use automerge::transaction::Transactable as _;
    use automerge::{Automerge, ROOT};
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::ids::ActorId;
    use crate::time::Timestamp;

    /// Adds so many tiny changes of a device.
    fn add(document: &mut Automerge, device: DeviceId, count: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(count);
        document.set_actor(ActorId::generate(&mut rng, device).into());
        for _ in 0..count {
            // The same value again would be no change.
            let number = document.stats().num_changes;
            let mut tx = document.transaction();
            tx.put(ROOT, "owner", i64::try_from(number).unwrap()).unwrap();
            tx.commit();
        }
    }

    fn room(at: At, document: &Automerge, device: DeviceId, always: bool) -> Result<(), Full> {
        let growth = Growth { record_bytes: 1_000, change_bytes: 100 };
        growth.check(at, &Document::from(document.clone()), device, || Ok(always))
    }

    fn devices() -> [DeviceId; 3] {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        [(); 3].map(|()| DeviceId::generate(Timestamp::from_millis(0), &mut rng))
    }

    #[test]
    fn a_device_has_so_many_changes_of_a_record_and_some_for_what_must_always_be_possible() {
        let [one, other, _] = devices();
        let mut document = Automerge::new();
        add(&mut document, one, DEVICE_RECORD_CHANGES_MAX);
        for at in [At::Making, At::Taking] {
            assert_eq!(room(at, &document, one, false), Ok(()));
        }
        add(&mut document, one, 1);
        for at in [At::Making, At::Taking] {
            assert_eq!(room(at, &document, one, false), Err(Full::Share));
            assert_eq!(room(at, &document, one, true), Ok(()));
        }
        assert_eq!(room(At::Making, &document, other, false), Ok(()));
        add(&mut document, one, DEVICE_ALWAYS_CHANGES_MAX - 1);
        assert_eq!(room(At::Taking, &document, one, true), Ok(()));
        add(&mut document, one, 1);
        assert_eq!(room(At::Taking, &document, one, true), Err(Full::Share));
    }

    #[test]
    fn a_record_has_so_many_changes_and_some_for_what_must_always_be_possible() {
        let [one, other, third] = devices();
        let mut document = Automerge::new();
        add(&mut document, one, RECORD_FULL_CHANGES / 2);
        add(&mut document, other, RECORD_FULL_CHANGES / 2);
        assert_eq!(room(At::Making, &document, one, false), Ok(()));
        add(&mut document, third, 1);
        assert_eq!(room(At::Making, &document, third, false), Err(Full::Record));
        assert_eq!(room(At::Making, &document, third, true), Ok(()));
        add(&mut document, third, RECORD_ORDINARY_CHANGES_MAX - RECORD_FULL_CHANGES - 1);
        assert_eq!(room(At::Taking, &document, third, false), Ok(()));
        // Of what is kept for everybody one device has a part.
        add(&mut document, third, DEVICE_ALWAYS_CHANGES_MAX);
        assert_eq!(room(At::Taking, &document, third, false), Err(Full::Record));
        assert_eq!(room(At::Taking, &document, third, true), Ok(()));
        add(&mut document, third, 1);
        assert_eq!(room(At::Taking, &document, third, true), Err(Full::Share));
        assert_eq!(room(At::Taking, &document, one, true), Ok(()));
        let left = RECORD_CHANGES_MAX - RECORD_ORDINARY_CHANGES_MAX - DEVICE_ALWAYS_CHANGES_MAX;
        add(&mut document, other, left);
        assert_eq!(room(At::Taking, &document, one, true), Err(Full::Record));
    }
}
