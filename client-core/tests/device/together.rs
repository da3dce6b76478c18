//! Several people who are met at once: a record each, made in one step or not at all.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::BTreeSet;

use client_core::device::{Doubts, NewRecord, RecordError, Submitted, TOGETHER_MAX, Undone};
use client_core::engine::Budget;
use model::ids::{CaseId, DraftId, RecordId};
use model::policy::Denial;
use model::record::Edit;
use model::value::Scalar;
use model::wire::SyncResponseV1;

use crate::forms::{changed, take};
use crate::phone::{Phone, budget, choice, field, text};
use crate::server::{self, TestServer, nothing_new, scope_of};

const CONTACT: &str = "types/outreach_contact.toml";

#[test]
fn people_met_at_once_have_a_record_each_and_the_minutes_and_the_note_stand_in_the_first() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let people = phone.people(3);
    server::sync(&mut phone, &mut server);
    let made = phone.met(&people, circle()).unwrap();
    let [first, others @ ..] = &made[..] else { panic!("{made:?}") };
    assert_eq!((others.len(), phone.waiting()), (2, 3));

    let shown = phone.show(*first);
    assert_eq!((&shown.fields["minutes"], &shown.fields["anon_count"]), (&20.into(), &4.into()));
    assert_eq!(shown.fields["note"], "by the shop");
    assert!(!shown.fields.contains_key("met_together"));
    for other in others {
        let shown = phone.show(*other);
        assert_eq!(shown.fields["met_together"], first.to_string());
        assert_eq!(shown.fields["mode"], "street");
        assert_eq!(shown.fields["result"], "engaged");
        for once in ["minutes", "anon_count", "note"] {
            assert!(!shown.fields.contains_key(once), "{once} would be counted twice");
        }
    }
    // Each is filed with its own person, and asks for the next contact with them.
    let cases: Vec<_> = made.iter().map(|record| phone.show(*record).case.unwrap()).collect();
    assert_eq!(cases, people.iter().map(|person| CaseId::from(*person)).collect::<Vec<_>>());
    let tasks = phone.device.tasks(phone.now).unwrap().into_iter();
    let next = tasks.filter(|task| task.rule == "next_contact").map(|task| task.record);
    assert_eq!(next.collect::<BTreeSet<_>>(), made.iter().copied().collect());

    assert!(phone.device.verify().unwrap().is_sound());
    server::sync(&mut phone, &mut server);
    assert_eq!((phone.waiting(), server.changes()), (0, 6));
}

#[test]
fn whoever_joins_an_earlier_contact_names_the_record_that_it_began_with() {
    let mut phone = Phone::new(1);
    let people = phone.people(3);
    let earlier = phone.met(&people[..1], circle()).unwrap()[0];
    let names = Edit::Set { field: field("met_together"), value: Scalar::Ref(earlier) };
    let late = vec![choice("mode", "street"), choice("result", "brief"), names];
    for record in phone.met(&people[1..], late).unwrap() {
        assert_eq!(phone.value(record, "met_together"), earlier.to_string());
    }
}

#[test]
fn all_are_made_or_none_and_the_case_that_is_the_reason_is_named() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let people = phone.people(2);
    let gone = people[1];
    server::sync(&mut phone, &mut server);
    let before = (phone.records(), phone.waiting());

    // One that is not here, first or last.
    let nowhere = RecordId::from_bytes([7; 16]);
    let said = format!("for the case {nowhere}: the case is not on this device");
    for cases in [[people[0], nowhere], [nowhere, people[0]]] {
        let refused = phone.met(&cases, circle()).unwrap_err();
        let RecordError::OfCase { case, reason } = &refused else { panic!("{refused:?}") };
        assert_eq!(*case, nowhere.into());
        assert!(matches!(**reason, RecordError::CaseNotHeld(_)), "{reason:?}");
        assert_eq!(refused.to_string(), said);
    }
    assert_eq!((phone.records(), phone.waiting()), before);

    // One that was taken away, of which something is still to be handed over.
    phone.contact(Some(gone), "on the porch");
    let sent = phone.build(Budget { push_changes_max: 0, ..budget() }).request;
    let revoked = vec![server::revoked(&scope_of(gone, "OUT"), 9)];
    phone.take(&sent, &SyncResponseV1 { revoked, ..nothing_new() });
    let before = (phone.records(), phone.waiting());
    let refused = phone.met(&people, circle()).unwrap_err();
    let RecordError::OfCase { case, reason } = &refused else { panic!("{refused:?}") };
    assert_eq!(*case, gone.into());
    assert!(matches!(**reason, RecordError::Policy(Denial::NotAssigned)), "{reason:?}");

    // What is wrong with an answer is wrong for all, and names the field.
    let refused = phone.met(&people[..1], vec![choice("mode", "street")]).unwrap_err();
    assert_eq!(refused.to_string(), "`result` is required");
    assert_eq!((phone.records(), phone.waiting()), before);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn what_a_form_asks_in_one_case_alone_is_answered_there_alone() {
    let mut phone = Phone::new(1);
    let asked = "name = \"purpose\"\nkind = \"choices\"\n";
    let minors = "required = true\n\
        shown_when = { latest = \"person\", field = \"minor\", is = true }\n";
    take(&mut phone, &changed(CONTACT, asked, &format!("{asked}{minors}")), &[]);
    let people = phone.people(2);
    phone.edit(people[1], Edit::Set { field: field("minor"), value: Scalar::Bool(true) });
    let purpose = Edit::Add { field: field("purpose"), option: "rapport".parse().unwrap() };
    let answered = [circle(), vec![purpose]].concat();

    // The other is asked, and there is no answer.
    let refused = phone.met(&people, circle()).unwrap_err();
    let said = format!("for the case {}: `purpose` is required", people[1]);
    assert_eq!(refused.to_string(), said);
    // The first is not asked.
    let refused = phone.met(&people, answered.clone()).unwrap_err();
    assert!(!matches!(refused, RecordError::OfCase { .. }), "{refused:?}");
    // The first is asked, the other is not.
    let turned = [people[1], people[0]];
    let made = phone.met(&turned, answered).unwrap();
    assert_eq!(phone.show(made[0]).fields["purpose"], serde_json::json!(["rapport"]));
    assert!(!phone.show(made[1]).fields.contains_key("purpose"));
    assert_eq!(phone.value(made[1], "met_together"), made[0].to_string());
}

