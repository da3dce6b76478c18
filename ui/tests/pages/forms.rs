//! Forms: every kind of field is drawn, sent back by a browser, and read again.

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::{Catalogue, Label};
use model::ids::{FieldName, UserId};
use model::value::{FieldValue, Scalar};
use model::words::Language;
use ui::Method;
use ui::views::{Answered, NewType};

use crate::drafts::{Desk, Drafts, answered, untouched, with_every_kind};
use crate::fake::Page;
use crate::html::{self, tags};

fn every_kind() -> Drafts {
    Drafts::of(&with_every_kind(), "every_kind")
}

/// Returns the form with an answer of every kind.
fn filled() -> Drafts {
    let user = UserId::from_bytes([7; 16]).to_string();
    let record = model::ids::RecordId::from_bytes([1; 16]).to_string();
    every_kind()
        .with("text", "A “quiet” <street> & 'more'")
        .with("note", "\nOne line\nand another  ")
        .with("date", "2026-11-25")
        .with("datetime", "2026-11-25 14:30")
        .with("bool", "true")
        .with("integer", "7")
        .with("decimal", "71.5")
        .with("time", "08:05")
        .with("duration", "1:30")
        .with("phone", "(615) 555-0134 x12")
        .with("few", "draft")
        .with("many", "es")
        .with("ref", &record)
        .with("user", &user)
        .with("choices", "morning,weekend")
        .with("refs", &record)
        .with("counter", "3")
        .with("shared_note", "Call first.\nThen knock.")
}

fn field(name: &str) -> FieldName {
    name.parse().unwrap()
}

fn typed(text: &str) -> Answered {
    Answered::Typed(text.to_owned())
}

#[test]
fn a_form_that_comes_back_untouched_answers_nothing() {
    for language in [Language::English, Language::Spanish] {
        for drafts in [every_kind(), filled(), filled().with("datetime", "at noon or so")] {
            let mut desk = Desk::with(drafts);
            desk.language = language;
            let page = desk.open();
            let before = desk.drafts.view.clone();
            let sent = untouched(&page.body);
            assert_eq!(desk.press("save", &sent).status, 303);
            assert_eq!(desk.drafts.answered, []);
            assert_eq!(desk.drafts.view, before);
        }
    }
}

#[test]
fn one_changed_answer_of_any_kind_is_that_one_answer() {
    let user = UserId::from_bytes([8; 16]).to_string();
    let record = model::ids::RecordId::from_bytes([2; 16]).to_string();
    for (name, value) in [
        ("text", "another"),
        ("note", "one line\nand another"),
        ("date", "2026-11-24"),
        ("datetime", "2026-11-24T09:00"),
        ("bool", "false"),
        ("integer", "8"),
        ("decimal", "71,25"),
        ("time", "09:05"),
        ("duration", "2:00"),
        ("phone", "615-555-0199"),
        ("few", "submitted"),
        ("many", "en"),
        ("ref", &record),
        ("user", &user),
        ("counter", "5"),
        ("shared_note", "Knock first."),
    ] {
        for drafts in [every_kind(), filled()] {
            let mut desk = Desk::with(drafts);
            let sent = untouched(&desk.open().body);
            let sent = answered(&sent, &format!("q.{name}"), &[value]);
            desk.press("save", &sent);
            assert_eq!(desk.drafts.answered, [(field(name), typed(value))], "{name}");
            assert!(desk.drafts.view.typed.is_empty(), "{name}: {value} is no value");
            // Sent once more as it was, it answers the same again.
            let page = desk.open();
            desk.press("save", &untouched(&page.body));
            assert_eq!(desk.drafts.answered.len(), 1, "{name}");
        }
    }
}

#[test]
fn an_answer_of_any_kind_is_taken_back_by_emptying_it() {
    for name in [
        "text",
        "note",
        "date",
        "datetime",
        "bool",
        "integer",
        "decimal",
        "time",
        "duration",
        "phone",
        "few",
        "many",
        "ref",
        "user",
        "choices",
        "refs",
        "shared_note",
    ] {
        let mut desk = Desk::with(filled());
        let sent = untouched(&desk.open().body);
        desk.press("save", &answered(&sent, &format!("q.{name}"), &[]));
        let expected = match name {
            "choices" | "refs" => Answered::Chosen(Vec::new()),
            _ => typed(""),
        };
        assert_eq!(desk.drafts.answered, [(field(name), expected)], "{name}");
        assert!(!desk.drafts.view.answers.contains_key(name), "{name}");
    }
}

