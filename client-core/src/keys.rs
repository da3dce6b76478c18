//! The keys of one installation, kept in the platform's key store ([`crate::vault`]).
//!
//! | name | what |
//! |---|---|
//! | `store-key` | 32 random bytes that open the database, plain or wrapped under a PIN |
//! | `pin-tries` | how many wrong PINs came in a row |
//! | `device-seed` | the seed of the Ed25519 key that the server knows the device by |
//! | `install` | which database belongs to this installation ([`crate::store`]) |

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use rand::Rng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::vault::{KeyVault, PinRules, VaultError};

/// Wrong PINs in a row after which the wrapped key is destroyed: one chance in a thousand to guess
/// four digits.
pub const PIN_TRIES_MAX: u8 = 10;

/// The key that opens the database. Wiped from memory when dropped.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// Returns a key for another purpose, of which nothing can be told about this one.
    pub(crate) fn derived(&self, purpose: &[u8]) -> [u8; 32] {
        // The key is uniform and of one length, so that a plain hash with a prefix serves as an HKDF does.
        let purpose = Sha256::digest(purpose);
        let digest = Sha256::new_with_prefix(b"fieldbook key").chain_update(purpose);
        digest.chain_update(self.0.as_slice()).finalize().into()
    }

    /// The value for `PRAGMA key`: a raw key, so that opening derives nothing.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(72));
        text.push_str("x'");
        for byte in self.0.iter() {
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from_digit(digit.into(), 16).unwrap_or('0'));
            }
        }
        text.push('\'');
        text
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey(<hidden>)")
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key store holds none: nothing was ever set up here, or it was wiped.
    #[error("there is no store key in the key store")]
    Missing,
    /// A PIN was set and none was given.
    #[error("a PIN is needed")]
    PinNeeded,
    /// The PIN is wrong.
    #[error("the PIN is wrong; {tries_left} tries are left")]
    WrongPin {
        /// How many wrong ones may still come before the key is destroyed.
        tries_left: u8,
    },
    /// Too many wrong PINs: nobody can open the database any more.
    #[error("the store key was destroyed after {PIN_TRIES_MAX} wrong PINs")]
    Destroyed,
    /// The PIN is too short.
    #[error("a PIN has at least {length_min} characters here")]
    PinTooShort {
        /// How many it needs.
        length_min: usize,
    },
    /// What the key store holds is no key.
    #[error("the store key in the key store is damaged")]
    Damaged,
    /// The key store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Returns the store key for a new database: the one that is in the key store already, since
/// another database may still need it, or a fresh one.
///
/// # Errors
/// When the key that is there does not open with this PIN, or the key store fails.
pub fn store_key_for_new(
    rng: &mut dyn Rng,
    vault: &dyn KeyVault,
    pin: Option<&str>,
) -> Result<StoreKey, KeyError> {
    match open_store_key(vault, pin) {
        Err(KeyError::Missing | KeyError::Destroyed) => {
            check_length(vault.pin_rules(), pin)?;
            let mut key = Zeroizing::new([0; 32]);
            rng.fill_bytes(&mut *key);
            let key = StoreKey(key);
            write_key(rng, vault, &key, pin)?;
            vault.delete(PIN_TRIES)?;
            Ok(key)
        }
        other => other,
    }
}

/// Refuses a PIN that no new key would be put under, before anything is made. One that opens a key
/// that is there is another matter.
#[cfg(feature = "driver")]
pub(crate) fn check_new_pin(vault: &dyn KeyVault, pin: Option<&str>) -> Result<(), KeyError> {
    match vault.load(STORE_KEY)? {
        Some(_) => Ok(()),
        None => check_length(vault.pin_rules(), pin),
    }
}

/// Opens the store key. Each wrong PIN is counted, on disk and before it is tried, so that cutting
/// the power does not buy another try; the tenth destroys the key.
///
/// # Errors
/// Says whether a PIN is missing or wrong, or the key is gone.
pub fn open_store_key(vault: &dyn KeyVault, pin: Option<&str>) -> Result<StoreKey, KeyError> {
    let stored = vault.load(STORE_KEY)?.ok_or(KeyError::Missing)?;
    let (kind, rest) = stored.split_first().ok_or(KeyError::Damaged)?;
    match *kind {
        PLAIN => key_of(rest),
        UNDER_PIN => open_with_pin(vault, rest, pin.ok_or(KeyError::PinNeeded)?),
        DESTROYED => Err(KeyError::Destroyed),
        _ => Err(KeyError::Damaged),
    }
}

