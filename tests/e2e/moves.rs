//! Planned changes of the server's certificate, key and address: nothing is done on a phone.

use client_core::engine::{SyncOutcome, TransportFailure};
use client_core::transport::{HttpRequest, HttpsTransport, Method, Transport as _};
use server::listener::tls::own;

use fieldbook_tests::running::free_address;

use crate::department::{NOW, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_renewed_with_the_same_key_changes_nothing_for_phones() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.sync().await;
    department.stop().await;
    own::renew(&department.tls(), &["field.example".to_owned()]).unwrap();
    department.start(None).await;
    ana.person("Case Alder");
    assert_eq!(ana.sync().await.sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_heard_of_the_next_key_trusts_it_and_later_no_other() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut ben) = (department.phone("Ana").await, department.phone("Ben").await);
    ana.sync().await;
    let first = ana.enrollment().fingerprint.unwrap();
    let next = own::make_next(&department.tls(), &[]).unwrap();
    let reach = department.office.admin().announce_key(NOW, &next).unwrap();
    department.noticed(&reach).await;
    ana.sync().await;
    assert_eq!(ana.enrollment().announced.pins, [first, next.clone()]);

    department.stop().await;
    own::switch(&department.tls()).unwrap();
    department.start(None).await;
    ana.person("Case Alder");
    assert_eq!(ana.sync().await.sent, 1);
    assert_eq!(ana.enrollment().announced.pins, [next]);
    // Who did not hear of it believes no other key than the one that was shown.
    let (outcome, _) = ben.try_sync().await;
    assert_eq!(outcome, SyncOutcome::Unreachable(TransportFailure::Certificate));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_shows_the_next_key_without_a_restart() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let next = own::make_next(&department.tls(), &[]).unwrap();
    let reach = department.office.admin().announce_key(NOW, &next).unwrap();
    department.noticed(&reach).await;
    ana.sync().await;
    own::switch(&department.tls()).unwrap();
    department.office.admin().note_certificate(NOW, "next key").unwrap();
    let fresh = department.invite("Ben").url;
    let request =
        || HttpRequest { method: Method::Get, path: "/healthz", headers: vec![], body: vec![] };
    // A new connection each time: what stands keeps the certificate that it was made with.
    loop {
        let transport = HttpsTransport::new(&fresh, Some(&next)).unwrap();
        match transport.send(request()).await {
            Ok(response) => break assert_eq!(response.status, 200),
            Err(failure) => assert_eq!(failure, TransportFailure::Certificate),
        }
        tokio::task::yield_now().await;
    }
    ana.sync().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_goes_to_the_address_that_was_announced() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let before = ana.enrollment().server_url;
    let (listen, elsewhere) = (free_address(), free_address());
    let next = format!("https://{listen}");
    let reach = department.office.admin().announce_address(NOW, Some(&next)).unwrap();
    department.noticed(&reach).await;
    ana.sync().await;
    assert_eq!(ana.enrollment().server_url, before, "it is still there");

    department.stop().await;
    department.listen = listen;
    department.start(None).await;
    ana.person("Case Alder");
    assert_eq!(ana.sync().await.sent, 1);
    assert_eq!(ana.enrollment().server_url, next);
    assert_eq!(ana.enrollment().announced.urls, std::slice::from_ref(&next));

    // Without a word before, it looks where it knows, and keeps everything.
    department.stop().await;
    department.listen = elsewhere;
    department.start(None).await;
    let person = ana.person("Case Birch");
    assert_eq!(ana.try_sync().await.0, SyncOutcome::Unreachable(TransportFailure::Unreachable));
    let invitation = department.invite_to_reconnect("Ana");
    ana.reconnect(&invitation).await.unwrap();
    assert_eq!(ana.sync().await.sent, 1);
    assert!(ana.view(person).is_some());
}
