//! One case, its notes, and one record.

use std::collections::BTreeMap;

use model::catalogue::Label;
use model::ids::{ChangeHash, DeviceId, FieldName, RecordId, UserId};
use model::record::{Conflict, ConflictValue, HistoryEdit, HistoryEntry, HistoryVerb};
use model::time::Span;
use model::value::{FieldValue, Scalar};
use model::words::Language;
use ui::Method;
use ui::views::{CaseView, ConsentRow, Names, RecordRow, RecordView, Returned, TaskRow};

use crate::fake::{Fake, NOW, Page, handle};
use crate::html::{self, tags};

fn field(name: &str) -> FieldName {
    name.parse().unwrap()
}

fn text(words: &str) -> FieldValue {
    FieldValue::Scalar(Scalar::Text(words.to_owned()))
}

fn choice(code: &str) -> FieldValue {
    FieldValue::Scalar(Scalar::Choice(code.parse().unwrap()))
}

fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes([number; 16])
}

fn change(number: u8) -> ChangeHash {
    ChangeHash::from_slice(&[number; 32]).unwrap()
}

fn row(fake: &Fake, index: usize, record_type: &str, title: &str) -> RecordRow {
    let days = i64::try_from(index).unwrap() * 3;
    RecordRow {
        record: handle("record", index),
        case: Some(handle("case", 1)),
        record_type: record_type.parse().unwrap(),
        compartment: "OUT".parse().unwrap(),
        title: Label::same(title),
        occurred_at: NOW - Span::from_days(days),
        created_at: NOW - Span::from_days(days) + Span::from_minutes(20),
        received_at: Some(NOW - Span::from_days(days) + Span::from_minutes(21)),
        author: "Amal Duwane".to_owned(),
        ..fake.person_row(index)
    }
}

