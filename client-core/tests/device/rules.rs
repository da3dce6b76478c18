//! What an owner may not change is refused before it is saved, and the field is named.

use client_core::device::{NewRecord, RecordError};
use model::policy::Refusal;
use model::record::Edit;

use crate::phone::{Phone, choice};

#[test]
fn a_field_that_is_others_to_change_is_named_and_nothing_is_saved() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let first = choice("tier", "1");
    let intake = phone.make("outreach_intake", Some(person), vec![first]);
    let waiting = phone.waiting();
    let refused = edit(&mut phone, intake, vec![choice("tier", "2"), choice("risk_level", "high")]);
    let Err(RecordError::Policy(Refusal::Field { field, roles })) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((field.as_str(), roles.as_str()), ("tier", "SUP"));
    assert_eq!(phone.waiting(), waiting);
    assert!(!phone.show(intake).fields.contains_key("risk_level"));
    // What is everybody's is saved.
    edit(&mut phone, intake, vec![choice("risk_level", "high")]).unwrap();
    assert_eq!(phone.value(intake, "risk_level"), "high");
}

#[test]
fn a_record_is_not_made_approved() {
    let mut phone = Phone::new(1);
    let edits =
        vec![choice("mode", "street"), choice("result", "engaged"), choice("approval", "approved")];
    let new = NewRecord {
        record_type: "outreach_contact".parse().unwrap(),
        case: None,
        program: None,
        edits,
    };
    let (now, rng) = (phone.now, &mut phone.rng);
    let refused = phone.device.new_record(now, rng, new);
    let Err(RecordError::Policy(refusal)) = refused else { panic!("{refused:?}") };
    assert_eq!(refusal.to_string(), "`approval` is changed by SUP only");
    assert!(phone.request().push.is_empty());
}

fn edit(
    phone: &mut Phone,
    record: model::ids::RecordId,
    edits: Vec<Edit>,
) -> Result<Option<model::ids::ChangeHash>, RecordError> {
    phone.device.edit(phone.now, &mut phone.rng, record, edits)
}
