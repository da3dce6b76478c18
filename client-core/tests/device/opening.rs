//! Opening a store, and refusing to: whatever is wrong, the files stay as they are.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use client_core::device::{Device, NewRecord, RecordError};
use client_core::keys::{self, KeyError, PIN_TRIES_MAX};
use client_core::store::query::ListFilter;
use client_core::store::{OpenError, Opened, RecordState, StoreOptions};
use client_core::vault::MemoryVault;
use model::change::RawChange;
use model::wire::SyncRequestV1;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::phone::{Phone, first_facts, open, quick, start, text};
use crate::server::{self, TestServer};
use crate::spy::Spy;

#[test]
fn another_installations_key_opens_nothing_and_leaves_everything_as_it_is() {
    for phone in [Phone::closed(1), Phone::crashed(1)] {
        let other = Phone::new(2).vault.clone();
        assert!(matches!(phone.refuses(other), OpenError::WrongKey));
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        open(&phone.path(), phone.vault.clone(), &mut rng, start()).unwrap();
    }
}

#[test]
fn without_a_key_or_a_store_nothing_is_made() {
    let phone = Phone::closed(1);
    let empty = Arc::new(MemoryVault::default());
    assert!(matches!(phone.refuses(empty), OpenError::Key(KeyError::Missing)));
    fs::remove_file(phone.path()).unwrap();
    assert!(matches!(phone.refuses(phone.vault.clone()), OpenError::NotFound));
    assert!(phone.files().is_empty());
}

#[test]
fn a_damaged_store_is_named_as_such_and_left_as_it_is() {
    type Damage = fn(&mut Vec<u8>);
    let damage: [(&str, Damage); 4] = [
        ("first page", |bytes| bytes[100] ^= 1),
        ("cut to less than a page", |bytes| bytes.truncate(1_000)),
        ("emptied", Vec::clear),
        ("another file", |bytes| *bytes = b"no database at all".repeat(1_000)),
    ];
    for (what, damage) in damage {
        let phone = Phone::closed(1);
        let mut bytes = fs::read(phone.path()).unwrap();
        damage(&mut bytes);
        fs::write(phone.path(), bytes).unwrap();
        let error = phone.refuses(phone.vault.clone());
        assert!(matches!(error, OpenError::Corrupt { .. }), "{what}: {error}");
    }
}

#[test]
fn a_page_that_is_damaged_further_on_is_found_when_everything_is_checked() {
    let phone = Phone::closed(1);
    let mut bytes = fs::read(phone.path()).unwrap();
    let last = bytes.len() - 2_000;
    bytes[last] ^= 1;
    fs::write(phone.path(), bytes).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    // It may lie in what opening reads, or not.
    match open(&phone.path(), phone.vault.clone(), &mut rng, start()) {
        Err(error) => assert!(matches!(error, OpenError::Corrupt { .. }), "{error}"),
        Ok(device) => assert!(!device.verify().is_ok_and(|report| report.is_sound())),
    }
}

#[test]
fn a_store_of_a_newer_version_is_left_for_the_program_that_wrote_it() {
    let phone = Phone::closed(1);
    let newer = phone.database();
    newer.pragma_update(None, "user_version", 9).unwrap();
    newer.close().unwrap();
    let error = phone.refuses(phone.vault.clone());
    assert!(matches!(error, OpenError::FromTheFuture { have: 9, know: 8 }), "{error}");
}

#[test]
fn a_new_store_is_never_made_over_one_that_is_there() {
    let phone = Phone::closed(1);
    let before = phone.files();
    let (vault, facts) = (phone.vault.clone(), first_facts(1));
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let made = Device::create(&phone.path(), vault, None, start(), &mut rng, &facts, quick());
    assert!(matches!(made.err(), Some(OpenError::AlreadyExists)));
    assert_eq!(phone.files(), before);
}

#[test]
fn two_processes_do_not_write_into_one_store() {
    let mut phone = Phone::new(1);
    phone.person("Rosa Cedro");
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let options = StoreOptions { wait_ms: 20, ..quick() };
    let vault = phone.vault.clone();
    let second = Device::open(&phone.path(), vault, None, start(), &mut rng, options);
    assert!(matches!(second.err(), Some(OpenError::Locked)));
    phone.person("Luis Pino");
}