/// Returns a case in which everything happened that a case page shows.
pub(crate) fn eventful(fake: &Fake) -> (CaseView, Vec<RecordRow>) {
    let fields = |values: &[(&str, FieldValue)]| {
        values.iter().map(|(name, value)| (field(name), value.clone())).collect()
    };
    let person = RecordRow {
        title: Label::same("Marcus T."),
        fields: fields(&[
            ("name", text("Marcus T.")),
            ("aliases", text("Lil Pepper")),
            ("dob", FieldValue::Scalar(Scalar::Date("2008-03-04".parse().unwrap()))),
            ("minor", FieldValue::Scalar(Scalar::Bool(false))),
            ("safe_contact", text("secret way")),
            ("pronouns", choice("he")),
            ("language", choice("es")),
        ]),
        ..fake.person_row(0)
    };
    let mut rows = vec![
        row(fake, 1, "outreach_contact", "2026-11-24 · In the street · Engaged"),
        row(fake, 2, "mediation", "2026-11-21 · Disrespect · Resolved for now"),
        row(fake, 3, "outreach_contact", "2026-11-18 · At home · Brief"),
        row(fake, 4, "outreach_contact", "2026-11-15 · By phone or text · Not found"),
        row(fake, 5, "outreach_contact", "2026-11-15 · By phone or text · Engaged"),
        row(fake, 6, "outreach_intake", "Tier 2"),
    ];
    rows[0].fields = fields(&[
        ("note", text("He was calm.\nHis cousin came by and asked <who> was there.")),
        ("approval", choice("submitted")),
    ]);
    rows[0].received_at = Some(rows[0].created_at + Span::from_hours(5));
    rows[1].fields = fields(&[
        ("venue", text("The corner store")),
        ("note", text("Both sides agreed to stay away from the block until Friday.")),
        ("approval", choice("approved")),
    ]);
    rows[1].conflicts = 2;
    rows[1].amendments = 3;
    rows[2].received_at = None;
    rows[2].fields = fields(&[("approval", choice("draft"))]);
    rows[3].fields =
        fields(&[("approval", choice("voided")), ("void_reason", text("Wrong person."))]);
    // The fifth amends the third.
    let amended = RecordId::from_bytes([3; 16]);
    rows[4].fields = fields(&[
        ("amends", FieldValue::Scalar(Scalar::Ref(amended))),
        ("approval", choice("returned")),
    ]);
    let mut names = Names::default();
    names.records.insert(amended, (rows[2].title.clone(), rows[2].record.clone()));
    let task = |task: &str, hours: i64| TaskRow {
        name: None,
        record: handle("record", 1),
        case: Some((handle("case", 1), Label::same("Marcus T."))),
        record_type: "outreach_contact".parse().unwrap(),
        task: Label::same(task),
        program: person.program.clone(),
        due: NOW + Span::from_hours(hours),
        overdue: hours < 0,
        flagged: hours < -24,
        paused: false,
        attempts: 2,
        owners: vec!["Amal Duwane".to_owned()],
        returned: None,
    };
    let consent = |index, title: &str, days: Option<i64>, revoked| ConsentRow {
        record: handle("record", index),
        title: Label::same(title),
        until: days.map(|days| NOW + Span::from_days(days)),
        revoked,
        may_revoke: false,
    };
    let view = CaseView {
        case: handle("case", 1),
        opened_by: Some(person.clone()),
        team: vec!["Amal Duwane".to_owned(), "Luz Ortega".to_owned()],
        consents: vec![
            consent(11, "Release to the hospital team", Some(9), false),
            consent(12, "Release to housing", Some(200), false),
            consent(13, "Release to the school", Some(-2), false),
            consent(14, "Release to the clinic", None, true),
            consent(15, "Program participation", None, false),
        ],
        tasks: vec![task("Next contact", -50), task("Ask again after 72 hours", 20)],
        records: rows.clone(),
        earlier: Some(41),
        names,
        notices: vec![Label::both(
            "Federal law (42 CFR part 2) forbids passing this on without written consent.",
            "La ley federal (42 CFR parte 2) prohíbe compartir esto sin consentimiento por escrito.",
        )],
        may_write: true,
        may_assign: true,
        withheld: vec![ui::views::seers::Withheld {
            part: Label::both("Hospital response", "Respuesta hospitalaria"),
        }],
    };
    (view, rows)
}

fn with_case() -> Fake {
    let mut fake = Fake::busy();
    fake.case = Some(eventful(&fake));
    fake
}

#[test]
fn a_case_shows_whom_it_is_about_what_is_next_and_what_happened() {
    let mut fake = with_case();
    let page = fake.get("/cases/case-1");
    html::keep("case", &page.body);
    html::keep("case_es", &fake.get_in_spanish("/cases/case-1").body);
    for words in
        ["Lil Pepper", "Mar 4, 2008", "Spanish", "Luz Ortega", "Next contact", "42 CFR part 2"]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(page.body.contains("9 days left"));
    assert!(page.body.contains("badge bad\">Revoked"));
    assert!(page.body.contains("href=\"/cases/case-1?before=41\""));
    assert!(page.body.contains("href=\"/cases/case-1/new\""));
}

#[test]
fn how_somebody_is_reached_is_not_on_the_first_page_of_their_case() {
    let page = with_case().get("/cases/case-1");
    assert!(!page.body.contains("secret way"));
    let notes = with_case().get("/cases/case-1/notes");
    assert!(!notes.body.contains("secret way"));
}

#[test]
fn a_record_that_was_voided_is_struck_and_one_that_amends_another_is_folded_into_it() {
    let page = with_case().get("/cases/case-1");
    assert!(page.body.contains("<s>By phone or text · Not found</s>"));
    assert!(page.body.contains("Wrong person."));
    let amended = page.body.split("class=\"amended\"").nth(1).unwrap();
    assert!(amended.split("</details>").next().unwrap().contains("record-5"));
    assert_eq!(page.body.matches("href=\"/records/record-5\"").count(), 1);
}

