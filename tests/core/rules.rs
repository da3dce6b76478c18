//! Who may change which field of a record that they may see.

use fieldbook_tests::content;
use fieldbook_tests::raw::Made;
use model::document::Document;
use model::ids::{Chain, FeedSeq, ProgramCode};
use model::record::Edit;
use model::value::Scalar;
use model::wire::{FeedPositionV1, ReconcileOfferV1};

use crate::department::{NOW, TestDepartment, edited, encounter, outcomes};

#[test]
fn a_workers_approval_is_refused_and_what_came_with_it_is_not() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    let mut mine = copy(&contact);
    let note = edited(&mut ana, contact.record, &mut mine, &[content::text("note", "calm")]);
    let approve = edited(&mut ana, contact.record, &mut copy(&contact), &[approval("approved")]);
    let submit = edited(&mut ana, contact.record, &mut mine, &[approval("submitted")]);
    let other = encounter(&mut ana, Some(person.record.into()));
    let push = vec![note, approve, submit, other.push()];
    let response = ana.push(&department.service, NOW, push);
    let expected = ["accepted", "guarded_field Never", "accepted", "accepted"];
    assert_eq!(outcomes(&response), expected);
    let kept = department.office.admin().quarantine().unwrap();
    assert_eq!((kept.len(), kept[0].code.as_str()), (1, "guarded_field"));
    assert!(kept[0].reason.contains("`approval`") && kept[0].reason.contains("SUP"));

    let mut theirs = department.pulled(&mut sol).remove(&contact.record).unwrap();
    let approve = edited(&mut sol, contact.record, &mut theirs, &[approval("approved")]);
    assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![approve])), ["accepted"]);
    department.holds();
}

#[test]
fn an_approved_encounter_is_amended_and_not_edited() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    let mut theirs = department.pulled(&mut sol).remove(&contact.record).unwrap();
    let approve = edited(&mut sol, contact.record, &mut theirs, &[approval("approved")]);
    assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![approve])), ["accepted"]);

    // Ana has seen it, or not yet: what is approved stays as it was approved.
    let note = content::text("note", "calm after all");
    let unseen = edited(&mut ana, contact.record, &mut copy(&contact), std::slice::from_ref(&note));
    let seen = edited(&mut ana, contact.record, &mut theirs.clone(), std::slice::from_ref(&note));
    let response = ana.push(&department.service, NOW, vec![unseen, seen]);
    assert_eq!(outcomes(&response), ["final Never", "final Never"]);

    let amends = Edit::Set { field: content::field("amends"), value: Scalar::Ref(contact.record) };
    let required = [content::choice("mode", "street"), content::choice("result", "engaged")];
    let edits: Vec<Edit> = required.into_iter().chain([note, amends]).collect();
    let case = Some(person.record.into());
    let amended = ana.make(NOW, "outreach_contact", case, &edits);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![amended.push()])), ["accepted"]);
    department.holds();
}

#[test]
fn an_encounter_is_its_authors() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben) = (department.device("ana"), department.device("ben"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.office.assign(NOW, "ben", person.record.into());
    let contact = department.meet(&mut ana, person.record.into());
    let mut theirs = department.pulled(&mut ben).remove(&contact.record).unwrap();
    let push = edited(&mut ben, contact.record, &mut theirs, &[content::text("note", "no")]);
    assert_eq!(outcomes(&ben.push(&department.service, NOW, vec![push])), ["not_author Never"]);
}

#[test]
fn two_people_who_fill_a_guarded_field_at_once_are_both_kept() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben, mut sol) =
        (department.device("ana"), department.device("ben"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.office.assign(NOW, "ben", person.record.into());
    let intake = ana.make(NOW, "outreach_intake", Some(person.record.into()), &[]);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![intake.push()])), ["accepted"]);
    let mut seen = department.pulled(&mut ben).remove(&intake.record).unwrap();
    let mut mine = copy(&intake);
    let first = edited(&mut ana, intake.record, &mut mine, &[tier("1")]);
    let second = edited(&mut ben, intake.record, &mut seen, &[tier("2")]);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![first])), ["accepted"]);
    assert_eq!(outcomes(&ben.push(&department.service, NOW, vec![second])), ["accepted"]);
    // To change what stood there is something else, whether or not it has changed meanwhile.
    let third = edited(&mut ana, intake.record, &mut mine, &[tier("3")]);
    let response = ana.push(&department.service, NOW, vec![third]);
    assert_eq!(outcomes(&response), ["guarded_field Never"]);
    // Both may decide between the two, and the supervisor may say something else.
    let mut both = department.pulled(&mut sol).remove(&intake.record).unwrap();
    let decided = edited(&mut ben, intake.record, &mut both, &[tier("1")]);
    assert_eq!(outcomes(&ben.push(&department.service, NOW, vec![decided])), ["accepted"]);
    let set = edited(&mut sol, intake.record, &mut both, &[tier("3")]);
    assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![set])), ["accepted"]);
    department.holds();
}

