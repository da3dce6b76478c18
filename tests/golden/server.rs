//! The server's data folder, version 1: a department with people, devices, cases, a refusal, an
//! erased case and a revoked phone, as the first release leaves it on the disk, with the key that
//! opens it.
//!
//! `data/` holds the folder itself, `reading.txt` what administration reads out of it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use fieldbook_tests::raw::RawDevice;
use model::time::Timestamp;
use model::wire::OutcomeV1;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::admin::{Admin, AuditFilter};
use server::config::{Durability, ServiceConfig};
use server::service::Service;

use crate::fixture;

#[test]
fn a_data_folder_of_version_1_opens_whole_and_reads_as_it_did() {
    let (_folder, config) = kept();
    let admin = Admin::open(&config).unwrap();
    assert_eq!(admin.verify().unwrap().problems, []);
    let expected = fs::read_to_string(fixture::folder().join("server/reading.txt")).unwrap();
    assert_eq!(reading(&admin), expected);
}

#[test]
fn a_server_goes_on_with_a_data_folder_of_version_1() {
    let (_folder, config) = kept();
    let mut admin = Admin::open(&config).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let code = admin.invite(NOW, &mut rng, "sol").unwrap().code;
    let service = Service::open_inline(NOW, config).unwrap();
    let mut sol = RawDevice::enroll(&service, NOW, &mut rng, &code);
    assert_eq!(sol.pull(&service, NOW).len(), 2, "a person and an encounter");
    let code = admin.invite(NOW, &mut rng, "ana").unwrap().code;
    let mut ana = RawDevice::enroll(&service, NOW, &mut rng, &code);
    let made = ana.make(NOW, "outreach_contact", None, &content::encounter(NOW, &mut rng));
    let response = ana.push(&service, NOW, vec![made.push()]);
    assert_eq!(response.results[0].outcome, OutcomeV1::Accepted);
    assert!(admin.verify().unwrap().problems.is_empty());
}

const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A copy of the fixture to work on. Made when it is missing and fixtures are to be made.
fn kept() -> (tempfile::TempDir, ServiceConfig) {
    let fixture = fixture::folder().join("server");
    if !fixture.exists() {
        assert!(fixture::writing(), "it is missing: FIELDBOOK_WRITE_GOLDEN=1 makes it");
        make(&fixture);
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&fixture.join("data"), folder.path());
    let mut config = ServiceConfig::new(folder.path());
    config.durability = Durability::Process;
    (folder, config)
}

fn make(fixture: &Path) {
    let mut office = TestDataFolder::open(NOW, Durability::Process);
    office.worker(NOW, "ana");
    office.worker(NOW, "ben");
    office.supervisor(NOW, "sol");
    let service = Service::open_inline(NOW, office.config()).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let code = office.invite(NOW, "ana");
    let mut ana = RawDevice::enroll(&service, NOW, &mut rng, &code);
    let code = office.invite(NOW, "ben");
    let ben = RawDevice::enroll(&service, NOW, &mut rng, &code);
    let [kept, erased] = [1, 2].map(|_| ana.make(NOW, "person", None, &content::person(&mut rng)));
    let contact = ana.make(
        NOW,
        "outreach_contact",
        Some(kept.record.into()),
        &content::encounter(NOW, &mut rng),
    );
    let mut damaged = contact.push();
    damaged.change[40] ^= 1;
    ana.push(&service, NOW, vec![kept.push(), erased.push(), contact.push(), damaged]);
    office.assign(NOW, "ben", kept.record.into());
    office.admin().revoke_device(NOW, ben.id).unwrap();
    office.admin().erase(NOW, erased.record.into(), "an order").unwrap();
    let data = office.config().data_dir;
    drop(service);
    let admin = Admin::open(&office.config()).unwrap();
    let text = reading(&admin);
    drop(admin);
    let _folder = office.close();
    copy(&data, &fixture.join("data"));
    fs::write(fixture.join("reading.txt"), text).unwrap();
}

fn reading(admin: &Admin) -> String {
    let mut text = String::new();
    for user in admin.users().unwrap() {
        let roles: Vec<_> =
            user.roles.iter().map(|held| format!("{} in {}", held.role, held.program)).collect();
        writeln!(text, "user {} {} {}", user.id, user.name, roles.join(", ")).unwrap();
    }
    for device in admin.devices().unwrap() {
        let revoked = device.revoked_at.is_some();
        writeln!(text, "device {} of {}, revoked: {revoked}", device.id, device.user_name).unwrap();
    }
    for row in admin.quarantine().unwrap() {
        writeln!(text, "refused {} {} {} bytes", row.record, row.code, row.bytes).unwrap();
    }
    for left in admin.erased().unwrap() {
        writeln!(text, "erased {} {}", left.case, left.legal_basis).unwrap();
    }
    for row in admin.audit(&AuditFilter::default()).unwrap() {
        writeln!(text, "{} {} {} {} {}", row.seq, row.actor, row.act, row.object, row.hash)
            .unwrap();
    }
    text
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
