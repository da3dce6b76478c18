//! Pages: bounded, resumable, whole.

use std::collections::BTreeSet;

use fieldbook_tests::content;
use model::wire::ChunkV1;

use crate::department::{NOW, TestDepartment, edited, encounter, outcomes};

#[test]
fn pages_are_bounded_move_the_cursor_and_leave_nothing_out() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut expected = BTreeSet::new();
    for number in 0..5 {
        let person = department.open_case(&mut ana, &format!("Case {number}"));
        expected.insert(person.record);
        let contacts: Vec<_> =
            (0..6).map(|_| encounter(&mut ana, Some(person.record.into()))).collect();
        let push = contacts.iter().map(fieldbook_tests::raw::Made::push).collect();
        assert!(
            outcomes(&ana.push(&department.service, NOW, push)).iter().all(|o| o == "accepted")
        );
        expected.extend(contacts.iter().map(|made| made.record));
    }
    let mut received = BTreeSet::new();
    let mut pages = 0;
    loop {
        let mut request = sol.request();
        request.pull_bytes_max = 3_000;
        let response = sol.send(&department.service, NOW, request);
        let bytes: usize = response
            .pull
            .iter()
            .map(|update| match &update.chunk {
                ChunkV1::Snapshot(bytes) => bytes.len(),
                ChunkV1::Changes(changes) => changes.iter().map(|change| change.len()).sum(),
            })
            .sum();
        assert!(bytes < 3_000 + 2_000, "a page passes its size by one update at most");
        for update in &response.pull {
            assert!(received.insert(update.record), "nothing comes twice");
            assert!(update.check.is_some());
        }
        assert_ne!(response.cursor, sol.cursor, "every page moves the cursor");
        sol.cursor = response.cursor;
        pages += 1;
        if !response.more {
            break;
        }
    }
    assert_eq!(received, expected);
    assert!(pages > 5, "{pages}");
}

#[test]
fn a_record_with_a_long_history_comes_as_a_saved_document() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    let mut push = Vec::new();
    for number in 0..90 {
        let edit = content::text("safe_contact", format!("number {number}"));
        push.push(edited(&mut ana, person.record, &mut person.document, &[edit]));
    }
    assert!(outcomes(&ana.push(&department.service, NOW, push)).iter().all(|o| o == "accepted"));
    let mut request = sol.request();
    request.pull_bytes_max = 1_000_000;
    let response = sol.send(&department.service, NOW, request);
    assert!(matches!(response.pull[0].chunk, ChunkV1::Snapshot(_)));
    assert_eq!(response.pull.last().unwrap().check.unwrap().count, 91);
    let pulled = department.pulled(&mut sol);
    assert_eq!(pulled[&person.record].heads(), person.document.heads());
}

#[test]
fn a_device_that_starts_from_nothing_gets_no_change_twice_and_its_copy_none_too_few() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let mut person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    let behind = (sol.cursor, sol.seen);
    for number in 0..5 {
        let edit = content::text("safe_contact", format!("number {number}"));
        let push = edited(&mut ana, person.record, &mut person.document, &[edit]);
        ana.push(&department.service, NOW, vec![push]);
    }
    (sol.cursor, sol.seen) = (None, None);
    let whole = sol.pull(&department.service, NOW);
    assert_eq!(whole[&person.record].len(), 6, "each change once");
    // The store was copied before that; the copy goes on from where it was.
    (sol.cursor, sol.seen) = behind;
    assert_eq!(sol.pull(&department.service, NOW)[&person.record].len(), 5);
}

#[test]
fn a_sync_without_news_writes_nothing_and_carries_nothing() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    department.open_case(&mut ana, "Case Alder");
    department.received(&mut sol);
    let rows = department.office.verify().audit_rows;
    let response = sol.send(&department.service, NOW, sol.request());
    assert!(response.pull.is_empty() && !response.more && response.catalogue.is_none());
    assert_eq!(department.office.verify().audit_rows, rows);
}

#[test]
fn a_record_asked_for_whole_comes_whole_to_whom_may_see_it() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.received(&mut ana);
    let mut request = ana.request();
    request.refetch = vec![person.record];
    assert_eq!(ana.send(&department.service, NOW, request).pull.len(), 1);
    let mut request = ben.request();
    request.refetch = vec![person.record];
    assert!(ben.send(&department.service, NOW, request).pull.is_empty());
}