#[test]
fn what_is_required_of_the_first_is_not_required_of_the_others() {
    let mut phone = Phone::new(1);
    let note = "name = \"note\"\nkind = \"text\"\n";
    let required = "required_when = { field = \"mode\", is = \"street\" }\n";
    take(&mut phone, &changed(CONTACT, note, &format!("{note}{required}")), &[]);
    let people = phone.people(2);
    let short = vec![choice("mode", "street"), choice("result", "brief")];
    let refused = phone.met(&people, short).unwrap_err();
    assert_eq!(refused.to_string(), "`note` is required");
    let made = phone.met(&people, circle()).unwrap();
    assert!(!phone.show(made[1]).fields.contains_key("note"));
    // Nor when it is edited later.
    phone.edit(made[1], choice("result", "brief"));
}

#[test]
fn a_case_is_named_once_and_only_where_the_type_takes_several() {
    let mut phone = Phone::new(1);
    let people = phone.people(2);
    let twice = [people[0], people[1], people[1]];
    let refused = phone.met(&twice, circle()).unwrap_err();
    assert!(matches!(refused, RecordError::CaseTwice(case) if case == people[1].into()));
    let refused = phone.met(&[people[0], people[0]], circle()).unwrap_err();
    assert!(matches!(refused, RecordError::CaseTwice(case) if case == people[0].into()));
    let refused = phone.made_together("mediation", &people, vec![]).unwrap_err();
    assert!(matches!(refused, RecordError::OneCaseAtATime), "{refused:?}");
    // One case needs no such type.
    assert_eq!(phone.made_together("mediation", &people[..1], vec![]).unwrap().len(), 1);
}

#[test]
fn one_step_takes_so_many_cases_and_no_more() {
    let mut phone = Phone::new(1);
    let people = phone.people(TOGETHER_MAX + 1);
    let refused = phone.met(&people, circle()).unwrap_err();
    assert!(matches!(refused, RecordError::TooManyCases { most: TOGETHER_MAX }), "{refused:?}");
    assert_eq!(phone.records(), TOGETHER_MAX + 1, "the people's");
    let made = phone.met(&people[1..], circle()).unwrap();
    assert_eq!(made.len(), TOGETHER_MAX);
}

