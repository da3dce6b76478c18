//! A server restored from a backup, and devices that send back the changes it lost.

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::ids::{Chain, ChangeHash, FeedSeq, RecordId};
use model::wire::{CheckV1, FeedPositionV1, PushV1, ReconcileOfferV1, RecordCheckV1};
use server::admin::{Admin, RefusedDecision};
use server::service::Service;

use crate::department::{NOW, TestDepartment, edited, later, outcomes};
use crate::late::{decide, entries};

#[test]
fn a_backup_holds_everything_but_the_keys_and_what_is_derived() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    assert!(matches!(
        department.office.admin().backup(NOW, &file),
        Err(server::admin::AdminError::FileExists(_))
    ));
    let mut department = restored(department);
    department.holds();
    let mut sol = department.device("sol");
    assert_eq!(department.received(&mut sol), [person.record].into());
}

#[test]
fn a_running_server_is_not_overwritten_and_a_file_that_is_no_backup_is_named() {
    let mut department = TestDepartment::new();
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let config = department.office.config();
    let restore = |department: &mut TestDepartment, file: &std::path::Path| {
        Admin::restore(NOW, &mut department.rng, &config, file).map(drop)
    };
    let running = restore(&mut department, &file).unwrap_err().to_string();
    assert!(running.contains("stop it first"), "{running}");
    department.service.shutdown();
    let TestDepartment { office, service, mut rng } = department;
    drop(service);
    let config = office.config();
    let folder = office.close();
    let rubbish = folder.path().join("rubbish");
    std::fs::write(&rubbish, vec![7; 9_000]).unwrap();
    let refused = Admin::restore(NOW, &mut rng, &config, &rubbish).unwrap_err();
    assert!(matches!(refused, server::admin::AdminError::NotABackup(_)), "{refused}");
    assert_eq!(std::fs::read(&rubbish).unwrap(), vec![7; 9_000]);
    assert!(Admin::open(&config).unwrap().verify().unwrap().problems.is_empty());
}

#[test]
fn devices_bring_back_what_the_server_lost_their_own_and_others() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();

    // After the backup: an edit and a new record. Ana's phone is then lost; Sol's holds both.
    let edit = content::text("safe_contact", "after six");
    let edit = edited(&mut ana, person.record, &mut person.document, &[edit]);
    ana.push(&department.service, NOW, vec![edit.clone()]);
    let contact = department.meet(&mut ana, person.record.into());
    assert_eq!(department.received(&mut sol), [person.record, contact.record].into());

    let mut department = restored(department);
    let told = sol.send(&department.service, later(2), sol.request());
    let asked = told.reconcile.unwrap();
    assert!(!asked.finished && told.cursor.is_none() && told.pull.is_empty());

    let holds = [held(&person), held(&contact)];
    let differs = offer(&department, &mut sol, asked.epoch, &holds, vec![], false);
    assert_eq!(differs, [person.record, contact.record]);
    let push = vec![edit, contact.push()];
    assert_eq!(offer(&department, &mut sol, asked.epoch, &[], push, true), []);

    sol.cursor = None;
    let back = department.received(&mut sol);
    assert_eq!(back, [person.record, contact.record].into());
    department.holds();
    // From then on nobody vouches any more.
    let edit = content::text("safe_contact", "never");
    let forged = edited(&mut ana, person.record, &mut person.document, &[edit]);
    assert_eq!(
        outcomes(&sol.push(&department.service, later(3), vec![forged])),
        ["forged_actor Never"]
    );
    let mut second = department.device("sol");
    assert_eq!(department.received(&mut second), [person.record, contact.record].into());
}

#[test]
fn nobody_vouches_for_others_by_saying_that_the_server_lost_something() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    let edit = content::text("safe_contact", "never said");
    let forged = edited(&mut ana, person.record, &mut person.document, &[edit]);

    // A history that is not the server's.
    let mut request = sol.request();
    request.seen = Some(FeedPositionV1 { seq: FeedSeq(1), chain: Chain([7; 16]) });
    let epoch = sol.send(&department.service, NOW, request).reconcile.unwrap().epoch;
    let mut request = sol.request();
    request.push = vec![forged.clone()];
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds: vec![], complete: true });
    let response = sol.send(&department.service, NOW, request);
    assert_eq!(outcomes(&response), ["not_vouched Never"]);

    // The end of a reconcile that was not heard of.
    let mut ben = department.device("ben");
    let intruder = crate::department::encounter(&mut ben, Some(person.record.into()));
    let mut request = ben.request();
    request.push = vec![forged, intruder.push()];
    let holds = vec![RecordCheckV1 { record: person.record, check: CheckV1::default() }];
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds, complete: false });
    let response = ben.send(&department.service, NOW, request);
    assert_eq!(outcomes(&response), ["forged_actor Never", "not_assigned Never"]);
    department.holds();
}