/// Wraps the store key anew where its PIN was cheaper to try than the key store asks for now.
///
/// # Errors
/// When the key store fails; the key is there as it was.
pub(crate) fn strengthen(
    rng: &mut dyn Rng,
    vault: &dyn KeyVault,
    key: &StoreKey,
    pin: Option<&str>,
) -> Result<(), KeyError> {
    let Some(stored) = vault.load(STORE_KEY)? else { return Ok(()) };
    let Some((&UNDER_PIN, wrapped)) = stored.split_first() else { return Ok(()) };
    let [memory, passes, _] = Wrapped::read(wrapped)?.costs;
    let asked = vault.pin_rules();
    if memory < asked.memory_kib || passes < asked.passes {
        write_key(rng, vault, key, pin)?;
    }
    Ok(())
}

/// Sets, changes or removes the PIN.
///
/// # Errors
/// When the present PIN is wrong, the new one too short, or the key store fails; then nothing
/// changed.
pub fn change_pin(
    rng: &mut dyn Rng,
    vault: &dyn KeyVault,
    present: Option<&str>,
    next: Option<&str>,
) -> Result<(), KeyError> {
    check_length(vault.pin_rules(), next)?;
    let key = open_store_key(vault, present)?;
    write_key(rng, vault, &key, next)
}

/// Returns the key that the server knows this device by, and makes it the first time.
///
/// # Errors
/// When the key store fails or holds no key there.
pub fn device_key(rng: &mut dyn Rng, vault: &dyn KeyVault) -> Result<SigningKey, KeyError> {
    if let Some(key) = existing_device_key(vault)? {
        return Ok(key);
    }
    let mut seed = Zeroizing::new([0; 32]);
    rng.fill_bytes(&mut *seed);
    vault.store(DEVICE_SEED, &*seed)?;
    Ok(SigningKey::from_bytes(&seed))
}

/// Returns the key that the server knows this device by; `None` before one was made.
///
/// # Errors
/// When the key store fails or holds no key there.
pub fn existing_device_key(vault: &dyn KeyVault) -> Result<Option<SigningKey>, KeyError> {
    let Some(seed) = vault.load(DEVICE_SEED)? else { return Ok(None) };
    let seed: &[u8; 32] = seed.as_slice().try_into().map_err(|_| KeyError::Damaged)?;
    Ok(Some(SigningKey::from_bytes(seed)))
}

/// Destroys every key of this installation: what the database holds is unreadable from then on.
///
/// # Errors
/// When the key store fails. The store key goes first.
pub fn destroy(vault: &dyn KeyVault) -> Result<(), VaultError> {
    [STORE_KEY, DEVICE_SEED, INSTALL, PIN_TRIES].into_iter().try_for_each(|name| vault.delete(name))
}

const STORE_KEY: &str = "store-key";
const PIN_TRIES: &str = "pin-tries";
const DEVICE_SEED: &str = "device-seed";
pub(crate) const INSTALL: &str = "install";

// The first byte of a stored store key says how to read the rest.
const PLAIN: u8 = 0;
/// Followed by salt, argon2's memory, passes and lanes (big-endian), nonce and sealed key.
const UNDER_PIN: u8 = 1;
const DESTROYED: u8 = 2;

const SALT_BYTES: usize = 16;
const COSTS_BYTES: usize = 12;
const NONCE_BYTES: usize = 24;

fn check_length(rules: PinRules, pin: Option<&str>) -> Result<(), KeyError> {
    let PinRules { length_min, .. } = rules;
    match pin {
        Some(pin) if pin.chars().count() < length_min => Err(KeyError::PinTooShort { length_min }),
        Some(_) | None => Ok(()),
    }
}

fn write_key(
    rng: &mut dyn Rng,
    vault: &dyn KeyVault,
    key: &StoreKey,
    pin: Option<&str>,
) -> Result<(), KeyError> {
    let mut stored = Zeroizing::new(Vec::new());
    match pin {
        None => {
            stored.push(PLAIN);
            stored.extend_from_slice(&*key.0);
        }
        Some(pin) => {
            let mut salt = [0; SALT_BYTES];
            let mut nonce = [0; NONCE_BYTES];
            rng.fill_bytes(&mut salt);
            rng.fill_bytes(&mut nonce);
            let costs = vault.pin_rules().costs();
            let sealed = cipher(pin, &salt, costs)?
                .encrypt(&XNonce::from(nonce), key.0.as_slice())
                .map_err(|_| KeyError::Damaged)?;
            stored.push(UNDER_PIN);
            stored.extend_from_slice(&salt);
            costs.iter().for_each(|cost| stored.extend_from_slice(&cost.to_be_bytes()));
            stored.extend_from_slice(&nonce);
            stored.extend_from_slice(&sealed);
        }
    }
    Ok(vault.store(STORE_KEY, &stored)?)
}

