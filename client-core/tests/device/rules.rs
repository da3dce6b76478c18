//! What an owner may not change is refused before it is saved, and the field is named.

use client_core::device::{Doubts, NewRecord, RecordError};
use model::ids::RecordId;
use model::policy::Denial;
use model::record::Edit;
use model::value::Scalar;

use crate::phone::{Phone, choice, field, text};

#[test]
fn a_field_that_is_others_to_change_is_named_and_nothing_is_saved() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let first = choice("tier", "1");
    let intake = phone.make("outreach_intake", Some(person), vec![first]);
    let waiting = phone.waiting();
    let refused = edit(&mut phone, intake, vec![choice("tier", "2"), choice("risk_level", "high")]);
    let Err(RecordError::Policy(Denial::Field { field, roles })) = refused else {
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
fn a_phone_does_not_save_what_the_server_opens_to_its_owner_at_a_console_only() {
    let mut officer = Phone::with_role(1, "CO", "corrections");
    let person = officer.person("Case Alder");
    let record_type: model::ids::TypeName = "release_handoff".parse().unwrap();
    let new = NewRecord {
        record_type: record_type.clone(),
        case: Some(person.into()),
        program: None,
        edits: vec![],
    };
    let refused = officer.device.new_record(officer.now, &mut officer.rng, new);
    assert!(matches!(refused, Err(RecordError::Policy(Denial::AtTheConsole))), "{refused:?}");
    let known = officer.device.catalogue().record_type(&record_type).unwrap().clone();
    assert!(!officer.device.may_make(officer.now, &known).unwrap());
    officer.make("transport", Some(person), vec![]);
    let mut navigator = Phone::with_role(2, "RN", "reentry");
    let person = navigator.person("Case Alder");
    navigator.make("release_handoff", Some(person), vec![]);
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
    assert_eq!(refusal.to_string(), "only SUP may change `approval`");
    assert!(phone.request().push.is_empty());
}

#[test]
fn a_supervisor_approves_by_a_review_and_by_nothing_else() {
    let both = [("OW", "street_outreach"), ("SUP", "street_outreach")];
    let mut sol = Phone::with_roles(1, &both);
    let person = sol.person("Rosa Cedro");
    let intake = sol.make("outreach_intake", Some(person), vec![]);
    let refused = edit(&mut sol, intake, vec![choice("approval", "approved")]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "`approval` is set only by a record of type review: create one with this decision"
    );
    let made = make(&mut sol, "person", None, vec![choice("approval", "voided")]);
    assert_eq!(
        made,
        "`approval` is set only by a record of type review: create one with this decision"
    );
    // To open it again is no decision.
    let says = vec![refers("record", intake), choice("decision", "approved")];
    let review = sol.make("review", None, says.clone());
    assert_eq!(sol.value(intake, "approval"), "approved");
    edit(&mut sol, intake, vec![choice("approval", "submitted")]).unwrap();
    // A review is approved, or voided, in itself: by another one it is not.
    sol.make("review", None, vec![refers("record", review), choice("decision", "voided")]);
    assert!(!sol.show(review).fields.contains_key("approval"));
    edit(&mut sol, review, vec![choice("approval", "approved")]).unwrap();
}

#[test]
fn a_review_that_its_maker_may_not_give_is_refused_whole() {
    let mut sol = Phone::with_roles(1, &[("CO", "corrections"), ("SUP", "street_outreach")]);
    let person = sol.person("Rosa Cedro");
    let of_others = sol.make("transport", Some(person), vec![]);
    let waiting = sol.waiting();
    let says = vec![refers("record", of_others), choice("decision", "approved")];
    let refused = make(&mut sol, "review", None, says);
    assert_eq!(refused, "only SUP may change `approval`");
    assert_eq!(sol.waiting(), waiting);
    assert!(!sol.show(of_others).fields.contains_key("approval"));
}

fn edit(
    phone: &mut Phone,
    record: RecordId,
    edits: Vec<Edit>,
) -> Result<Option<model::ids::ChangeHash>, RecordError> {
    phone.device.edit(phone.now, &mut phone.rng, record, edits)
}

#[test]
fn a_referral_goes_where_the_need_was_found_and_with_it() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let (contact, alone) = (phone.contact(Some(person), "cold"), phone.contact(None, "calm"));
    let edits = |found: RecordId| vec![choice("need", "housing"), refers("found_in", found)];
    let referral = phone.make("referral", None, edits(contact));
    let view = phone.show(referral);
    assert_eq!((view.case, view.compartment.as_str()), (Some(person.into()), "OUT"));
    let beside = phone.make("referral", None, edits(alone));
    assert_eq!(phone.show(beside).case, Some(alone.into()));
    // What stands alone is no case for it.
    let now = phone.now;
    let cases: Vec<_> = phone.device.caseload(now).unwrap().iter().map(|row| row.case).collect();
    assert_eq!(cases, [person.into()]);
    let none = make(&mut phone, "outreach_intake", Some(alone), vec![choice("risk_level", "low")]);
    assert_eq!(none, format!("the case {alone} is not on this device"));
    // Not without a record that is here, nor in another case than its.
    let nowhere = make(&mut phone, "referral", Some(person), edits(RecordId::from_bytes([9; 16])));
    assert_eq!(nowhere, "`found_in` names a record that is not known here");
    let unnamed = make(&mut phone, "referral", Some(person), vec![choice("need", "housing")]);
    assert_eq!(unnamed, "no consent opens these records to your program");
    let other = phone.person("Ana Alder");
    let apart = make(&mut phone, "referral", Some(other), edits(contact));
    assert_eq!(apart, "`found_in` names a record of another case");
    // A need in another record of the same scope was found later.
    let second = phone.contact(Some(person), "hungry");
    phone.edit(referral, refers("found_in", second));
    assert_eq!(phone.value(referral, "found_in"), second.to_string());
}

