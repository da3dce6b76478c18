//! Drafts: saved answer by answer in any state, submitted when nothing is wrong with them, and had back.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::{BTreeMap, BTreeSet};

use client_core::device::{Doubts, NewDraft, RecordError, Undone};
use model::answers::Answer;
use model::document::EditError;
use model::ids::{DraftId, RecordId};
use model::input;
use model::record::Edit;
use model::time::Span;
use model::value::{FieldValue, Scalar};
use proptest::prelude::*;

use crate::forms::{changed, take, with};
use crate::phone::{Phone, choice, field, text};
use crate::server::{self, TestServer};

const CONTACT: &str = "types/outreach_contact.toml";

#[test]
fn a_draft_keeps_whatever_is_answered_and_says_what_is_missing() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    phone
        .answers(draft, &[("mode", "street"), ("minutes", "a few"), ("purpose", "rapport,crisis")]);
    let view = phone.device.draft(phone.now, draft).unwrap();
    assert_eq!(view.answers[&field("minutes")], Answer::Typed("a few".into()));
    assert!(
        matches!(&view.answers[&field("purpose")], Answer::Value(FieldValue::Choices(it)) if it.len() == 2)
    );
    let problems: Vec<_> = view.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        ["`minutes` is not a valid integer (a whole number)", "`result` is required"]
    );
    // The store was closed at any moment: it goes on where it was.
    let mut phone = phone.reopened();
    assert_eq!(phone.device.draft(phone.now, draft).unwrap(), view);
    assert_eq!(view.draft.last_answered, Some(field("purpose")));
    assert_eq!(phone.refused(draft), problems);
    assert_eq!(phone.records(), 0, "a draft is no record");
    phone.answers(draft, &[("minutes", ""), ("result", "brief")]);
    let submitted = phone.submitted(draft);
    assert_eq!(phone.value(submitted, "result"), "brief");
    assert_eq!(phone.show(submitted).fields.get("minutes"), None);
    assert!(phone.device.drafts(phone.now).unwrap().is_empty());
    assert!(matches!(phone.device.draft(phone.now, draft), Err(RecordError::DraftEnded)));
}

#[test]
fn a_draft_names_several_records_and_says_which_of_them_its_field_does_not_name() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let contacts = [phone.contact(Some(person), "cold"), phone.contact(Some(person), "calm")];
    let both = contacts.map(|record| record.to_string()).join(", ");
    let draft = phone.begin("shooting_response", None);
    phone.answers(draft, &[("followed_by", "the one of Friday")]);
    let said = "`followed_by` is not a valid refs (ids of records)";
    assert_eq!(phone.refused(draft), [said]);
    phone.answers(draft, &[("followed_by", &person.to_string())]);
    let said = "`followed_by` names a person: it can name one of mediation, outreach_contact";
    assert_eq!(phone.refused(draft), [said]);
    phone.answers(draft, &[("followed_by", &both)]);
    let mut phone = phone.reopened();
    let response = phone.submitted(draft);
    let mut named: Vec<_> = contacts.map(|record| record.to_string()).into();
    named.sort();
    assert_eq!(phone.show(response).fields["followed_by"], serde_json::json!(named));
    // One is taken back, as in any record.
    let edit = Edit::RemoveRef { field: field("followed_by"), record: contacts[0] };
    phone.edit(response, edit);
    let left = serde_json::json!([contacts[1].to_string()]);
    assert_eq!(phone.show(response).fields["followed_by"], left);
}

#[test]
fn a_draft_is_never_sent_and_its_record_is_once_it_is_submitted() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "brief"), ("note", "not yet")]);
    let request = phone.request();
    assert!(request.push.is_empty());
    assert_eq!(phone.waiting(), 0);
    phone.submitted(draft);
    assert_eq!(phone.request().push.len(), 1);
}

#[test]
fn how_many_drafts_there_are_and_since_when_travels() {
    let mut phone = Phone::new(1);
    assert_eq!(phone.request().drafts.unwrap().count, 0);
    let begun = phone.now;
    let first = phone.begin("outreach_contact", None);
    phone.later(Span::from_hours(2));
    phone.begin("shift", None);
    let drafts = phone.request().drafts.unwrap();
    assert_eq!((drafts.count, drafts.oldest), (2, Some(begun)));
    let status = phone.device.status(phone.now).unwrap();
    assert_eq!((status.drafts.open, status.old_drafts), (2, 0));
    phone.later(Span::from_hours(23));
    assert_eq!(phone.device.status(phone.now).unwrap().old_drafts, 1);
    let old = |phone: &Phone| {
        let drafts = phone.device.drafts(phone.now).unwrap();
        drafts.iter().filter(|draft| draft.is_old).map(|draft| draft.draft.id).collect::<Vec<_>>()
    };
    assert_eq!(old(&phone), [first]);
    phone.device.discard_draft(phone.now, &mut phone.rng, first).unwrap();
    assert_eq!(phone.request().drafts.unwrap().count, 1);
}

