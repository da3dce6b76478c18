//! The same changes make the same records, whatever way they came.

use client_core::store::query::ListFilter;
use model::ids::{OptionCode, RecordId, UserId};
use model::record::Edit;
use model::value::{LogEntry, Scalar};
use model::wire::{ChunkV1, RecordUpdateV1, SyncResponseV1};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::phone::{Phone, choice, field};
use crate::server::{self, TestServer, nothing_new};

/// One thing that one of three workers does.
#[derive(Debug, Clone)]
enum Deed {
    Edits { who: usize, record: Index, kind: usize },
    Syncs { who: usize },
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        3 => (0..3usize, any::<Index>(), 0..8usize)
            .prop_map(|(who, record, kind)| Deed::Edits { who, record, kind }),
        1 => (0..3usize).prop_map(|who| Deed::Syncs { who }),
    ]
}

/// How updates come to a phone: which, in what order, how often and how many at once.
#[derive(Debug, Clone)]
struct Delivery {
    order: Vec<Index>,
    page: usize,
    one_by_one: bool,
}

fn delivery() -> impl Strategy<Value = Delivery> {
    let order = prop::collection::vec(any::<Index>(), 0..60);
    (order, 1..7usize, any::<bool>()).prop_map(|(order, page, one_by_one)| Delivery {
        order,
        page,
        one_by_one,
    })
}

fn edit_of(kind: usize, number: usize) -> Edit {
    let word = format!("word{number}");
    match kind {
        0 => choice("risk_level", ["low", "medium", "high"][number % 3]),
        1 => {
            let user = UserId::from_bytes([[1, 2, 3][number % 3]; 16]);
            let value = Scalar::User(user);
            Edit::Set { field: field("assigned_to"), value }
        }
        2 => Edit::Clear { field: field("assigned_to") },
        3 => Edit::Add { field: field("risk"), option: option(number) },
        4 => Edit::Remove { field: field("risk"), option: option(number) },
        5 => {
            let entry: LogEntry = [("goal".to_owned(), Scalar::Text(word))].into();
            Edit::Log { field: field("goals"), id: format!("{number:026}"), entry }
        }
        6 => Edit::Increment { field: field("contact_attempts"), by: 1 },
        _ => Edit::append(field("safety_plan"), word),
    }
}

fn option(number: usize) -> OptionCode {
    ["weapon", "group_role"][number % 2].parse().expect("a code")
}

/// Everything a person could see of a phone's records, and what stands behind it.
fn seen(phone: &mut Phone) -> Vec<String> {
    let rows = phone.device.list(phone.now, &ListFilter::default()).expect("it is not locked");
    let mut records: Vec<RecordId> = rows.iter().map(|row| row.record).collect();
    records.sort();
    let mut seen: Vec<String> = vec![];
    for record in records {
        let view = phone.show(record);
        let conflicts: Vec<_> = view
            .conflicts
            .iter()
            .map(|conflict| {
                let values = conflict.values.iter();
                (&conflict.field, values.map(|v| (&v.value, v.device, v.at)).collect::<Vec<_>>())
            })
            .collect();
        let check = phone.device.store().read().check_of(record).expect("it is there");
        seen.push(format!("{record} {:?} {conflicts:?} {} {check:?}", view.fields, view.title.en));
    }
    for task in phone.device.tasks(phone.now).expect("it is not locked") {
        seen.push(format!("{} {} {:?}", task.record, task.rule, task.due));
    }
    for word in ["word1", "word", "cedro"] {
        let found = phone.device.search(phone.now, word, 100).expect("it is not locked");
        let mut found: Vec<_> = found.into_iter().map(|row| row.record).collect();
        found.sort();
        seen.push(format!("{word} {found:?}"));
    }
    seen
}

/// Gives all that the server has to a new phone.
fn delivered(server: &TestServer, records: &[RecordId], delivery: &Delivery) -> Phone {
    let mut updates: Vec<RecordUpdateV1> = vec![];
    for whole in records.iter().filter_map(|record| server.whole(*record)) {
        let ChunkV1::Changes(changes) = &whole.chunk else { continue };
        for part in changes.chunks(if delivery.one_by_one { 1 } else { 3 }) {
            let chunk = ChunkV1::Changes(part.to_vec());
            updates.push(RecordUpdateV1 { chunk, check: None, ..whole.clone() });
        }
    }
    // In any order and some of them several times, then those that did not come.
    let order = delivery.order.iter().map(|index| updates[index.index(updates.len())].clone());
    let all: Vec<_> = order.chain(updates.iter().rev().cloned()).collect();
    let mut phone = Phone::new(7);
    for page in all.chunks(delivery.page) {
        let sent = phone.request();
        phone.take(&sent, &SyncResponseV1 { pull: page.to_vec(), ..nothing_new() });
    }
    phone
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn updates_in_any_order_and_number_make_the_same_records(
        deeds in prop::collection::vec(deed(), 1..40),
        first in delivery(),
        second in delivery(),
    ) {
        let mut server = TestServer::new();
        let mut workers = [Phone::new(1), Phone::new(2), Phone::new(3)];
        let person = workers[0].person("Rosa Cedro");
        let mut records = vec![person];
        records.extend((0..3).map(|_| workers[0].make("outreach_intake", Some(person), vec![])));
        for worker in &mut workers {
            server::sync(worker, &mut server);
        }
        for (number, deed) in deeds.iter().enumerate() {
            match deed {
                Deed::Edits { who, record, kind } => {
                    let record = records[1 + record.index(records.len() - 1)];
                    workers[*who].edit(record, edit_of(*kind, number));
                }
                Deed::Syncs { who } => {
                    server::sync(&mut workers[*who], &mut server);
                }
            }
        }
        // The first time round everything gets to the server, the second time to everybody.
        for _ in 0..2 {
            for worker in &mut workers {
                server::sync(worker, &mut server);
            }
        }
        let expected = seen(&mut workers[0]);
        for worker in &mut workers {
            prop_assert_eq!(&seen(worker), &expected);
            prop_assert!(worker.device.verify().expect("it is readable").is_sound());
        }
        for delivery in [first, second] {
            let mut phone = delivered(&server, &records, &delivery);
            prop_assert_eq!(&seen(&mut phone), &expected);
            prop_assert!(phone.device.verify().expect("it is readable").is_sound());
        }
    }
}
