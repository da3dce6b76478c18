//! A draft as an app fills it in: saved with each answer, submitted when nothing is wrong with it.

use super::*;
use crate::{DraftRow, UndoneDraft, Value};

fn contact(edits: Vec<Edit>) -> NewRecord {
    NewRecord { record_type: name("outreach_contact"), case_id: None, program: None, edits }
}

fn choice(field: &str, option: &str) -> Edit {
    set(field, Scalar::Choice { value: name(option) })
}

#[test]
fn a_draft_is_filled_in_by_answers_and_by_what_was_typed() {
    let phone = Phone::new();
    let device = &phone.device;
    let draft = device.begin_draft(contact(vec![choice("mode", "street")])).unwrap();
    let add = |option: &str| Edit::Add { field: name("purpose"), option: name(option) };
    device.edit_draft(draft, vec![add("rapport"), add("crisis")]).unwrap();
    device
        .edit_draft(draft, vec![Edit::Remove { field: name("purpose"), option: name("crisis") }])
        .unwrap();
    device.type_in_draft(draft, name("minutes"), "a few".into()).unwrap();
    let seen = device.draft(draft, "es".into()).unwrap();
    assert_eq!(seen.typed["minutes"], "a few");
    let purpose = Value::Choices { options: vec![name("rapport")] };
    assert_eq!(seen.answers["purpose"], purpose);
    let problems = seen.problems.iter().map(|problem| (problem.field.clone(), &*problem.code));
    let expected = [(Some(name("minutes")), "not_a_value"), (Some(name("result")), "required")];
    let problems: Vec<_> = problems.collect();
    assert_eq!(problems[1], expected[1]);
    assert_eq!(problems[0].0, expected[0].0);

    // Submitting says the same, and leaves the draft as it was.
    let refused = device.submit_draft(draft, false, vec![]).unwrap_err();
    assert_eq!(refused, FieldbookError::Invalid { problems: seen.problems.clone() });
    assert_eq!(device.draft(draft, "es".into()).unwrap(), seen);
    assert_eq!(device.status().unwrap().drafts, 1);

    device.type_in_draft(draft, name("minutes"), "30".into()).unwrap();
    device.edit_draft(draft, vec![choice("result", "brief")]).unwrap();
    let [row] = &device.drafts().unwrap()[..] else { panic!("one draft is open") };
    let DraftRow { answered, problems, old, .. } = row;
    assert_eq!((*answered, *problems, *old), (4, 0, false));
    let done = device.submit_draft(draft, false, vec![]).unwrap();
    let minutes = Value::Single { value: Scalar::Integer { value: 30 } };
    let record = device.record(done.record, "en".into()).unwrap();
    assert_eq!(record.fields["minutes"], minutes);
    assert!(device.drafts().unwrap().is_empty());

    assert_eq!(device.undo_draft(draft).unwrap(), UndoneDraft::TakenBack);
    assert_eq!(device.record(done.record, "en".into()).unwrap_err(), FieldbookError::NotFound);
    assert_eq!(device.undo_answer(draft).unwrap(), Some(name("result")));
    device.discard_draft(draft).unwrap();
    assert_eq!(device.undo_draft(draft).unwrap(), UndoneDraft::Found);
}

#[test]
fn a_field_that_there_is_not_is_told_before_anything_is_saved() {
    let phone = Phone::new();
    let draft = phone.device.begin_draft(contact(vec![])).unwrap();
    let refused = phone.device.type_in_draft(draft, name("no_field"), "x".into()).unwrap_err();
    assert!(matches!(refused, FieldbookError::Invalid { .. }), "{refused:?}");
    assert!(phone.device.draft(draft, "en".into()).unwrap().typed.is_empty());
}

#[test]
fn people_met_at_once_have_a_record_each_made_in_one_step_and_taken_back_in_one() {
    let phone = Phone::new();
    let device = &phone.device;
    let known = device.record_type(name("outreach_contact"), "en".into()).unwrap();
    assert!(known.unwrap().together);
    let mediation = device.record_type(name("mediation"), "en".into()).unwrap();
    assert!(!mediation.unwrap().together);
    let [alder, birch, cedar] =
        ["Case Alder", "Case Birch", "Case Cedar"].map(|called| phone.person(called));
    let met = || {
        let minutes = set("minutes", Scalar::Integer { value: 20 });
        let edits = vec![choice("mode", "street"), choice("result", "engaged"), minutes];
        NewRecord { case_id: Some(alder.into()), ..contact(edits) }
    };
    let minutes = |record: RecordId| {
        device.record(record, "en".into()).unwrap().fields.get("minutes").cloned()
    };
    let also = vec![birch.into(), cedar.into()];
    let made = device.create_together(met(), also.clone(), false).unwrap();
    assert_eq!(made.len(), 3);
    assert!(minutes(made[0]).is_some() && minutes(made[1]).is_none() && minutes(made[2]).is_none());
    let named = Value::Single { value: Scalar::Ref { value: made[0] } };
    assert_eq!(device.record(made[2], "en".into()).unwrap().fields["met_together"], named);

    // A case that is not here is told, and nothing is made.
    let nowhere = "0190c0de-0000-7000-8000-000000000001";
    let unknown: CaseId = nowhere.parse().unwrap();
    let refused = device.create_together(met(), vec![birch.into(), unknown], false).unwrap_err();
    let FieldbookError::Invalid { problems } = refused else { panic!("{refused:?}") };
    let [problem] = &problems[..] else { panic!("{problems:?}") };
    assert_eq!((problem.field.as_ref(), &*problem.code), (None, "of_case"));
    let said = |language: &str| {
        explain(problem.code.clone(), problem.parameters.clone(), language.into()).unwrap()
    };
    assert_eq!(said("en"), problem.problem);
    let case = format!("para el caso {nowhere}: ");
    assert_eq!(said("es"), format!("{case}el caso no está en este dispositivo"));

    let draft = device.begin_draft(met()).unwrap();
    let done = device.submit_draft(draft, false, also).unwrap();
    assert_eq!(done.also.len(), 2);
    assert_eq!(device.undo_draft(draft).unwrap(), UndoneDraft::TakenBack);
    for record in [done.record, done.also[0], done.also[1]] {
        assert_eq!(device.record(record, "en".into()).unwrap_err(), FieldbookError::NotFound);
    }
}