#[test]
fn a_record_happened_when_its_draft_was_begun() {
    let mut phone = Phone::new(1);
    let begun = phone.now;
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "brief")]);
    phone.later(Span::from_hours(5));
    let record = phone.submitted(draft);
    assert_eq!(phone.value(record, "occurred_at"), begun.to_string());
}

#[test]
fn what_is_hidden_by_a_changed_answer_is_kept_until_the_draft_is_submitted_and_then_dropped_by_name()
 {
    let mut phone = asking("shown_when = { field = \"result\", is = \"not_found\" }\n");
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "not_found"), ("note", "at the shop")]);
    phone.answers(draft, &[("result", "engaged")]);
    let view = phone.device.draft(phone.now, draft).unwrap();
    assert!(!view.form.question(&field("note")).unwrap().shown);
    assert_eq!(view.answers[&field("note")], said("at the shop"));
    phone.answers(draft, &[("result", "not_found")]);
    assert!(
        phone.device.draft(phone.now, draft).unwrap().form.question(&field("note")).unwrap().shown
    );
    phone.answers(draft, &[("result", "engaged")]);
    let done = phone.submit(draft).unwrap();
    assert_eq!(done.dropped, [field("note")]);
    assert_eq!(phone.show(done.record).fields.get("note"), None);
}

#[test]
fn a_draft_begins_with_the_answers_that_its_form_starts_with() {
    let mut phone = asking("default = \"nothing special\"\n");
    let draft = phone.begin("outreach_contact", None);
    let view = phone.device.draft(phone.now, draft).unwrap();
    assert_eq!(view.answers, BTreeMap::from([(field("note"), said("nothing special"))]));
    // Taken away, it does not come back.
    phone.answers(draft, &[("note", ""), ("mode", "street"), ("result", "brief")]);
    let record = phone.submitted(draft);
    assert_eq!(phone.show(record).fields.get("note"), None);
}

#[test]
fn a_draft_begins_with_what_its_author_answered_last_and_offers_recent_choices_first() {
    let source = changed(
        CONTACT,
        "name = \"note\"\nkind = \"text\"\n",
        "name = \"note\"\nkind = \"text\"\ndefault = { own_last = \"note\" }\n",
    );
    let source = with(
        source,
        CONTACT,
        "name = \"mode\"\nkind = \"choice\"\n",
        "name = \"mode\"\nkind = \"choice\"\nrecent_first = true\n",
    );
    let mut phone = Phone::new(1);
    take(&mut phone, &source, &[]);
    for (mode, note) in [("court", "at noon"), ("group", "by the shop"), ("court", "at six")] {
        let edits = vec![choice("mode", mode), choice("result", "brief"), text("note", note)];
        phone.make("outreach_contact", None, edits);
        phone.later(Span::from_minutes(5));
    }
    let draft = phone.begin("outreach_contact", None);
    let view = phone.device.draft(phone.now, draft).unwrap();
    assert_eq!(view.answers, BTreeMap::from([(field("note"), said("at six"))]));
    let offered = |phone: &Phone| {
        let view = phone.device.draft(phone.now, draft).unwrap();
        let options = view.form.question(&field("mode")).unwrap().offered.clone().unwrap();
        options.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let options = offered(&phone);
    assert_eq!(options[..3], ["court", "group", "street"]);
    assert_eq!(options.len(), 7);
    // What somebody else recorded is not theirs, nor is what was withdrawn.
    let mistaken = phone.make(
        "outreach_contact",
        None,
        vec![choice("mode", "school"), choice("result", "brief")],
    );
    assert_eq!(offered(&phone)[0], "school");
    phone.device.void(phone.now, &mut phone.rng, mistaken, "by mistake").unwrap();
    assert_eq!(offered(&phone)[0], "court");
}

#[test]
fn the_last_answer_can_be_undone() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street")]);
    phone.answers(draft, &[("mode", "home")]);
    let (now, rng) = (phone.now, &mut phone.rng);
    assert_eq!(phone.device.undo_answer(now, rng, draft).unwrap(), Some(field("mode")));
    let answer = phone.device.draft(phone.now, draft).unwrap().answers[&field("mode")].clone();
    assert_eq!(
        answer,
        Answer::Value(FieldValue::Scalar(Scalar::Choice("street".parse().unwrap())))
    );
    assert_eq!(phone.device.undo_answer(phone.now, &mut phone.rng, draft).unwrap(), None);
    phone.answers(draft, &[("note", "x")]);
    phone.device.undo_answer(phone.now, &mut phone.rng, draft).unwrap();
    assert!(!phone.device.draft(phone.now, draft).unwrap().answers.contains_key(&field("note")));
}

