//! A data folder of which something is lost, damaged, another's or half made.

use std::fs;
use std::path::Path;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::admin::Admin;
use server::admin::AdminError;
use server::config::{Durability, ServiceConfig};
use server::error::OpenError;
use server::service::Service;

use crate::department::{NOW, TestDepartment, later};

#[test]
fn whatever_is_wrong_with_a_file_of_the_folder_is_told_and_nothing_is_made_anew() {
    type Fault = (&'static str, fn(&Path, &Path), fn(&OpenError) -> bool);
    let faults: [Fault; 6] = [
        (
            "missing",
            |file, _| fs::remove_file(file).unwrap(),
            |error| matches!(error, OpenError::Missing(_) | OpenError::NoMasterKey(_)),
        ),
        (
            "empty",
            |file, _| fs::write(file, "").unwrap(),
            |error| matches!(error, OpenError::Empty(_)),
        ),
        (
            "damaged",
            |file, _| fs::write(file, [7; 9_000]).unwrap(),
            |error| matches!(error, OpenError::WrongKey(_) | OpenError::NotAMasterKey(_)),
        ),
        (
            "another department's",
            |file, other| assert_ne!(fs::copy(other, file).unwrap(), 0),
            |error| matches!(error, OpenError::WrongKey(_)),
        ),
        (
            "a folder",
            |file, _| {
                fs::remove_file(file).unwrap();
                fs::create_dir(file).unwrap();
            },
            |error| matches!(error, OpenError::Corrupt { what: "it is not a file", .. }),
        ),
        (
            "a loop",
            |file, _| {
                fs::remove_file(file).unwrap();
                std::os::unix::fs::symlink(file, file).unwrap();
            },
            |error| matches!(error, OpenError::File { .. }),
        ),
    ];
    for name in ["master.key", "keys.db", "server.db"] {
        for (fault, damage, told) in faults {
            let (config, _folder) = closed(1);
            let (other, _other_folder) = closed(2);
            damage(&config.data_dir.join(name), &other.data_dir.join(name));
            let before = contents(&config.data_dir);
            let error = Admin::open(&config).err();
            let error = error.unwrap_or_else(|| panic!("{name}, {fault}: it opens"));
            assert!(told(&error), "{name}, {fault}: {error:?}");
            // With another's master key it is the database that does not open.
            let names = if fault == "another department's" && name == "master.key" {
                "server.db"
            } else if matches!(error, OpenError::NoMasterKey(_)) {
                "master.key"
            } else {
                name
            };
            assert!(error.to_string().contains(names), "{name}, {fault}: {error}");
            assert!(Service::open_inline(later(1), config.clone()).is_err(), "{name}, {fault}");
            assert_eq!(contents(&config.data_dir), before, "{name}, {fault}");
        }
    }
}

#[test]
fn keys_of_another_folder_under_the_same_master_key_are_known_as_such() {
    let master = server::config::MasterKey::from_bytes([7; 32]);
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut made = |name: &str| {
        let mut config = ServiceConfig::new(folder.path().join(name));
        config.master_key = Some(master.clone());
        drop(Admin::init(NOW, &mut rng, &config, name).unwrap());
        config
    };
    let (one, other) = (made("one"), made("other"));
    fs::copy(other.data_dir.join("keys.db"), one.data_dir.join("keys.db")).unwrap();
    assert!(matches!(Admin::open(&one).err(), Some(OpenError::Foreign(_))));
    assert!(Admin::open(&other).is_ok());
}

#[test]
fn a_folder_is_made_where_nothing_is_and_an_interrupted_one_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let config = ServiceConfig::new(folder.path().join("data"));
    let data = &config.data_dir;
    assert!(matches!(Admin::open(&config).err(), Some(OpenError::NotInitialised(_))));

    fs::create_dir(data).unwrap();
    fs::write(data.join("letter.txt"), "dear colleague").unwrap();
    let mut init = || Admin::init(NOW, &mut rng, &config, "Department").map(drop);
    assert!(matches!(init(), Err(OpenError::NotEmpty(_))));
    assert_eq!(contents(data), [("letter.txt".to_owned(), b"dear colleague".to_vec())]);
    fs::remove_file(data.join("letter.txt")).unwrap();

    // As a process leaves it that was killed at any moment before the end.
    for left in [&[][..], &["master.key"], &["master.key", "server.db"], &["keys.db", "server.db"]]
    {
        fs::write(data.join("init.unfinished"), "").unwrap();
        for name in left {
            fs::write(data.join(name), "half").unwrap();
        }
        assert!(matches!(Admin::open(&config).err(), Some(OpenError::HalfMade(_))), "{left:?}");
        init().unwrap();
        Admin::open(&config).unwrap();
        assert!(matches!(init(), Err(OpenError::AlreadyInitialised(_))));
        fs::remove_dir_all(data).unwrap();
        fs::create_dir(data).unwrap();
    }
}

