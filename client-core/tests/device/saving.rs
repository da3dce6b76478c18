//! What a worker saves, finds again and is reminded of.

use client_core::device::{NewRecord, RecordError};
use client_core::store::query::{ListFilter, OpenTask};
use client_core::store::{RecordState, StoreError};
use model::catalogue::CatalogueSource;
use model::record::Edit;
use model::time::Span;
use model::value::Scalar;
use model::wire::SyncResponseV1;

use crate::phone::{Phone, choice, field, text};
use crate::server::{self, TestServer, nothing_new};

#[test]
fn a_save_survives_the_end_of_the_process() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    phone.edit(person, text("aliases", "Rosie"));
    let before = phone.show(person);
    let mut phone = phone.reopened();
    assert_eq!(phone.show(person), before);
    assert_eq!(phone.waiting(), 2);
    assert_eq!(phone.device.history(phone.now, person).unwrap().len(), 2);
}

#[test]
fn an_edit_that_changes_nothing_is_no_change() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    phone.edit(person, text("name", "Rosa Cedro"));
    assert_eq!(phone.waiting(), 1);
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_of_it_is_written() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let edits = vec![text("aliases", "Rosie"), text("no_such_field", "x"), text("dob", "x")];
    let refused = phone.device.edit(phone.now, &mut phone.rng, person, edits).unwrap_err();
    let message = refused.to_string();
    assert!(message.contains("no_such_field") && message.contains("dob"), "{message}");
    assert_eq!(phone.value(person, "aliases"), "");

    let new = NewRecord {
        record_type: "outreach_contact".parse().unwrap(),
        case: Some(person.into()),
        program: None,
        edits: vec![choice("mode", "street")],
    };
    let missing = phone.device.new_record(phone.now, &mut phone.rng, new).unwrap_err();
    assert!(missing.to_string().contains("result"), "{missing}");
    assert_eq!(phone.device.list(phone.now, &ListFilter::default()).unwrap().len(), 1);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn a_transaction_that_fails_leaves_nothing_behind() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let scope = server::scope_of(person, "IDN");
    let failed: Result<(), StoreError> = phone.device.store_mut().write(|writer| {
        writer.mark_refetch(person)?;
        writer.drop_scope(&scope)?;
        Ok(())
    });
    assert!(matches!(failed, Err(StoreError::NotHandedOver { changes: 1 })));
    assert!(phone.request().refetch.is_empty());
    assert_eq!(phone.value(person, "name"), "Rosa Cedro");
}

#[test]
fn the_owners_role_decides_what_can_be_made() {
    let mut phone = Phone::new(1);
    let case = Some(phone.person("Rosa Cedro").into());
    let mut make = |record_type: &str, case| {
        let record_type = record_type.parse().unwrap();
        let new = NewRecord { record_type, case, program: None, edits: vec![] };
        phone.device.new_record(phone.now, &mut phone.rng, new).unwrap_err()
    };
    assert!(matches!(make("bedside_encounter", case), RecordError::Policy(_)));
    let elsewhere = model::ids::CaseId::from_bytes([4; 16]);
    assert!(matches!(make("outreach_contact", Some(elsewhere)), RecordError::CaseNotHeld(_)));
}

#[test]
fn search_finds_whatever_the_accents_and_the_case() {
    let mut phone = Phone::new(1);
    let person = phone.person("José Ñuñez");
    let contact = phone.contact(Some(person), "Habló de su hermana en la CLÍNICA");
    let find = |words: &str| -> Vec<_> {
        let rows = phone.device.search(phone.now, words, 10).unwrap();
        rows.into_iter().map(|row| row.record).collect()
    };
    for words in ["jose", "JOSÉ nunez", "nuñ", "ñuñez jo"] {
        assert_eq!(find(words), [person], "{words}");
    }
    for words in ["hablo", "clinica hermana", "Clín"] {
        assert_eq!(find(words), [contact], "{words}");
    }
    for words in ["jose hermana", "ose", "", "\"", "name:jose OR x*", "-"] {
        assert_eq!(find(words), [], "{words}");
    }
}

