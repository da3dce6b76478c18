//! A case erased: nothing of it can be read again, by anyone, from anything.

use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use model::words::Finding;
use server::admin::AdminError;
use server::service::Service;

use crate::department::{NOW, TestDepartment, edited, encounter, later, outcomes};

const ORDER: &str = "RSMo 610.140, case 26-1";

#[test]
fn an_erased_case_leaves_every_device_and_takes_nothing_more() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    department.received(&mut sol);
    let case = person.record.into();
    let left = department.office.admin().erase(later(1), case, ORDER).unwrap();
    assert_eq!((left.case, left.legal_basis.as_str()), (case, ORDER));
    department.service.changed_elsewhere().unwrap();

    for device in [&mut ana, &mut sol] {
        let response = device.send(&department.service, later(1), device.request());
        assert!(response.pull.is_empty());
        assert!(response.revoked.iter().any(|gone| gone.scope.compartment.as_str() == "IDN"));
    }
    let edit = content::text("safe_contact", "after six");
    let late = edited(&mut ana, person.record, &mut person.document, &[edit]);
    let new = encounter(&mut ana, Some(case));
    let response = ana.push(&department.service, later(2), vec![late, new.push(), person.push()]);
    assert_eq!(
        outcomes(&response),
        ["case_erased Never", "case_erased Never", "case_erased Never"]
    );
    assert!(department.office.admin().quarantine().unwrap().is_empty(), "nothing of it is kept");
    department.holds();
}

#[test]
fn what_was_refused_of_a_case_goes_with_it() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    let case = person.record.into();
    department.meet(&mut ana, case);
    // A new record of the case, by somebody who is not on it.
    let foreign = encounter(&mut ben, Some(case));
    assert_eq!(
        outcomes(&ben.push(&department.service, NOW, vec![foreign.push()])),
        ["not_assigned Never"]
    );
    let bytes = |department: &mut TestDepartment| {
        let rows = department.office.admin().quarantine().unwrap();
        rows.iter().map(|row| row.bytes).sum::<u64>()
    };
    assert!(bytes(&mut department) > 0);
    department.office.admin().erase(later(1), case, ORDER).unwrap();
    assert_eq!(bytes(&mut department), 0);
    department.holds();
}

#[test]
fn what_an_older_backup_holds_of_an_erased_case_cannot_be_read() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let alder = department.open_case(&mut ana, "Case Alder");
    let birch = department.open_case(&mut ana, "Case Birch");
    let mut old = department.device("sol");
    department.received(&mut old);
    let file = department.office.path().join("backup");
    department.office.admin().backup(NOW, &file).unwrap();
    department.office.admin().erase(later(1), alder.record.into(), ORDER).unwrap();

    let TestDepartment { office, service, mut rng } = department;
    drop(service);
    let office: TestDataFolder = office.restored(later(2), &mut rng);
    let service = Service::open_inline(later(2), office.config()).unwrap();
    let mut department = TestDepartment { office, service, rng };
    department.holds();
    // Whoever was away when it was erased is told to drop it.
    let response = old.send(&department.service, later(3), old.request());
    assert!(response.revoked.iter().any(|gone| gone.scope.case == alder.record.into()));
    assert_eq!(department.office.admin().erased().unwrap().len(), 1);
    // The supervisor's new phone gets the other case, and nothing of this one.
    let mut sol = department.device("sol");
    assert_eq!(department.received(&mut sol), [birch.record].into());
    // And the phone that still holds it cannot bring it back.
    let response = ana.push(&department.service, later(3), vec![alder.push()]);
    assert!(!outcomes(&response).contains(&"accepted".to_owned()), "{response:?}");
}

#[test]
fn an_erasure_names_its_order_and_its_case_and_can_be_given_twice() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let case = person.record.into();
    for order in ["", "  ", &"x".repeat(501)] {
        let refused = department.office.admin().erase(NOW, case, order);
        assert!(matches!(refused, Err(AdminError::BadLegalBasis)));
    }
    let nobody = model::ids::CaseId::from_bytes([9; 16]);
    let refused = department.office.admin().erase(NOW, nobody, ORDER);
    assert!(matches!(refused, Err(AdminError::UnknownCase(_))));
    assert_eq!(department.received(&mut ana).len(), 1, "nothing was erased");
    let first = department.office.admin().erase(later(1), case, ORDER).unwrap();
    let second = department.office.admin().erase(later(2), case, "another").unwrap();
    assert_eq!(first, second);
}

#[test]
fn the_audit_is_listed_exported_and_checked_and_names_where_it_was_touched() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    department.open_case(&mut ana, "Case Alder");
    let mut exported = Vec::new();
    let rows = department.office.admin().audit_export(NOW, &mut exported).unwrap();
    let text = String::from_utf8(exported).unwrap();
    assert!(!text.contains("Alder") && !text.contains("ana"), "identifiers only");
    let key = department.office.admin().public_key();
    let check = |text: &str| server::audit::export::check(&key, text.as_bytes()).unwrap();
    assert_eq!(check(&text).problems, []);
    assert_eq!(check(&text).rows, rows);

    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let told = |problems: Vec<Finding>| {
        problems.iter().map(|problem| format!("{problem}; ")).collect::<String>()
    };
    let said = |lines: &[&str]| told(check(&joined(lines)).problems);
    let touched = lines[2].replacen("administrator", "administrat0r", 1);
    let mut edited = lines.clone();
    edited[2] = &touched;
    assert!(said(&edited).contains("row 3 is not what was written"), "{}", said(&edited));
    let mut gap = lines.clone();
    gap.remove(2);
    assert!(said(&gap).contains("row 4 stands where row 3 was due"));
    let mut moved = lines.clone();
    moved.swap(1, 2);
    assert!(said(&moved).contains("line 2: row 3 stands where row 2 was due"));
    assert!(said(&lines[..lines.len() - 1]).contains("the end was cut off"));
    let mut short = lines.clone();
    short.remove(lines.len() - 2);
    assert!(said(&short).contains("and the signed head is row"));
    let other = server::audit::export::check(&"0f".repeat(32), text.as_bytes()).unwrap();
    assert!(told(other.problems).contains("not signed by this server"));
}
