//! What is returned is its author's to mend: a task on their phone with the reasons and the fields
//! that are meant, until they submit the record again.

use fieldbook_tests::content::{choice, option, reference, text, user};
use model::ids::{FieldName, RecordId};
use model::time::{Span, Timestamp};
use serde_json::json;

use crate::department::{NOW, Phone, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_returned_record_is_a_task_of_its_author_with_the_reasons_until_it_is_submitted_again() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let case = ana.person("Case Alder");
    let contact = ana.meet(case);
    ana.sync().await;
    sol.sync().await;
    let review = give_back(&mut sol, &ana, contact);
    sol.sync().await;
    ana.sync().await;
    for phone in [&ana, &sol] {
        let [task] = &revising(phone)[..] else { panic!("one record is to be mended") };
        assert_eq!((task.record, task.owner), (review, Some(ana.enrollment().user)));
        let said = task.returned.as_ref().expect("it says why");
        assert_eq!((said.record, said.by_name.as_deref()), (contact, Some("Sol")));
        assert_eq!(said.says["reasons"], json!(["incomplete"]));
        assert_eq!(said.says["coaching"], json!("Say how long it took."));
    }
    assert!(revising(&ana)[0].yours && !revising(&sol)[0].yours);
    let view = ana.view(contact).unwrap();
    let [said] = &view.returned[..] else { panic!("the record says that it was returned") };
    let marked: Vec<&str> = said.marked.iter().map(FieldName::as_str).collect();
    assert_eq!(marked, ["minutes", "result"]);
    // Its author mends it and submits it again: the task is done on both sides, without a word more.
    ana.edit(contact, vec![choice("approval", "submitted")]);
    assert!(revising(&ana).is_empty() && ana.view(contact).unwrap().returned.is_empty());
    ana.sync().await;
    sol.sync().await;
    assert!(revising(&sol).is_empty());
    // It can be returned again.
    let later = NOW + Span::from_minutes(5);
    let again = give_back_at(later, &mut sol, &ana, contact);
    sol.sync().await;
    ana.sync().await;
    assert_eq!(revising(&ana).iter().map(|task| task.record).collect::<Vec<_>>(), [again]);
    ana.holds();
    sol.holds();
    assert_eq!(department.office.verify().problems, []);
}

fn give_back(sol: &mut Phone, author: &Phone, record: RecordId) -> RecordId {
    give_back_at(NOW, sol, author, record)
}

fn give_back_at(at: Timestamp, sol: &mut Phone, author: &Phone, record: RecordId) -> RecordId {
    let edits = vec![
        reference("record", record),
        choice("decision", "returned"),
        user("authored_by", author.enrollment().user),
        option("reasons", "incomplete"),
        text("marked", "result minutes"),
        text("coaching", "Say how long it took."),
    ];
    sol.make_at(at, "review", None, edits)
}

fn revising(phone: &Phone) -> Vec<client_core::store::query::OpenTask> {
    let mut tasks = phone.device.tasks(NOW).unwrap();
    tasks.retain(|task| task.rule == "revise");
    tasks
}
