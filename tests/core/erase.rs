//! A case erased: nothing of it can be read again, by anyone, from anything.

use fieldbook_tests::content;
use fieldbook_tests::office::Office;
use server::error::AdminError;
use server::service::Service;

use crate::town::{NOW, Town, edited, encounter, later, outcomes};

const ORDER: &str = "RSMo 610.140, case 26-1";

#[test]
fn an_erased_case_leaves_every_device_and_takes_nothing_more() {
    let mut town = Town::new();
    let (mut ana, mut sol) = (town.device("ana"), town.device("sol"));
    let mut person = town.open_case(&mut ana, "Case Alder");
    town.received(&mut ana);
    town.received(&mut sol);
    let case = person.record.into();
    let left = town.office.admin().erase(later(1), case, ORDER).unwrap();
    assert_eq!((left.case, left.legal_basis.as_str()), (case, ORDER));
    town.service.changed_elsewhere().unwrap();

    for device in [&mut ana, &mut sol] {
        let response = device.send(&town.service, later(1), device.request());
        assert!(response.pull.is_empty());
        assert!(response.revoked.iter().any(|gone| gone.scope.compartment.as_str() == "IDN"));
    }
    let edit = content::text("safe_contact", "after six");
    let late = edited(&mut ana, person.record, &mut person.document, &[edit]);
    let new = encounter(&mut ana, Some(case));
    let response = ana.push(&town.service, later(2), vec![late, new.push(), person.push()]);
    assert_eq!(
        outcomes(&response),
        ["case_erased Never", "case_erased Never", "case_erased Never"]
    );
    assert!(town.office.admin().quarantine().unwrap().is_empty(), "nothing of it is kept");
    town.holds();
}

#[test]
fn what_was_refused_of_a_case_goes_with_it() {
    let mut town = Town::new();
    let (mut ana, mut ben) = (town.device("ana"), town.device("ben"));
    let person = town.open_case(&mut ana, "Case Alder");
    let case = person.record.into();
    town.meet(&mut ana, case);
    // A new record of the case, by somebody who is not on it.
    let foreign = encounter(&mut ben, Some(case));
    assert_eq!(
        outcomes(&ben.push(&town.service, NOW, vec![foreign.push()])),
        ["not_assigned Never"]
    );
    let bytes = |town: &mut Town| {
        let rows = town.office.admin().quarantine().unwrap();
        rows.iter().map(|row| row.bytes).sum::<u64>()
    };
    assert!(bytes(&mut town) > 0);
    town.office.admin().erase(later(1), case, ORDER).unwrap();
    assert_eq!(bytes(&mut town), 0);
    town.holds();
}

#[test]
fn what_an_older_backup_holds_of_an_erased_case_cannot_be_read() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let alder = town.open_case(&mut ana, "Case Alder");
    let birch = town.open_case(&mut ana, "Case Birch");
    let mut old = town.device("sol");
    town.received(&mut old);
    let file = town.office.path().join("backup");
    town.office.admin().backup(NOW, &file).unwrap();
    town.office.admin().erase(later(1), alder.record.into(), ORDER).unwrap();

    let Town { office, service, mut rng } = town;
    drop(service);
    let office: Office = office.restored(later(2), &mut rng);
    let service = Service::open_inline(later(2), office.config()).unwrap();
    let mut town = Town { office, service, rng };
    town.holds();
    // Whoever was away when it was erased is told to drop it.
    let response = old.send(&town.service, later(3), old.request());
    assert!(response.revoked.iter().any(|gone| gone.scope.case == alder.record.into()));
    assert_eq!(town.office.admin().erased().unwrap().len(), 1);
    // The supervisor's new phone gets the other case, and nothing of this one.
    let mut sol = town.device("sol");
    assert_eq!(town.received(&mut sol), [birch.record].into());
    // And the phone that still holds it cannot bring it back.
    let response = ana.push(&town.service, later(3), vec![alder.push()]);
    assert!(!outcomes(&response).contains(&"accepted".to_owned()), "{response:?}");
}

#[test]
fn an_erasure_names_its_order_and_its_case_and_can_be_given_twice() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    let person = town.open_case(&mut ana, "Case Alder");
    let case = person.record.into();
    for order in ["", "  ", &"x".repeat(501)] {
        let refused = town.office.admin().erase(NOW, case, order);
        assert!(matches!(refused, Err(AdminError::BadLegalBasis)));
    }
    let nobody = model::ids::CaseId::from_bytes([9; 16]);
    let refused = town.office.admin().erase(NOW, nobody, ORDER);
    assert!(matches!(refused, Err(AdminError::UnknownCase(_))));
    assert_eq!(town.received(&mut ana).len(), 1, "nothing was erased");
    let first = town.office.admin().erase(later(1), case, ORDER).unwrap();
    let second = town.office.admin().erase(later(2), case, "another").unwrap();
    assert_eq!(first, second);
}

#[test]
fn the_audit_is_listed_exported_and_checked_and_names_where_it_was_touched() {
    let mut town = Town::new();
    let mut ana = town.device("ana");
    town.open_case(&mut ana, "Case Alder");
    let mut exported = Vec::new();
    let rows = town.office.admin().audit_export(NOW, &mut exported).unwrap();
    let text = String::from_utf8(exported).unwrap();
    assert!(!text.contains("Alder") && !text.contains("ana"), "identifiers only");
    let key = town.office.admin().public_key();
    let check = |text: &str| server::audit::export::check(&key, text.as_bytes()).unwrap();
    assert_eq!(check(&text).problems, Vec::<String>::new());
    assert_eq!(check(&text).rows, rows);

    let lines: Vec<&str> = text.lines().collect();
    let joined = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    let said = |lines: &[&str]| check(&joined(lines)).problems.join("; ");
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
    assert!(other.problems.join("").contains("not signed by this server"));
}