#[test]
fn ten_wrong_pins_destroy_the_key_and_the_store_stays_unreadable() {
    let mut phone = Phone::new(1);
    phone.person("Rosa Cedro");
    phone.device.change_pin(&mut phone.rng, None, Some("4711")).unwrap();
    phone.close();
    let with = |pin: &str| {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let vault = phone.vault.clone();
        Device::open(&phone.path(), vault, Some(pin), start(), &mut rng, quick()).err()
    };
    assert!(with("4711").is_none());
    for left in (1..PIN_TRIES_MAX).rev() {
        let Some(OpenError::Key(KeyError::WrongPin { tries_left })) = with("0000") else {
            panic!()
        };
        assert_eq!(tries_left, left);
    }
    assert!(matches!(with("0000"), Some(OpenError::Key(KeyError::Destroyed))));
    assert!(matches!(with("4711"), Some(OpenError::Key(KeyError::Destroyed))));
    assert!(phone.path().exists());
}

#[test]
fn what_was_saved_is_there_after_a_crash() {
    let mut phone = Phone::crashed(1);
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    phone.device = open(&phone.path(), phone.vault.clone(), &mut rng, start()).unwrap();
    assert_eq!(phone.device.opened(), Opened::AsLeft);
    assert_eq!(phone.device.search(start(), "rosa", 10).unwrap().len(), 1);
    assert_eq!(phone.waiting(), 1);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn a_store_put_back_from_a_copy_is_noticed_and_writes_under_new_names() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    let mut phone = phone.reopened();
    phone.close();
    let copy = fs::read(phone.path()).unwrap();
    let mut phone = phone.reopened();
    assert_eq!(phone.device.opened(), Opened::AsLeft);
    phone.edit(person, text("aliases", "Rosie"));
    let first_try = phone.request();
    server::sync(&mut phone, &mut server);

    phone.close();
    fs::write(phone.path(), copy).unwrap();
    let mut phone = phone.reopened();
    assert_eq!(phone.device.opened(), Opened::Restored);
    assert_eq!(phone.device.status(phone.now).unwrap().restored_at, Some(phone.now));
    assert_eq!(phone.device.store().read().feed().unwrap().cursor, None);
    phone.edit(person, text("notes", "after the copy was put back"));
    let second_try = phone.request();
    let actor =
        |request: &SyncRequestV1| RawChange::inspect(&request.push[0].change).unwrap().actor();
    assert_ne!(actor(&first_try), actor(&second_try));

    server::sync(&mut phone, &mut server);
    assert_eq!(phone.value(person, "aliases"), "Rosie", "what it had forgotten came back");
    assert_eq!(phone.value(person, "notes"), "after the copy was put back");
    assert_eq!(phone.show(person).state, RecordState::OnServer);
    assert_eq!(phone.reopened().device.opened(), Opened::AsLeft);
}

#[test]
fn a_copy_put_back_beside_the_log_of_a_run_that_was_killed_is_read_without_that_log() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    phone.close();
    let copy = fs::read(phone.path()).unwrap();
    let mut phone = phone.reopened();
    for number in 0..40 {
        phone.person(&format!("Person {number}"));
    }
    server::sync(&mut phone, &mut server);
    // A run that moved what it wrote into the file, and one that was killed before it could.
    let mut phone = phone.reopened();
    phone.edit(person, text("aliases", "Rosie"));
    server::sync(&mut phone, &mut server);
    let killed = phone.files();
    phone.close();
    fs::write(phone.path(), copy).unwrap();
    fs::write(phone.path().with_file_name("store-wal"), &killed["store-wal"]).unwrap();

    let mut phone = phone.reopened();
    assert_eq!(phone.device.opened(), Opened::Restored);
    assert!(phone.device.verify().unwrap().is_sound());
    assert_eq!(phone.files()["store-wal-aside"], killed["store-wal"], "nothing is thrown away");
    server::sync(&mut phone, &mut server);
    assert_eq!(phone.value(person, "aliases"), "Rosie");
    assert_eq!(phone.device.list(phone.now, &ListFilter::default()).unwrap().len(), 41);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn wherever_a_crash_falls_the_store_is_the_one_that_was_left() {
    // The files as they are after each write of a run, in the order of the writes: a crash there
    // leaves exactly these.
    let (mut phone, mut moments) = (Phone::closed(1).reopened(), Vec::new());
    let keep =
        |phone: &Phone, moments: &mut Vec<_>| moments.push((phone.files(), phone.vault.copy()));
    keep(&phone, &mut moments);
    let spy = Spy::on(&phone);
    phone = phone.with_vault(spy.clone());
    phone.person("Luis Pino");
    moments.extend(spy.taken());
    keep(&phone, &mut moments);
    assert!(moments.len() >= 4, "before, around what the key store takes, and after");
    for (at, (files, vault)) in moments.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let path = folder.path().join("store");
        let device = open(&path, Arc::new(vault), &mut rng, start()).unwrap();
        assert_eq!(device.opened(), Opened::AsLeft, "moment {at}");
        assert!(device.verify().unwrap().is_sound(), "moment {at}");
    }
}