#[test]
fn a_draft_that_was_thrown_away_is_had_back_for_ten_minutes() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("note", "kept")]);
    for _ in 0..2 {
        phone.device.discard_draft(phone.now, &mut phone.rng, draft).unwrap();
        assert!(phone.device.drafts(phone.now).unwrap().is_empty());
        phone.later(Span::from_minutes(10));
        let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft).unwrap();
        assert_eq!(undone, Undone::Found);
    }
    let view = phone.device.draft(phone.now, draft).unwrap();
    assert_eq!(view.answers[&field("note")], said("kept"));
    phone.device.discard_draft(phone.now, &mut phone.rng, draft).unwrap();
    phone.later(Span::from_minutes(11));
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft);
    assert!(matches!(undone, Err(RecordError::NothingToUndo)));
    // What was thrown away for good leaves nothing.
    phone.begin("shift", None);
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft);
    assert!(matches!(undone, Err(RecordError::NoDraft)));
}

#[test]
fn a_record_that_has_not_left_the_phone_is_taken_back_and_its_draft_is_open_again() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let draft = phone.begin("outreach_contact", Some(person));
    phone.answers(draft, &[("mode", "street"), ("result", "brief"), ("note", "by mistake")]);
    let before = phone.device.tasks(phone.now).unwrap();
    let record = phone.submitted(draft);
    assert_ne!(phone.device.tasks(phone.now).unwrap(), before);
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft).unwrap();
    assert_eq!(undone, Undone::TakenBack);
    assert!(matches!(phone.device.show(phone.now, record), Err(RecordError::NotFound)));
    assert_eq!(phone.device.tasks(phone.now).unwrap(), before);
    assert_eq!(phone.device.search(phone.now, "mistake", 10).unwrap().len(), 0);
    assert_eq!(phone.waiting(), 1, "the person's");
    assert!(phone.device.verify().unwrap().is_sound());
    phone.answers(draft, &[("note", "as it was meant")]);
    let record = phone.submitted(draft);
    assert_eq!(phone.value(record, "note"), "as it was meant");
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn a_record_that_is_on_its_way_or_has_others_after_it_is_not_taken_back() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "brief")]);
    phone.submitted(draft);
    phone.person("Rosa Cedro");
    let undo = |phone: &mut Phone| phone.device.undo_draft(phone.now, &mut phone.rng, draft);
    assert!(matches!(undo(&mut phone), Err(RecordError::HasLeft)));

    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "brief")]);
    let record = phone.submitted(draft);
    phone.request();
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft);
    assert!(matches!(undone, Err(RecordError::HasLeft)));
    assert_eq!(phone.value(record, "result"), "brief");
}

#[test]
fn a_draft_in_a_copy_of_the_store_is_not_submitted_once_its_record_is_there() {
    let (mut phone, mut server) = (Phone::new(1), TestServer::new());
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "brief")]);
    let mut copy = phone.cloned();
    let record = phone.submitted(draft);
    server::sync(&mut phone, &mut server);
    server::sync(&mut copy, &mut server);
    assert_eq!(copy.value(record, "result"), "brief");
    assert!(matches!(copy.submit(draft), Err(RecordError::DraftEnded)));
    assert!(copy.device.drafts(copy.now).unwrap().is_empty());
    assert_eq!((copy.waiting(), copy.records()), (0, 1));
    assert!(copy.device.verify().unwrap().is_sound());
}

#[test]
fn an_edit_is_drafted_over_the_record_as_it_becomes_meanwhile() {
    let mut phone = Phone::new(1);
    let intake = phone.intake();
    let draft = phone.begin_edit(intake);
    phone.answers(
        draft,
        &[("risk_level", "high"), ("safety_plan", "Stay with her aunt. Call at six.")],
    );
    phone.answer(draft, "risk", Answer::Value(options(&["weapon"])));
    // Meanwhile somebody else writes in the same record.
    phone.edit(intake, Edit::append(field("safety_plan"), " No bus."));
    phone.edit(intake, Edit::Add { field: field("risk"), option: "group_role".parse().unwrap() });
    let view = phone.device.draft(phone.now, draft).unwrap();
    assert_eq!(view.changed_since, [field("risk"), field("safety_plan")]);
    assert_eq!(phone.value(intake, "risk_level"), "low");
    assert_eq!(phone.submitted(draft), intake);
    let shown = phone.show(intake).fields;
    assert_eq!(shown["risk_level"], "high");
    assert_eq!(shown["safety_plan"], "Stay with her aunt. No bus. Call at six.");
    assert_eq!(shown["risk"], serde_json::json!(["group_role", "weapon"]));
}