#[test]
fn a_draft_is_submitted_for_several_people_and_taken_back_with_all_of_their_records() {
    let mut phone = Phone::new(1);
    let people = phone.people(3);
    let draft = phone.begun(people[0]);
    let before = (phone.records(), phone.waiting(), phone.device.tasks(phone.now).unwrap());

    // With a case that is not here it stays a draft.
    let refused = phone.submit_for(draft, &[people[1], RecordId::from_bytes([7; 16])]).unwrap_err();
    assert!(matches!(refused, RecordError::OfCase { .. }), "{refused:?}");
    assert_eq!((phone.records(), phone.device.drafts(phone.now).unwrap().len()), (3, 1));

    let done = phone.submit_for(draft, &people[1..]).unwrap();
    assert_eq!((done.also.len(), done.dropped.len()), (2, 0));
    assert_eq!(phone.value(done.record, "note"), "by the shop");
    for other in &done.also {
        assert_eq!(phone.value(*other, "met_together"), done.record.to_string());
        assert!(!phone.show(*other).fields.contains_key("note"));
    }
    assert!(phone.device.drafts(phone.now).unwrap().is_empty());

    let mut phone = phone.reopened();
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft).unwrap();
    assert_eq!(undone, Undone::TakenBack);
    let after = (phone.records(), phone.waiting(), phone.device.tasks(phone.now).unwrap());
    assert_eq!(after, before);
    for record in [done.record, done.also[0], done.also[1]] {
        assert!(matches!(phone.device.show(phone.now, record), Err(RecordError::NotFound)));
    }
    assert!(phone.device.verify().unwrap().is_sound());

    // It is open again, and submitted for fewer.
    let done = phone.submit_for(draft, &people[2..]).unwrap();
    assert_eq!(done.also.len(), 1);
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft).unwrap();
    assert_eq!(undone, Undone::TakenBack);
    assert_eq!((phone.records(), phone.waiting()), (before.0, before.1));
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn records_of_which_one_is_on_its_way_are_not_taken_back() {
    let mut phone = Phone::new(1);
    let people = phone.people(3);
    let draft = phone.begun(people[0]);
    let done = phone.submit_for(draft, &people[1..]).unwrap();
    // The people's, and the first of the three.
    let sent = phone.build(Budget { push_changes_max: 4, ..budget() }).request;
    assert_eq!(sent.push.last().map(|push| push.record), Some(done.record));
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft);
    assert!(matches!(undone, Err(RecordError::HasLeft)), "{undone:?}");
    assert_eq!((phone.records(), phone.waiting()), (6, 6), "the other two are there as before");
    assert_eq!(phone.value(done.also[1], "met_together"), done.record.to_string());
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn an_edit_and_a_draft_without_a_case_are_submitted_for_nobody_else() {
    let mut phone = Phone::new(1);
    let people = phone.people(2);
    let record = phone.met(&people[..1], circle()).unwrap()[0];
    let new = client_core::device::NewDraft::Edit(record);
    let edit = phone.device.begin_draft(phone.now, &mut phone.rng, new).unwrap();
    phone.answers(edit, &[("note", "by the park")]);
    let refused = phone.submit_for(edit, &people[1..]).unwrap_err();
    assert!(matches!(refused, RecordError::OneCaseAtATime), "{refused:?}");
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "engaged")]);
    let refused = phone.submit_for(draft, &people[1..]).unwrap_err();
    assert_eq!(refused.message().unwrap().code(), "case_missing");
    assert_eq!((phone.records(), phone.device.drafts(phone.now).unwrap().len()), (3, 2));
}

/// Returns what was done in a circle at a shop.
fn circle() -> Vec<Edit> {
    let number =
        |name: &str, value| Edit::Set { field: field(name), value: Scalar::Integer(value) };
    vec![
        choice("mode", "street"),
        choice("result", "engaged"),
        number("minutes", 20),
        number("anon_count", 4),
        text("note", "by the shop"),
    ]
}

impl Phone {
    fn people(&mut self, count: usize) -> Vec<RecordId> {
        (0..count).map(|at| self.person(&format!("Person {at}"))).collect()
    }

    /// Notes a contact with all of these people.
    fn met(&mut self, people: &[RecordId], edits: Vec<Edit>) -> Result<Vec<RecordId>, RecordError> {
        self.made_together("outreach_contact", people, edits)
    }

    fn made_together(
        &mut self,
        record_type: &str,
        people: &[RecordId],
        edits: Vec<Edit>,
    ) -> Result<Vec<RecordId>, RecordError> {
        let (first, also) = cases(people);
        let record_type = record_type.parse().unwrap();
        let new = NewRecord { record_type, case: Some(first), program: None, edits };
        self.device.new_records_together(self.now, &mut self.rng, new, &also, Doubts::Ask)
    }

    /// Begins a draft of a contact in a case, with everything that it asks for.
    fn begun(&mut self, person: RecordId) -> DraftId {
        let draft = self.begin("outreach_contact", Some(person));
        let typed = [("mode", "street"), ("result", "engaged"), ("minutes", "20")];
        self.answers(draft, &typed);
        self.answers(draft, &[("note", "by the shop")]);
        draft
    }

    fn submit_for(
        &mut self,
        draft: DraftId,
        others: &[RecordId],
    ) -> Result<Submitted, RecordError> {
        let also: Vec<CaseId> = others.iter().copied().map(CaseId::from).collect();
        self.device.submit_together(self.now, &mut self.rng, draft, &also, Doubts::Ask)
    }
}

fn cases(people: &[RecordId]) -> (CaseId, Vec<CaseId>) {
    let (first, also) = people.split_first().unwrap();
    ((*first).into(), also.iter().copied().map(CaseId::from).collect())
}
