//! The key store of a browser: every key sealed under a passphrase, kept in two files in turn.
//!
//! What a browser keeps for a page can be copied with its profile folder, keys that scripts may not export
//! included. So nothing of a vault is in the clear there but how to open it: a random key seals the secrets,
//! and is itself sealed under what the passphrase gives through Argon2id (RFC 9106). Wrong tries are counted
//! beside it; a copied folder rolls the count back, which is why the passphrase has to stand by itself
//! (`docs/threats.md`).
//!
//! A write goes to the older of two slots, whole, with its number and its hash. The newest slot that is
//! whole counts: a write that was cut leaves the one before it.

mod sealing;
mod slots;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use client_core::keys::PIN_TRIES_MAX;
use client_core::vault::{KeyVault, VaultError};
use model::time::{Span, Timestamp};
use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use sealing::{Sealed, Secret, Way};
use slots::Slots;

pub use slots::Slot;

/// Shortest passphrase that is taken, in characters.
pub const PASSPHRASE_LENGTH_MIN: usize = 8;

/// Keys behind a passphrase.
pub struct SealedVault {
    state: Mutex<State>,
}

struct State {
    slots: Slots,
    kept: Kept,
    open: Option<Open>,
}

/// What the slots hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    /// How many wrong passphrases came in a row.
    tries: u8,
    /// Before this instant no further one is tried, in milliseconds of the device's clock.
    not_before: Option<i64>,
    /// How the key is had; `None` before there is a passphrase.
    way: Option<Way>,
    /// The secrets by name.
    secrets: Option<Sealed>,
    /// Whether too many wrong passphrases came.
    destroyed: bool,
}

struct Open {
    key: Secret,
    secrets: BTreeMap<String, Zeroizing<Vec<u8>>>,
    /// For nonces: an extended nonce that is random never comes twice (XChaCha20).
    rng: Box<dyn Rng + Send>,
}

/// What a vault is before it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No passphrase was ever set.
    Empty,
    /// It is shut.
    Shut,
    /// It is open.
    Open,
    /// Its keys were destroyed after too many wrong passphrases.
    Destroyed,
}

