//! Where records live: victims in an index of their own, a review beside what it reviews, treatment
//! never among the rest; and that a record amends one of its own kind.

use std::collections::BTreeSet;

use fieldbook_tests::content;
use fieldbook_tests::raw::{Made, RawDevice};
use model::ids::{CaseId, ProgramCode, RecordId};
use model::record::Edit;

use crate::department::{NOW, TestDepartment, edited, encounter, outcomes, quality};

#[test]
fn victims_have_an_index_that_nobody_else_finds() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "vera", "VA", "victim_services");
    department.office.member(NOW, "hana", "HR", "hospital_response");
    let mut vera = department.device("vera");
    let name = content::text("name", "Case Alder");
    let person = vera.make_for(&victims(), NOW, "person", None, &[name.clone(), quality()]);
    // On a phone there is none, and it may not be passed off as everybody's.
    let refused = vera.push(&department.service, NOW, vec![person.push()]);
    assert_eq!(outcomes(&refused), ["not_on_devices Never"]);
    let shared =
        vera.make_in(code("IDN"), &victims(), NOW, "person", None, &[name.clone(), quality()]);
    let refused = vera.push(&department.service, NOW, vec![shared.push()]);
    assert_eq!(outcomes(&refused), ["lives_elsewhere Never"]);
    // A responder who also works for them does not mix the two.
    department.office.admin().user_grant(NOW, "hana", &role("VA"), &victims()).unwrap();
    let mut hana = department.device("hana");
    let mixed = hana.make_in(code("IDN"), &victims(), NOW, "person", None, &[name, quality()]);
    let refused = hana.push(&department.service, NOW, vec![mixed.push()]);
    assert_eq!(outcomes(&refused), ["lives_elsewhere Never"]);
    assert!(department.received(&mut hana).is_empty());
    department.holds();
}

#[test]
fn an_advocate_on_somebody_elses_case_gets_nothing_of_it_on_a_phone() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "vera", "VA", "victim_services");
    department.office.member(NOW, "vic", "SUP", "victim_services");
    let (mut ana, mut vera, mut vic) =
        (department.device("ana"), department.device("vera"), department.device("vic"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.office.assign(NOW, "vera", person.record.into());
    assert!(department.received(&mut vera).is_empty());
    assert!(department.received(&mut vic).is_empty());
    department.holds();
}

#[test]
fn a_review_reaches_the_author_of_what_it_reviews() {
    let mut department = TestDepartment::new();
    let (mut ana, mut ben, mut sol) =
        (department.device("ana"), department.device("ben"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    // An encounter that belongs to no case has an author as well.
    let alone = encounter(&mut ana, None);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![alone.push()])), ["accepted"]);
    department.received(&mut ana);
    let reviews = [review(&mut sol, &contact), review(&mut sol, &alone)];
    let push = reviews.iter().map(Made::push).collect();
    assert_eq!(outcomes(&sol.push(&department.service, NOW, push)), ["accepted", "accepted"]);
    let ids = BTreeSet::from(reviews.map(|made| made.record));
    assert_eq!(department.received(&mut ana), ids);
    assert!(department.received(&mut ben).is_disjoint(&ids));
    department.holds();
}

#[test]
fn a_review_beside_another_record_than_it_names_is_refused() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    let other = department.open_case(&mut ana, "Case Birch");
    let contact = department.meet(&mut ana, person.record.into());
    let names = [content::reference("record", contact.record)];
    let case = Some(CaseId::from(person.record));
    let misplaced = [
        // In the staff's compartment, in the case's identity, in another case.
        (sol.make_for(&content::program(), NOW, "review", case, &names), "lives_elsewhere Never"),
        (
            sol.make_beside(&content::program(), NOW, "review", &person.document, &names),
            "lives_elsewhere Never",
        ),
        (
            sol.make_in(
                code("IDN"),
                &content::program(),
                NOW,
                "review",
                Some(other.record.into()),
                &names,
            ),
            "link_other_case Never",
        ),
    ];
    for (made, expected) in misplaced {
        assert_eq!(outcomes(&sol.push(&department.service, NOW, vec![made.push()])), [expected]);
    }
    department.holds();
}

#[test]
fn a_record_comes_with_or_after_the_one_it_lives_with() {
    let mut department = TestDepartment::new();
    let (mut ana, mut sol) = (department.device("ana"), department.device("sol"));
    let person = department.open_case(&mut ana, "Case Alder");
    department.meet(&mut ana, person.record.into());
    let late = encounter(&mut ana, Some(person.record.into()));
    let review = review(&mut sol, &late);
    let push =
        |sol: &mut RawDevice| outcomes(&sol.push(&department.service, NOW, vec![review.push()]));
    assert_eq!(push(&mut sol), ["link_unknown AfterPull"]);
    // A referral in the same push as the contact in which its need was found.
    let needs = [content::choice("need", "housing"), content::reference("found_in", late.record)];
    let referral = ana.make_beside(&content::program(), NOW, "referral", &late.document, &needs);
    let response = ana.push(&department.service, NOW, vec![late.push(), referral.push()]);
    assert_eq!(outcomes(&response), ["accepted", "accepted"]);
    assert_eq!(push(&mut sol), ["accepted"]);
    department.holds();
}