#[test]
fn two_clocks_are_shown_where_they_lie_apart() {
    let page = with_case().get("/cases/case-1");
    assert_eq!(page.body.matches("The server received it").count(), 1, "{}", page.body);
    assert!(page.body.contains("Only on this device"));
}

#[test]
fn records_that_amend_each_other_in_a_circle_end_no_page() {
    let mut fake = with_case();
    let (view, _) = fake.case.as_mut().unwrap();
    for (index, other) in [(0, 1_u8), (1, 0)] {
        let id = RecordId::from_bytes([other + 100; 16]);
        let handle = view.records[usize::from(other)].record.clone();
        view.names.records.insert(id, (Label::same("other"), handle));
        let amends = FieldValue::Scalar(Scalar::Ref(id));
        view.records[index].fields.insert(field("amends"), amends);
    }
    assert_eq!(fake.get("/cases/case-1").status, 200);
}

#[test]
fn an_empty_case_says_what_to_do() {
    let mut fake = with_case();
    let (view, _) = fake.case.as_mut().unwrap();
    *view = CaseView {
        case: view.case.clone(),
        opened_by: None,
        team: Vec::new(),
        consents: Vec::new(),
        tasks: Vec::new(),
        records: Vec::new(),
        earlier: None,
        names: Names::default(),
        notices: Vec::new(),
        may_write: false,
        may_assign: false,
        withheld: Vec::new(),
    };
    let page = fake.get("/cases/case-1");
    html::keep("case_empty", &page.body);
    assert!(page.body.contains("No records yet.") && !page.body.contains("/cases/case-1/new"));
}

#[test]
fn all_notes_stand_on_one_page_with_who_wrote_them_and_when() {
    let mut fake = with_case();
    let page = fake.get("/cases/case-1/notes");
    html::keep("notes", &page.body);
    assert_eq!(page.body.matches("<article").count(), 3);
    assert!(page.body.contains("asked &#60;who&#62; was there."));
    let found = fake.post("/cases/case-1/notes", &[("q", " cousin ")]);
    assert!(found.body.contains("value=\"cousin\"") && !found.body.contains("q=cousin"));
    let get = fake.get("/cases/case-1/notes?q=cousin");
    assert!(!get.body.contains("value=\"cousin\""), "nothing is looked for by an address");
}