#[test]
fn a_supervisor_of_another_program_changes_nothing_that_is_guarded() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    let mut theirs = department.pulled(&mut sol).remove(&contact.record).unwrap();
    // From the next request on: her phone does not know yet.
    let (role, program) = ("SUP".parse().unwrap(), content::program());
    department.office.admin().user_revoke_role(NOW, "sol", &role, &program).unwrap();
    let elsewhere = "hospital_response".parse().unwrap();
    department.office.admin().user_grant(NOW, "sol", &role, &elsewhere).unwrap();
    let approve = edited(&mut sol, contact.record, &mut theirs, &[approval("approved")]);
    let response = sol.push(&department.service, NOW, vec![approve]);
    assert_eq!(outcomes(&response), ["not_author Never"]);
}

#[test]
fn who_may_not_approve_a_record_may_not_review_it_so() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben, mut sol) =
        (department.device("ana"), department.device("ben"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    department.office.assign(NOW, "ben", person.record.into());
    let elsewhere: ProgramCode = "hospital_response".parse().unwrap();
    department.office.admin().user_grant(NOW, "ben", &"SUP".parse().unwrap(), &elsewhere).unwrap();
    let says = |decision: Option<&str>| {
        let decision = decision.map(|decision| content::choice("decision", decision));
        let about = content::reference("record", contact.record);
        [about].into_iter().chain(decision).collect::<Vec<_>>()
    };
    // A supervisor of another program, who is on the case.
    let approves =
        ben.make_beside(&elsewhere, NOW, "review", &contact.document, &says(Some("approved")));
    let nothing = ben.make_beside(&elsewhere, NOW, "review", &contact.document, &says(None));
    let answer = ben.push(&department.service, NOW, vec![approves.push(), nothing.push()]);
    assert_eq!(outcomes(&answer), ["not_author Never", "accepted"]);
    // Nor does a worker make a supervisor's review say so: of their own record, either.
    let program = content::program();
    let returned =
        sol.make_beside(&program, NOW, "review", &contact.document, &says(Some("returned")));
    assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![returned.push()])), ["accepted"]);
    let decide = |decision: &str| content::choice("decision", decision);
    let approve = edited(&mut ana, returned.record, &mut copy(&returned), &[decide("approved")]);
    let coach =
        edited(&mut ana, returned.record, &mut copy(&returned), &[content::text("coaching", "ok")]);
    let void = edited(&mut ben, returned.record, &mut copy(&returned), &[decide("voided")]);
    let answer = ana.push(&department.service, NOW, vec![approve, coach]);
    assert_eq!(outcomes(&answer), ["guarded_field Never", "accepted"]);
    assert_eq!(outcomes(&ben.push(&department.service, NOW, vec![void])), ["not_author Never"]);
    department.holds();
}

#[test]
fn nobody_makes_a_record_that_is_approved_already() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let edits = [
        content::choice("mode", "street"),
        content::choice("result", "engaged"),
        approval("approved"),
    ];
    let made = ana.make(NOW, "outreach_contact", Some(person.record.into()), &edits);
    let response = ana.push(&department.service, NOW, vec![made.push()]);
    assert_eq!(outcomes(&response), ["guarded_field Never"]);
}

#[test]
fn who_says_that_the_server_lost_something_does_not_get_round_the_rules() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    ana.seen = Some(FeedPositionV1 { seq: FeedSeq(1), chain: Chain([9; 16]) });
    let asked = ana.send(&department.service, NOW, ana.request()).reconcile.unwrap();
    let approve = edited(&mut ana, contact.record, &mut copy(&contact), &[approval("approved")]);
    let mut request = ana.request();
    request.push = vec![approve];
    request.reconcile =
        Some(ReconcileOfferV1 { epoch: asked.epoch, holds: Vec::new(), complete: false });
    let response = ana.send(&department.service, NOW, request);
    assert_eq!(outcomes(&response), ["guarded_field Never"]);
}

fn copy(made: &Made) -> Document {
    Document::load(&made.document.save()).unwrap()
}

fn approval(state: &str) -> Edit {
    content::choice("approval", state)
}

fn tier(tier: &str) -> Edit {
    content::choice("tier", tier)
}
