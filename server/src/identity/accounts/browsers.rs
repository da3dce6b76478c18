//! Browsers in which somebody has signed in before. Failures of strangers who know a name are not
//! counted against them.
//!
//! Such a browser holds a mark: random bytes, signed by the server together with the name. It lets
//! nobody in and is worth nothing for another name; all it does is to be counted by itself.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey};
use rand::Rng;
use sha2::{Digest as _, Sha256};

/// Where an attempt to sign in comes from: failures are counted for a name and this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A browser in which this person has signed in before.
    Known(BrowserId),
    /// Any other, by its address; none where nobody knows it.
    Address(Option<IpAddr>),
}

/// Tells one browser from another, and says nothing of who uses it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrowserId([u8; ID_BYTES]);

impl fmt::Debug for BrowserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserId(..)")
    }
}

impl Origin {
    /// Returns what failures are counted by.
    pub(super) fn key(&self, name_hash: &[u8; 32]) -> [u8; 32] {
        let hash = Sha256::new().chain_update("fieldbook failures 1").chain_update(name_hash);
        let hash = match self {
            Self::Known(BrowserId(id)) => hash.chain_update([0]).chain_update(id),
            Self::Address(None) => hash.chain_update([1]),
            Self::Address(Some(IpAddr::V4(address))) => {
                hash.chain_update([4]).chain_update(address.octets())
            }
            Self::Address(Some(IpAddr::V6(address))) => {
                hash.chain_update([6]).chain_update(address.octets())
            }
        };
        hash.finalize().into()
    }
}

/// The marks with a new one for this name in front. A browser that several people share keeps one of
/// each, up to [`MARKS_MAX`].
pub(super) fn marked(
    rng: &mut dyn Rng,
    key: &SigningKey,
    name_hash: &[u8; 32],
    marks: &str,
) -> String {
    let mut id = [0; ID_BYTES];
    rng.fill_bytes(&mut id);
    let signature = key.sign(&message(&id, name_hash)).to_bytes();
    let mut all = vec![URL_SAFE_NO_PAD.encode([&id[..], &signature[..]].concat())];
    let others = of(marks).filter(|mark| browser(key, name_hash, mark).is_none());
    all.extend(others.take(MARKS_MAX - 1).map(str::to_owned));
    all.join(".")
}

/// The browser whose marks these are, for whoever has this name; none when they never signed in
/// there.
pub(super) fn known(key: &SigningKey, name_hash: &[u8; 32], marks: &str) -> Option<BrowserId> {
    of(marks).take(MARKS_MAX).find_map(|mark| browser(key, name_hash, mark))
}

fn of(marks: &str) -> impl Iterator<Item = &str> {
    marks.split('.').filter(|mark| mark.len() == MARK_LETTERS)
}

fn browser(key: &SigningKey, name_hash: &[u8; 32], mark: &str) -> Option<BrowserId> {
    let bytes = URL_SAFE_NO_PAD.decode(mark).ok()?;
    let (id, signature) = bytes.split_first_chunk::<ID_BYTES>()?;
    let signature = Signature::from_slice(signature).ok()?;
    let verified = key.verifying_key().verify_strict(&message(id, name_hash), &signature);
    verified.ok().map(|()| BrowserId(*id))
}

fn message(id: &[u8; ID_BYTES], name_hash: &[u8; 32]) -> Vec<u8> {
    [b"fieldbook browser 1".as_slice(), id, name_hash].concat()
}

const ID_BYTES: usize = 16;

/// What a mark is long in base 64: its number and a signature.
const MARK_LETTERS: usize = ((ID_BYTES + 64) * 4).div_ceil(3);

/// Most marks that one browser keeps.
const MARKS_MAX: usize = 4;

/// Longest list of marks that is looked at.
pub(crate) const MARKS_BYTES_MAX: usize = MARKS_MAX * (MARK_LETTERS + 1);

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_mark_is_known_for_its_name_and_its_server_alone() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (key, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let (ana, bo) = ([1; 32], [2; 32]);
        let mark = marked(&mut rng, &key, &ana, "");
        assert!(known(&key, &ana, &mark).is_some());
        assert!(known(&key, &bo, &mark).is_none() && known(&other, &ana, &mark).is_none());
        for at in [0, 30, mark.len() - 2] {
            let mut forged = mark.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert!(known(&key, &ana, &String::from_utf8(forged).unwrap()).is_none());
        }
        for rubbish in ["", ".", "....", &"A".repeat(MARK_LETTERS), "é"] {
            assert!(known(&key, &ana, rubbish).is_none());
        }
    }

    #[test]
    fn a_console_that_is_shared_keeps_a_mark_of_each_of_the_last_ones() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let key = SigningKey::from_bytes(&[1; 32]);
        let mut marks = String::new();
        for name in [1, 2, 3, 4, 5, 5, 5] {
            marks = marked(&mut rng, &key, &[name; 32], &marks);
        }
        assert!(marks.len() <= MARKS_BYTES_MAX);
        let found: Vec<u8> =
            (1..=5).filter(|name| known(&key, &[*name; 32], &marks).is_some()).collect();
        assert_eq!(found, [2, 3, 4, 5]);
    }
}
