use std::sync::Arc;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::*;

const RIGHT: &str = "copper lanterns sway";
const NOW: Timestamp = Timestamp::from_millis(1_795_032_600_000);

/// A slot in memory that two vaults may look at, one after the other; a write is cut after so many bytes.
#[derive(Clone, Default)]
struct MemorySlot {
    bytes: Arc<Mutex<Vec<u8>>>,
    cut: Arc<Mutex<Option<usize>>>,
}

impl Slot for MemorySlot {
    fn read(&mut self) -> Result<Vec<u8>, VaultError> {
        Ok(self.bytes.lock().unwrap().clone())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), VaultError> {
        match *self.cut.lock().unwrap() {
            None => *self.bytes.lock().unwrap() = bytes.to_vec(),
            Some(cut) => {
                let mut held = self.bytes.lock().unwrap();
                *held = bytes[..cut.min(bytes.len())].to_vec();
                return Err(VaultError::DiskFull);
            }
        }
        Ok(())
    }
}

#[derive(Clone, Default)]
struct Disk([MemorySlot; 2]);

impl Disk {
    fn vault(&self) -> SealedVault {
        let [one, other] = self.0.clone();
        SealedVault::read([Box::new(one), Box::new(other)]).unwrap()
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|slot| slot.bytes.lock().unwrap().clone()).collect()
    }
}

fn rng() -> Box<dyn Rng + Send> {
    Box::new(ChaCha8Rng::seed_from_u64(3))
}

fn set_up() -> (Disk, SealedVault) {
    let disk = Disk::default();
    let vault = disk.vault();
    vault.set_up(rng(), RIGHT).unwrap();
    (disk, vault)
}

#[test]
fn what_is_stored_is_there_again_behind_the_passphrase_and_nowhere_in_the_clear() {
    let (disk, vault) = set_up();
    vault.store("store-key", b"thirty-two bytes of store key!!!").unwrap();
    let vault = disk.vault();
    assert_eq!(vault.standing(), Standing::Shut);
    assert!(matches!(vault.load("store-key"), Err(VaultError::Locked)));
    vault.unlock(NOW, rng(), RIGHT).unwrap();
    let secret = vault.load("store-key").unwrap().unwrap();
    assert_eq!(&secret[..], b"thirty-two bytes of store key!!!");
    let bytes = disk.bytes();
    for clear in [&b"thirty-two"[..], b"store-key", b"copper"] {
        assert!(!bytes.windows(clear.len()).any(|part| part == clear));
    }
    vault.shut();
    assert!(matches!(vault.load("store-key"), Err(VaultError::Locked)));
}

#[test]
fn what_is_deleted_stands_in_neither_slot() {
    let (disk, vault) = set_up();
    vault.store("device-seed", b"a seed").unwrap();
    let with = disk.clone();
    let before = with.bytes();
    vault.delete("device-seed").unwrap();
    let [one, other] = [&disk.0[0], &disk.0[1]].map(|slot| slot.bytes.lock().unwrap().clone());
    assert!(!before.ends_with(&other) && !before.starts_with(&one));
    let vault = disk.vault();
    vault.unlock(NOW, rng(), RIGHT).unwrap();
    assert!(vault.load("device-seed").unwrap().is_none());
}

#[test]
fn the_tenth_wrong_passphrase_destroys_the_keys_and_reloading_buys_no_further_try() {
    let (disk, _) = set_up();
    let mut now = NOW;
    for tries_left in (1..PIN_TRIES_MAX).rev() {
        // Each in a page that was just loaded.
        let wrong = disk.vault().unlock(now, rng(), "wrong lanterns");
        assert!(
            matches!(wrong, Err(UnlockError::Wrong { tries_left: left }) if left == tries_left)
        );
        now = now + Span::from_minutes(6);
    }
    let last = disk.vault().unlock(now, rng(), "wrong lanterns");
    assert!(matches!(last, Err(UnlockError::Destroyed)));
    assert_eq!(disk.vault().standing(), Standing::Destroyed);
    assert!(matches!(disk.vault().unlock(now, rng(), RIGHT), Err(UnlockError::Destroyed)));
    // What is set up anew has none of the old keys.
    let vault = disk.vault();
    vault.set_up(rng(), RIGHT).unwrap();
    assert!(vault.load("store-key").unwrap().is_none());
}

#[test]
fn after_some_wrong_passphrases_the_next_has_to_wait_however_the_page_is_loaded() {
    let (disk, _) = set_up();
    for _ in 0..4 {
        let wrong = disk.vault().unlock(NOW, rng(), "wrong lanterns");
        assert!(matches!(wrong, Err(UnlockError::Wrong { .. })));
    }
    let soon = disk.vault().unlock(NOW + Span::from_secs(59), rng(), RIGHT);
    assert!(matches!(soon, Err(UnlockError::TooSoon { .. })));
    disk.vault().unlock(NOW + Span::from_secs(60), rng(), RIGHT).unwrap();
    // What counts is what came in a row.
    let wrong = disk.vault().unlock(NOW + Span::from_secs(61), rng(), "wrong lanterns");
    assert!(matches!(wrong, Err(UnlockError::Wrong { tries_left: 9 })));
}

#[test]
fn another_passphrase_for_an_open_vault_keeps_what_is_in_it() {
    let (disk, vault) = set_up();
    vault.store("device-seed", b"a seed").unwrap();
    vault.set_up(rng(), "quieter lanterns").unwrap();
    let vault = disk.vault();
    assert!(matches!(vault.unlock(NOW, rng(), RIGHT), Err(UnlockError::Wrong { .. })));
    vault.unlock(NOW, rng(), "quieter lanterns").unwrap();
    assert_eq!(&vault.load("device-seed").unwrap().unwrap()[..], b"a seed");
}

#[test]
fn a_passphrase_that_is_too_short_is_not_set() {
    let vault = Disk::default().vault();
    assert!(matches!(vault.set_up(rng(), "7 chars"), Err(UnlockError::TooShort)));
    assert_eq!(vault.standing(), Standing::Empty);
}

#[test]
fn a_write_that_is_cut_anywhere_leaves_what_was_there_before() {
    let (disk, vault) = set_up();
    vault.store("install", b"first").unwrap();
    let whole = disk.0[0].bytes.lock().unwrap().len();
    for cut in (0..whole).step_by(17) {
        let copy = Disk(disk.0.clone().map(|slot| MemorySlot {
            bytes: Arc::new(Mutex::new(slot.bytes.lock().unwrap().clone())),
            cut: Arc::default(),
        }));
        let vault = copy.vault();
        vault.unlock(NOW, rng(), RIGHT).unwrap();
        for slot in &copy.0 {
            *slot.cut.lock().unwrap() = Some(cut);
        }
        assert!(vault.store("install", b"second").is_err());
        assert_eq!(&vault.load("install").unwrap().unwrap()[..], b"first");
        for slot in &copy.0 {
            *slot.cut.lock().unwrap() = None;
        }
        let vault = copy.vault();
        vault.unlock(NOW, rng(), RIGHT).unwrap();
        assert_eq!(&vault.load("install").unwrap().unwrap()[..], b"first", "cut at {cut}");
    }
}

#[test]
fn slots_of_which_none_is_whole_are_told_and_not_written_over() {
    let (disk, _) = set_up();
    for slot in &disk.0 {
        if let Some(last) = slot.bytes.lock().unwrap().last_mut() {
            *last ^= 1;
        }
    }
    let before = disk.bytes();
    let [one, other] = disk.0.clone();
    assert!(SealedVault::read([Box::new(one), Box::new(other)]).is_err());
    assert_eq!(disk.bytes(), before);
}
