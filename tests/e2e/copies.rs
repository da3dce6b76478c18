//! Copies of a device: put back over it, taken to another machine, taken apart.

use client_core::keys::KeyError;
use client_core::store::{OpenError, Opened, RecordState};
use client_core::transport::{HttpRequest, Method, Transport};
use client_core::vault::MemoryVault;
use ed25519_dalek::SigningKey;
use fieldbook_tests::content::text;
use model::ids::RecordId;
use model::proof::{DpopClaims, dpop_proof, token_hash};
use model::wire::{self, ErrorV1};
use serde_json::json;
use server::admin::{AuditAct, AuditFilter};

use crate::department::{Closed, NOW, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_put_back_from_an_older_copy_is_noticed_and_loses_and_doubles_nothing() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    ana.sync().await;
    let ana = ana.closed();
    let older = ana.files();
    let mut ana = ana.opened();
    ana.edit(person, vec![text("aliases", "Allie")]);
    let later = ana.meet(person);
    ana.sync().await;

    let ana = ana.closed();
    ana.put_back(&older);
    let mut ana = ana.opened();
    assert_eq!(ana.device.opened(), Opened::Restored);
    assert!(ana.device.status(NOW).unwrap().restored_at.is_some());
    ana.edit(person, vec![text("notes", "after the copy was put back")]);
    let newest = ana.meet(person);
    ana.sync().await;

    sol.sync().await;
    for phone in [&ana, &sol] {
        assert_eq!(phone.records(), sorted([person, later, newest]));
        let shown = phone.view(person).unwrap();
        assert_eq!(shown.fields["aliases"], json!("Allie"), "what it had forgotten");
        assert_eq!(shown.fields["notes"], json!("after the copy was put back"));
        let changes =
            [person, later, newest].map(|record| phone.device.history(NOW, record).unwrap().len());
        assert_eq!(changes, [3, 1, 1], "each change once");
        phone.holds();
    }
    assert_eq!(ana.view(person).unwrap().state, RecordState::OnServer);
    assert_eq!(refusals(&mut department), Vec::<String>::new());
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_folder_without_its_key_store_opens_nothing_and_says_why() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.person("Case Alder");
    ana.sync().await;
    let others = department.phone("Ben").await.closed().keys();
    let ana = ana.closed();
    let elsewhere = tempfile::tempdir().unwrap();
    let error = refused(ana.copied_to(elsewhere.path(), MemoryVault::default()));
    assert!(matches!(error, OpenError::Key(KeyError::Missing)), "{error}");
    let error = refused(ana.copied_to(elsewhere.path(), others));
    assert!(matches!(error, OpenError::WrongKey), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clone_that_works_at_the_same_time_is_found_out_and_nothing_is_lost_or_doubled() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    ana.sync().await;
    // Everything is copied, the key store too: neither can tell that it is not alone.
    let ana = ana.closed();
    let elsewhere = tempfile::tempdir().unwrap();
    let twin = ana.copied_to(elsewhere.path(), ana.keys());
    let (mut ana, mut twin) = (ana.opened(), twin.opened());
    assert_eq!((ana.device.opened(), twin.device.opened()), (Opened::AsLeft, Opened::AsLeft));
    ana.edit(person, vec![text("aliases", "Allie")]);
    twin.edit(person, vec![text("notes", "written on the other one")]);
    ana.sync().await;
    twin.sync().await;

    // Two changes of one actor under one number: the server names it, keeps the bytes as evidence,
    // and the twin hands its edit in again under a name of its own.
    assert_eq!(refusals(&mut department), ["equivocation"]);
    let kept = department.office.admin().quarantine().unwrap();
    assert_eq!(kept.iter().map(|row| row.code.as_str()).collect::<Vec<_>>(), ["equivocation"]);
    sol.sync().await;
    let shown = sol.view(person).unwrap();
    assert_eq!(shown.fields["aliases"], json!("Allie"));
    assert_eq!(shown.fields["notes"], json!("written on the other one"));
    assert_eq!(sol.device.history(NOW, person).unwrap().len(), 3, "each change once");
    // From then on they write beside each other as two devices would.
    for phone in [&mut ana, &mut twin] {
        phone.meet(person);
        phone.sync().await;
    }
    sol.sync().await;
    assert_eq!(sol.records().len(), 3);
    assert_eq!(refusals(&mut department), ["equivocation"]);
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_devices_clone_is_wiped_like_the_device() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.person("Case Alder");
    ana.sync().await;
    let device = ana.device.store().read().enrollment().unwrap().device;
    let ana = ana.closed();
    let elsewhere = tempfile::tempdir().unwrap();
    let mut twin = ana.copied_to(elsewhere.path(), ana.keys()).opened();
    department.office.admin().revoke_device(NOW, device).unwrap();
    twin.try_sync().await;
    let error = twin.closed().try_opened().err().unwrap();
    assert!(matches!(error, OpenError::NotFound | OpenError::Key(KeyError::Missing)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_and_a_database_without_the_key_are_worthless() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.person("Case Alder");
    ana.sync().await;
    let enrollment = ana.device.store().read().enrollment().unwrap();
    let (token, nonce) = (enrollment.token, ana.device.store().read().server_nonce().unwrap());
    let line = std::sync::Arc::clone(&ana.line);
    let ana = ana.closed();
    for (name, bytes) in ana.files() {
        for secret in [token.as_bytes(), b"Case Alder"] {
            assert!(!bytes.windows(secret.len()).any(|at| at == secret), "in {name}");
        }
    }

    // Whoever has the token, however they came by it, has not the key that it is bound to.
    let claims = DpopClaims {
        jti: "any".into(),
        htm: "POST".into(),
        htu: format!("{}/v1/sync", enrollment.server_url.trim_end_matches('/')),
        iat: 0,
        ath: token_hash(&token),
        nonce,
    };
    let proof = dpop_proof(&SigningKey::from_bytes(&[9; 32]), &claims).unwrap();
    let headers = vec![
        ("authorization".to_owned(), format!("DPoP {token}")),
        ("dpop".to_owned(), proof),
        ("content-type".to_owned(), "application/cbor".to_owned()),
    ];
    let request = HttpRequest { method: Method::Post, path: "/v1/sync", headers, body: vec![0xA0] };
    let answer = line.send(request).await.unwrap();
    let error: ErrorV1 = wire::decode(&answer.body).unwrap();
    assert_eq!((answer.status, error.code.as_str()), (401, "unauthorized"));
    assert_eq!(refusals(&mut department), ["wrong_key"]);
    ana.opened().sync().await;
}

/// Opens a copy, which must fail and change nothing.
fn refused(copy: Closed) -> OpenError {
    let before = copy.files();
    let path = copy.path.clone();
    let error = copy.try_opened().err().unwrap();
    let folder = path.parent().unwrap();
    let after: Vec<String> = folder
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(after.len(), before.len(), "{after:?}");
    for (name, bytes) in before {
        assert_eq!(std::fs::read(folder.join(name)).unwrap(), bytes);
    }
    error
}

/// Returns the changes that the server refused, oldest first.
fn refusals(department: &mut TestDepartment) -> Vec<String> {
    let filter = AuditFilter { act: Some(AuditAct::Refuse), ..AuditFilter::default() };
    let rows = department.office.admin().audit(&filter).unwrap();
    rows.into_iter().rev().map(|row| row.outcome).collect()
}

fn sorted<const N: usize>(mut records: [RecordId; N]) -> [RecordId; N] {
    records.sort_unstable();
    records
}