/// Why a vault is still shut.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UnlockError {
    /// The passphrase is wrong.
    #[error("the passphrase is wrong; {tries_left} tries are left")]
    Wrong {
        /// How many wrong ones may still come before the keys are destroyed.
        tries_left: u8,
    },
    /// Too many wrong ones came: the next is tried later.
    #[error("the next passphrase is tried later")]
    TooSoon {
        /// When.
        not_before: Timestamp,
    },
    /// Too many wrong ones came: the keys are gone.
    #[error("the keys were destroyed after {PIN_TRIES_MAX} wrong passphrases")]
    Destroyed,
    /// There is nothing to open.
    #[error("no passphrase was set")]
    Empty,
    /// The passphrase is too short to be set.
    #[error("a passphrase has at least {PASSPHRASE_LENGTH_MIN} characters")]
    TooShort,
    /// The slots could not be read or written.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl SealedVault {
    /// Reads what the slots hold.
    ///
    /// # Errors
    /// When a slot cannot be read, or both hold something and neither is whole.
    pub fn read(slots: [Box<dyn Slot>; 2]) -> Result<Self, VaultError> {
        let (slots, newest) = Slots::read(slots)?;
        let kept = match newest {
            Some(bytes) => ciborium::from_reader(&bytes[..]).map_err(|_| damaged())?,
            None => Kept::default(),
        };
        Ok(Self { state: Mutex::new(State { slots, kept, open: None }) })
    }

    /// Returns whether it is open, and whether it can be opened.
    pub fn standing(&self) -> Standing {
        let state = self.lock();
        match (&state.open, &state.kept) {
            (Some(_), _) => Standing::Open,
            (None, kept) if kept.destroyed => Standing::Destroyed,
            (None, kept) if kept.way.is_some() => Standing::Shut,
            (None, _) => Standing::Empty,
        }
    }

    /// Sets the passphrase of a vault that has none, whose keys were destroyed, or that is open; then it keeps
    /// what is in it. It is open afterwards.
    ///
    /// # Errors
    /// When the passphrase is too short, or the slots cannot be written.
    pub fn set_up(
        &self,
        mut rng: Box<dyn Rng + Send>,
        passphrase: &str,
    ) -> Result<(), UnlockError> {
        if passphrase.chars().count() < PASSPHRASE_LENGTH_MIN {
            return Err(UnlockError::TooShort);
        }
        let mut state = self.lock();
        let key = Secret::random(&mut *rng);
        let way = Way::new(&mut *rng, passphrase, &key).ok_or_else(damaged)?;
        state.kept = Kept { way: Some(way), ..Kept::default() };
        let secrets = state.open.take().map(|open| open.secrets).unwrap_or_default();
        state.open = Some(Open { key, secrets, rng });
        Ok(state.write()?)
    }

    /// Opens it. A wrong passphrase is counted before it is tried, so that ending the page buys no other
    /// try; after the third in a row the next has to wait, and the tenth destroys the keys.
    ///
    /// # Errors
    /// Says why it is still shut.
    pub fn unlock(
        &self,
        now: Timestamp,
        rng: Box<dyn Rng + Send>,
        passphrase: &str,
    ) -> Result<(), UnlockError> {
        let mut state = self.lock();
        let Some(way) = state.kept.way.clone() else {
            let is_gone = state.kept.destroyed;
            return Err(if is_gone { UnlockError::Destroyed } else { UnlockError::Empty });
        };
        if let Some(not_before) = state.kept.not_before.map(Timestamp::from_millis)
            // A clock that was put back gives no second wait.
            && now < not_before && not_before.since(now) <= wait_after(state.kept.tries)
        {
            return Err(UnlockError::TooSoon { not_before });
        }
        let tries = state.kept.tries.saturating_add(1);
        state.kept.tries = tries;
        state.kept.not_before = match wait_after(tries) {
            wait if wait > Span::default() => Some((now + wait).as_millis()),
            _ => None,
        };
        state.write()?;
        let Some(key) = way.open(passphrase) else {
            if tries >= PIN_TRIES_MAX {
                state.kept = Kept { destroyed: true, ..Kept::default() };
                // Both slots: what stands in the other is a copy that opens.
                state.write()?;
                state.write()?;
                return Err(UnlockError::Destroyed);
            }
            return Err(UnlockError::Wrong { tries_left: PIN_TRIES_MAX - tries });
        };
        let secrets = match &state.kept.secrets {
            Some(sealed) => {
                let bytes = key.open(sealed).ok_or_else(damaged)?;
                let kept: BTreeMap<String, serde_bytes::ByteBuf> =
                    ciborium::from_reader(&bytes[..]).map_err(|_| damaged())?;
                kept.into_iter().map(|(name, it)| (name, Zeroizing::new(it.into_vec()))).collect()
            }
            None => BTreeMap::new(),
        };
        (state.kept.tries, state.kept.not_before) = (0, None);
        state.open = Some(Open { key, secrets, rng });
        Ok(state.write()?)
    }

    /// Shuts it: the keys are gone from memory.
    pub fn shut(&self) {
        self.lock().open = None;
    }

    /// Forgets everything, in both slots.
    ///
    /// # Errors
    /// When the slots cannot be written.
    pub fn forget(&self) -> Result<(), VaultError> {
        let mut state = self.lock();
        (state.open, state.kept) = (None, Kept::default());
        state.write()?;
        state.write()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Writes everything to the older slot.
    fn write(&mut self) -> Result<(), VaultError> {
        if let Some(Open { key, secrets, rng }) = &mut self.open {
            let secrets: BTreeMap<&str, &serde_bytes::Bytes> = secrets
                .iter()
                .map(|(name, secret)| (&**name, serde_bytes::Bytes::new(secret)))
                .collect();
            let mut bytes = Zeroizing::new(Vec::new());
            ciborium::into_writer(&secrets, &mut *bytes).map_err(|_| damaged())?;
            self.kept.secrets = Some(key.seal(&mut **rng, &bytes).ok_or_else(damaged)?);
        }
        let mut bytes = Vec::new();
        ciborium::into_writer(&self.kept, &mut bytes).map_err(|_| damaged())?;
        self.slots.write(&bytes)
    }

    fn open(&mut self) -> Result<&mut Open, VaultError> {
        self.open.as_mut().ok_or(VaultError::Locked)
    }
}

impl KeyVault for SealedVault {
    fn load(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        Ok(self.lock().open()?.secrets.get(name).cloned())
    }

    fn store(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        let mut state = self.lock();
        let secret = Zeroizing::new(secret.to_vec());
        let earlier = state.open()?.secrets.insert(name.to_owned(), secret);
        let written = state.write();
        if written.is_err() {
            let secrets = &mut state.open()?.secrets;
            match earlier {
                Some(earlier) => secrets.insert(name.to_owned(), earlier),
                None => secrets.remove(name),
            };
        }
        written
    }

    fn delete(&self, name: &str) -> Result<(), VaultError> {
        let mut state = self.lock();
        if state.open()?.secrets.remove(name).is_none() {
            return Ok(());
        }
        // The second write is over the slot that still has it.
        state.write()?;
        state.write()
    }
}

/// How long after so many wrong passphrases in a row the next is tried.
fn wait_after(tries: u8) -> Span {
    match tries {
        0..=3 => Span::default(),
        4..=6 => Span::from_secs(60),
        _ => Span::from_secs(5 * 60),
    }
}

fn damaged() -> VaultError {
    VaultError::Failed { what: "what the vault holds does not read back".to_owned() }
}

#[cfg(test)]
mod tests;