#[test]
fn what_a_sender_does_not_see_is_unknown_to_them() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "hana", "HR", "hospital_response");
    let (mut ana, mut hana) = (department.device("ana"), department.device("hana"));
    let person = department.open_case(&mut ana, "Case Alder");
    let contact = department.meet(&mut ana, person.record.into());
    let name = content::text("name", "Case Birch");
    let own = hana.make_for(&hospital(), NOW, "person", None, &[name, quality()]);
    let approach = content::choice("approach", "accepted");
    let bedside = |hana: &mut RawDevice, amends: RecordId| {
        let edits = [approach.clone(), content::reference("amends", amends)];
        hana.make_for(&hospital(), NOW, "bedside_encounter", Some(own.record.into()), &edits)
    };
    // Ana's contact exists, the other record does not: the answers are the same.
    let (there, nowhere) = (contact.record, RecordId::from_bytes([9; 16]));
    let push =
        vec![own.push(), bedside(&mut hana, there).push(), bedside(&mut hana, nowhere).push()];
    assert_eq!(
        outcomes(&hana.push(&department.service, NOW, push)),
        ["accepted", "accepted", "accepted"]
    );
    let referral = |hana: &mut RawDevice, found: RecordId| {
        let edits = [content::choice("need", "housing"), content::reference("found_in", found)];
        let case = Some(own.record.into());
        hana.make_in(code("HSP"), &hospital(), NOW, "referral", case, &edits).push()
    };
    let push = vec![referral(&mut hana, there), referral(&mut hana, nowhere)];
    let unknown = ["link_unknown AfterPull", "link_unknown AfterPull"];
    assert_eq!(outcomes(&hana.push(&department.service, NOW, push)), unknown);
}

#[test]
fn treatment_is_noted_elsewhere_and_never_made_of_something_else() {
    let mut department = TestDepartment::new();
    department.office.member(NOW, "rosa", "RN", "reentry");
    let mut rosa = department.device("rosa");
    let reentry: ProgramCode = "reentry".parse().unwrap();
    let name = content::text("name", "Case Alder");
    let person = rosa.make_for(&reentry, NOW, "person", None, &[name, quality()]);
    let case = Some(CaseId::from(person.record));
    let housed = [content::choice("kind", "housed")];
    let mut outcome = rosa.make_for(&reentry, NOW, "outcome", case, &housed);
    let treated = [content::choice("kind", "treatment")];
    let treatment = rosa.make_for(&reentry, NOW, "outcome", case, &treated);
    let hidden = rosa.make_in(code("REN"), &reentry, NOW, "outcome", case, &treated);
    let push = vec![person.push(), outcome.push(), treatment.push(), hidden.push()];
    let answers = ["accepted", "accepted", "not_on_devices Never", "lives_elsewhere Never"];
    assert_eq!(outcomes(&rosa.push(&department.service, NOW, push)), answers);
    // One edit of several is wrong: the other stands.
    let at = outcome.record;
    let schooled =
        edited(&mut rosa, at, &mut outcome.document, &[content::choice("kind", "school")]);
    let moved = edited(&mut rosa, at, &mut outcome.document, &treated);
    let response = rosa.push(&department.service, NOW, vec![schooled, moved]);
    assert_eq!(outcomes(&response), ["accepted", "lives_elsewhere Never"]);
    department.holds();
}

#[test]
fn a_record_amends_one_of_its_own_type_and_case() {
    let mut department = TestDepartment::new();
    let mut ana = department.device("ana");
    let person = department.open_case(&mut ana, "Case Alder");
    let other = department.open_case(&mut ana, "Case Birch");
    let contact = department.meet(&mut ana, person.record.into());
    let amending = |ana: &mut RawDevice, amends: RecordId, case: RecordId| {
        let required = encounter_fields(&content::reference("amends", amends));
        ana.make(NOW, "outreach_contact", Some(case.into()), &required)
    };
    for (amends, case, expected) in [
        (contact.record, person.record, "accepted"),
        (person.record, person.record, "link_other_type Never"),
        (contact.record, other.record, "link_other_case Never"),
    ] {
        let made = amending(&mut ana, amends, case);
        assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![made.push()])), [expected]);
    }
    // Nor does an edit make it so.
    let mut late = amending(&mut ana, contact.record, person.record);
    assert_eq!(outcomes(&ana.push(&department.service, NOW, vec![late.push()])), ["accepted"]);
    let wrong = content::reference("amends", other.record);
    let push = edited(&mut ana, late.record, &mut late.document, &[wrong]);
    let refused = outcomes(&ana.push(&department.service, NOW, vec![push]));
    assert_eq!(refused, ["link_other_type Never"]);
    department.holds();
}

/// Returns the required fields of an outreach contact, and one more value.
fn encounter_fields(more: &Edit) -> Vec<Edit> {
    let fields = [("mode", "street"), ("result", "engaged")];
    let required = fields.map(|(field, option)| content::choice(field, option));
    required.into_iter().chain([more.clone()]).collect()
}

/// A supervisor's word on a record, where it lives.
fn review(sol: &mut RawDevice, of: &Made) -> Made {
    let edits = [content::reference("record", of.record), content::choice("decision", "approved")];
    sol.make_beside(&content::program(), NOW, "review", &of.document, &edits)
}

fn code(compartment: &str) -> model::ids::CompartmentCode {
    compartment.parse().unwrap()
}

fn role(name: &str) -> model::ids::RoleCode {
    name.parse().unwrap()
}

fn victims() -> ProgramCode {
    "victim_services".parse().unwrap()
}

fn hospital() -> ProgramCode {
    "hospital_response".parse().unwrap()
}