#[test]
fn a_lost_or_damaged_database_does_not_keep_its_backup_out() {
    for damage in [true, false] {
        let mut department = TestDepartment::new();
        let mut ana = department.device("ana");
        let person = department.open_case(&mut ana, "Case Alder");
        let file = department.office.path().join("backup");
        department.office.admin().backup(NOW, &file).unwrap();
        let TestDepartment { office, service, mut rng } = department;
        drop(service);
        let office = office.restored_after(later(1), &mut rng, |data| {
            let database = data.join("server.db");
            if damage {
                std::fs::write(&database, vec![7; 9_000]).unwrap();
            } else {
                std::fs::remove_file(&database).unwrap();
            }
        });
        let service = Service::open_inline(later(1), office.config()).unwrap();
        let mut department = TestDepartment { office, service, rng };
        let mut sol = department.device("sol");
        assert_eq!(department.received(&mut sol), [person.record].into());
        department.holds();
    }
}

#[test]
fn a_phone_enrolled_after_the_backup_is_still_known_and_a_lost_one_still_locked_out() {
    let mut department = TestDepartment::new();
    let (mut ana, lost) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let mut new = department.device("ana");
    let contact = department.meet(&mut new, person.record.into());
    department.office.admin().revoke_device(NOW, lost.id).unwrap();

    let department = restored(department);
    let epoch = new.send(&department.service, later(2), new.request()).reconcile.unwrap().epoch;
    let holds = [held(&contact)];
    assert_eq!(offer(&department, &mut new, epoch, &holds, vec![], false), [contact.record]);
    assert_eq!(offer(&department, &mut new, epoch, &[], vec![contact.push()], true), []);
    let devices = Admin::open(&department.office.config()).unwrap().devices().unwrap();
    let revoked: Vec<_> = devices.iter().filter(|d| d.revoked_at.is_some()).map(|d| d.id).collect();
    assert_eq!(revoked, [lost.id]);
    department.holds();
}

#[test]
fn what_a_device_wrote_by_a_right_that_was_lost_waits_for_a_supervisor() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    department.office.assign(NOW, "ben", person.record.into());
    department.received(&mut ben);
    let contact = department.meet(&mut ben, person.record.into());

    let mut department = restored(department);
    let epoch = ben.send(&department.service, later(2), ben.request()).reconcile.unwrap().epoch;
    let holds = [held(&person), held(&contact)];
    assert_eq!(offer(&department, &mut ben, epoch, &holds, vec![], false), [contact.record]);
    let mut request = ben.request();
    request.push = vec![contact.push()];
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds: vec![], complete: false });
    let response = ben.send(&department.service, later(2), request);
    assert_eq!(outcomes(&response), ["not_assigned Never"]);
    assert_eq!(offer(&department, &mut ben, epoch, &[], vec![], true), []);

    // Nobody tells him of a case that was never his, as far as the server knows.
    ben.cursor = None;
    let response = ben.send(&department.service, later(3), ben.request());
    assert!(response.pull.is_empty() && response.revoked.is_empty(), "{response:?}");

    let [entry] = entries(&mut department).try_into().unwrap();
    decide(&mut department, "sol", entry, RefusedDecision::Accept).unwrap();
    let mut sol = department.device("sol");
    assert_eq!(department.received(&mut sol), [person.record, contact.record].into());
    department.holds();
}

#[test]
fn a_device_that_knows_of_nothing_later_goes_on_without_a_reconcile() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    let department = restored(department);
    let response = sol.send(&department.service, later(2), sol.request());
    assert!(response.reconcile.is_none() && response.pull.is_empty());
    assert_ne!(response.cursor.unwrap().epoch, sol.cursor.unwrap().epoch);
}

/// Stops the server, puts its backup back, and starts it again.
pub(crate) fn restored(department: TestDepartment) -> TestDepartment {
    let TestDepartment { office, service, mut rng } = department;
    drop(service);
    let office = office.restored(later(1), &mut rng);
    let service = Service::open_inline(later(1), office.config()).unwrap();
    TestDepartment { office, service, rng }
}

pub(crate) fn held(made: &Made) -> (RecordId, Vec<ChangeHash>) {
    (made.record, made.document.changes().iter().map(|change| change.hash).collect())
}

/// One step of a reconcile; the records of which the server lacks something.
pub(crate) fn offer(
    department: &TestDepartment,
    device: &mut RawDevice,
    epoch: model::ids::Epoch,
    holds: &[(RecordId, Vec<ChangeHash>)],
    push: Vec<PushV1>,
    complete: bool,
) -> Vec<RecordId> {
    let mut request = device.request();
    request.push = push;
    let check = |(record, hashes): &(RecordId, Vec<ChangeHash>)| RecordCheckV1 {
        record: *record,
        check: CheckV1::of(hashes),
    };
    let holds = holds.iter().map(check).collect();
    request.reconcile = Some(ReconcileOfferV1 { epoch, holds, complete });
    let response = device.send(&department.service, later(2), request);
    assert!(outcomes(&response).iter().all(|outcome| outcome == "accepted"), "{response:?}");
    let answer = response.reconcile.unwrap();
    assert_eq!(answer.finished, complete);
    answer.differs.into_iter().map(|differs| differs.record).collect()
}
