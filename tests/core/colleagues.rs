//! The list of colleagues that a device is sent, and users whom records name.

use fieldbook_tests::content;
use fieldbook_tests::raw::RawDevice;
use model::ids::UserId;
use model::wire::{ColleaguesV1, SyncResponseV1};
use serde_bytes::ByteBuf;

use crate::department::{NOW, TestDepartment, edited, later, outcomes};

#[test]
fn colleagues_follow_a_grant_and_a_withdrawal_and_an_unchanged_list_is_not_sent() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hana", "HR", "hospital_response");
    let mut ana = department.device("ana");
    let first = told(&department, &mut ana, Some(&[])).colleagues.unwrap();
    assert_eq!(active(&first), ["ana", "ben", "sol"]);
    assert_eq!(told(&department, &mut ana, Some(&first.digest)).colleagues, None);
    assert_eq!(
        told(&department, &mut ana, None).colleagues,
        None,
        "a version that knows of no lists"
    );

    let (role, program) = ("HR".parse().unwrap(), "hospital_response".parse().unwrap());
    department.office.admin().user_grant(later(1), "ana", &role, &program).unwrap();
    let both = told(&department, &mut ana, Some(&first.digest)).colleagues.unwrap();
    assert_eq!(active(&both), ["ana", "ben", "hana", "sol"]);
    department.office.admin().user_revoke_role(later(2), "ana", &role, &program).unwrap();
    let after = told(&department, &mut ana, Some(&both.digest)).colleagues.unwrap();
    assert_eq!(active(&after), ["ana", "ben", "sol"]);
    assert!(after.people.iter().all(|one| one.name != "hana"), "not even as a former colleague");
    assert_eq!(after.digest, first.digest);

    // Of those who have left, the ones who had a phone are told as such.
    drop(department.device("ben"));
    let (role, program) = ("OW".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(later(3), "ben", &role, &program).unwrap();
    let without = told(&department, &mut ana, Some(&after.digest)).colleagues.unwrap();
    assert_eq!(active(&without), ["ana", "sol"]);
    assert!(without.people.iter().any(|one| one.name == "ben" && !one.active));
    department.office.admin().user_grant(later(4), "ben", &role, &program).unwrap();
    let again = told(&department, &mut ana, Some(&without.digest)).colleagues.unwrap();
    assert_eq!(active(&again), ["ana", "ben", "sol"]);
}

#[test]
fn a_user_who_does_not_exist_is_refused_in_a_field_and_in_a_log() {
    let mut department = TestDepartment::new();
    let ben = department.office.admin().user_named("ben").unwrap().unwrap().id;
    let mut ana = department.device("ana");
    let mut shift = ana.make(NOW, "shift", None, &[content::user("coworker", ben)]);
    let made = ana.push(&department.service, NOW, vec![shift.push()]);
    assert_eq!(outcomes(&made), ["accepted"]);
    let nobody = UserId::from_bytes([9; 16]);
    let new = ana.make(NOW, "shift", None, &[content::user("coworker", nobody)]);
    let made = ana.push(&department.service, NOW, vec![new.push()]);
    assert_eq!(outcomes(&made), ["unknown_user Never"]);
    let in_a_log = content::user_entry("check_ins", 1, NOW, "checked_in_by", nobody);
    for edit in [content::user("coworker", nobody), in_a_log] {
        let before = shift.document.clone();
        let change = edited(&mut ana, shift.record, &mut shift.document, &[edit]);
        let response = ana.push(&department.service, NOW, vec![change]);
        assert_eq!(outcomes(&response), ["unknown_user Never"]);
        shift.document = before;
    }
    department.holds();
}

#[test]
fn names_of_those_whom_records_name_come_with_the_records_to_devices_that_know_of_colleagues() {
    let mut department = TestDepartment::new();
    let hana = department.office.member(NOW, "hana", "HR", "hospital_response");
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let edits = [content::user("owned_by", hana)];
    let intake = ana.make(NOW, "outreach_intake", Some(person.record.into()), &edits);
    let made = ana.push(&department.service, NOW, vec![intake.push()]);
    assert_eq!(outcomes(&made), ["accepted"]);
    assert!(told(&department, &mut sol, None).named.is_empty());
    let named = told(&department, &mut sol, Some(&[])).named;
    assert_eq!(named, [(hana, "hana".to_owned())].into());
}

/// The answer to a device that has this list.
fn told(
    department: &TestDepartment,
    device: &mut RawDevice,
    digest: Option<&[u8]>,
) -> SyncResponseV1 {
    let mut request = device.request();
    request.pull_bytes_max = 1_000_000;
    request.colleagues = digest.map(|digest| ByteBuf::from(digest.to_vec()));
    device.send(&department.service, later(5), request)
}

fn active(colleagues: &ColleaguesV1) -> Vec<&str> {
    let people = colleagues.people.iter().filter(|one| one.active);
    let mut names: Vec<&str> = people.map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    names
}
