//! Sealing: what a passphrase gives, and what is sealed under a key.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{Key, KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A key. Wiped from memory when dropped.
pub(super) struct Secret(Zeroizing<[u8; 32]>);

/// Bytes that only a key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    nonce: [u8; 24],
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

/// How a passphrase opens a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Way {
    salt: [u8; 16],
    /// The memory of a try in KiB, how often it goes over it, and its lanes.
    costs: [u32; 3],
    key: Sealed,
}

impl Secret {
    pub(super) fn random(rng: &mut dyn Rng) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *bytes);
        Self(bytes)
    }

    /// Seals bytes; `None` for more than the cipher takes.
    pub(super) fn seal(&self, rng: &mut dyn Rng, bytes: &[u8]) -> Option<Sealed> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), bytes).ok()?;
        Some(Sealed { nonce, bytes: sealed })
    }

    /// Opens bytes; `None` when another key sealed them.
    pub(super) fn open(&self, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let nonce = XNonce::from(sealed.nonce);
        self.cipher().decrypt(&nonce, &sealed.bytes[..]).ok().map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }
}

impl Way {
    /// Makes the way of a passphrase to a key; `None` when there is no memory for it.
    pub(super) fn new(rng: &mut dyn Rng, passphrase: &str, key: &Secret) -> Option<Self> {
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let key = derived(passphrase, &salt, COSTS)?.seal(rng, &*key.0)?;
        Some(Self { salt, costs: COSTS, key })
    }

    /// Opens the key; `None` when the passphrase is wrong.
    pub(super) fn open(&self, passphrase: &str) -> Option<Secret> {
        let bytes = derived(passphrase, &self.salt, self.costs)?.open(&self.key)?;
        let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Secret(Zeroizing::new(bytes)))
    }
}

fn derived(passphrase: &str, salt: &[u8], [memory, passes, lanes]: [u32; 3]) -> Option<Secret> {
    let parameters = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let mut bytes = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    argon2.hash_password_into(passphrase.as_bytes(), salt, &mut *bytes).ok()?;
    Some(Secret(bytes))
}

/// 64 MiB, three times, one lane: the second of the two settings that RFC 9106, section 4, recommends, with
/// the one lane that a worker has.
const COSTS: [u32; 3] = [64 * 1_024, 3, 1];