#[test]
fn search_follows_every_edit() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    let found = |phone: &Phone, words| phone.device.search(phone.now, words, 10).unwrap().len();
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    anna.edit(person, text("name", "Rosa Pino"));
    assert_eq!((found(&anna, "cedro"), found(&anna, "pino")), (0, 1));
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    assert_eq!((found(&ben, "cedro"), found(&ben, "pino")), (0, 1));
    let cleared = Edit::Clear { field: field("name") };
    anna.edit(person, cleared);
    assert_eq!(found(&anna, "rosa"), 0);
}

#[test]
fn a_follow_up_is_due_until_a_record_answers_it_wherever_that_was_written() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Rosa Cedro");
    let contact = anna.contact(Some(person), "first");
    let [task] = &contacts_due(&anna)[..] else { panic!() };
    assert_eq!((task.record, task.due), (contact, anna.now + Span::from_days(7)));
    assert!(!task.overdue && !task.flagged);
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);

    // In two weeks' time it is overdue and a supervisor is told.
    anna.later(Span::from_days(15));
    ben.later(Span::from_days(15));
    let [task] = &contacts_due(&ben)[..] else { panic!() };
    assert!(task.overdue && task.flagged);
    let [row] = &ben.device.caseload(ben.now).unwrap()[..] else { panic!() };
    assert_eq!((row.next_due, row.title.en.as_str()), (Some(task.due), "Rosa Cedro"));

    let answer = ben.contact(Some(person), "second");
    let open = |phone: &Phone| contacts_due(phone).into_iter().map(|task| task.record).collect();
    let at_ben: Vec<_> = open(&ben);
    assert_eq!(at_ben, [answer], "the first is answered, the second asks anew");
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    let at_anna: Vec<_> = open(&anna);
    assert_eq!(at_anna, [answer]);
}

fn contacts_due(phone: &Phone) -> Vec<OpenTask> {
    let tasks = phone.device.tasks(phone.now).expect("the device is not locked");
    tasks.into_iter().filter(|task| task.rule == "next_contact").collect()
}

#[test]
fn a_conflict_is_shown_with_both_names_until_somebody_decides() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let mediation = anna.make("mediation", None, vec![likelihood(2)]);
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    anna.edit(mediation, likelihood(3));
    ben.edit(mediation, likelihood(5));
    for _ in 0..2 {
        server::sync(&mut anna, &mut server);
        server::sync(&mut ben, &mut server);
    }
    let view = ben.show(mediation);
    assert_eq!(view.fields, anna.show(mediation).fields);
    let [conflict] = &view.conflicts[..] else { panic!() };
    let mut values: Vec<_> = conflict.values.iter().map(|value| value.text()).collect();
    values.sort();
    assert_eq!(conflict.field.as_str(), "likelihood_of_shooting");
    assert_eq!(values, ["3", "5"]);
    let [listed] = &anna.device.conflicts(anna.now).unwrap()[..] else { panic!() };
    assert_eq!(listed.record.record, mediation);

    let wrong =
        anna.device.resolve(anna.now, &mut anna.rng, mediation, "likelihood_of_shooting", "4");
    assert!(matches!(wrong, Err(RecordError::NotAValue { .. })));
    let none = anna.device.resolve(anna.now, &mut anna.rng, mediation, "persons", "4");
    assert!(matches!(none, Err(RecordError::NoConflict { .. })));
    let field = "likelihood_of_shooting";
    anna.device.resolve(anna.now, &mut anna.rng, mediation, field, "5").unwrap();
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    for phone in [&mut anna, &mut ben] {
        assert!(phone.device.conflicts(phone.now).unwrap().is_empty());
        assert_eq!(phone.show(mediation).fields[field], 5);
    }
}

