//! The bytes of a record's changes, version 1.
//!
//! A change is identified by the hash of its bytes, so the library that writes them must write the
//! same bytes for the same edit for ever. Should an upgrade of Automerge make one of these tests
//! fail: old changes must still *read* (the first test), and a change that a device makes anew from
//! its intent under the same actor would get another hash than the one it sent before. Only when
//! nothing relies on that any more may a `v2/` folder stand beside this one.

use model::change::RawChange;
use model::document::{Document, NewChange};
use model::ids::{ActorId, DeviceId, FieldName, RecordId, UserId};
use model::record::{Edit, Envelope, HistoryVerb};
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};
use serde_json::{Value as Json, json};

use crate::fixture;

#[test]
fn changes_of_version_1_read_as_the_record_they_made() {
    let bytes: Vec<_> = written().into_iter().map(|(name, _)| kept(name)).collect();
    let document = Document::from_changes(&bytes).unwrap();
    let record = document.record(&fixture::catalogue()).unwrap();
    assert_eq!(record.envelope, envelope());
    let fields = json!({
        "occurred_at": "2026-11-25T14:30:00Z",
        "note": "met at the corner",
        "day": "2026-11-25",
        "safe": true,
        "minutes": 25,
        "met": "24242424-2424-2424-2424-242424242424",
        "risk": "high",
        "needs": ["housing"],
        "attempts": 3,
        "goals": [
            {"id": "01JDGJ0000000000000000000A", "date": "2026-11-25", "goal": "find a job"},
        ],
        "plan": "call first",
    });
    assert_eq!(Json::Object(record.fields_json()), fields);
    let conflict = &record.conflicts[0];
    assert_eq!((record.conflicts.len(), conflict.field.as_str()), (1, "risk"));
    let values: Vec<_> = conflict.values.iter().map(|value| value.value.to_json()).collect();
    assert_eq!(values, ["high", "low"]);
    assert_eq!(conflict.values[0].device, device(2));

    let history = document.history(fixture::catalogue().record_type(&envelope().record_type));
    assert_eq!(history.len(), 3);
    let set_low = HistoryVerb::Set(FieldValue::Scalar(choice("low")));
    assert!(history[1].edits.iter().any(|edit| edit.what == set_low));
}

#[test]
fn the_same_edits_make_the_same_bytes_as_in_version_1() {
    for (name, change) in written() {
        let bytes = kept(name);
        let raw = RawChange::inspect(&bytes).unwrap();
        assert_eq!(change.bytes, bytes, "{name}: see the top of this file");
        assert_eq!(raw.hash(), change.hash, "{name}");
    }
}

/// The fixture's bytes; made when it is missing and fixtures are to be made.
fn kept(name: &str) -> Vec<u8> {
    let text = fixture::read(&format!("change/{name}.txt"), || {
        let (_, change) = written().into_iter().find(|(other, _)| *other == name).unwrap();
        let raw = RawChange::inspect(&change.bytes).unwrap();
        let reading = format!(
            "hash      {}\ndeps      {:?}\nactor     {:?}\nseq       {}\nstart_op  {}\nops       {}\ntime      {}",
            raw.hash(),
            raw.deps(),
            raw.actor(),
            raw.seq(),
            raw.start_op(),
            raw.ops(),
            raw.time(),
        );
        fixture::render(&reading, &change.bytes)
    });
    fixture::parse(&text).1
}

/// A record's first change with one field of each kind, and two concurrent edits of it.
fn written() -> Vec<(&'static str, NewChange)> {
    let catalogue = fixture::catalogue();
    let at = |seconds: i64| Timestamp::from_millis(1_795_617_000_000 + 1_000 * seconds);
    let (document, first) =
        Document::create(at(0), actor(1), &catalogue, &envelope(), &first_values()).unwrap();
    let mut one = document.clone();
    let edits = [
        Edit::Set { field: field("risk"), value: choice("low") },
        Edit::Increment { field: field("attempts"), by: 1 },
        Edit::Remove { field: field("needs"), option: "work".parse().unwrap() },
    ];
    let by_one = one.edit(at(60), actor(1), &catalogue, &edits).unwrap().unwrap();
    let mut other = document;
    let edits = [Edit::Set { field: field("risk"), value: choice("high") }];
    let by_other = other.edit(at(90), actor(2), &catalogue, &edits).unwrap().unwrap();
    vec![("first", first), ("edit", by_one), ("concurrent_edit", by_other)]
}

fn first_values() -> Vec<Edit> {
    let set = |name: &str, value| Edit::Set { field: field(name), value };
    let entry = [
        ("date".to_owned(), Scalar::Date("2026-11-25".parse().unwrap())),
        ("goal".to_owned(), Scalar::Text("find a job".into())),
    ];
    vec![
        set("occurred_at", Scalar::DateTime("2026-11-25T14:30:00Z".parse().unwrap())),
        set("note", Scalar::Text("met at the corner".into())),
        set("day", Scalar::Date("2026-11-25".parse().unwrap())),
        set("safe", Scalar::Bool(true)),
        set("minutes", Scalar::Integer(25)),
        set("met", Scalar::Ref(RecordId::from_bytes([0x24; 16]))),
        Edit::Add { field: field("needs"), option: "housing".parse().unwrap() },
        Edit::Add { field: field("needs"), option: "work".parse().unwrap() },
        Edit::Increment { field: field("attempts"), by: 2 },
        Edit::Log {
            field: field("goals"),
            id: "01JDGJ0000000000000000000A".into(),
            entry: entry.into(),
        },
        Edit::append(field("plan"), "call first"),
    ]
}

fn envelope() -> Envelope {
    Envelope {
        record: RecordId::from_bytes([0x21; 16]),
        record_type: "encounter".parse().unwrap(),
        type_version: 1,
        case: Some(RecordId::from_bytes([0x24; 16]).into()),
        compartment: "OUT".parse().unwrap(),
        program: "street_outreach".parse().unwrap(),
        created_by: UserId::from_bytes([0x12; 16]),
        created_at: Timestamp::from_millis(1_795_617_000_123),
    }
}

fn actor(byte: u8) -> ActorId {
    ActorId { device: device(byte), generation: [byte; 8] }
}

fn device(byte: u8) -> DeviceId {
    DeviceId::from_bytes([byte; 16])
}

fn field(name: &str) -> FieldName {
    name.parse().unwrap()
}

fn choice(code: &str) -> Scalar {
    Scalar::Choice(code.parse().unwrap())
}
