//! Two places that are written in turn, so that one of them is whole whatever happens.

use client_core::vault::VaultError;
use sha2::{Digest as _, Sha256};

use super::damaged;

/// A small file.
pub trait Slot: Send {
    /// Returns all of it; nothing for one that is new.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&mut self) -> Result<Vec<u8>, VaultError>;

    /// Puts these bytes in the place of what is there. When the call returns they survive power loss; when
    /// it fails, what is there is anything.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError>;
}

/// Two slots, of which the newest whole one counts.
pub(super) struct Slots {
    slots: [Box<dyn Slot>; 2],
    /// The number of the newest write.
    number: u64,
    /// The slot of the newest write.
    newest: usize,
}

impl Slots {
    /// Returns them, with what was written last.
    pub(super) fn read(
        mut slots: [Box<dyn Slot>; 2],
    ) -> Result<(Self, Option<Vec<u8>>), VaultError> {
        let mut newest: Option<(u64, usize, Vec<u8>)> = None;
        let mut is_new = true;
        for (at, slot) in slots.iter_mut().enumerate() {
            let bytes = slot.read()?;
            is_new &= bytes.is_empty();
            let Some((number, content)) = whole(&bytes) else { continue };
            if newest.as_ref().is_none_or(|(known, ..)| number > *known) {
                newest = Some((number, at, content.to_vec()));
            }
        }
        match newest {
            Some((number, newest, content)) => Ok((Self { slots, number, newest }, Some(content))),
            None if is_new => Ok((Self { slots, number: 0, newest: 1 }, None)),
            // Who cannot read it must not write over it.
            None => Err(damaged()),
        }
    }

    /// Writes over the older one.
    pub(super) fn write(&mut self, content: &[u8]) -> Result<(), VaultError> {
        let (number, older) = (self.number + 1, 1 - self.newest);
        let mut bytes = Vec::with_capacity(HEAD + content.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&digest(number, content));
        bytes.extend_from_slice(content);
        self.slots[older].write(&bytes)?;
        (self.number, self.newest) = (number, older);
        Ok(())
    }
}

/// Returns the number and the content of a slot that is whole.
fn whole(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (number, rest) = rest.split_at_checked(8)?;
    let (hash, content) = rest.split_at_checked(32)?;
    let number = u64::from_be_bytes(number.try_into().ok()?);
    (hash == digest(number, content)).then_some((number, content))
}

fn digest(number: u64, content: &[u8]) -> [u8; 32] {
    let hash = Sha256::new().chain_update(number.to_be_bytes()).chain_update(content);
    hash.finalize().into()
}

const MAGIC: &[u8; 4] = b"FBV1";
const HEAD: usize = 4 + 8 + 32;