pub(crate) fn disputed(fake: &Fake) -> RecordView {
    let set = |name: &str, value: FieldValue, overwritten| HistoryEdit {
        field: field(name),
        what: HistoryVerb::Set(value),
        overwritten,
        decided: false,
    };
    let entry = |number: u8, hours: i64, edits| HistoryEntry {
        change: change(number),
        device: device(number % 2),
        at: NOW - Span::from_hours(hours),
        edits,
    };
    let value = |number: u8, code: &str| ConflictValue {
        value: choice(code),
        change: change(number),
        device: device(number % 2),
        at: NOW - Span::from_hours(2),
    };
    let goal: BTreeMap<String, Scalar> =
        [("goal".to_owned(), Scalar::Text("a <job>".to_owned()))].into();
    let mut row = row(fake, 6, "outreach_intake", "Tier 2");
    row.fields = [
        (field("risk_level"), choice("high")),
        (field("risk"), FieldValue::Choices([("weapon".parse().unwrap())].into())),
        (field("goals"), FieldValue::Log([("01KB".to_owned(), goal)].into())),
        (field("contact_attempts"), FieldValue::Counter(3)),
        (field("safety_plan"), FieldValue::SharedNote("Call first.\nThen knock.".to_owned())),
        (field("assigned_to"), FieldValue::Scalar(Scalar::User(UserId::from_bytes([7; 16])))),
        (field("of_a_newer_catalogue"), FieldValue::Unknown(serde_json_value())),
    ]
    .into();
    row.conflicts = 1;
    let names = Names {
        users: BTreeMap::from([(UserId::from_bytes([7; 16]), "Luz Ortega".to_owned())]),
        devices: BTreeMap::from([
            (device(0), "Dana Sample".to_owned()),
            (device(1), "Amal Duwane".to_owned()),
        ]),
        records: BTreeMap::new(),
    };
    RecordView {
        row,
        case_title: Some(Label::same("Marcus T.")),
        conflicts: vec![Conflict {
            field: field("risk_level"),
            review: true,
            values: vec![value(4, "high"), value(3, "medium")],
        }],
        history: vec![
            entry(
                4,
                2,
                vec![HistoryEdit { decided: true, ..set("risk_level", choice("high"), false) }],
            ),
            entry(3, 3, vec![set("risk_level", choice("medium"), true)]),
            entry(
                2,
                90,
                vec![
                    HistoryEdit {
                        field: field("risk"),
                        what: HistoryVerb::Added("weapon".to_owned()),
                        overwritten: false,
                        decided: false,
                    },
                    HistoryEdit {
                        field: field("contact_attempts"),
                        what: HistoryVerb::Incremented(3),
                        overwritten: false,
                        decided: false,
                    },
                    HistoryEdit {
                        field: field("safety_plan"),
                        what: HistoryVerb::Deleted(1),
                        overwritten: false,
                        decided: false,
                    },
                ],
            ),
        ],
        history_before: Some(change(2)),
        left_out: 1,
        names,
        notices: Vec::new(),
        may_edit: true,
        may_settle: true,
        may_send_back: true,
        review: None,
        received: BTreeMap::from([(change(4), NOW - Span::from_hours(1))]),
        returned: Vec::new(),
        marks: None,
    }
}

fn serde_json_value() -> serde_json::Value {
    serde_json::json!({"since": "<then>"})
}

fn with_record() -> Fake {
    let mut fake = with_case();
    fake.record = Some(disputed(&fake));
    fake
}