#[test]
fn several_options_are_one_answer_in_whichever_order_they_are_sent() {
    let mut desk = Desk::with(filled());
    let sent = untouched(&desk.open().body);
    desk.press("save", &answered(&sent, "q.choices", &["weekend", "morning"]));
    assert_eq!(desk.drafts.answered, []);
    desk.press("save", &answered(&sent, "q.choices", &["night"]));
    let chosen = Answered::Chosen(vec!["night".to_owned()]);
    assert_eq!(desk.drafts.answered, [(field("choices"), chosen)]);
}

#[test]
fn what_somebody_else_changed_meanwhile_is_not_overwritten_by_a_question_that_was_left_alone() {
    let stands = |text: &str| {
        BTreeMap::from([(field("text"), FieldValue::Scalar(Scalar::Text(text.into())))])
    };
    let mut desk = Desk::with(every_kind().over(stands("old")));
    let sent = untouched(&desk.open().body);
    desk.drafts = every_kind().over(stands("new"));
    desk.press("save", &answered(&sent, "q.integer", &["4"]));
    assert_eq!(desk.drafts.answered, [(field("integer"), typed("4"))]);
    assert_eq!(desk.drafts.view.answers["text"], FieldValue::Scalar(Scalar::Text("new".into())));
}

#[test]
fn what_is_no_value_of_its_kind_stands_as_it_was_typed_with_what_is_wrong() {
    let drafts = every_kind().with("date", "soon").with("integer", "many").with("time", "<late>");
    let mut desk = Desk::with(drafts);
    let page = desk.open();
    for (name, value) in [("date", "soon"), ("integer", "many"), ("time", "&#60;late&#62;")] {
        let all = tags(&page.body);
        let input = all.iter().find(|tag| tag.get("name") == Some(&format!("q.{name}"))).unwrap();
        assert_eq!(input.get("type"), Some("text"), "{name}");
        assert_eq!(input.get("value"), Some(value));
        assert_eq!(input.get("aria-invalid"), Some("true"));
        let described = input.get("aria-describedby").unwrap();
        assert!(described.contains(&format!("q-{name}-error")), "{described}");
    }
}

#[test]
fn a_new_entry_of_a_log_is_added_and_one_that_does_not_fit_is_kept_on_the_page() {
    let catalogue = Catalogue::builtin().unwrap();
    let mut desk = Desk::with(Drafts::of(&catalogue, "person"));
    let sent = untouched(&desk.open().body);
    let entry = answered(&sent, "new.phones.number", &["615-555-0134"]);
    let entry = answered(&entry, "new.phones.use", &["may_text", "say_nothing"]);
    let page = desk.press("add.phones", &entry);
    assert_eq!((page.status, &*page.body), (303, "/drafts/draft-1#q-phones-field"));
    let said = vec![
        (field("number"), "615-555-0134".to_owned()),
        (field("use"), "may_text,say_nothing".to_owned()),
    ];
    assert_eq!(desk.drafts.answered, [(field("phones"), Answered::Entry(said))]);
    let page = desk.open();
    html::keep("form_entries", &page.body);
    assert!(page.body.contains("value=\"remove.phones.01KB"));

    let wrong = answered(&untouched(&page.body), "new.phones.whose", &["a <b> cousin's"]);
    let page = desk.press("save", &wrong);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("value=\"a &#60;b&#62; cousin&#39;s\""), "{}", page.body);
    assert!(page.body.contains("href=\"#new-phones-number\""));
    html::keep("form_entry_refused", &page.body);

    let id = match &desk.drafts.view.answers["phones"] {
        FieldValue::Log(entries) => entries.keys().next().unwrap().clone(),
        other => panic!("{other:?}"),
    };
    desk.press(&format!("remove.phones.{id}"), &sent);
    assert!(!desk.drafts.view.answers.contains_key("phones"));
}

#[test]
fn an_entry_that_stands_in_the_record_has_no_button_to_remove_it() {
    let stands = BTreeMap::from([(
        field("phones"),
        FieldValue::Log(BTreeMap::from([("01KA".to_owned(), BTreeMap::new())])),
    )]);
    let drafts = Drafts::of(&Catalogue::builtin().unwrap(), "person").over(stands);
    assert!(!Desk::with(drafts).open().body.contains("remove.phones"));
}