#[test]
fn a_restore_works_alone_on_the_folder() {
    let mut department = TestDepartment::new();
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let TestDepartment { office, service, mut rng } = department;
    drop(service);
    // Another command is at work, the office's.
    let refused = Admin::restore(NOW, &mut rng, &office.config(), &file);
    assert!(matches!(refused, Err(AdminError::Open(OpenError::Busy(_)))));
    let config = office.config();
    let _folder = office.close();
    Admin::restore(NOW, &mut rng, &config, &file).unwrap();
    let present = config.data_dir.join("server.db");
    assert!(Admin::restore(NOW, &mut rng, &config, &present).is_ok(), "even from its own place");
}

#[test]
fn who_was_shut_out_stays_out_when_the_database_is_lost_and_a_backup_put_back() {
    for lost in [true, false] {
        let mut department = TestDepartment::new();
        let (gone, stays) = (department.device("ana"), department.device("ben"));
        let file = department.office.path().join("backup");
        department.office.admin().account_invite(NOW, &mut department.rng, "sol").unwrap();
        department.office.admin().backup(NOW, &file).unwrap();
        department.office.admin().revoke_device(NOW, gone.id).unwrap();
        let role = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
        department.office.admin().user_revoke_role(NOW, "ben", &role.0, &role.1).unwrap();
        let TestDepartment { office, service, mut rng } = department;
        drop(service);
        let config = office.config();
        let _folder = office.close();
        if lost {
            fs::remove_file(config.data_dir.join("server.db")).unwrap();
        }
        let restored = Admin::restore(later(1), &mut rng, &config, &file).unwrap();
        assert_eq!(restored.was_lost, lost);
        // Where the database is there, its own word comes first.
        assert_eq!(restored.devices_shut_out, u64::from(lost));
        assert_eq!(restored.roles_given_again.len(), usize::from(!lost));
        let devices = Admin::open(&config).unwrap().devices().unwrap();
        let is_out = |id| devices.iter().any(|row| row.id == id && row.revoked_at.is_some());
        assert!(is_out(gone.id) && !is_out(stays.id), "lost: {lost}");
        drop(Service::open_inline(later(2), config).unwrap());
    }
}

#[test]
fn databases_and_backups_are_their_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    department.open_case(&mut ana, "Case Alder");
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let data = department.office.config().data_dir;
    let names = ["server.db", "server.db-wal", "server.db-shm", "keys.db", "keys.db-wal"];
    for path in names.map(|name| data.join(name)).into_iter().chain([file]) {
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn a_backup_that_fails_leaves_nothing_half_made() {
    let mut department = TestDepartment::new();
    let file = department.office.path().join("taken");
    fs::create_dir(&file).unwrap();
    let refused = department.office.admin().backup(NOW, &file);
    assert!(matches!(refused, Err(AdminError::FileExists(_))));
    let nowhere = department.office.path().join("nowhere/monday.backup");
    assert!(department.office.admin().backup(NOW, &nowhere).is_err());
    let left: Vec<_> =
        contents(department.office.path()).into_iter().map(|(name, _)| name).collect();
    assert!(left.iter().all(|name| !name.contains(".part")), "{left:?}");
}

/// A data folder at which nobody is at work; those of another number are another department's.
fn closed(number: u64) -> (ServiceConfig, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut config = ServiceConfig::new(folder.path().join("data"));
    config.durability = Durability::Process;
    let mut rng = ChaCha8Rng::seed_from_u64(number);
    drop(Admin::init(NOW, &mut rng, &config, "Department").unwrap());
    (config, folder)
}

/// The files of a folder, byte for byte, but for the locks.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let named = files
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()));
    let mut contents: Vec<_> = named.filter(|(name, _)| !name.ends_with(".lock")).collect();
    contents.sort();
    contents
}
