//! What a form asks on a phone: it is asked where a record is made and edited, and of the case.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::BTreeMap;

use client_core::device::NewRecord;
use model::forms;
use model::ids::RecordId;
use model::record::Edit;
use model::time::Span;
use model::value::Scalar;

use crate::forms::{changed, take};
use crate::phone::{Phone, choice, field, text};

const CONTACT: &str = "types/outreach_contact.toml";
const NOTE: &str = "name = \"note\"\nkind = \"text\"\n";

/// How a contact's note is asked for: where the person was not found, and always of a minor.
const ASKED: &str = r#"name = "note"
kind = "text"
shown_when = { any = [
  { field = "result", is = "not_found" },
  { value = { years_between = [{ latest = "person", field = "dob" }, { today = true }] }, less_than = 18 },
] }
required_when = { field = "result", is = "not_found" }
required_message = { en = "say where you looked", es = "diga dónde buscó" }
limits = [
  { value = { length = { field = "note" } }, at_least = 5, message = { en = "is too short", es = "es demasiado breve" } },
]
"#;

#[test]
fn a_record_is_made_and_edited_as_its_form_asks() {
    let mut phone = asking();
    let (street, found) = (choice("mode", "street"), choice("result", "engaged"));
    let not_found = choice("result", "not_found");
    assert_eq!(
        make(&mut phone, None, &[street.clone(), not_found.clone()]),
        "`note` say where you looked"
    );
    assert_eq!(
        make(&mut phone, None, &[street.clone(), not_found.clone(), text("note", "bar")]),
        "`note` is too short"
    );
    assert_eq!(
        make(&mut phone, None, &[street.clone(), found.clone(), text("note", "at home")]),
        "`note` is not asked for with these answers: leave it out"
    );
    let contact = phone.make("outreach_contact", None, vec![street, found]);
    assert_eq!(
        edit(&mut phone, contact, std::slice::from_ref(&not_found)),
        "`note` say where you looked"
    );
    assert_eq!(phone.value(contact, "result"), "engaged");
    assert_eq!(edit(&mut phone, contact, &[not_found, text("note", "at the shop")]), "");
    assert_eq!(phone.value(contact, "note"), "at the shop");
}

#[test]
fn a_form_asks_what_the_newest_record_of_the_case_calls_for() {
    let mut phone = asking();
    let person = phone.person("Rosa Cedro");
    let contact =
        [choice("mode", "street"), choice("result", "engaged"), text("note", "with her aunt")];
    let adult = "`note` is not asked for with these answers: leave it out";
    // Nothing is known of how old she is.
    assert_eq!(make(&mut phone, Some(person), &contact), adult);
    for (years, said) in [(30, adult), (12, "")] {
        let born = (phone.now - Span::from_days(years * 366)).date().unwrap();
        phone.edit(person, Edit::Set { field: field("dob"), value: Scalar::Date(born) });
        assert_eq!(make(&mut phone, Some(person), &contact), said, "{years} years");
    }
    let record_type = phone.device.catalogue().record_type(&"outreach_contact".parse().unwrap());
    let record_type = record_type.unwrap().clone();
    let mut answers = BTreeMap::new();
    contact.iter().for_each(|edit| forms::apply(&mut answers, edit));
    let asked = |phone: &Phone, case: Option<RecordId>| {
        let case = case.map(Into::into);
        let form = phone.device.form(phone.now, &record_type, case, &answers).unwrap();
        form.question(&field("note")).unwrap().shown
    };
    assert!(asked(&phone, Some(person)) && !asked(&phone, None));
    // A phone that may show nothing of the case knows nothing of it.
    phone.later(Span::from_days(400));
    assert!(!asked(&phone, Some(person)));
}

fn asking() -> Phone {
    let mut phone = Phone::new(1);
    take(&mut phone, &changed(CONTACT, NOTE, ASKED), &[]);
    phone
}

fn make(phone: &mut Phone, case: Option<RecordId>, edits: &[Edit]) -> String {
    let record_type = "outreach_contact".parse().unwrap();
    let (case, edits) = (case.map(Into::into), edits.to_vec());
    let new = NewRecord { record_type, case, program: None, edits };
    let (now, rng) = (phone.now, &mut phone.rng);
    let made = phone.device.new_record(now, rng, new);
    made.err().map(|error| error.to_string()).unwrap_or_default()
}

fn edit(phone: &mut Phone, record: RecordId, edits: &[Edit]) -> String {
    let (now, rng) = (phone.now, &mut phone.rng);
    let edited = phone.device.edit(now, rng, record, edits.to_vec());
    edited.err().map(|error| error.to_string()).unwrap_or_default()
}