#[test]
fn a_counter_is_counted_up_and_what_others_counted_meanwhile_stays() {
    let stands = |sum| BTreeMap::from([(field("counter"), FieldValue::Counter(sum))]);
    let mut desk = Desk::with(every_kind().over(stands(3)));
    let sent = untouched(&desk.open().body);
    desk.drafts = every_kind().over(stands(5));
    desk.press("save", &answered(&sent, "q.counter", &["4"]));
    assert_eq!(desk.drafts.answered, [(field("counter"), typed("6"))]);
    let sent = untouched(&desk.open().body);
    desk.press("count.counter", &sent);
    assert_eq!(desk.drafts.view.answers["counter"], FieldValue::Counter(7));
}

#[test]
fn a_shared_note_is_added_to_and_what_stands_in_it_stays() {
    let stands =
        |text: &str| BTreeMap::from([(field("shared_note"), FieldValue::SharedNote(text.into()))]);
    let mut desk = Desk::with(every_kind().over(stands("Call first.")));
    let page = desk.open();
    assert!(page.body.contains("<blockquote class=\"stands\">Call first.</blockquote>"));
    let sent = answered(&untouched(&page.body), "q.shared_note", &["Then knock."]);
    // Somebody else wrote more meanwhile.
    desk.drafts = every_kind().over(stands("Call first. Twice."));
    desk.press("save", &sent);
    let whole = FieldValue::SharedNote("Call first. Twice.\nThen knock.".into());
    assert_eq!(desk.drafts.view.answers["shared_note"], whole);
    let page = desk.open();
    assert_eq!(desk.press("save", &untouched(&page.body)).status, 303);
    assert_eq!(desk.drafts.answered.len(), 1);
}

#[test]
fn a_question_that_is_hidden_is_not_on_the_page_and_the_answer_that_shows_it_brings_it() {
    let mut desk = Desk::with(Drafts::of(&Catalogue::builtin().unwrap(), "mediation"));
    let page = desk.open();
    assert!(!page.body.contains("catalyst_other"));
    let sent = answered(&untouched(&page.body), "q.catalyst", &["other"]);
    let part = desk.ask(Method::Post, "/drafts/draft-1", &sent, true);
    assert_eq!(part.status, 200);
    assert!(part.body.contains("name=\"q.catalyst_other\""), "{}", part.body);
    html::keep("form_mediation_part", &part.body);
    html::keep("form_mediation_before", &page.body);
    assert!(part.body.contains("hx-swap-oob=\"outerMorph\"") && !part.body.contains("<html"));
    // Only what has changed: not what every record has.
    assert!(part.body.contains("id=\"part-1\"") && !part.body.contains("id=\"part-2\""));
    let page = desk.open();
    let other = page.body.find("id=\"q-catalyst_other\"").unwrap();
    assert!(page.body.find("id=\"q-catalyst-field\"").unwrap() < other);
    assert!(other < page.body.find("id=\"q-venue\"").unwrap());
    html::keep("form_mediation", &page.body);
}

#[test]
fn a_part_shows_what_is_kept_and_not_what_was_sent() {
    let mut desk = Desk::with(every_kind());
    let sent = answered(&untouched(&desk.open().body), "q.text", &["abc"]);
    let part = desk.ask(Method::Post, "/drafts/draft-1", &sent, true);
    assert!(part.body.contains(">\nabc</textarea>"), "{}", part.body);
    let again = answered(&untouched(&desk.open().body), "q.text", &["abc"]);
    let part = desk.ask(Method::Post, "/drafts/draft-1", &again, true);
    assert!(!part.body.contains("<section"), "nothing has changed: {}", part.body);
    assert_eq!(desk.drafts.answered.len(), 1);
}

#[test]
fn a_field_that_is_not_for_them_is_neither_asked_nor_taken() {
    let mut desk = Desk::with(Drafts::of(&Catalogue::builtin().unwrap(), "person"));
    let page = desk.open();
    assert!(!page.body.contains("q.approval") && !page.body.contains("q.amends"));
    let mut sent = untouched(&page.body);
    sent.push(("was.approval".to_owned(), "x".to_owned()));
    sent.push(("q.approval".to_owned(), "approved".to_owned()));
    desk.press("save", &sent);
    assert_eq!(desk.drafts.answered, []);
}