fn open_with_pin(vault: &dyn KeyVault, wrapped: &[u8], pin: &str) -> Result<StoreKey, KeyError> {
    let tries = vault.load(PIN_TRIES)?.and_then(|tries| tries.first().copied()).unwrap_or(0);
    if tries >= PIN_TRIES_MAX {
        // The power went between the tenth try and the destruction.
        return Err(destroy_wrapped(vault)?);
    }
    let tries = tries + 1;
    vault.store(PIN_TRIES, &[tries])?;
    match unseal(wrapped, pin)? {
        Some(key) => {
            vault.delete(PIN_TRIES)?;
            Ok(key)
        }
        None if tries >= PIN_TRIES_MAX => Err(destroy_wrapped(vault)?),
        None => Err(KeyError::WrongPin { tries_left: PIN_TRIES_MAX - tries }),
    }
}

fn destroy_wrapped(vault: &dyn KeyVault) -> Result<KeyError, KeyError> {
    vault.delete(STORE_KEY)?;
    vault.store(STORE_KEY, &[DESTROYED])?;
    Ok(KeyError::Destroyed)
}

/// The parts of a key that is under a PIN.
struct Wrapped<'a> {
    salt: &'a [u8],
    costs: [u32; 3],
    nonce: [u8; NONCE_BYTES],
    sealed: &'a [u8],
}

impl<'a> Wrapped<'a> {
    fn read(wrapped: &'a [u8]) -> Result<Self, KeyError> {
        let (salt, rest) = wrapped.split_at_checked(SALT_BYTES).ok_or(KeyError::Damaged)?;
        let (numbers, rest) = rest.split_at_checked(COSTS_BYTES).ok_or(KeyError::Damaged)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES).ok_or(KeyError::Damaged)?;
        let nonce = nonce.try_into().map_err(|_| KeyError::Damaged)?;
        let mut costs = [0; 3];
        for (cost, bytes) in costs.iter_mut().zip(numbers.chunks_exact(4)) {
            *cost = u32::from_be_bytes(bytes.try_into().map_err(|_| KeyError::Damaged)?);
        }
        Ok(Self { salt, costs, nonce, sealed })
    }
}

/// `None` when the PIN is wrong.
fn unseal(wrapped: &[u8], pin: &str) -> Result<Option<StoreKey>, KeyError> {
    let Wrapped { salt, costs, nonce, sealed } = Wrapped::read(wrapped)?;
    match cipher(pin, salt, costs)?.decrypt(&XNonce::from(nonce), sealed) {
        Ok(key) => key_of(&Zeroizing::new(key)).map(Some),
        Err(_) => Ok(None),
    }
}

fn cipher(pin: &str, salt: &[u8], costs: [u32; 3]) -> Result<XChaCha20Poly1305, KeyError> {
    let [memory, passes, lanes] = costs;
    let parameters = Params::new(memory, passes, lanes, Some(32)).map_err(|_| KeyError::Damaged)?;
    let mut derived = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        .hash_password_into(pin.as_bytes(), salt, &mut *derived)
        .map_err(|_| KeyError::Damaged)?;
    Ok(XChaCha20Poly1305::new(&Key::from(*derived)))
}

