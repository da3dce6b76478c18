//! Phones that are bound to their department again, and those that are not.

use client_core::driver::{Invitation, ReconnectError};
use client_core::engine::{SyncOutcome, TransportFailure};
use fieldbook_tests::content::text;

use crate::department::{NOW, Phone, TestDepartment};

/// What a lost machine's owner has elsewhere: the keys, and the backup.
const KEPT: [&str; 2] = ["master.key", "keys.db"];

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restored_elsewhere_gets_back_what_its_phones_hold() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let old = ana.person("Case Alder");
    ana.sync().await;
    department.backup();
    // After the backup: more work, acknowledged and not, and a phone that the backup does not know.
    let mut ben = department.phone("Ben").await;
    let acknowledged = [ana.person("Case Birch"), ben.person("Case Cedar")];
    ana.edit(old, vec![text("notes", "after the backup")]);
    ana.sync().await;
    ben.sync().await;
    let unsent = [ana.person("Case Dogwood"), ben.person("Case Elm")];

    let mut department = department.lost(&KEPT).await;
    for phone in [&mut ana, &mut ben] {
        assert!(matches!(phone.try_sync().await.0, SyncOutcome::Unreachable(_)));
    }
    for (name, phone) in [("Ana", &mut ana), ("Ben", &mut ben)] {
        let device = phone.enrollment().device;
        let invitation = department.invite_to_reconnect(name);
        phone.reconnect(&invitation).await.unwrap();
        assert_eq!(phone.enrollment().device, device, "it is the same device");
        phone.sync().await;
        phone.holds();
    }
    let mut sol = department.phone("Sol").await;
    sol.sync().await;
    for record in [old].into_iter().chain(acknowledged).chain(unsent) {
        assert!(sol.view(record).is_some());
    }
    let notes = sol.view(old).unwrap();
    assert!(format!("{notes:?}").contains("after the backup"));
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_folder_tls_a_restored_server_needs_nothing_done_on_a_phone_that_it_knows() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.sync().await;
    department.backup();
    let listen = department.listen;
    let person = ana.person("Case Alder");
    ana.sync().await;
    let mut department = department.lost(&["master.key", "keys.db", "tls"]).await;
    department.stop().await;
    department.listen = listen;
    department.start(None).await;
    ana.sync().await;
    let mut sol = department.phone("Sol").await;
    sol.sync().await;
    assert!(sol.view(person).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_department_is_refused_and_nothing_changes() {
    let (mut department, mut other) =
        (TestDepartment::new().await, TestDepartment::another().await);
    let mut ana = department.phone("Ana").await;
    ana.person("Case Alder");
    let before = ana.enrollment();
    let there = other.invite_to_reconnect("Ana");
    let refused = ana.reconnect(&there).await.unwrap_err();
    assert!(matches!(refused, ReconnectError::OtherDepartment), "{refused}");
    assert_eq!(ana.enrollment(), before);
    assert_eq!(ana.sync().await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_binds_one_device_of_its_owner_once_and_enrolls_none() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut ben) = (department.phone("Ana").await, department.phone("Ben").await);
    let mut second = department.phone("Ana").await;
    let before = ben.enrollment();
    let invitation = department.invite_to_reconnect("Ana");
    let refused = ben.reconnect(&invitation).await.unwrap_err();
    assert!(matches!(refused, ReconnectError::OtherOwner), "{refused}");
    assert_eq!(ben.enrollment(), before);

    ana.reconnect(&invitation).await.unwrap();
    let token = ana.enrollment().token;
    // The answer may have been lost.
    ana.reconnect(&invitation).await.unwrap();
    assert_ne!(ana.enrollment().token, token);
    ana.sync().await;
    assert_refused(&mut second, &invitation, "enrollment_refused").await;
    // A code for a new device is none for one that has its store.
    let to_enroll = department.invite("Ana");
    assert_refused(&mut second, &to_enroll, "enrollment_refused").await;
    second.sync().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_not_bound_again() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    department.office.admin().revoke_device(NOW, ana.enrollment().device).unwrap();
    let invitation = department.invite_to_reconnect("Ana");
    assert_refused(&mut ana, &invitation, "device_revoked").await;
    assert_eq!(ana.try_sync().await.0, SyncOutcome::Wiped);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_in_between_with_another_key_is_refused() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let before = ana.enrollment();
    // The department's own answer, by way of somebody whose key the phone was told to trust.
    let invitation = department.invite_to_reconnect("Ana");
    let in_between = Invitation { fingerprint: Some("ab".repeat(32)), ..invitation.clone() };
    let refused = ana.reconnect_by(&invitation, &in_between).await.unwrap_err();
    assert!(matches!(refused, ReconnectError::OtherDepartment), "{refused}");
    assert_eq!(ana.enrollment(), before);
}

async fn assert_refused(phone: &mut Phone, invitation: &Invitation, expected: &str) {
    let before = phone.enrollment();
    match phone.reconnect(invitation).await.unwrap_err() {
        ReconnectError::Transport(TransportFailure::Unauthorized { code }) => {
            assert_eq!(code, expected);
        }
        other => panic!("{other}"),
    }
    assert_eq!(phone.enrollment(), before);
}
