//! Cases, devices and servers that come and go.

use client_core::engine::{SyncOutcome, TransportFailure};
use client_core::store::OpenError;
use fieldbook_tests::content::text;
use model::ids::CaseId;
use serde_json::json;
use server::admin::{AuditAct, AuditFilter};

use crate::department::{NOW, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_case_assigned_while_its_new_owner_is_away_comes_whole() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut ben) = (department.phone("Ana").await, department.phone("Ben").await);
    let person = ana.person("Case Alder");
    let contact = ana.meet(person);
    ana.edit(contact, vec![text("note", "with a second line")]);
    ana.sync().await;
    ben.sync().await;
    assert!(ben.records().is_empty());

    department.office.assign(NOW, "Ben", person.into());
    let report = ben.sync().await;
    assert_eq!(report.received, 3);
    assert_eq!(ben.records(), ana.records());
    assert_eq!(ben.view(contact).unwrap().to_json(), ana.view(contact).unwrap().to_json());
    ben.holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_taken_away_leaves_after_the_work_in_it_was_handed_over() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    let other = ana.person("Case Birch");
    ana.sync().await;
    let unsent = ana.meet(person);
    department.office.admin().unassign(NOW, "Ana", CaseId::from(person)).unwrap();

    let report = ana.sync().await;
    assert_eq!((report.sent, report.refused), (1, 0));
    assert_eq!(ana.records(), [other]);
    ana.holds();
    sol.sync().await;
    let history = sol.device.history(NOW, unsent).unwrap();
    assert_eq!(history[0].by, "Ana", "it is hers, whoever may see it now");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_comes_after_the_case_was_dropped_is_kept_for_a_supervisor() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let person = ana.person("Case Alder");
    ana.sync().await;
    // Her phone is backed up, the case is taken from her and leaves the phone; then the backup
    // comes back, and with it the case.
    let ana = ana.closed();
    let copy = std::fs::read(&ana.path).unwrap();
    let mut ana = ana.opened();
    ana.edit(person, vec![text("notes", "before")]);
    department.office.admin().unassign(NOW, "Ana", CaseId::from(person)).unwrap();
    ana.sync().await;
    assert!(ana.records().is_empty());
    let ana = ana.closed();
    std::fs::write(&ana.path, copy).unwrap();
    let mut ana = ana.opened();
    ana.edit(person, vec![text("notes", "much later")]);

    let report = ana.sync().await;
    assert_eq!(report.refused, 1);
    assert!(ana.records().is_empty());
    let kept = department.office.admin().quarantine().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].record, kept[0].code.as_str()), (person, "not_assigned"));
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_the_devices_bring_everything_back() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let before = ana.person("Case Alder");
    ana.sync().await;
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    ana.edit(before, vec![text("notes", "after the backup")]);
    let after = ana.meet(before);
    ana.sync().await;
    sol.sync().await;

    let mut department = department.restore().await;
    // Only Sol's phone is left to say what there was.
    drop(ana);
    sol.sync().await;
    let mut second = department.phone("Sol").await;
    second.sync().await;
    assert_eq!(second.records(), sol.records());
    assert_eq!(second.view(before).unwrap().fields["notes"], json!("after the backup"));
    assert_eq!(second.view(after).unwrap().to_json(), sol.view(after).unwrap().to_json());
    sol.holds();
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_wipes_itself() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.person("Case Alder");
    ana.sync().await;
    let id = ana.device.status(NOW).unwrap().device;
    department.office.admin().revoke_device(NOW, id).unwrap();
    let (outcome, _) = ana.try_sync().await;
    assert_eq!(outcome, SyncOutcome::Wiped);
    assert!(!ana.path.exists());
    assert!(matches!(ana.closed().try_opened(), Err(OpenError::NotFound)));
    // With its last word the device says that it has done so.
    let wiped = AuditFilter { act: Some(AuditAct::OrderWipe), ..AuditFilter::default() };
    let rows = department.office.admin().audit(&wiped).unwrap();
    let told: Vec<_> = rows.iter().rev().map(|row| row.outcome.as_str()).collect();
    assert_eq!(told, ["sent", "confirmed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_device_shows_nothing_and_works_again_when_it_is_unlocked() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let person = ana.person("Case Alder");
    ana.sync().await;
    let id = ana.device.status(NOW).unwrap().device;
    department.office.admin().lock_device(NOW, id).unwrap();
    assert_eq!(ana.try_sync().await.0, SyncOutcome::Locked);
    assert!(ana.device.show(NOW, person).is_err() && ana.device.status(NOW).unwrap().locked);
    // It says so with its next request, and shows nothing still.
    assert_eq!(ana.try_sync().await.0, SyncOutcome::Locked);
    let locked = AuditFilter { act: Some(AuditAct::LockDevice), ..AuditFilter::default() };
    let rows = department.office.admin().audit(&locked).unwrap();
    let told: Vec<_> = rows.iter().rev().map(|row| row.outcome.as_str()).collect();
    assert_eq!(told, ["ordered", "confirmed"]);
    department.office.admin().unlock_device(NOW, id).unwrap();
    ana.sync().await;
    assert_eq!(ana.view(person).unwrap().fields["name"], json!("Case Alder"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_stop_answers_first_and_is_found_again() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let person = ana.person("Case Alder");
    ana.sync().await;
    department.stop().await;
    ana.edit(person, vec![text("notes", "while it was away")]);
    let (outcome, _) = ana.try_sync().await;
    assert_eq!(outcome, SyncOutcome::Unreachable(TransportFailure::Unreachable));
    department.start(None).await;
    assert_eq!(ana.sync().await.sent, 1);
    ana.holds();
}