#[test]
fn a_form_that_cannot_be_submitted_says_what_is_missing_with_links_to_it() {
    let mut desk = Desk::with(Drafts::of(&Catalogue::builtin().unwrap(), "outreach_contact"));
    let page = desk.open();
    assert!(!page.body.contains("error-summary"), "nothing is missing before it is submitted");
    html::keep("form_contact", &page.body);
    let page = desk.press("submit", &untouched(&page.body));
    assert_eq!(page.status, 422);
    html::keep("form_contact_refused", &page.body);
    let all = tags(&page.body);
    for link in ["#q-mode-o-street", "#q-result-o-engaged"] {
        assert!(all.iter().any(|tag| tag.get("href") == Some(link)), "{link}");
        assert!(all.iter().any(|tag| tag.get("id") == Some(&link[1..])), "{link}");
    }
    let sent = answered(&untouched(&page.body), "q.mode", &["street"]);
    let sent = answered(&sent, "q.result", &["brief"]);
    let page = desk.press("submit", &sent);
    assert_eq!((page.status, &*page.body), (303, "/records/record-9"));
}

#[test]
fn what_is_doubtful_is_submitted_by_who_is_sure() {
    let mut desk = Desk::with(every_kind());
    desk.drafts.doubtful = true;
    let sent = untouched(&desk.open().body);
    let page = desk.press("submit", &sent);
    assert!(page.body.contains("value=\"submit_anyway\""));
    html::keep("form_doubtful", &page.body);
    assert_eq!(desk.press("submit_anyway", &sent).status, 303);
    assert_eq!(desk.drafts.submitted, [false, true]);
}

#[test]
fn a_form_is_thrown_away_without_keeping_what_was_typed_last() {
    let mut desk = Desk::with(every_kind());
    let sent = answered(&untouched(&desk.open().body), "q.text", &["abc"]);
    let page = desk.press("discard", &sent);
    assert_eq!((page.status, &*page.body), (303, "/cases/case-1"));
    assert!(desk.drafts.discarded && desk.drafts.answered.is_empty());
}

#[test]
fn who_presses_enter_keeps_the_form_and_does_nothing_else() {
    let page = Desk::with(every_kind()).open();
    let form = page.body.split("id=\"draft\"").nth(1).unwrap();
    let first = tags(form).into_iter().find(|tag| tag.name == "button").unwrap();
    assert_eq!(first.get("value"), Some("save"));
}

#[test]
fn what_somebody_else_changed_since_is_told_at_the_question() {
    let stands =
        BTreeMap::from([(field("text"), FieldValue::Scalar(Scalar::Text("<theirs>".into())))]);
    let mut drafts = every_kind().over(stands).with("text", "mine");
    drafts.view.changed_since = vec![field("text")];
    let page = Desk::with(drafts).open();
    assert!(page.body.contains("It now says: &#60;theirs&#62;"), "{}", page.body);
}

#[test]
fn an_old_form_says_so() {
    let mut drafts = every_kind();
    drafts.view.begun_at = drafts.view.begun_at - model::time::Span::from_days(30);
    let mut desk = Desk::with(drafts);
    assert!(desk.open().body.contains("30 days ago"));
    let list = desk.ask(Method::Get, "/drafts", &[], false);
    assert!(list.body.contains("badge warn"));
    html::keep("drafts", &list.body);
}

#[test]
fn what_may_be_written_is_chosen_by_where_it_is_kept() {
    let mut drafts = every_kind();
    let new = |name: &str, compartment: &str| NewType {
        record_type: name.parse().unwrap(),
        label: Label::same(name),
        compartment: Label::same(compartment),
    };
    drafts.types =
        vec![new("mediation", "Outreach"), new("consent", "Identity"), new("shift", "Outreach")];
    let mut desk = Desk::with(drafts);
    let page = desk.ask(Method::Get, "/cases/case-1/new", &[], false);
    html::keep("new", &page.body);
    assert_eq!(page.body.matches("<section").count(), 2);
    for (path, in_case) in [("/cases/case-1/new", true), ("/new", false)] {
        let sent = [("type".to_owned(), "mediation".to_owned())];
        let page = desk.ask(Method::Post, path, &sent, false);
        assert_eq!((page.status, &*page.body), (303, "/drafts/draft-1"));
        assert_eq!(desk.drafts.begun.pop(), Some(("mediation".parse().unwrap(), in_case)));
    }
    assert_eq!(desk.ask(Method::Post, "/new", &[], false).status, 404);
}

