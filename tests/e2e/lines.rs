//! Lines that break, and servers that are not the right one.

use std::sync::Arc;

use client_core::driver::{Cancel, EnrollError};
use client_core::engine::{Progress, Reason, Stage, SyncOutcome, TransportFailure};
use client_core::transport::HttpsTransport;
use client_core::vault::MemoryVault;
use fieldbook_tests::content::text;
use fieldbook_tests::enrolled::enroll_over;
use fieldbook_tests::running::transport;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::department::{NOW, Phone, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_first_sync_goes_on_from_where_it_was() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    fill(&mut ana);
    ana.sync().await;

    let mut whole = department.phone("Sol").await;
    let all = whole.sync().await;
    assert!(all.requests > 3, "it takes several pages: {all:?}");

    let mut cut = department.phone("Sol").await;
    cut.line.cut_after(2);
    let (outcome, first) = cut.try_sync().await;
    assert_eq!(outcome, SyncOutcome::Unreachable(TransportFailure::Cut));
    assert!(first.received > 0 && first.received < all.received, "{first:?}");
    cut.holds();
    cut.line.heal();
    let rest = cut.sync().await;
    assert_eq!(first.received + rest.received, all.received);
    assert!(rest.bytes_down < all.bytes_down * 4 / 5, "{rest:?} of {all:?}");
    assert_eq!(cut.records(), whole.records());
    cut.holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_sync_leaves_a_store_that_works_and_the_next_one_finishes() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    fill(&mut ana);
    ana.sync().await;

    let mut sol = department.phone("Sol").await;
    let cancel = Cancel::new();
    let stop = cancel.clone();
    let mut applied = 0;
    let mut on_progress = move |progress: &Progress| {
        applied += usize::from(progress.stage == Stage::Applying);
        if applied == 2 {
            stop.cancel();
        }
    };
    let (device, driver) = (&mut sol.device, &mut sol.driver);
    let (outcome, _) =
        driver.sync(device, Reason::Person, &cancel, &mut on_progress).await.unwrap();
    assert_eq!(outcome, SyncOutcome::Cancelled);
    sol.holds();
    let received = sol.records().len();
    assert!(received > 0 && received < ana.records().len());
    sol.sync().await;
    assert_eq!(sol.records(), ana.records());
    sol.holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_a_push_sends_nothing_twice() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    ana.line.lose_next_answer();
    let report = ana.sync().await;
    // The nonce of the third was in the answer that was lost.
    assert_eq!((report.sent, report.requests), (1, 3));
    sol.sync().await;
    assert_eq!(sol.device.history(NOW, person).unwrap().len(), 1);
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_too_large_for_a_proxy_is_named_and_keeps_no_other_back() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let before = ana.person("Case Alder");
    let large = ana.person("Case Birch");
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let narrative: String =
        (0..60_000).map(|_| char::from(rng.random_range(b' '..=b'~'))).collect();
    ana.edit(large, vec![text("notes", narrative)]);
    ana.edit(large, vec![text("safe_contact", "after six")]);
    let after: Vec<_> = (0..40).map(|number| ana.person(&format!("Case {number}"))).collect();

    ana.line.narrow_to(16 * 1024);
    let report = ana.sync().await;
    // The one that made it was small.
    assert_eq!((report.sent, report.stuck), (after.len() as u64 + 2, 1), "{report:?}");
    let status = ana.device.status(NOW).unwrap();
    assert_eq!((status.stuck, status.outbox), (vec![large], 2));
    sol.sync().await;
    assert!(after.iter().chain([&before]).all(|record| sol.records().contains(record)));

    // It is tried again with each run, and goes when there is room.
    let report = ana.sync().await;
    assert_eq!((report.sent, report.stuck), (0, 1));
    ana.line.heal();
    let report = ana.sync().await;
    assert_eq!((report.sent, report.stuck), (2, 0));
    assert_eq!(ana.device.status(NOW).unwrap().stuck, []);
    sol.sync().await;
    assert_eq!(sol.device.history(NOW, large).unwrap().len(), 3);
    ana.holds();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_certificate_is_told_nothing() {
    let mut department = TestDepartment::new().await;
    let invitation = department.invite("Ana");
    let other = "ab".repeat(32);
    let wrong = HttpsTransport::new(&invitation.url, Some(&other)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (path, vault) = (folder.path().join("store.db"), Arc::new(MemoryVault::default()));
    let refused = enroll_over(&wrong, &invitation, NOW, &path, &vault).await.err().unwrap();
    assert!(matches!(refused, EnrollError::Transport(TransportFailure::Certificate)), "{refused}");
    // The code was not spent on it.
    let right = transport(&invitation);
    enroll_over(&right, &invitation, NOW, &path, &vault).await.unwrap();
}

/// Sixty cases with narratives that no compression helps: several pages.
fn fill(phone: &mut Phone) {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    for number in 0..60 {
        let narrative: String =
            (0..60_000).map(|_| char::from(rng.random_range(b' '..=b'~'))).collect();
        let person = phone.person(&format!("Case {number}"));
        phone.edit(person, vec![text("notes", narrative)]);
    }
}