#[test]
fn all_conflicts_of_a_record_are_decided_as_shown_at_once() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let person = anna.person("Case Alder");
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    for (phone, name, contact) in
        [(&mut anna, "Case Birch", "after six"), (&mut ben, "Case Cedar", "at noon")]
    {
        phone.edit(person, text("name", name));
        phone.edit(person, text("safe_contact", contact));
        phone.edit(person, text("notes", contact));
    }
    for _ in 0..2 {
        server::sync(&mut anna, &mut server);
        server::sync(&mut ben, &mut server);
    }
    let before = anna.show(person);
    let asked: Vec<_> = before.conflicts.iter().map(|c| c.field.as_str()).collect();
    assert_eq!(asked, ["name", "safe_contact"], "nobody is asked about notes");
    let decided = anna.device.resolve_as_shown(anna.now, &mut anna.rng, person).unwrap();
    assert_eq!(decided.len(), 2);
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    for phone in [&mut anna, &mut ben] {
        let view = phone.show(person);
        assert!(view.conflicts.is_empty());
        assert_eq!(view.fields, before.fields);
        // What was not asked about stands in the history, and says what became of it.
        let history = phone.device.history(phone.now, person).unwrap();
        let edits = history.iter().flat_map(|view| &view.entry.edits);
        let lost: Vec<_> = edits.filter(|edit| edit.overwritten).collect();
        assert_eq!(lost.len(), 1);
        assert_eq!(lost[0].field.as_str(), "notes");
        assert!(lost[0].to_string().ends_with(" (overwritten by a concurrent edit)"));
    }
    let nothing = anna.device.resolve_as_shown(anna.now, &mut anna.rng, person).unwrap();
    assert!(nothing.is_empty());
}

fn likelihood(value: i64) -> Edit {
    Edit::Set { field: field("likelihood_of_shooting"), value: Scalar::Integer(value) }
}

#[test]
fn fields_of_a_newer_catalogue_survive_an_older_phone() {
    let (mut anna, mut ben, mut server) = (Phone::new(1), Phone::new(2), TestServer::new());
    let mut newer = CatalogueSource::builtin();
    let types = newer.files.get_mut("types/mediation.toml").unwrap();
    types.push_str(
        "\n[[field]]\nname = \"mood\"\nkind = \"text\"\nlabel = { en = \"Mood\", es = \"Ánimo\" }\n",
    );
    let sent = anna.request();
    anna.take(
        &sent,
        &SyncResponseV1 { catalogue: Some(newer.clone()), cursor: None, ..nothing_new() },
    );
    let edits = vec![choice("catalyst", "group"), text("mood", "calm")];
    let mediation = anna.make("mediation", None, edits);
    server::sync(&mut anna, &mut server);
    server::sync(&mut ben, &mut server);
    ben.edit(mediation, choice("outcome", "temporary"));
    server::sync(&mut ben, &mut server);
    server::sync(&mut anna, &mut server);
    assert_eq!(anna.value(mediation, "mood"), "calm");
    assert_eq!(anna.value(mediation, "outcome"), "temporary");
    // And the older phone reads it as soon as it has the catalogue.
    let sent = ben.request();
    let cursor = sent.cursor;
    ben.take(&sent, &SyncResponseV1 { catalogue: Some(newer), cursor, ..nothing_new() });
    assert_eq!(ben.value(mediation, "mood"), "calm");
    assert!(ben.device.verify().unwrap().is_sound());
}

#[test]
fn records_by_state_are_counted_without_a_word_of_what_they_hold() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    phone.person("Rosa Cedro");
    server::sync(&mut phone, &mut server);
    phone.person("Luis Pino");
    let status = phone.device.status(phone.now).unwrap();
    assert_eq!(status.records[&RecordState::OnServer], 1);
    assert_eq!(status.records[&RecordState::OnPhone], 1);
    assert_eq!(status.outbox, 1);
    let json = status.to_json().to_string();
    assert!(!json.contains("Rosa") && !json.contains("Luis"), "{json}");
}