#[test]
fn a_field_that_names_other_records_takes_only_the_types_it_names() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let (contact, shift) = (phone.contact(Some(person), "cold"), phone.make("shift", None, vec![]));
    let at = Edit::Set { field: field("at"), value: Scalar::DateTime(phone.now) };
    let waiting = phone.waiting();
    // Where it would live is not asked first: an appointment is nothing beside a shift.
    let beside = make(&mut phone, "appointment", None, vec![at, refers("about", shift)]);
    assert!(beside.starts_with("`about` names a shift: it can name one of bed"), "{beside}");
    let contacted = [choice("mode", "street"), choice("result", "engaged")];
    let edits = contacted.into_iter().chain([refers("person", contact)]).collect();
    let plain = make(&mut phone, "outreach_contact", Some(person), edits);
    assert_eq!(plain, "`person` names a outreach_contact: it can name one of person");
    let mediation = phone.make("mediation", Some(person), vec![]);
    let party = |record: RecordId| {
        let entry = [("person", Scalar::Ref(record)), ("side", choice_of("one"))];
        let entry = entry.map(|(key, value)| (key.to_owned(), value)).into();
        vec![Edit::Log { field: field("parties"), id: format!("{:026}", 1), entry }]
    };
    let entry = edit(&mut phone, mediation, party(contact)).unwrap_err().to_string();
    let said = "`parties` entry: `person` names a outreach_contact: it can name one of person";
    assert_eq!(entry, said);
    assert_eq!(phone.waiting(), waiting + 1, "the mediation");
    edit(&mut phone, mediation, party(person)).unwrap();
    // One that is not here is let be: it may be a person whose case is another's.
    edit(&mut phone, mediation, party(RecordId::from_bytes([9; 16]))).unwrap();
}

#[test]
fn somebody_who_walks_in_with_a_need_is_referred_without_a_record_of_needs() {
    let mut navigator = Phone::with_role(1, "RN", "reentry");
    let person = navigator.person("Rosa Cedro");
    let referral = navigator.make("referral", Some(person), vec![choice("need", "housing")]);
    let view = navigator.show(referral);
    assert_eq!((view.case, view.compartment.as_str()), (Some(person.into()), "REN"));
}

#[test]
fn what_belongs_where_no_phone_keeps_it_is_refused_with_the_reason() {
    let mut navigator = Phone::with_role(1, "RN", "reentry");
    let person = navigator.person("Rosa Cedro");
    let outcome = navigator.make("outcome", Some(person), vec![choice("kind", "housed")]);
    let treated = vec![choice("kind", "treatment")];
    let at_the_console = "records of this kind are not kept on phones; use the console";
    assert_eq!(make(&mut navigator, "outcome", Some(person), treated.clone()), at_the_console);
    let moved = edit(&mut navigator, outcome, treated).unwrap_err();
    assert_eq!(moved.to_string(), "`kind` belongs in SUD: create a new record there");
    let mut advocate = Phone::with_role(2, "VA", "victim_services");
    assert_eq!(make(&mut advocate, "person", None, vec![]), at_the_console);
    let known = advocate.device.catalogue().record_type(&"person".parse().unwrap()).cloned();
    assert!(!advocate.device.may_make(advocate.now, &known.unwrap()).unwrap());
}

