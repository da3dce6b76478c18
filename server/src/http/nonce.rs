//! DPoP nonces (RFC 9449 §8): each proves that a request was made after the server last answered
//! this device, and each counts once.
//!
//! A nonce carries its own time under a MAC, so none has to be remembered until it is used. The
//! secret is drawn when the server starts: what an earlier process gave is unknown to this one.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::ids::DeviceId;
use model::time::{Span, Timestamp};
use rand::Rng;
use sha2::Sha256;

use super::proof::ProofDigest;

/// How long a nonce is good for: a phone that comes back after a long weekend's shift still needs
/// one request only.
pub(super) const NONCE_LIFE: Span = Span::from_hours(72);

/// Most used nonces remembered for a device. A device has a sync and a stream of events under way
/// at a time; what is older than the last 32 it used counts as used.
pub(super) const USED_NONCES_MAX: usize = 32;

/// Gives nonces out and takes each back once.
pub(super) struct Nonces {
    /// As long as a block of the hash, which is what a MAC's key is filled up to anyway.
    secret: [u8; 64],
    /// The place of the nonce that was given last.
    given: Mutex<Place>,
    used: Mutex<Used>,
}

/// Why a nonce does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NonceError {
    /// Not one that this process gave to this device.
    #[error("the nonce is not known")]
    Unknown,
    /// Too old.
    #[error("the nonce has expired")]
    Expired,
    /// Used before, by another proof: the answer that brought the next nonce was lost.
    #[error("the nonce has been used")]
    Used,
    /// Used before, by this same proof: somebody sends again what they saw.
    #[error("the proof has been used")]
    Replayed,
    /// Given before many that were used since, so that nobody remembers what used it: a request
    /// sent again late, or a device that was put back from an older copy.
    #[error("the nonce is older than those used since")]
    LongUsed,
}

#[derive(Default)]
struct Used {
    /// The latest time seen, so that a clock put back does not revive what has expired.
    latest: Timestamp,
    by_device: BTreeMap<DeviceId, UsedByDevice>,
}

#[derive(Default)]
struct UsedByDevice {
    /// Nonces up to this one count as used.
    floor: Option<Serial>,
    /// Used ones above the floor, each with the proof that used it.
    serials: BTreeMap<Serial, ProofDigest>,
}

/// A nonce's place among those that were given, then eight random bytes.
type Serial = (Place, [u8; 8]);

/// When a nonce was given, in milliseconds, and how many were given before it at that time. Of two
/// nonces the later one has the higher place, also while the clock stands or is put back: what is old
/// is told by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    millis: u64,
    number: u32,
}

impl Place {
    /// Returns the place after this one.
    fn next(self, now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        if millis > self.millis {
            return Self { millis, number: 0 };
        }
        match self.number.checked_add(1) {
            Some(number) => Self { number, ..self },
            None => Self { millis: self.millis.saturating_add(1), number: 0 },
        }
    }
}

impl Nonces {
    pub(super) fn new(rng: &mut dyn Rng) -> Self {
        let mut secret = [0; 64];
        rng.fill_bytes(&mut secret);
        Self { secret, given: Mutex::default(), used: Mutex::default() }
    }

    /// A new nonce for this device.
    pub(super) fn issue(&self, now: Timestamp, rng: &mut dyn Rng, device: DeviceId) -> String {
        let mut random = [0; 8];
        rng.fill_bytes(&mut random);
        let place = {
            let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
            *given = given.next(now);
            *given
        };
        let mut nonce = Vec::with_capacity(NONCE_BYTES);
        nonce.extend_from_slice(&place.millis.to_be_bytes());
        nonce.extend_from_slice(&place.number.to_be_bytes());
        nonce.extend_from_slice(&random);
        let tag = self.mac(device, &nonce).finalize().into_bytes();
        nonce.extend_from_slice(&tag[..TAG_BYTES]);
        URL_SAFE_NO_PAD.encode(nonce)
    }

    /// Uses a nonce up for this proof.
    pub(super) fn redeem(
        &self,
        now: Timestamp,
        device: DeviceId,
        nonce: &str,
        proof: ProofDigest,
    ) -> Result<(), NonceError> {
        let serial = self.read(device, nonce).ok_or(NonceError::Unknown)?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.latest = used.latest.max(now);
        if is_expired(used.latest, serial) {
            return Err(NonceError::Expired);
        }
        let of_device = used.by_device.entry(device).or_default();
        if of_device.floor.is_some_and(|floor| serial <= floor) {
            return Err(NonceError::LongUsed);
        }
        match of_device.serials.entry(serial) {
            Entry::Vacant(entry) => entry.insert(proof),
            Entry::Occupied(entry) if *entry.get() == proof => return Err(NonceError::Replayed),
            Entry::Occupied(_) => return Err(NonceError::Used),
        };
        while of_device.serials.len() > USED_NONCES_MAX {
            of_device.floor = of_device.serials.pop_first().map(|(serial, _)| serial);
        }
        Ok(())
    }

