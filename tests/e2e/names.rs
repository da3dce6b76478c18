//! People are found however their names are written and typed.

use fieldbook_tests::names::NAMES;

use crate::department::{NOW, TestDepartment};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_finds_every_name_as_it_is_written_and_as_it_is_typed() {
    let mut department = TestDepartment::new().await;
    let mut ana = department.phone("Ana").await;
    let mut missed = Vec::new();
    for (name, typed) in NAMES {
        let person = ana.person(name);
        for typed in typed.iter().chain([name]) {
            let rows = ana.device.search(NOW, typed, 200).unwrap();
            if !rows.iter().any(|row| row.record == person) {
                missed.push(format!("{name} by {typed}"));
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    ana.sync().await;
    ana.holds();
}