#[test]
fn a_copy_of_what_a_crash_left_is_known_as_a_copy_once_another_run_has_written() {
    let mut phone = Phone::closed(1).reopened();
    let spy = Spy::on(&phone);
    phone = phone.with_vault(spy.clone());
    phone.person("Luis Pino");
    let vault = phone.vault.clone();
    for (files, kept) in spy.taken() {
        let folder = tempfile::tempdir().unwrap();
        let put = |files: &BTreeMap<String, Vec<u8>>| {
            for (name, bytes) in files {
                fs::write(folder.path().join(name), bytes).unwrap();
            }
        };
        put(&files);
        let (path, vault) = (folder.path().join("store"), Arc::new(kept));
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut device = open(&path, vault.clone(), &mut rng, start()).unwrap();
        let new = || NewRecord {
            record_type: "person".parse().unwrap(),
            case: None,
            program: None,
            edits: vec![text("name", "Ines Olmo")],
        };
        device.new_record(start(), &mut rng, new()).unwrap();
        drop(device);
        let log = folder.path().join("store-wal");
        drop(fs::remove_file(log));
        put(&files);
        let device = open(&path, vault, &mut rng, start()).unwrap();
        assert_eq!(device.opened(), Opened::Restored);
    }
    drop(vault);
}

#[test]
fn an_opener_opens_again_without_a_pin_and_waits_for_nobody() {
    let mut phone = Phone::new(1);
    phone.device.change_pin(&mut phone.rng, None, Some("4711")).unwrap();
    let opener = phone.device.opener();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    assert!(matches!(opener.open(start(), &mut rng).err(), Some(OpenError::Locked)));
    phone.close();
    let device = opener.open(start(), &mut rng).unwrap();
    assert_eq!(device.opened(), Opened::AsLeft);
    assert!(matches!(opener.open(start(), &mut rng).err(), Some(OpenError::Locked)));
}

#[test]
fn a_store_that_somebody_has_open_is_not_destroyed_from_elsewhere() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let refused = Device::wipe_closed(&phone.path(), &*phone.vault, quick());
    assert!(matches!(refused, Err(RecordError::InUse)));
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
    phone.close();
    Device::wipe_closed(&phone.path(), &*phone.vault, quick()).unwrap();
    assert!(phone.files().is_empty());
}

#[cfg(unix)]
#[test]
fn a_store_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let mut phone = Phone::new(1);
    phone.person("Rosa Cedro");
    for name in ["store", "store-wal", "store-lock"] {
        let file = fs::metadata(phone.path().with_file_name(name)).unwrap();
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn two_phones_of_one_copy_lose_nothing() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let person = phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    let mut twin = phone.cloned();
    phone.edit(person, text("aliases", "Rosie"));
    twin.edit(person, text("notes", "written on the other one"));
    for _ in 0..2 {
        server::sync(&mut phone, &mut server);
        server::sync(&mut twin, &mut server);
    }
    for phone in [&mut phone, &mut twin] {
        assert_eq!(phone.value(person, "aliases"), "Rosie");
        assert_eq!(phone.value(person, "notes"), "written on the other one");
    }
}

#[test]
fn keys_that_are_gone_are_gone() {
    let phone = Phone::closed(1);
    keys::destroy(&*phone.vault).unwrap();
    assert!(matches!(phone.refuses(phone.vault.clone()), OpenError::Key(KeyError::Missing)));
}

#[test]
fn a_store_whose_index_an_earlier_version_made_finds_names_as_soon_as_it_is_opened() {
    let mut phone = Phone::new(1);
    let person = phone.person("Đặng O'Brien");
    phone.close();
    let database = phone.database();
    database.execute("DELETE FROM meta WHERE key = 'fold'", []).unwrap();
    database.execute("DELETE FROM search WHERE rowid > 0", []).unwrap();
    database
        .execute("INSERT INTO search (rowid, text) SELECT number, 'đang o brien' FROM records", [])
        .unwrap();
    drop(database);
    let phone = phone.reopened();
    for typed in ["dang", "obrien", "Đặng"] {
        let found = phone.device.search(phone.now, typed, 9).unwrap();
        assert_eq!(found.len(), 1, "{typed}");
        assert_eq!(found[0].record, person);
    }
    assert!(phone.device.verify().unwrap().problems.is_empty());
}
