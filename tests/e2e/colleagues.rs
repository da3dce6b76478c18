//! Fields that hold users: meant by name, kept by id, shown by name.

use client_core::store::quarantine::Dismissed;
use client_core::store::query::ListFilter;
use fieldbook_tests::content;
use model::ids::{RecordId, UserId};
use model::input;
use model::record::Edit;
use model::time::Span;
use serde_json::json;

use crate::department::{NOW, Phone, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_is_meant_by_name_kept_by_id_and_shown_by_name_after_they_have_left() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    ana.sync().await;
    sol.sync().await;
    let people = [("staff_member", "me"), ("coworker", "be"), ("plan", "the library")];
    let shift = ana.make("shift", None, typed(&ana, &people));
    ana.sync().await;
    sol.sync().await;
    let ben = user(&mut department, "Ben");
    let view = sol.view(shift).unwrap();
    assert_eq!(view.fields["coworker"], json!(ben));
    assert_eq!(name_on(&sol, ben).as_deref(), Some("Ben"));
    assert_eq!(title_on(&sol, shift), "Ana");
    assert_eq!(sol.view(shift).unwrap().title.en, "Ana");

    // A colleague who has left is meant by name no more, and is shown by it.
    let (role, program) = ("OW".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(NOW, "Ben", &role, &program).unwrap();
    for phone in [&mut ana, &mut sol] {
        phone.sync().await;
        assert_eq!(name_on(phone, ben).as_deref(), Some("Ben"));
        assert!(phone.device.people().unwrap().meant("Ben").is_err());
        phone.holds();
    }
    let mut later = department.phone("Sol").await;
    later.sync().await;
    assert_eq!(name_on(&later, ben).as_deref(), Some("Ben"), "a new phone, too");
    assert_eq!(title_on(&later, shift), "Ana");
}

#[tokio::test(flavor = "multi_thread")]
async fn colleagues_are_the_people_of_ones_own_programs_and_told_once() {
    let mut department = TestDepartment::new().await;
    department.office.member(NOW, "Vera", "VA", "victim_services");
    department.office.member(NOW, "Hana", "HR", "hospital_response");
    let (mut ana, mut vera) = (department.phone("Ana").await, department.phone("Vera").await);
    ana.sync().await;
    vera.sync().await;
    assert_eq!(names(&ana), ["Ana", "Ben", "Sol"]);
    assert_eq!(names(&vera), ["Vera"], "victim services keep to themselves");
    let digest = ana.device.store().read().colleagues_digest().unwrap();
    assert_eq!(digest.len(), 32);
    department.office.worker(NOW, "Uma");
    ana.sync().await;
    assert_eq!(names(&ana), ["Ana", "Ben", "Sol", "Uma"]);
    assert_ne!(ana.device.store().read().colleagues_digest().unwrap(), digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_of_another_program_is_known_by_name_where_a_record_names_them() {
    let mut department = TestDepartment::new().await;
    let hana = department.office.member(NOW, "Hana", "HR", "hospital_response");
    let (mut ana, mut ben) = (department.phone("Ana").await, department.phone("Ben").await);
    let person = ana.person("Case Alder");
    let owned = vec![content::user("owned_by", hana)];
    let intake = ana.make("outreach_intake", Some(person.into()), owned);
    ana.sync().await;
    ben.sync().await;
    assert_eq!(name_on(&ben, hana), None);
    department.office.assign(NOW, "Ben", person.into());
    ben.sync().await;
    assert_eq!(ben.view(intake).unwrap().fields["owned_by"], json!(hana));
    assert_eq!(name_on(&ben, hana).as_deref(), Some("Hana"));
    assert!(ben.device.people().unwrap().meant("Hana").is_err(), "no colleague to choose");
    assert_eq!(names(&ben), ["Ana", "Ben", "Sol"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_is_for_the_colleague_whom_the_record_names_and_says_their_name() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    ana.sync().await;
    sol.sync().await;
    let person = ana.person("Case Alder");
    ana.edit(person, vec![content::instant("next_due", NOW + Span::from_days(2))]);
    ana.edit(person, typed_of(&ana, "person", &[("assigned_to", "Sol")]));
    ana.sync().await;
    sol.sync().await;
    for (phone, yours) in [(&ana, false), (&sol, true)] {
        let tasks = phone.device.tasks(NOW).unwrap();
        let task = tasks.iter().find(|task| task.rule == "next_due").unwrap();
        assert_eq!(task.owner_name.as_deref(), Some("Sol"));
        assert_eq!(task.yours, yours);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_colleagues_named_at_once_one_is_kept_by_name() {
    let mut department = TestDepartment::new().await;
    let (mut ana, mut sol) = (department.phone("Ana").await, department.phone("Sol").await);
    let person = ana.person("Case Alder");
    ana.sync().await;
    sol.sync().await;
    ana.edit(person, typed_of(&ana, "person", &[("assigned_to", "me")]));
    sol.edit(person, typed_of(&sol, "person", &[("assigned_to", "ben")]));
    for phone in [&mut ana, &mut sol] {
        phone.sync().await;
    }
    ana.sync().await;
    assert_eq!(ana.view(person).unwrap().conflicts.len(), 1);
    ana.resolve(person, "assigned_to", "BEN");
    ana.sync().await;
    sol.sync().await;
    let ben = user(&mut department, "Ben");
    for phone in [&ana, &sol] {
        let view = phone.view(person).unwrap();
        assert_eq!((view.conflicts.len(), &view.fields["assigned_to"]), (0, &json!(ben)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_whom_the_server_does_not_know_is_refused_and_nothing_else_is() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    ana.sync().await;
    let shift = ana.make("shift", None, vec![]);
    ana.edit(shift, vec![content::user("staff_member", UserId::from_bytes([9; 16]))]);
    let other = ana.make("shift", None, vec![content::text("plan", "the library")]);
    ana.sync().await;
    let refused = ana.device.quarantine(NOW, Dismissed::Omit).unwrap();
    assert_eq!(refused.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["unknown_user"]);
    assert_eq!(refused[0].record, shift);
    assert!(ana.view(shift).is_some());
    assert!(ana.view(other).unwrap().fields.contains_key("plan"));
    ana.holds();
}

/// First values of a shift, as they are typed.
fn typed(phone: &Phone, values: &[(&str, &str)]) -> Vec<Edit> {
    typed_of(phone, "shift", values)
}

fn typed_of(phone: &Phone, record_type: &str, values: &[(&str, &str)]) -> Vec<Edit> {
    let catalogue = phone.device.catalogue();
    let known = catalogue.record_type(&content::type_name(record_type)).unwrap();
    let people = phone.device.people().unwrap();
    input::first_values(NOW, catalogue, &people, known, values.iter().copied()).unwrap()
}

fn names(phone: &Phone) -> Vec<String> {
    let people = phone.device.people().unwrap();
    people.all().into_iter().filter(|one| one.active).map(|one| one.name.clone()).collect()
}

fn name_on(phone: &Phone, user: UserId) -> Option<String> {
    phone.device.people().unwrap().name_of(user).map(str::to_owned)
}

fn title_on(phone: &Phone, record: RecordId) -> String {
    let rows = phone.device.list(NOW, &ListFilter::default()).unwrap();
    rows.into_iter().find(|row| row.record == record).unwrap().title.en
}

fn user(department: &mut TestDepartment, name: &str) -> UserId {
    department.office.admin().user_named(name).unwrap().unwrap().id
}