fn key_of(bytes: &[u8]) -> Result<StoreKey, KeyError> {
    bytes.try_into().map(|key| StoreKey(Zeroizing::new(key))).map_err(|_| KeyError::Damaged)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::vault::{FileVault, MemoryVault};

    #[test]
    fn a_key_without_a_pin_opens_again() {
        let vault = MemoryVault::default();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let made = store_key_for_new(&mut rng, &vault, None).unwrap();
        assert_eq!(*made.0, *open_store_key(&vault, None).unwrap().0);
        assert_eq!(made.pragma().len(), 2 + 64 + 1);
    }

    #[test]
    fn a_new_store_uses_the_key_that_is_there() {
        let vault = MemoryVault::default();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let made = store_key_for_new(&mut rng, &vault, Some("4711")).unwrap();
        assert_eq!(*made.0, *store_key_for_new(&mut rng, &vault, Some("4711")).unwrap().0);
        let other = store_key_for_new(&mut rng, &vault, Some("1234"));
        assert!(matches!(other, Err(KeyError::WrongPin { .. })));
    }

    #[test]
    fn the_tenth_wrong_pin_in_a_row_destroys_the_key() {
        let vault = MemoryVault::default();
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        store_key_for_new(&mut rng, &vault, Some("4711")).unwrap();
        assert!(matches!(open_store_key(&vault, None), Err(KeyError::PinNeeded)));
        for left in (1..PIN_TRIES_MAX).rev() {
            let wrong = open_store_key(&vault, Some("0000"));
            assert!(matches!(wrong, Err(KeyError::WrongPin { tries_left }) if tries_left == left));
        }
        // The right one forgives the wrong ones before it.
        open_store_key(&vault, Some("4711")).unwrap();
        for _ in 1..PIN_TRIES_MAX {
            assert!(matches!(open_store_key(&vault, Some("0000")), Err(KeyError::WrongPin { .. })));
        }
        assert!(matches!(open_store_key(&vault, Some("0000")), Err(KeyError::Destroyed)));
        assert!(matches!(open_store_key(&vault, Some("4711")), Err(KeyError::Destroyed)));
    }

    #[test]
    fn a_power_cut_during_the_last_try_does_not_buy_another() {
        let vault = MemoryVault::default();
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        store_key_for_new(&mut rng, &vault, Some("4711")).unwrap();
        vault.store(PIN_TRIES, &[PIN_TRIES_MAX]).unwrap();
        assert!(matches!(open_store_key(&vault, Some("4711")), Err(KeyError::Destroyed)));
    }

    #[test]
    fn a_pin_can_be_set_changed_and_removed() {
        let vault = MemoryVault::default();
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let made = store_key_for_new(&mut rng, &vault, None).unwrap();
        let short = change_pin(&mut rng, &vault, None, Some("123"));
        assert!(matches!(short, Err(KeyError::PinTooShort { length_min: 4 })));
        change_pin(&mut rng, &vault, None, Some("4711")).unwrap();
        change_pin(&mut rng, &vault, Some("4711"), Some("8888")).unwrap();
        assert!(matches!(open_store_key(&vault, Some("4711")), Err(KeyError::WrongPin { .. })));
        change_pin(&mut rng, &vault, Some("8888"), None).unwrap();
        assert_eq!(*made.0, *open_store_key(&vault, None).unwrap().0);
    }

    #[test]
    fn a_key_in_files_asks_more_of_a_pin_and_older_ones_are_wrapped_anew() {
        let folder = tempfile::tempdir().unwrap();
        let vault = FileVault::new(folder.path());
        let mut rng = ChaCha8Rng::seed_from_u64(6);
        let short = store_key_for_new(&mut rng, &vault, Some("seven77"));
        assert!(matches!(short, Err(KeyError::PinTooShort { length_min: 8 })));
        // As the platform's key store would keep it, and as earlier versions did in files.
        let phones = MemoryVault::default();
        let made = store_key_for_new(&mut rng, &phones, Some("4711")).unwrap();
        let older = phones.load(STORE_KEY).unwrap().unwrap();
        vault.store(STORE_KEY, &older).unwrap();
        let opened = open_store_key(&vault, Some("4711")).unwrap();
        strengthen(&mut rng, &vault, &opened, Some("4711")).unwrap();
        let anew = vault.load(STORE_KEY).unwrap().unwrap();
        assert_eq!(Wrapped::read(&anew[1..]).unwrap().costs, PinRules::COPIED.costs());
        assert_eq!(*made.0, *open_store_key(&vault, Some("4711")).unwrap().0);
        // Once is enough.
        strengthen(&mut rng, &vault, &opened, Some("4711")).unwrap();
        assert_eq!(*vault.load(STORE_KEY).unwrap().unwrap(), *anew);
        strengthen(&mut rng, &phones, &made, Some("4711")).unwrap();
        assert_eq!(*phones.load(STORE_KEY).unwrap().unwrap(), *older);
    }

    #[test]
    fn the_devices_key_is_made_once() {
        let vault = MemoryVault::default();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        assert!(existing_device_key(&vault).unwrap().is_none());
        let key = device_key(&mut rng, &vault).unwrap();
        assert_eq!(device_key(&mut rng, &vault).unwrap().to_bytes(), key.to_bytes());
        destroy(&vault).unwrap();
        assert!(existing_device_key(&vault).unwrap().is_none());
    }
}