#[test]
fn an_edit_is_undone_where_nobody_has_changed_it_since() {
    let mut phone = Phone::new(1);
    let intake = phone.intake();
    let draft = phone.begin_edit(intake);
    phone.answers(draft, &[("risk_level", "high"), ("safety_plan", "None.")]);
    phone.answer(draft, "risk", Answer::Value(options(&["weapon"])));
    phone.submitted(draft);
    assert_eq!(phone.value(intake, "safety_plan"), "None.");
    phone.edit(intake, choice("risk_level", "medium"));
    let undone = phone.device.undo_draft(phone.now, &mut phone.rng, draft).unwrap();
    assert_eq!(undone, Undone::ChangedBack(vec![field("risk_level")]));
    let shown = phone.show(intake).fields;
    assert_eq!(shown["risk_level"], "medium");
    assert_eq!(shown["safety_plan"], "Stay with her aunt.");
    assert_eq!(shown.get("risk"), None);
    assert!(phone.device.verify().unwrap().is_sound());
}

#[test]
fn entries_of_a_log_are_written_and_rewritten_until_the_draft_is_submitted() {
    let mut phone = Phone::new(1);
    let person = phone.person("Rosa Cedro");
    let draft = phone.begin("outreach_intake", Some(person));
    let entry = |text: &str| BTreeMap::from([("goal".to_owned(), Scalar::Text(text.into()))]);
    let id = |phone: &mut Phone| input::new_entry_id(phone.now, &mut phone.rng);
    let (first, second) = (id(&mut phone), id(&mut phone));
    let goals = |entries: &[(&String, &str)]| {
        let entries = entries.iter().map(|(id, text)| ((*id).clone(), entry(text)));
        Answer::Value(FieldValue::Log(entries.collect()))
    };
    phone.answer(draft, "goals", goals(&[(&first, "a jbo"), (&second, "a room")]));
    phone.answer(draft, "goals", goals(&[(&first, "a job")]));
    phone.answers(draft, &[("risk_level", "low")]);
    let intake = phone.submitted(draft);
    let shown = phone.show(intake).fields["goals"].to_string();
    assert!(
        shown.contains("a job") && !shown.contains("a room") && !shown.contains("jbo"),
        "{shown}"
    );
}

#[test]
fn a_locked_phone_takes_drafts_and_shows_none() {
    let mut phone = Phone::new(1);
    let before = phone.begin("outreach_contact", None);
    phone.later(Span::from_days(15));
    let draft = phone.begin("outreach_contact", None);
    phone.answers(draft, &[("mode", "street"), ("result", "brief")]);
    for draft in [before, draft] {
        let shown = phone.device.draft(phone.now, draft);
        assert!(matches!(shown, Err(RecordError::Locked)));
    }
    assert!(matches!(phone.device.drafts(phone.now), Err(RecordError::Locked)));
    assert_eq!(phone.device.status(phone.now).unwrap().drafts.open, 2);
    phone.submit(draft).unwrap();
    assert_eq!(phone.waiting(), 1);
}

#[test]
fn a_draft_outlives_a_catalogue_that_asks_otherwise() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    phone.answers(
        draft,
        &[("mode", "street"), ("result", "brief"), ("minutes", "30"), ("note", "x")],
    );
    // The note is not asked any more, and minutes are written in words.
    let minutes = "name = \"minutes\"\nkind = \"integer\"\nmin = 0\nmax = 1440\n";
    let source = changed(
        CONTACT,
        "name = \"note\"\nkind = \"text\"\n",
        "name = \"note\"\nkind = \"text\"\nretired = true\n",
    );
    let source = with(source, CONTACT, minutes, "name = \"minutes\"\nkind = \"text\"\n");
    take(&mut phone, &source, &[]);
    let problems = phone.refused(draft);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].starts_with("`minutes`"), "{problems:?}");
    phone.answers(draft, &[("minutes", "half an hour")]);
    let done = phone.submit(draft).unwrap();
    assert_eq!(done.dropped, [field("note")]);
    assert_eq!(phone.value(done.record, "minutes"), "half an hour");
}

