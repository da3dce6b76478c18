//! A server whose scope keys are missing.

use std::collections::BTreeMap;
use std::path::Path;

use fieldbook_tests::content;
use model::wire::OutcomeV1;
use server::service::Service;

use crate::department::{NOW, TestDepartment, edited, encounter, later, outcomes, quality};

#[test]
fn a_scope_whose_key_is_missing_gets_no_other_and_takes_up_where_it_was_when_it_is_back() {
    let mut department = TestDepartment::new();
    let older = files(&department.office.config().data_dir);
    let mut ana = department.device("ana");
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.meet(&mut ana, person.record.into());
    let TestDepartment { office, service, .. } = department;
    drop(service);
    let config = office.config();
    let _folder = office.close();
    let newest = files(&config.data_dir);
    put_back(&config.data_dir, &older);
    let service = Service::open_inline(later(1), config.clone()).unwrap();

    // Nothing is sealed under a key that would shut out the one that is lost; what is of a scope
    // that never had one is taken.
    let contact = encounter(&mut ana, Some(person.record.into()));
    let edit = content::text("notes", "by the library");
    let edit = edited(&mut ana, person.record, &mut person.document, &[edit]);
    let fresh = ana.make(NOW, "person", None, &[content::text("name", "Case Birch"), quality()]);
    let push = vec![contact.push(), edit.clone(), fresh.push()];
    let response = ana.push(&service, later(1), push);
    let unreadable = "record_unreadable AfterPull";
    assert_eq!(outcomes(&response), [unreadable, unreadable, "accepted"]);
    drop(service);

    // The newest copy is found again. (What was made meanwhile had another one.)
    put_back(&config.data_dir, &newest);
    let service = Service::open_inline(later(2), config).unwrap();
    let response = ana.push(&service, later(2), vec![contact.push(), edit]);
    assert!(response.results.iter().all(|result| result.outcome == OutcomeV1::Accepted));
}

type Files = BTreeMap<String, Vec<u8>>;

/// The keys' database with what SQLite keeps beside it.
fn files(data: &Path) -> Files {
    let names = ["keys.db", "keys.db-wal"].map(str::to_owned).into_iter();
    names.filter_map(|name| Some((name.clone(), std::fs::read(data.join(name)).ok()?))).collect()
}

fn put_back(data: &Path, files: &Files) {
    for name in ["keys.db", "keys.db-wal", "keys.db-shm"] {
        drop(std::fs::remove_file(data.join(name)));
    }
    for (name, bytes) in files {
        std::fs::write(data.join(name), bytes).unwrap();
    }
}