#[test]
fn a_record_amends_one_of_its_own_type_and_case() {
    let mut phone = Phone::new(1);
    let (person, other) = (phone.person("Rosa Cedro"), phone.person("Ana Alder"));
    let contact = phone.contact(Some(person), "cold");
    let amends = |record: RecordId| {
        let required = [choice("mode", "street"), choice("result", "engaged")];
        required.into_iter().chain([refers("amends", record)]).collect::<Vec<_>>()
    };
    phone.make("outreach_contact", Some(person), amends(contact));
    let another = make(&mut phone, "outreach_contact", Some(other), amends(contact));
    assert_eq!(another, "`amends` names a record of another case");
    let kind = make(&mut phone, "outreach_contact", Some(person), amends(person));
    assert_eq!(kind, "`amends` names a person: a record amends one of its own type");
    // One that is not here is let be, as in other fields.
    phone.make("outreach_contact", Some(person), amends(RecordId::from_bytes([9; 16])));
}

#[test]
fn nobody_notes_a_consent_that_opens_to_them_what_others_keep() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let opens = |option: &str| Edit::Add { field: field("opens"), option: option.parse().unwrap() };
    let kind = choice("kind", "hipaa");
    let refused = make(&mut phone, "consent", Some(person), vec![kind.clone(), opens("hsp")]);
    let said = "only staff of the programs this consent opens may change `kind`";
    assert_eq!(refused, said);
    let own = phone.make("consent", Some(person), vec![kind, opens("out")]);
    edit(&mut phone, own, vec![opens("hsp")]).unwrap_err();
}

/// Returns what is said when a record cannot be made.
#[expect(clippy::unwrap_used, reason = "a test's: what fails here is what it is about")]
fn make(phone: &mut Phone, of: &str, case: Option<RecordId>, edits: Vec<Edit>) -> String {
    let record_type = of.parse().unwrap();
    let new = NewRecord { record_type, case: case.map(Into::into), program: None, edits };
    let (now, rng) = (phone.now, &mut phone.rng);
    phone.device.new_record(now, rng, new).unwrap_err().to_string()
}

#[expect(clippy::unwrap_used, reason = "a test's: what fails here is what it is about")]
fn choice_of(option: &str) -> Scalar {
    Scalar::Choice(option.parse().unwrap())
}

fn refers(name: &str, record: RecordId) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Ref(record) }
}

#[test]
fn a_record_by_mistake_is_voided_by_its_author_with_a_reason_and_counts_no_more() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let before = phone.device.tasks(phone.now).unwrap();
    let contact = phone.contact(Some(person), "by mistake");
    let void = |phone: &mut Phone, reason: &str| {
        phone.device.void(phone.now, &mut phone.rng, contact, reason)
    };
    let refused = void(&mut phone, "  ").unwrap_err();
    assert_eq!(refused.to_string(), "`void_reason` is required");
    void(&mut phone, " of another person ").unwrap();
    assert_eq!(phone.value(contact, "approval"), "voided");
    assert_eq!(phone.value(contact, "void_reason"), "of another person");
    assert_eq!(phone.device.tasks(phone.now).unwrap(), before);
    assert!(phone.device.verify().unwrap().is_sound());
    // What is voided is edited no more.
    let refused = edit(&mut phone, contact, vec![choice("result", "brief")]);
    assert!(matches!(refused, Err(RecordError::Policy(Denial::Final { .. }))), "{refused:?}");

    let late = phone.contact(Some(person), "too late");
    phone.later(model::time::Span::from_hours(25));
    let refused = phone.device.void(phone.now, &mut phone.rng, late, "of another person");
    assert!(matches!(refused, Err(RecordError::Policy(Denial::Field { .. }))), "{refused:?}");
}

#[test]
fn a_note_that_looks_like_what_is_never_recorded_is_asked_about_before_it_is_saved() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let waiting = phone.waiting();
    let noted = |note: &str| NewRecord {
        record_type: "outreach_contact".parse().unwrap(),
        case: Some(person.into()),
        program: None,
        edits: vec![choice("mode", "street"), choice("result", "brief"), text("note", note)],
    };
    let new = noted("his number is 123-45-6789");
    let refused = phone.device.new_record(phone.now, &mut phone.rng, new.clone()).unwrap_err();
    assert_eq!(
        refused.message().unwrap().english(),
        "`note` looks like a Social Security number, which is never recorded here: take it out"
    );
    assert!(matches!(refused, RecordError::Doubtful(_)));
    assert_eq!(phone.waiting(), waiting, "nothing was saved");
    let intake = phone.make("outreach_intake", Some(person), vec![]);
    let refused = edit(&mut phone, intake, vec![Edit::append(field("safety_plan"), "SID 1234567")]);
    assert!(matches!(refused, Err(RecordError::Doubtful(_))), "{refused:?}");
    // It is something else.
    let (now, rng) = (phone.now, &mut phone.rng);
    let saved = phone.device.new_record_with(now, rng, new, Doubts::Overrule).unwrap();
    // What stands there is not asked about again.
    edit(&mut phone, saved, vec![text("note", "his number is 123-45-6789")]).unwrap();
}
