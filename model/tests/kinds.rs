//! Decimals, times of day, durations and phone numbers: typed, kept, merged, found and refused.
#![expect(clippy::unwrap_used, reason = "what is not as it should be here fails the test")]

use std::sync::OnceLock;

use automerge::transaction::Transactable as _;
use automerge::{AutomergeError, ObjType, ROOT, ReadDoc as _, ScalarValue};
use model::catalogue::{BelongsTo, Catalogue, RecordType};
use model::document::Document;
use model::document::check::check_change;
use model::ids::{ActorId, DeviceId, OptionCode, RecordId, UserId};
use model::record::{Edit, Envelope, HistoryVerb};
use model::search::{Query, searched_text};
use model::time::Timestamp;
use model::value::{FieldValue, LogEntry, Scalar};
use model::words::Language;
use serde_json::json;

#[test]
fn what_is_typed_is_kept_exactly_and_shown_as_the_reader_writes_it() {
    let check = made("custody_check", &[("level", "close"), ("temperature", "71,50")]);
    let record = check.record(catalogue()).unwrap();
    assert_eq!(record.fields["temperature"].to_json(), json!("71.5"));
    let appointment = made("appointment", &[("at", "2026-12-01 09:00"), ("length", "1 h 30")]);
    let record = appointment.record(catalogue()).unwrap();
    assert_eq!(record.fields["length"].to_json(), json!(90));
    let person = made("person", &[("call_from", "8:05"), ("emergency_phone", "(615) 555-0134")]);
    let record = person.record(catalogue()).unwrap();
    assert_eq!(record.fields["call_from"].to_json(), json!("08:05"));
    assert_eq!(record.fields["emergency_phone"].to_json(), json!("6155550134"));
    let again = Document::load(&person.save()).unwrap();
    assert_eq!(again.record(catalogue()).unwrap(), record);
}

#[test]
fn what_does_not_fit_its_field_is_said_in_the_words_of_the_field() {
    for (of, field, typed, said) in [
        ("custody_check", "temperature", "71.55", "must have no more digits after the decimal"),
        ("custody_check", "temperature", "140.1", "must lie between -20 and 140"),
        ("custody_check", "temperature", "warm", "is not a valid decimal"),
        ("appointment", "length", "25:00", "must lie between 0 min and 24 h"),
        ("appointment", "length", "-0:30", "must lie between 0 min and 24 h"),
        ("appointment", "length", "long", "is not a valid duration"),
        ("person", "call_from", "25:00", "is not a valid time"),
        ("person", "emergency_phone", "ask her", "is not a valid phone"),
    ] {
        let known = record_type(of).field(field).unwrap();
        let problem = Scalar::parse(now(), catalogue(), known, typed).unwrap_err();
        assert!(problem.to_string().contains(said), "{field}={typed}: {problem}");
        let spanish = model::words::Explained::message(&problem).told(Language::Spanish);
        assert_ne!(spanish, problem.to_string());
    }
}

#[test]
fn a_value_at_its_bound_is_taken() {
    for (of, field, typed) in [
        ("custody_check", "temperature", "140"),
        ("custody_check", "temperature", "-20.0"),
        ("appointment", "length", "24 h"),
        ("appointment", "length", "0"),
    ] {
        let known = record_type(of).field(field).unwrap();
        let value = Scalar::parse(now(), catalogue(), known, typed).unwrap();
        assert_eq!(Scalar::parse(now(), catalogue(), known, &value.to_string()), Ok(value));
    }
}

