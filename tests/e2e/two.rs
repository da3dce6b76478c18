//! Two devices and one server.

use client_core::driver::{Cancel, WatchEvent};
use client_core::engine::SyncOutcome;
use client_core::store::quarantine::Dismissed;
use fieldbook_tests::content::{choice, text, user};
use model::catalogue::CatalogueSource;
use serde_json::json;

use crate::department::{NOW, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn what_two_people_wrote_without_a_network_comes_together_and_both_values_are_shown() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    let plan = ana.make("outreach_intake", Some(person.into()), vec![choice("risk_level", "low")]);
    ana.sync().await;
    sol.sync().await;
    assert_eq!(sol.records(), ana.records());

    // Both edit the same record where there is no signal: one field each of their own, one both.
    ana.edit(plan, vec![choice("risk_level", "high"), user("assigned_to", ana.enrollment().user)]);
    ana.edit(person, vec![text("safe_contact", "after six")]);
    sol.edit(plan, vec![choice("risk_level", "medium")]);
    sol.edit(person, vec![text("notes", "met at the library")]);
    for phone in [&mut ana, &mut sol] {
        phone.sync().await;
    }
    ana.sync().await;

    let (on_ana, on_sol) = (ana.view(plan).unwrap(), sol.view(plan).unwrap());
    assert_eq!(on_ana.to_json(), on_sol.to_json());
    assert_eq!(on_ana.fields["assigned_to"], json!(ana.enrollment().user));
    let mut values: Vec<String> =
        on_ana.conflicts[0].values.iter().map(|value| value.text()).collect();
    values.sort_unstable();
    assert_eq!(values, ["high", "medium"]);
    let person_now = ana.view(person).unwrap();
    assert_eq!(person_now.fields["safe_contact"], json!("after six"));
    assert_eq!(person_now.fields["notes"], json!("met at the library"));

    // Sol decides, and Ana sees that.
    sol.resolve(plan, "risk_level", "high");
    sol.sync().await;
    ana.sync().await;
    for phone in [&ana, &sol] {
        assert_eq!(phone.view(plan).unwrap().conflicts, []);
        phone.holds();
    }
    assert!(department.office.verify().problems.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_with_nothing_to_say_is_one_request() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.person("Case Alder");
    ana.sync().await;
    let report = ana.sync().await;
    assert_eq!((report.requests, report.sent, report.received), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_refused_change_does_not_stop_the_others_and_its_owner_is_told_why() {
    let mut department = TestDepartment::new().await;
    let (role, program) = ("SUP".parse().unwrap(), fieldbook_tests::content::program());
    department.office.admin().user_grant(NOW, "Ana", &role, &program).unwrap();
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    let intake = ana.make("outreach_intake", Some(person.into()), vec![choice("tier", "1")]);
    ana.sync().await;
    sol.sync().await;
    // Ana supervises no more, and does not know of it yet.
    department.office.admin().user_revoke_role(NOW, "Ana", &role, &program).unwrap();
    ana.edit(intake, vec![choice("tier", "2")]);
    ana.edit(person, vec![text("notes", "the last thing she wrote")]);
    let report = ana.sync().await;
    assert_eq!((report.sent, report.refused), (1, 1));

    let told = ana.device.quarantine(NOW, Dismissed::Omit).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].record, told[0].code.as_str()), (intake, "guarded_field"));
    assert_eq!(told[0].edits, [choice("tier", "2")], "it is kept for whoever may enter it");
    sol.sync().await;
    assert_eq!(sol.view(person).unwrap().fields["notes"], json!("the last thing she wrote"));
    assert_eq!(sol.view(intake).unwrap().fields["tier"], json!("1"));
    let kept = department.office.admin().quarantine().unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!((kept[0].record, kept[0].code.as_str()), (intake, "guarded_field"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalogue_changed_on_the_server_reaches_the_devices() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.sync().await;
    department.stop().await;
    let mut catalogue = CatalogueSource::builtin();
    let person = catalogue.files.get_mut("types/person.toml").unwrap();
    person.push_str(
        "\n[[field]]\nname = \"shoe_size\"\nkind = \"integer\"\nmin = 1\nmax = 60\n\
         label = { en = \"Shoe size\", es = \"Talla de zapatos\" }\n",
    );
    department.start(Some(catalogue)).await;
    ana.sync().await;
    let record = ana.make(
        "person",
        None,
        vec![text("name", "Case Alder"), fieldbook_tests::content::number("shoe_size", 43)],
    );
    let report = ana.sync().await;
    assert_eq!((report.sent, report.refused), (1, 0));
    assert_eq!(ana.view(record).unwrap().fields["shoe_size"], json!(43));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_watches_hears_of_others_work_at_once() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    let cancel = Cancel::new();
    let (connected, mut is_connected) = tokio::sync::mpsc::unbounded_channel();
    let done = cancel.clone();
    let mut heard = 0;
    let mut on_event = move |event: WatchEvent| match event {
        WatchEvent::Connected => drop(connected.send(())),
        WatchEvent::Synced(SyncOutcome::Done, report) => {
            heard += report.received;
            if heard > 0 {
                done.cancel();
            }
        }
        _ => {}
    };
    let (device, driver) = (&mut sol.device, &mut sol.driver);
    let watching = driver.watch(device, &cancel, &mut on_event);
    let working = async {
        is_connected.recv().await.unwrap();
        ana.sync().await
    };
    let (watched, _) = tokio::join!(watching, working);
    watched.unwrap();
    assert!(sol.view(person).is_some());
}