/// Returns forms of every type, empty and refused, in both languages.
fn pages() -> Vec<(String, Page)> {
    let catalogue = with_every_kind();
    let mut pages = Vec::new();
    for language in [Language::English, Language::Spanish] {
        for name in catalogue.types.keys() {
            let mut desk = Desk::with(Drafts::of(&catalogue, name.as_str()));
            desk.language = language;
            let page = desk.open();
            let refused = desk.press("submit", &untouched(&page.body));
            pages.push((format!("{name} {}", language.tag()), page));
            pages.push((format!("{name} {} refused", language.tag()), refused));
        }
        let mut desk = Desk::with(filled());
        desk.language = language;
        let page = desk.open();
        html::keep(&format!("form_every_kind_{}", language.tag()), &page.body);
        pages.push((format!("filled {}", language.tag()), page));
    }
    pages.retain(|(_, page)| page.status != 303);
    pages
}

#[test]
fn in_every_form_each_input_has_a_label_and_no_two_elements_have_one_id() {
    for (name, page) in pages() {
        let all = tags(&page.body);
        let ids: Vec<_> = all.iter().filter_map(|tag| tag.get("id")).collect();
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), unique.len(), "{name}");
        let labelled: BTreeSet<_> =
            all.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.get("for")).collect();
        for tag in &all {
            for key in ["aria-describedby", "aria-labelledby", "for"] {
                for id in tag.get(key).unwrap_or_default().split_whitespace() {
                    assert!(unique.contains(&id), "{name}: {key} names {id}");
                }
            }
            let is_typed = matches!(tag.name, "input" | "select" | "textarea");
            if is_typed && tag.get("type") != Some("hidden") {
                let id = tag.get("id").unwrap_or_else(|| panic!("{name}: {tag:?}"));
                assert!(labelled.contains(id), "{name}: {id}");
                assert_eq!(tag.get("autocomplete"), Some("off"), "{name}: {id}");
                assert_ne!(tag.get("type"), Some("number"), "{name}: {id}");
            }
            if let Some(link) = tag.get("href").and_then(|link| link.strip_prefix('#')) {
                assert!(unique.contains(&link), "{name}: a link to {link}");
            }
        }
        assert!(!page.body.contains("error-summary") || page.status == 422, "{name}");
    }
}

#[test]
fn what_people_and_departments_wrote_is_never_markup_in_a_form() {
    const HOSTILE: &str = "<script>alert(1)</script>\"'&amp;<b x=\"";
    let mut catalogue = with_every_kind();
    let hostile = || Label::both(HOSTILE, HOSTILE);
    for list in catalogue.code_lists.values_mut() {
        list.options.values_mut().for_each(|label| *label = hostile());
    }
    let known = catalogue.types.get_mut("every_kind").unwrap();
    known.label = hostile();
    for field in &mut known.fields {
        field.label = hostile();
        field.question.note = Some(hostile());
        field.question.hint = Some(hostile());
        field.question.example = Some(hostile());
    }
    let mut drafts = Drafts::of(&catalogue, "every_kind");
    for name in ["text", "note", "date", "integer", "phone", "shared_note"] {
        drafts = drafts.with(name, HOSTILE);
    }
    drafts.view.case = drafts.view.case.map(|(case, _)| (case, hostile()));
    drafts.view.people.iter_mut().for_each(|(_, name)| *name = HOSTILE.to_owned());
    drafts.view.records.iter_mut().for_each(|(_, _, title)| *title = hostile());
    let mut desk = Desk::with(drafts);
    let page = desk.open();
    let mut bodies = vec![desk.ask(Method::Get, "/drafts", &[], false).body];
    let sent = untouched(&page.body);
    bodies.push(desk.press("submit", &answered(&sent, "new.log.text", &[HOSTILE])).body);
    bodies.push(desk.ask(Method::Post, "/drafts/draft-1", &[], true).body);
    bodies.push(page.body);
    for body in bodies {
        assert!(!body.contains("<script>") && !body.contains("<b x"), "{body}");
        assert!(tags(&body).iter().all(|tag| tag.name != "b"));
    }
}