#[test]
fn a_change_whose_value_is_not_as_a_document_keeps_it_is_refused() {
    let person = || made("person", &[("name", "Case Alder")]);
    let check = || made("custody_check", &[("level", "close")]);
    let appointment = || made("appointment", &[("at", "2026-12-01 09:00")]);
    let of = |text: &str| ScalarValue::Str(text.into());
    for (before, field, value) in [
        (check(), "temperature", of("71,5")),
        (check(), "temperature", of("71.50")),
        (check(), "temperature", of("1e1")),
        (check(), "temperature", of("71.55")),
        (check(), "temperature", of("999")),
        (check(), "temperature", ScalarValue::Int(71)),
        (appointment(), "length", ScalarValue::Int(-1)),
        (appointment(), "length", ScalarValue::Int(i64::MAX)),
        (appointment(), "length", of("1:30")),
        (person(), "call_from", of("8:05")),
        (person(), "call_from", of("24:00")),
        (person(), "call_from", ScalarValue::Int(485)),
        (person(), "emergency_phone", of("(615) 555-0134")),
        (person(), "emergency_phone", of("ask her")),
        (person(), "emergency_phone", ScalarValue::Int(6_155_550_134)),
    ] {
        let forged = forged(&before, field, value.clone());
        let refused = check_change(catalogue(), Some(&before), &forged).unwrap_err();
        assert!(refused.to_string().contains(field), "{field} {value:?}: {refused}");
    }
    let good = forged(&check(), "temperature", of("71.5"));
    assert!(check_change(catalogue(), Some(&check()), &good).is_ok());
}

#[test]
fn two_people_who_write_one_number_in_two_ways_do_not_disagree() {
    let base = made("person", &[("name", "Case Alder")]);
    let (mut ours, mut theirs) = (base.clone(), base);
    let write = |document: &mut Document, device: u8, phone: &str| {
        let edit = edit("person", "emergency_phone", phone);
        document.edit(now(), actor(device), catalogue(), &[edit]).unwrap().unwrap()
    };
    write(&mut ours, 2, "615-555-0134");
    let other = write(&mut theirs, 3, "(615) 555 0134");
    ours.apply([&other.bytes]).unwrap();
    assert!(ours.record(catalogue()).unwrap().conflicts.is_empty());
    let third = write(&mut theirs, 3, "615-555-0199");
    write(&mut ours, 2, "615-555-0111");
    ours.apply([&third.bytes]).unwrap();
    assert_eq!(ours.record(catalogue()).unwrap().to_review().count(), 1);
    let history = ours.history(Some(record_type("person")));
    let set = history.iter().flat_map(|entry| &entry.edits).filter_map(|edit| match &edit.what {
        HistoryVerb::Set(FieldValue::Scalar(phone @ Scalar::Phone(_))) => Some(phone.to_string()),
        _ => None,
    });
    assert_eq!(set.filter(|phone| phone == "615-555-0134").count(), 2);
}

#[test]
fn a_person_is_found_by_their_number_however_it_is_typed() {
    let number = "+1 615 555-0134".parse().unwrap();
    let entry = LogEntry::from([
        ("number".to_owned(), Scalar::Phone(number)),
        ("use".to_owned(), Scalar::Options([option("may_text"), option("say_nothing")].into())),
    ]);
    let id = "01HZY8J3Q0000000000000000A".to_owned();
    let mut person = made("person", &[("name", "Case Alder")]);
    let log = Edit::Log { field: "phones".parse().unwrap(), id: id.clone(), entry };
    person.edit(now(), actor(1), catalogue(), &[log]).unwrap();
    let record = person.record(catalogue()).unwrap();
    let text = searched_text(record_type("person"), &record);
    for typed in ["615-555-0134", "(615) 555-0134", "6155550134", "615 555", "5550134"] {
        assert!(Query::read(typed).finds(&text), "{typed} in {text}");
    }
    assert!(!Query::read("615-555-0135").finds(&text));
    assert_eq!(
        record.fields["phones"].to_json(),
        json!([{ "id": id, "number": "+16155550134", "use": ["may_text", "say_nothing"] }])
    );
}