    /// Forgets what has expired anyway.
    pub(super) fn sweep(&self, now: Timestamp) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.latest = used.latest.max(now);
        let latest = used.latest;
        used.by_device.retain(|_, of_device| {
            of_device.serials.retain(|serial, _| !is_expired(latest, *serial));
            !of_device.serials.is_empty() || of_device.floor.is_some_and(|f| !is_expired(latest, f))
        });
    }

    fn read(&self, device: DeviceId, nonce: &str) -> Option<Serial> {
        let bytes = URL_SAFE_NO_PAD.decode(nonce).ok().filter(|b| b.len() == NONCE_BYTES)?;
        let (serial, tag) = bytes.split_at_checked(NONCE_BYTES - TAG_BYTES)?;
        self.mac(device, serial).verify_truncated_left(tag).ok()?;
        let (millis, serial) = serial.split_first_chunk()?;
        let (number, random) = serial.split_first_chunk()?;
        let (millis, number) = (u64::from_be_bytes(*millis), u32::from_be_bytes(*number));
        Some((Place { millis, number }, random.try_into().ok()?))
    }

    fn mac(&self, device: DeviceId, serial: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.secret.into());
        mac.update(device.as_bytes());
        mac.update(serial);
        mac
    }
}

const TAG_BYTES: usize = 16;
const NONCE_BYTES: usize = 8 + 4 + 8 + TAG_BYTES;

fn is_expired(now: Timestamp, (place, _): Serial) -> bool {
    let given = Timestamp::from_millis(i64::try_from(place.millis).unwrap_or(i64::MAX));
    now.since(given) > NONCE_LIFE
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const PROOF: ProofDigest = [1; 32];
    const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn device(number: u8) -> DeviceId {
        DeviceId::from_bytes([number; 16])
    }

    fn later(millis: i64) -> Timestamp {
        START + Span::from_millis(millis)
    }

    #[test]
    fn a_nonce_counts_once_and_for_its_device_only() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let nonces = Nonces::new(&mut rng);
        let nonce = nonces.issue(START, &mut rng, device(1));
        assert_eq!(nonces.redeem(START, device(2), &nonce, PROOF), Err(NonceError::Unknown));
        assert_eq!(nonces.redeem(START, device(1), &nonce, PROOF), Ok(()));
        assert_eq!(nonces.redeem(START, device(1), &nonce, PROOF), Err(NonceError::Replayed));
        assert_eq!(nonces.redeem(START, device(1), &nonce, [2; 32]), Err(NonceError::Used));
    }

    #[test]
    fn a_nonce_lasts_its_life_and_not_longer() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let nonces = Nonces::new(&mut rng);
        let (first, second) =
            (nonces.issue(START, &mut rng, device(1)), nonces.issue(START, &mut rng, device(1)));
        assert_eq!(nonces.redeem(START + NONCE_LIFE, device(1), &first, PROOF), Ok(()));
        let late = later(NONCE_LIFE.as_millis() + 1);
        assert_eq!(nonces.redeem(late, device(1), &second, PROOF), Err(NonceError::Expired));
        // Neither does putting the clock back help.
        assert_eq!(nonces.redeem(START, device(1), &second, PROOF), Err(NonceError::Expired));
    }

    #[test]
    fn what_this_process_did_not_give_is_unknown() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let (before, after) = (Nonces::new(&mut rng), Nonces::new(&mut rng));
        let nonce = before.issue(START, &mut rng, device(1));
        for bad in [nonce.as_str(), "", "####", &"A".repeat(48), &"A".repeat(4_000)] {
            assert_eq!(
                after.redeem(START, device(1), bad, PROOF),
                Err(NonceError::Unknown),
                "{bad}"
            );
        }
    }

    #[test]
    fn however_many_are_used_none_counts_twice_and_few_are_remembered() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let nonces = Nonces::new(&mut rng);
        let given: Vec<_> =
            (0..200).map(|at| nonces.issue(later(at), &mut rng, device(1))).collect();
        for nonce in &given {
            assert_eq!(nonces.redeem(later(200), device(1), nonce, PROOF), Ok(()));
        }
        for nonce in &given {
            let again = nonces.redeem(later(200), device(1), nonce, PROOF);
            assert!(matches!(again, Err(NonceError::Replayed | NonceError::LongUsed)), "{again:?}");
        }
        let remembered = nonces.used.lock().unwrap().by_device[&device(1)].serials.len();
        assert_eq!(remembered, USED_NONCES_MAX);
    }

    #[test]
    fn a_nonce_that_was_just_given_counts_though_the_clock_stands_or_is_put_back() {
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let nonces = Nonces::new(&mut rng);
        for at in (0..200).map(|_| 0).chain((0..200).map(|back| -60_000 * back)) {
            let nonce = nonces.issue(later(at), &mut rng, device(1));
            let taken = nonces.redeem(later(at), device(1), &nonce, PROOF);
            assert_eq!(taken, Ok(()), "{at} ms");
        }
    }

    #[test]
    fn a_swept_device_takes_no_room_and_its_nonces_stay_used() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let nonces = Nonces::new(&mut rng);
        let nonce = nonces.issue(START, &mut rng, device(1));
        nonces.redeem(START, device(1), &nonce, PROOF).unwrap();
        nonces.sweep(START);
        assert_eq!(nonces.redeem(START, device(1), &nonce, PROOF), Err(NonceError::Replayed));
        nonces.sweep(later(NONCE_LIFE.as_millis() + 1));
        assert!(nonces.used.lock().unwrap().by_device.is_empty());
        assert_eq!(nonces.redeem(START, device(1), &nonce, PROOF), Err(NonceError::Expired));
    }
}
