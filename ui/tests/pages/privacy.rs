//! The pages of those who watch over privacy.

use model::ids::{CaseId, UserId};
use model::words::Language;
use ui::views::{AuditBy, AuditCase, AuditSearch, Confirmed, EmergenciesView, Offices, Opening};
use ui::{Method, Refusal};

use crate::fake::{Fake, Page};
use crate::html;

/// Compares a page with how it was last, and keeps it for looking at.
#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
}

/// Returns a busy department as its privacy officer comes to it.
fn watched() -> Fake {
    let mut fake = Fake::busy();
    fake.viewer.offices = Offices { privacy: true, ..Offices::default() };
    fake
}

/// Returns every page of theirs in a language, by how it is asked for.
pub(crate) fn pages(language: Language) -> Vec<(String, Page)> {
    let mut pages = Vec::new();
    for make in [watched, asked] {
        for (method, path) in [
            (Method::Get, "/confirm"),
            (Method::Post, "/confirm"),
            (Method::Get, "/audit"),
            (Method::Get, "/audit/vouched"),
            (Method::Get, "/emergencies"),
        ] {
            let page = make().ask(method, path, &[], language);
            pages.push((format!("{method:?} {path}"), page));
        }
    }
    let checked = watched().ask(Method::Post, "/audit/check", &[], language);
    let typed = [("case", "case-1"), ("from", "?"), ("number", "?")];
    let wrong = watched().ask(Method::Post, "/audit", &typed, language);
    for fields in [&[][..], &[("reason", "<b>")]] {
        let path = "/cases/case-1/emergency";
        let method = if fields.is_empty() { Method::Get } else { Method::Post };
        let page = Fake::busy().ask(method, path, fields, language);
        pages.push((format!("{method:?} {path}"), page));
    }
    let own = supervised().ask(Method::Get, "/emergencies", &[], language);
    pages.push(("their own emergencies".to_owned(), own));
    pages.extend([("a check".to_owned(), checked), ("a wrong search".to_owned(), wrong)]);
    pages
}

/// Returns the same before they have said for what they read the audit.
fn asked() -> Fake {
    let mut fake = watched();
    fake.privacy.purpose = None;
    fake
}

/// Returns a department as a supervisor comes to it who has opened something.
fn supervised() -> Fake {
    let mut fake = Fake::busy();
    let emergencies = &mut fake.privacy.emergencies;
    emergencies.rows.truncate(2);
    emergencies.rows.iter_mut().for_each(|row| row.own = true);
    (emergencies.total, emergencies.waiting, emergencies.everybodys) = (2, 1, false);
    fake
}

const TYPED: [(&str, &str); 2] = [("password", "copper lanterns sway"), ("totp", " 123456 ")];

#[test]
fn who_shows_again_who_they_are_comes_back_to_the_page_they_wanted() {
    let mut fake = Fake::busy();
    shown("confirm", &fake.get("/confirm?back=/audit"));
    html::keep("confirm_es", &fake.get_in_spanish("/confirm").body);
    for (back, to) in [("/cases?skip=50", "/cases?skip=50"), ("//evil.example", "/"), ("", "/")] {
        let page = fake.post("/confirm", &[TYPED[0], TYPED[1], ("back", back)]);
        assert_eq!((page.status, &*page.body), (303, to));
    }
    assert_eq!(fake.privacy.shown[0], ("copper lanterns sway".to_owned(), "123456".to_owned()));
}

#[test]
fn who_shows_the_wrong_thing_is_told_and_who_does_too_often_is_signed_out() {
    let mut fake = Fake::busy();
    fake.privacy.confirmed = Some(Confirmed::Wrong);
    let wrong = fake.post("/confirm", &[TYPED[0], TYPED[1], ("back", "/sessions")]);
    assert_eq!(wrong.status, 403);
    assert!(wrong.body.contains("name=\"back\" value=\"/sessions\""));
    assert!(!wrong.body.contains("copper") && !wrong.body.contains("123456"));
    shown("confirm_wrong", &wrong);
    fake.privacy.confirmed = Some(Confirmed::SignedOut);
    let out = fake.post("/confirm", &[TYPED[0], TYPED[1], ("back", "/sessions")]);
    assert_eq!(out.status, 403);
    assert!(out.body.contains("action=\"/signin\"") && out.body.contains("signed out"));
}

#[test]
fn what_is_left_empty_is_named_and_tried_with_nobody() {
    let mut fake = Fake::busy();
    let page = fake.post("/confirm", &[TYPED[0]]);
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("<a href=\"#totp\">") && !page.body.contains("<a href=\"#password\">")
    );
    assert_eq!(fake.privacy.shown, []);
}

#[test]
fn what_has_to_be_confirmed_asks_at_once_and_leads_back() {
    let mut fake = Fake::busy();
    fake.found = Err(Refusal::ConfirmFirst);
    let page = fake.post("/find", &[("q", "rey")]);
    assert_eq!(page.status, 403);
    assert!(page.body.contains("name=\"back\" value=\"/find\""));
    assert!(page.body.contains("was not done"));
    assert!(!page.body.contains("rey"));
}