#[test]
fn a_record_shows_its_values_and_who_set_each() {
    let mut fake = with_record();
    let page = fake.get("/records/record-6");
    html::keep("record", &page.body);
    html::keep("record_es", &fake.get_in_spanish("/records/record-6").body);
    for words in [
        "Dana Sample set Risk level to High",
        "Amal Duwane set Risk level to Medium",
        "Dana Sample added Access to a weapon to",
        "Luz Ortega",
        "a &#60;job&#62;",
        "{&#34;since&#34;:&#34;&#60;then&#62;&#34;}",
        "One change cannot be read any more",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    let before = change(2);
    assert!(page.body.contains(&format!("?history={before}#history")));
}

#[test]
fn what_waits_for_a_decision_stands_on_top_with_who_says_what() {
    let page = with_record().get("/records/record-6");
    let conflicts = page.body.find("id=\"conflicts\"").unwrap();
    assert!(conflicts < page.body.find("id=\"v-risk_level\"").unwrap());
    let part = &page.body[conflicts..];
    let part = part.split("</section>").next().unwrap();
    for words in ["High", "Medium", "Dana Sample", "Amal Duwane"] {
        assert!(part.contains(words), "{words}");
    }
}

#[test]
fn history_is_opened_by_a_hash_and_by_nothing_else() {
    let mut fake = with_record();
    let before = change(2);
    assert_eq!(fake.get(&format!("/records/record-6?history={before}")).status, 200);
    assert_eq!(fake.get("/records/record-6?history=yesterday").status, 404);
}

#[test]
fn who_may_not_change_a_record_has_no_button_for_it() {
    let mut fake = with_record();
    assert!(fake.get("/records/record-6").body.contains("action=\"/records/record-6/edit\""));
    fake.record.as_mut().unwrap().may_edit = false;
    assert!(!fake.get("/records/record-6").body.contains("/edit\""));
    assert_eq!(fake.post("/records/record-6/edit", &[]).status, 404);
}

#[test]
fn another_record_that_may_not_be_seen_is_a_word_that_tells_nothing() {
    let mut fake = with_record();
    let hidden = FieldValue::Scalar(Scalar::Ref(RecordId::from_bytes([99; 16])));
    fake.record.as_mut().unwrap().row.fields.insert(field("amends"), hidden);
    let page = fake.get("/records/record-6");
    let id = RecordId::from_bytes([99; 16]).to_string();
    assert!(page.body.contains("another record") && !page.body.contains(&id));
}

/// Returns the pages of a case and a record in both languages.
fn pages() -> Vec<(String, Page)> {
    let mut pages = Vec::new();
    for language in [Language::English, Language::Spanish] {
        for path in
            ["/cases/case-1", "/cases/case-1?before=9", "/cases/case-1/notes", "/records/record-6"]
        {
            let page = with_record().ask(Method::Get, path, &[], language);
            pages.push((format!("{path} {}", language.tag()), page));
        }
    }
    pages
}

#[test]
fn on_pages_of_a_case_no_two_elements_have_one_id_and_what_is_named_is_there() {
    for (name, page) in pages() {
        assert_eq!(page.status, 200, "{name}");
        assert!(page.body.contains("<title>Fieldbook</title>"));
        let all = tags(&page.body);
        let mut ids: Vec<_> = all.iter().filter_map(|tag| tag.get("id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}");
        for tag in &all {
            let link = tag.get("href").and_then(|link| link.strip_prefix('#'));
            let named = tag.get("aria-labelledby").or(tag.get("for")).or(link);
            assert!(named.is_none_or(|id| ids.contains(&id)), "{name}: {named:?}");
        }
        assert_eq!(all.iter().filter(|tag| tag.name == "h1").count(), 1, "{name}");
    }
}

#[test]
fn what_people_wrote_is_never_markup_on_the_pages_of_a_case() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&amp;<b x=\"";
    let mut fake = with_record();
    let hostile = || Label::both(HOSTILE, HOSTILE);
    let write = |row: &mut RecordRow| {
        row.title = hostile();
        row.author = HOSTILE.to_owned();
        for value in row.fields.values_mut() {
            if matches!(value, FieldValue::Scalar(Scalar::Text(_))) {
                *value = text(HOSTILE);
            }
        }
    };
    let (view, rows) = fake.case.as_mut().unwrap();
    rows.iter_mut().chain(&mut view.records).chain(view.opened_by.as_mut()).for_each(write);
    view.team = vec![HOSTILE.to_owned()];
    view.notices = vec![hostile()];
    view.tasks.iter_mut().for_each(|task| task.task = hostile());
    view.consents.iter_mut().for_each(|consent| consent.title = hostile());
    let record = fake.record.as_mut().unwrap();
    write(&mut record.row);
    record.case_title = Some(hostile());
    record.names.devices.values_mut().for_each(|name| *name = HOSTILE.to_owned());
    record.row.fields.insert(field("safety_plan"), FieldValue::SharedNote(HOSTILE.to_owned()));
    record.history[2].edits.push(HistoryEdit {
        field: field("safety_plan"),
        what: HistoryVerb::Inserted(HOSTILE.to_owned()),
        decided: false,
        overwritten: false,
    });
    let mut bodies = vec![fake.post("/cases/case-1/notes", &[("q", HOSTILE)]).body];
    for path in ["/cases/case-1", "/cases/case-1/notes", "/records/record-6"] {
        bodies.push(fake.get(path).body);
    }
    for body in bodies {
        assert!(!body.contains("<script>") && !body.contains("<b x"), "{body}");
        assert!(body.contains("&#60;script&#62;"));
        assert!(tags(&body).iter().all(|tag| tag.name != "b"));
    }
}

#[test]
fn a_case_that_is_not_there_looks_like_one_that_may_not_be_seen() {
    let mut fake = Fake::busy();
    for path in ["/cases/case-1", "/cases/case-1/notes", "/records/record-6", "/cases/a%20b"] {
        assert_eq!(fake.get(path).body, fake.get("/nowhere").body, "{path}");
    }
}

#[test]
fn c24_a_sheet_says_who_printed_it_when_and_what_for() {
    let mut fake = with_case();
    html::keep("handoff_ask", &fake.get("/cases/case-0/handoff").body);
    let short = fake.post("/cases/case-0/handoff", &[("purpose", "court")]);
    assert!(short.status == 422 && short.body.contains("Say what the sheet is for"));
    assert!(fake.asked.is_empty());
    let purpose = "Warm hand-off at release, 9 am";
    let page = fake.post("/cases/case-0/handoff", &[("purpose", purpose)]);
    html::keep("handoff", &page.body);
    assert!(page.body.contains("Printed by Dana Whitfield, ") && page.body.contains(purpose));
    assert_eq!(fake.asked, [purpose]);
}

#[test]
fn c17_how_somebody_is_reached_is_hidden_until_it_is_asked_for() {
    let mut fake = with_record();
    let view = fake.record.as_mut().unwrap();
    view.row.record_type = "person".parse().unwrap();
    view.row.fields = BTreeMap::from([(field("safe_contact"), text("Text only, before five"))]);
    let hidden = fake.get("/records/record-1");
    assert!(hidden.body.contains("Hidden: Safe way to contact"), "{}", hidden.body);
    assert!(!hidden.body.contains("Text only"));
    html::keep("record_contact_hidden", &hidden.body);
    let shown = fake.post("/records/record-1/contact", &[]);
    assert!(shown.body.contains("Text only, before five"));
    assert_eq!(fake.asked, ["contact of record-1"]);
}

#[test]
fn a_returned_record_says_by_whom_and_why_and_which_values_are_meant() {
    let mut fake = with_record();
    let record = fake.record.as_mut().unwrap();
    record.returned = vec![Returned {
        record: handle("record", 6),
        review: handle("record", 9),
        review_type: "review".parse().unwrap(),
        by: "Sol Sauce".to_owned(),
        at: NOW - Span::from_hours(3),
        says: BTreeMap::from([(
            field("coaching"),
            FieldValue::Scalar(Scalar::Text("Say how it was found out.".to_owned())),
        )]),
        marked: [field("risk_level"), field("exited")].into(),
    }];
    let page = fake.get("/records/record-6").body;
    for words in [
        "Returned to its author",
        "Returned by Sol Sauce",
        "Say how it was found out.",
        "href=\"/records/record-9\"",
        "href=\"#v-risk_level\"",
        "to mend",
    ] {
        assert!(page.contains(words), "{words}");
    }
    // Nothing stands there yet, so there is nothing to go to.
    assert!(!page.contains("#v-exited"));
}

#[test]
fn disputed_values_are_combined_or_sent_back_with_something_to_read() {
    let mut fake = with_record();
    let page = fake.get("/records/record-6").body;
    for words in ["Write what is right", "Send back to those who disagree"] {
        assert!(page.contains(words), "{words}");
    }
    let risk = ("field", "risk_level");
    let at = |what: &str| format!("/records/record-6/{what}");
    let combined = fake.post(&at("combine"), &[risk]);
    assert_eq!(combined.body, "/drafts/record-6#q-risk_level-field");
    let empty = fake.post(&at("back"), &[risk, ("note", " ")]);
    assert!(empty.body.contains("Say what they should clear up"));
    let back = fake.post(&at("back"), &[risk, ("note", "Agree.")]);
    assert_eq!(back.body, "/records/record-6");
    assert!(fake.asked.contains(&"send back risk_level: Agree.".to_owned()));
    for what in ["combine", "back"] {
        let settled = [("field", "tier"), ("note", "Agree.")];
        let page = fake.post(&at(what), &settled);
        assert!(page.body.contains("decided this already"), "{what}");
    }
}