#[test]
fn answers_that_there_are_no_questions_for_are_refused_by_name() {
    let mut phone = Phone::new(1);
    let draft = phone.begin("outreach_contact", None);
    let answers = [(field("nothing"), said("x"))];
    let refused = phone.device.answer(phone.now, &mut phone.rng, draft, &answers).unwrap_err();
    assert_eq!(refused.to_string(), "`nothing` is not a field of outreach_contact");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is answered in whatever order, on several drafts: what a store that was closed at any
    /// moment has is what was answered last.
    #[test]
    fn a_draft_reopens_to_the_last_answer_that_was_given(
        steps in proptest::collection::vec((0..2_usize, 0..4_usize, "[a-z0-9]{0,6}", any::<bool>()), 1..24),
    ) {
        let mut phone = Phone::new(1);
        let drafts = [phone.begin("outreach_contact", None), phone.begin("outreach_contact", None)];
        let mut expected = [BTreeMap::new(), BTreeMap::new()];
        for (which, question, typed, reopens) in steps {
            let name = ["minutes", "note", "mode", "anon_count"][question];
            phone.answers(drafts[which], &[(name, &typed)]);
            let known = phone.device.catalogue().record_type(&"outreach_contact".parse().unwrap()).unwrap();
            let people = phone.device.people().unwrap();
            let read = input::answers(phone.now, phone.device.catalogue(), &people, known, [(name, typed.as_str())]);
            let (field, answer) = read.unwrap().remove(0);
            expected[which].insert(field, answer);
            if reopens {
                phone = phone.reopened();
            }
            for (draft, expected) in drafts.iter().zip(&expected) {
                prop_assert_eq!(&phone.device.draft(phone.now, *draft).unwrap().answers, expected);
            }
        }
    }
}

impl Phone {
    pub(crate) fn begin(&mut self, record_type: &str, case: Option<RecordId>) -> DraftId {
        let record_type = record_type.parse().unwrap();
        let new = NewDraft::Record { record_type, case: case.map(Into::into), program: None };
        self.device.begin_draft(self.now, &mut self.rng, new).unwrap()
    }

    fn begin_edit(&mut self, record: RecordId) -> DraftId {
        self.device.begin_draft(self.now, &mut self.rng, NewDraft::Edit(record)).unwrap()
    }

    /// Types answers.
    pub(crate) fn answers(&mut self, draft: DraftId, typed: &[(&str, &str)]) {
        let row = self.device.store().read().draft(draft).unwrap().unwrap();
        let catalogue = self.device.catalogue().clone();
        let record_type = catalogue.record_type(&row.record_type).unwrap();
        let people = self.device.store().read().people().unwrap();
        let typed = typed.iter().copied();
        let answers = input::answers(self.now, &catalogue, &people, record_type, typed).unwrap();
        self.device.answer(self.now, &mut self.rng, draft, &answers).unwrap();
    }

    fn answer(&mut self, draft: DraftId, name: &str, answer: Answer) {
        let answers = [(field(name), answer)];
        self.device.answer(self.now, &mut self.rng, draft, &answers).unwrap();
    }

    fn submit(&mut self, draft: DraftId) -> Result<client_core::device::Submitted, RecordError> {
        self.device.submit(self.now, &mut self.rng, draft, Doubts::Ask)
    }

    fn submitted(&mut self, draft: DraftId) -> RecordId {
        self.submit(draft).unwrap().record
    }

    /// Returns what keeps a draft from being submitted.
    fn refused(&mut self, draft: DraftId) -> Vec<String> {
        match self.submit(draft) {
            Err(RecordError::Edit(EditError::Fields(problems))) => {
                problems.iter().map(ToString::to_string).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    fn intake(&mut self) -> RecordId {
        let person = self.person("Rosa Cedro");
        let plan = Edit::append(field("safety_plan"), "Stay with her aunt.");
        self.make("outreach_intake", Some(person), vec![choice("risk_level", "low"), plan])
    }

    pub(crate) fn records(&self) -> usize {
        self.device.list(self.now, &Default::default()).unwrap().len()
    }
}

/// A phone whose form of a contact asks for the note like this.
fn asking(question: &str) -> Phone {
    let mut phone = Phone::new(1);
    let note = "name = \"note\"\nkind = \"text\"\n";
    take(&mut phone, &changed(CONTACT, note, &format!("{note}{question}")), &[]);
    phone
}

fn said(words: &str) -> Answer {
    let Edit::Set { value, .. } = text("note", words) else { panic!("a text is set") };
    Answer::Value(FieldValue::Scalar(value))
}

fn options(codes: &[&str]) -> FieldValue {
    FieldValue::Choices(codes.iter().map(|code| code.parse().unwrap()).collect::<BTreeSet<_>>())
}