#[test]
fn for_what_the_audit_is_read_is_asked_once_and_stands_on_every_page_of_it() {
    let mut fake = watched();
    let purpose = fake.privacy.purpose.take().unwrap();
    for path in ["/audit", "/audit/vouched"] {
        assert!(fake.get(path).body.contains("action=\"/audit/purpose\""), "{path}");
    }
    assert_eq!(fake.privacy.searched, []);
    shown("purpose", &fake.get("/audit"));
    for path in ["/audit", "/audit/check", "/audit/file"] {
        assert_eq!((fake.post(path, &[]).status, &*fake.post(path, &[]).body), (303, "/audit"));
    }
    let short = fake.post("/audit/purpose", &[("purpose", "look")]);
    assert_eq!(short.status, 422);
    assert!(short.body.contains("value=\"look\"") && short.body.contains("purpose-error-1"));
    assert_eq!(fake.post("/audit/purpose", &[("purpose", &purpose)]).body, "/audit");
    for page in [fake.get("/audit"), fake.get("/audit/vouched"), fake.post("/audit/check", &[])] {
        assert!(page.body.contains(&purpose), "{}", page.body);
    }
}

#[test]
fn the_audit_says_who_did_what_in_words() {
    shown("audit", &watched().get("/audit"));
    shown("audit_es", &watched().get_in_spanish("/audit"));
    let mut quiet = watched();
    quiet.privacy.audit = ui::views::AuditView::default();
    shown("audit_none", &quiet.post("/audit", &[("act", "read")]));
}

#[test]
fn the_audit_is_searched_by_who_what_which_case_and_when_without_an_address() {
    let mut fake = watched();
    let user = UserId::from_bytes([2; 16]);
    let case = CaseId::from_bytes([9; 16]);
    let (by, number) = (user.to_string(), case.to_string());
    let typed = [
        ("by", &*by),
        ("act", "read"),
        ("from", "2026-11-01"),
        ("until", "2026-11-30"),
        ("number", &number),
    ];
    let page = fake.post("/audit", &typed);
    assert_eq!(page.status, 200);
    let search = AuditSearch {
        by: Some(AuditBy::User(user)),
        case: Some(AuditCase::Typed(case)),
        act: Some("read".to_owned()),
        from: "2026-11-01".parse().ok(),
        until: "2026-11-30".parse().ok(),
        before: None,
    };
    assert_eq!(fake.privacy.searched, [search]);
    // What was typed is not kept on the page: it knows the case by another name.
    assert!(!page.body.contains(&number));
    assert!(page.body.contains("name=\"case\" value=\"case-1\" checked"));
    assert!(page.body.contains("name=\"before\" value=\"41021\""));
    shown("audit_searched", &page);
    fake.post("/audit", &[("case", "case-1"), ("before", "41021")]);
    let case = Some(AuditCase::Named(crate::fake::handle("case", 1)));
    let search = AuditSearch { case, before: Some(41_021), ..AuditSearch::default() };
    assert_eq!(fake.privacy.searched.last(), Some(&search));
}

