//! A review is the way to approve, to return and to void: it decides on the record it names.

use fieldbook_tests::content::{choice, option, reference};
use model::ids::RecordId;
use model::record::Edit;
use serde_json::{Value as Json, json};

use crate::department::{NOW, Phone, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_review_that_approves_approves_what_it_names_and_both_histories_say_so() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let case = ana.person("Case Alder");
    let contact = ana.meet(case);
    ana.sync().await;
    sol.sync().await;
    let review = decide(&mut sol, contact, "approved");
    assert_eq!(approval(&sol, contact), json!("approved"), "in the save that made the review");
    sol.sync().await;
    ana.sync().await;
    assert_eq!(approval(&ana, contact), json!("approved"));
    for record in [contact, review] {
        let history = ana.device.history(NOW, record).unwrap();
        let last = history.last().unwrap();
        assert_eq!(last.by, "Sol");
        let said = last.to_json()["edits"].to_string();
        assert!(said.contains("approved"), "{said}");
    }
    ana.holds();
    sol.holds();
    assert_eq!(department.office.verify().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_made_without_knowing_of_each_other_stand_until_somebody_chooses() {
    let mut department = TestDepartment::new().await;
    department.office.supervisor(NOW, "Uma");
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let mut uma = department.phone("Uma").await;
    let case = ana.person("Case Alder");
    let contact = ana.meet(case);
    ana.sync().await;
    sol.sync().await;
    uma.sync().await;
    let (approves, returns) =
        (decide(&mut sol, contact, "approved"), decide(&mut uma, contact, "returned"));
    for phone in [&mut sol, &mut uma] {
        phone.sync().await;
    }
    for phone in [&mut sol, &mut ana] {
        phone.sync().await;
    }
    for phone in [&sol, &uma, &ana] {
        let view = phone.view(contact).unwrap();
        let conflict = view.conflicts.iter().find(|it| it.field.as_str() == "approval").unwrap();
        let mut values: Vec<_> = conflict.values.iter().map(|value| value.text()).collect();
        values.sort_unstable();
        assert_eq!(values, ["approved", "returned"]);
        assert!(phone.view(approves).is_some() && phone.view(returns).is_some());
    }
    uma.resolve(contact, "approval", "approved");
    uma.sync().await;
    ana.sync().await;
    assert_eq!(approval(&ana, contact), json!("approved"));
    assert!(ana.view(contact).unwrap().conflicts.is_empty());
    assert_eq!(ana.view(returns).unwrap().fields["decision"], json!("returned"), "it was said");
    assert_eq!(department.office.verify().problems, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_waits_again_once_its_review_is_voided_unless_it_was_decided_anew() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let case = ana.person("Case Alder");
    let contact = ana.meet(case);
    ana.sync().await;
    sol.sync().await;
    let first = decide(&mut sol, contact, "approved");
    sol.edit(first, vec![choice("approval", "voided")]);
    assert_eq!(approval(&sol, contact), json!("submitted"));
    // The decision of a review is changed like any other field, and decides again.
    let second = decide(&mut sol, contact, "approved");
    sol.edit(second, vec![choice("decision", "returned")]);
    assert_eq!(approval(&sol, contact), json!("returned"));
    // What a later review decided is not taken back with an earlier one.
    decide(&mut sol, contact, "voided");
    sol.edit(second, vec![choice("approval", "voided")]);
    assert_eq!(approval(&sol, contact), json!("voided"));
    // That a review is returned to who wrote it takes nothing back.
    let third = decide(&mut sol, contact, "approved");
    sol.edit(third, vec![choice("approval", "returned")]);
    assert_eq!(approval(&sol, contact), json!("approved"));
    sol.sync().await;
    ana.sync().await;
    assert_eq!(approval(&ana, contact), json!("approved"));
    sol.holds();
    assert_eq!(department.office.verify().problems, []);
}

/// A supervisor's word on a record.
fn decide(phone: &mut Phone, record: RecordId, decision: &str) -> RecordId {
    let edits = vec![reference("record", record), choice("decision", decision), why()];
    phone.make("review", None, edits)
}

/// Returns what whoever returns a record has to say: why.
fn why() -> Edit {
    option("reasons", "incomplete")
}

fn approval(phone: &Phone, record: RecordId) -> Json {
    phone.view(record).unwrap().fields["approval"].clone()
}