#[test]
fn an_entry_of_a_log_holds_several_options_and_only_those_there_are() {
    let known = record_type("person").field("phones").unwrap();
    let part = known.kind.entry().unwrap().iter().find(|it| it.name.as_str() == "use").unwrap();
    let read = |text| Scalar::parse_in_entry(now(), catalogue(), part, text);
    let both = Scalar::Options([option("may_text"), option("say_nothing")].into());
    assert_eq!(read("say_nothing, may_text,"), Ok(both.clone()));
    assert!(read("may_text,shout").unwrap_err().to_string().contains("must be one of"));
    // Outside of an entry each option is added by itself.
    let times = record_type("person").field("preferred_times").unwrap();
    let options = Scalar::Options([option("morning")].into());
    assert!(options.check(catalogue(), times).is_err());

    let log = |value: &str| {
        let mut inner = made("person", &[("name", "Case Alder")]).automerge().clone();
        inner.set_actor(actor(9).into());
        let (_, phones) = inner.get(ROOT, "log:phones").unwrap().unwrap();
        inner
            .transact::<_, _, AutomergeError>(|tx| {
                let entry = tx.put_object(&phones, "01HZY8J3Q0000000000000000A", ObjType::Map)?;
                tx.put(&entry, "number", "6155550134")?;
                tx.put(&entry, "use", value)
            })
            .unwrap();
        Document::from(inner)
    };
    let before = made("person", &[("name", "Case Alder")]);
    let check = |value| check_change(catalogue(), Some(&before), &log(value)).map(drop);
    assert!(check("may_text say_nothing").is_ok());
    for value in ["say_nothing may_text", "may_text may_text", "may_text shout", "may_text,", ""] {
        assert!(check(value).unwrap_err().to_string().contains("`use`"), "{value}");
    }
}

fn option(code: &str) -> OptionCode {
    code.parse().unwrap()
}

fn catalogue() -> &'static Catalogue {
    static BUILTIN: OnceLock<Catalogue> = OnceLock::new();
    BUILTIN.get_or_init(|| Catalogue::builtin().unwrap())
}

fn record_type(name: &str) -> &'static RecordType {
    catalogue().record_type(&name.parse().unwrap()).unwrap()
}

fn edit(of: &str, field: &str, typed: &str) -> Edit {
    let known = record_type(of).field(field).unwrap();
    let value = Scalar::parse(now(), catalogue(), known, typed).unwrap();
    Edit::Set { field: known.name.clone(), value }
}

fn made(of: &str, typed: &[(&str, &str)]) -> Document {
    let known = record_type(of);
    let mut edits: Vec<_> = typed.iter().map(|(field, text)| edit(of, field, text)).collect();
    for field in known.fields.iter().filter(|field| field.required) {
        if edits.iter().all(|edit| *edit.field() != field.name) {
            edits.push(edit(of, field.name.as_str(), "2026-11-28 12:00"));
        }
    }
    let record = RecordId::from_bytes([7; 16]);
    let envelope = Envelope {
        record,
        record_type: known.name.clone(),
        type_version: known.version,
        case: Some(match known.belongs_to {
            BelongsTo::Itself => record.into(),
            _ => RecordId::from_bytes([8; 16]).into(),
        }),
        compartment: known.compartment.clone(),
        program: catalogue().programs.keys().next().unwrap().clone(),
        created_by: UserId::from_bytes([1; 16]),
        created_at: now(),
    };
    Document::create(now(), actor(1), catalogue(), &envelope, &edits).unwrap().0
}

/// A change of somebody else's making.
fn forged(before: &Document, field: &str, value: ScalarValue) -> Document {
    let mut inner = before.automerge().clone();
    inner.set_actor(actor(9).into());
    let (_, fields) = inner.get(ROOT, "fields").unwrap().unwrap();
    inner.transact::<_, _, AutomergeError>(|tx| tx.put(&fields, field, value)).unwrap();
    Document::from(inner)
}

fn actor(device: u8) -> ActorId {
    ActorId { device: DeviceId::from_bytes([device; 16]), generation: [1; 8] }
}

fn now() -> Timestamp {
    "2026-11-28T18:00:00Z".parse().unwrap()
}