#[test]
fn what_cannot_be_searched_for_is_named_at_its_field() {
    let mut fake = watched();
    let typed =
        [("from", "2026-11-30"), ("until", "2026-11-01"), ("number", "the one with the scar")];
    let page = fake.post("/audit", &typed);
    assert_eq!(page.status, 422);
    for field in ["until", "number"] {
        assert!(page.body.contains(&format!("<a href=\"#{field}\">")), "{field}");
        assert!(page.body.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    shown("audit_wrong", &page);
}

#[test]
fn a_check_of_the_audit_names_the_first_broken_row() {
    let mut fake = watched();
    shown("check", &fake.post("/audit/check", &[]));
    fake.privacy.check.problems = vec![
        "audit: row 2 is not what was written".to_owned(),
        "audit: rows 7 to 9 are missing".to_owned(),
    ];
    shown("check_broken", &fake.post("/audit/check", &[]));
    html::keep("check_es", &fake.ask(Method::Post, "/audit/check", &[], Language::Spanish).body);
}

#[test]
fn the_audit_is_taken_along_as_a_file() {
    let mut fake = watched();
    assert_eq!(fake.post("/audit/file", &[]).body, "the audit");
    fake.privacy.is_unconfirmed = true;
    let page = fake.post("/audit/file", &[]);
    assert_eq!(page.status, 403);
    // It is not there to be read: the way back leads to where the button is.
    assert!(page.body.contains("name=\"back\" value=\"/audit\""), "{}", page.body);
}

#[test]
fn what_phones_vouched_for_is_listed() {
    shown("vouched", &watched().get("/audit/vouched"));
    let mut quiet = watched();
    quiet.privacy.vouched = ui::views::VouchedView::default();
    html::keep("vouched_none", &quiet.get_in_spanish("/audit/vouched").body);
}

#[test]
fn the_audit_is_there_for_who_watches_over_privacy_alone() {
    let mut fake = Fake::busy();
    assert!(!fake.get("/").body.contains("/audit"));
    for path in ["/audit", "/audit/vouched"] {
        assert_eq!(fake.get(path).status, 404, "{path}");
    }
    for path in ["/audit", "/audit/purpose", "/audit/check", "/audit/file"] {
        assert_eq!(fake.post(path, &[]).status, 404, "{path}");
    }
}

#[test]
fn emergencies_show_who_opened_what_why_and_each_read() {
    let mut fake = watched();
    let page = fake.get("/emergencies");
    shown("emergencies", &page);
    shown("emergencies_es", &fake.get_in_spanish("/emergencies"));
    assert!(page.body.contains("href=\"/emergencies?skip=4\""));
    // One that was looked at is not looked at again, and one that is over is not closed.
    assert_eq!(page.body.matches("action=\"/emergencies/see\"").count(), 2);
    assert_eq!(page.body.matches("action=\"/emergencies/close\"").count(), 1);
    let mut quiet = watched();
    let everybodys = true;
    quiet.privacy.emergencies = EmergenciesView { everybodys, ..EmergenciesView::default() };
    html::keep("emergencies_none", &quiet.get("/emergencies").body);
}

#[test]
fn an_emergency_is_looked_at_and_closed() {
    let mut fake = watched();
    for (path, number) in [("see", "40"), ("close", "40"), ("close", "0")] {
        let page = fake.post(&format!("/emergencies/{path}"), &[("number", number)]);
        assert_eq!((page.status, &*page.body), (303, "/emergencies"), "{path} {number}");
    }
    assert_eq!(fake.privacy.done, [("seen", 40), ("closed", 40), ("closed", 0)]);
    assert_eq!(fake.post("/emergencies/close", &[("number", "x")]).status, 404);
}

#[test]
fn what_is_asked_about_an_emergency_waits_for_its_answer_and_says_what_is_too_short() {
    let question = ("text", "Whom did you speak with?");
    let mut fake = watched();
    let page = fake.get("/emergencies");
    assert!(page.body.contains("Waits for an answer") && page.body.contains("ask-40-hint"));
    assert!(!page.body.contains("/emergencies/answer"));
    let short = fake.post("/emergencies/ask", &[("number", "40"), ("text", "Why?")]);
    assert_eq!(short.status, 422);
    assert!(short.body.contains("id=\"ask-40-error\"") && short.body.contains("Why?"));
    assert_eq!(fake.post("/emergencies/ask", &[("number", "40"), question]).status, 303);
    let mut own = supervised();
    assert_eq!(own.post("/emergencies/ask", &[("number", "40"), question]).status, 404);
    let short = own.post("/emergencies/answer", &[("number", "5"), ("text", "No.")]);
    assert_eq!(short.status, 422);
    assert_eq!(own.post("/emergencies/answer", &[("number", "5"), question]).status, 303);
    assert_eq!((fake.privacy.done, own.privacy.done), (vec![("asked", 40)], vec![("answered", 5)]));
}

#[test]
fn who_supervises_has_their_own_emergencies_and_looks_at_none() {
    let mut fake = supervised();
    let page = fake.get("/emergencies");
    shown("emergencies_own", &page);
    assert!(!page.body.contains("/emergencies/see") && !page.body.contains("/audit"));
    assert_eq!(fake.post("/emergencies/see", &[("number", "40")]).status, 404);
    let mut worker = Fake::busy();
    worker.viewer.offices.supervises = false;
    assert_eq!(worker.get("/emergencies").status, 404);
    assert!(!worker.get("/").body.contains("/emergencies"));
}

#[test]
fn a_case_is_opened_in_an_emergency_with_a_reason_and_for_a_time() {
    let mut fake = Fake::busy();
    let path = "/cases/case-1/emergency";
    shown("open", &fake.get(path));
    html::keep("open_es", &fake.get_in_spanish(path).body);
    let wrong = fake.post(path, &[("compartment", "AUD"), ("minutes", "30"), ("reason", "now")]);
    assert_eq!(wrong.status, 422);
    shown("open_wrong", &wrong);
    let words = "Shot last night; where is he safe?";
    let typed = [("compartment", "HOS"), ("minutes", "240"), ("reason", words)];
    let long = fake.post(path, &typed);
    assert_eq!(long.status, 422);
    assert!(long.body.contains("between 1 and 60") && long.body.contains(words));
    assert!(long.body.contains("<option value=\"240\" selected>"));
    let opened = fake.post(path, &[typed[0], ("minutes", "60"), typed[2]]);
    assert_eq!((opened.status, &*opened.body), (303, "/cases/case-1"));
    let compartment = "HOS".parse().unwrap();
    let opening = Opening { compartment, minutes: 60, reason: words.to_owned() };
    assert_eq!(fake.privacy.opened, [opening]);
    fake.privacy.openable.clear();
    assert!(fake.get(path).body.contains("open to you already"));
    fake.privacy.is_unconfirmed = true;
    let asked = fake.get(path).body;
    assert!(asked.contains("name=\"back\" value=\"/cases/case-1/emergency\""));
}
