//! Sealing: XChaCha20-Poly1305 with a nonce made from the content, and the keys for it.
//!
//! The nonce is a keyed hash of what is sealed and what it is bound to, so the same content gives
//! the same bytes (the simulation repeats exactly) and two contents never share a nonce.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use model::ids::UserId;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::config::MasterKey;
use crate::error::StoreError;

/// Thirty-two secret bytes, wiped when dropped.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// A key in use.
pub(crate) struct SealingKey {
    cipher: XChaCha20Poly1305,
    nonce_key: Secret,
}

impl SealingKey {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        let encryption = derive(secret, "fieldbook seal 1");
        Self {
            cipher: XChaCha20Poly1305::new(&(*encryption).into()),
            nonce_key: derive(secret, "fieldbook nonce 1"),
        }
    }

    /// Seals `content` and binds it to `bound`: it opens only with the same.
    pub(crate) fn seal(&self, bound: &[&[u8]], content: &[u8]) -> Result<Vec<u8>, StoreError> {
        let bound = joined(bound);
        let digest = keyed_hash(&self.nonce_key, &[&bound, content]);
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&digest[..NONCE_BYTES]);
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: content, aad: &bound })
            .map_err(|_| StoreError::Damaged("content that is too large to seal"))?;
        let mut bytes = nonce.to_vec();
        bytes.extend_from_slice(&sealed);
        Ok(bytes)
    }

    /// Opens what [`SealingKey::seal`] sealed and bound to the same.
    pub(crate) fn open(&self, bound: &[&[u8]], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        const DAMAGED: StoreError = StoreError::Damaged("sealed bytes do not open");
        let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).ok_or(DAMAGED)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| DAMAGED)?;
        self.cipher
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: &joined(bound) })
            .map_err(|_| DAMAGED)
    }
}

/// The keys that follow from the master key, one for each purpose.
pub(crate) struct MasterKeys {
    /// Opens `server.db`.
    pub(crate) database: Secret,
    /// Opens `keys.db`.
    pub(crate) key_file: Secret,
    /// Wraps the scopes' keys.
    pub(crate) wrapping: SealingKey,
    /// Seals the server's own secrets.
    pub(crate) server: SealingKey,
    /// Seals refused bytes of which nobody knows where they belong.
    pub(crate) quarantine: SealingKey,
    /// Of which keys for drafts without a case are made, one for each author.
    pub(crate) drafts: Secret,
    /// Seals the names that pages have for cases and records.
    pub(crate) handles: SealingKey,
    /// Seals for what the audit was read.
    pub(crate) purposes: SealingKey,
}

impl MasterKeys {
    pub(crate) fn of(master: &MasterKey) -> Self {
        let of = |label| derive(master.bytes(), label);
        Self {
            database: of("fieldbook server.db 1"),
            key_file: of("fieldbook keys.db 1"),
            wrapping: SealingKey::new(&of("fieldbook wrap 1")),
            server: SealingKey::new(&of("fieldbook server 1")),
            quarantine: SealingKey::new(&of("fieldbook quarantine 1")),
            drafts: of("fieldbook drafts 1"),
            handles: SealingKey::new(&of("fieldbook handles 1")),
            purposes: SealingKey::new(&of("fieldbook purposes 1")),
        }
    }
}

/// Returns the key for what is one user's alone.
pub(crate) fn key_of_user(secret: &Secret, user: UserId) -> SealingKey {
    SealingKey::new(&derive(secret, &format!("fieldbook user {user} 1")))
}

/// Derives the key of one purpose by HKDF-SHA256 (RFC 5869), without a salt.
fn derive(secret: &[u8; 32], label: &str) -> Secret {
    let mut key = Secret::default();
    let expanded = Hkdf::<Sha256>::new(None, secret).expand(label.as_bytes(), &mut *key);
    // HKDF refuses only lengths over 255 times that of its hash; this is once.
    assert!(expanded.is_ok(), "32 bytes are what SHA-256 gives");
    key
}

fn keyed_hash(key: &Secret, parts: &[&[u8]]) -> Secret {
    // HMAC pads a short key with zeros to its block; doing so here makes the length fit by type.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(&key[..]);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&(*block).into());
    parts.iter().for_each(|part| mac.update(part));
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Parts behind their lengths, so that no two lists of parts look alike.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

const NONCE_BYTES: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_binding_only() {
        let key = SealingKey::new(&[7; 32]);
        let sealed = key.seal(&[b"record", b"hash"], b"content").unwrap();
        assert_eq!(key.open(&[b"record", b"hash"], &sealed).unwrap(), b"content");
        assert!(key.open(&[b"recordh", b"ash"], &sealed).is_err());
        assert!(SealingKey::new(&[8; 32]).open(&[b"record", b"hash"], &sealed).is_err());
        for index in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[index] ^= 1;
            assert!(key.open(&[b"record", b"hash"], &forged).is_err(), "byte {index}");
        }
        assert!(key.open(&[], &sealed[..10]).is_err());
    }

    #[test]
    fn a_master_key_opens_what_it_opened_before() {
        // What every data folder is encrypted with: computed with Python's hmac module, not by us.
        let keys = MasterKeys::of(&MasterKey::from_bytes([0x0b; 32]));
        for (key, golden) in [
            (&keys.database, "706bbecce2169e73ea7a7a04390262d8f8f7227fef0a313c3cf2c82794ae084d"),
            (&keys.key_file, "df59154d2106df0980046c8f568054197e92ec3ba7216fd95268071f17c571bb"),
            (
                &derive(&[0x0b; 32], "label"),
                "b9353292f1f5b8de7612eb413046cf02268318c8b1ec020e2e50f050bd2cb646",
            ),
        ] {
            assert_eq!(hex::encode(&key[..]), golden);
        }
        for (sealing, golden) in [
            (&keys.wrapping, "160655cba83cbf8723bc819e2d7309caaf99e6919cba9d672c15791ccc346b3a"),
            (&keys.server, "567b2874ada53a85f4d0fd6872e8a187dcfd4f794494cfb68b9d3729e4d864c2"),
            (&keys.quarantine, "e536ed8b1eb6f2d3a5938caa0546a9260d074d0ce3c00c0e1d4dfb5fd3222bc0"),
        ] {
            assert_eq!(hex::encode(&sealing.nonce_key[..]), golden);
        }
    }
}
