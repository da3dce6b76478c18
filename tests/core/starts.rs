//! Who may create which record: a phone applies the same rule before it saves as the server does.

use std::collections::BTreeSet;

use client_core::device::{NewRecord, RecordError};
use fieldbook_tests::content;
use model::catalogue::{BelongsTo, PlacementRule};
use model::document::EditError;
use model::ids::{FieldName, ProgramCode};
use model::policy;
use model::record::Problem;
use model::time::Span;

use crate::department::{NOW, TestDepartment, outcomes};
use crate::over_time::first_values;
use crate::phone::Phone;

#[test]
fn what_a_phone_lets_anybody_start_the_server_takes_and_what_it_refuses_so_does_the_server() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let catalogue = ana.catalogue.clone();
    let (mut started, mut refused) = (0, 0);
    let mut not_here = BTreeSet::new();
    for (role, known) in &catalogue.roles {
        let fitting = catalogue.programs.keys().filter(|it| policy::fits(&catalogue, role, it));
        // Who serves the whole department serves it in any program.
        let programs: Vec<&ProgramCode> =
            fitting.take(if known.department { 1 } else { usize::MAX }).collect();
        for program in programs {
            let name = format!("{role} in {program}");
            department.office.member(NOW, &name, role.as_str(), program.as_str());
            department.office.assign(NOW, &name, person.record.into());
            let mut phone = Phone::of(&mut department, &name);
            let mut hand = department.device(&name);
            phone.hands_over(&department);
            for record_type in catalogue.types.values() {
                let of = record_type.name.as_str();
                let case = match record_type.belongs_to {
                    BelongsTo::Case | BelongsTo::CaseOrNothing => Some(person.record.into()),
                    BelongsTo::Itself | BelongsTo::Nothing => None,
                };
                // A later day has a date, and a reason.
                let later = [
                    content::instant("until", NOW + Span::from_days(1)),
                    content::choice("why_later", "no_time"),
                ];
                let more: &[_] = if record_type.puts_off.is_some() { &later } else { &[] };
                let edits = first_values(&hand, of, Some(person.record), more);
                let new = NewRecord {
                    record_type: record_type.name.clone(),
                    case,
                    program: Some(program.clone()),
                    edits: edits.clone(),
                };
                match phone.device.new_record(NOW, &mut phone.rng, new) {
                    Ok(_) => {
                        // Every change of it is taken.
                        phone.hands_over(&department);
                        started += 1;
                    }
                    Err(error) => {
                        let says = |field: &FieldName| edits.iter().any(|it| it.field() == field);
                        let made = match &record_type.placed {
                            PlacementRule::With(field) if says(field) => {
                                hand.make_beside(program, NOW, of, &person.document, &edits)
                            }
                            PlacementRule::Always
                            | PlacementRule::With(_)
                            | PlacementRule::When { .. } => {
                                hand.make_for(program, NOW, of, case, &edits)
                            }
                        };
                        let answer = hand.push(&department.service, NOW, vec![made.push()]);
                        let told = outcomes(&answer).remove(0);
                        let code = told.split(' ').next().unwrap();
                        if matches!(error, RecordError::CaseNotHeld(_)) {
                            // Why not, is not known where nothing of the case is.
                            refused += 1;
                            if code == "accepted" {
                                not_here.insert(format!("{role} {of}"));
                            }
                            continue;
                        }
                        let here = self::code(&error);
                        // A record that is not on the phone has no home that it could ask about.
                        let is_alike =
                            here == code || (here == "link_unknown" && code != "accepted");
                        assert!(is_alike, "{name}: {of} is {code} to the server, {error} here");
                        refused += 1;
                    }
                }
            }
        }
    }
    // Nothing of the case is on an analyst's phone, who notes what was done to a property.
    assert_eq!(not_here, ["AN property_action".to_owned()].into());
    assert!(started > 50 && refused > 300, "{started} started, {refused} refused");
    department.holds();
}

#[test]
fn a_custody_officer_is_told_alike_of_a_hand_off_that_is_written_at_a_console() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "carl", "CO", "corrections");
    let program: ProgramCode = "corrections".parse().unwrap();
    let mut phone = Phone::of(&mut department, "carl");
    let mut hand = department.device("carl");
    let name = [content::text("name", "Case Alder"), content::choice("name_quality", "full")];
    let person = phone.make("person", None, name.to_vec());
    phone.hands_over(&department);
    let new = NewRecord {
        record_type: content::type_name("release_handoff"),
        case: Some(person.into()),
        program: None,
        edits: Vec::new(),
    };
    let here = phone.device.new_record(NOW, &mut phone.rng, new).unwrap_err();
    let made = hand.make_for(&program, NOW, "release_handoff", Some(person.into()), &[]);
    let there = outcomes(&hand.push(&department.service, NOW, vec![made.push()]));
    assert_eq!((code(&here), there), ("at_the_console", vec!["at_the_console Never".to_owned()]));
}

/// The name under which the server refuses what a phone does not save.
fn code(error: &RecordError) -> &'static str {
    match error {
        RecordError::Policy(refusal) => refusal.code(),
        RecordError::Edit(EditError::Fields(problems)) => match &problems[0].problem {
            Problem::Link(problem) => problem.code(),
            other => panic!("{}: {other:?}", problems[0].field),
        },
        other => panic!("{other:?}"),
    }
}
