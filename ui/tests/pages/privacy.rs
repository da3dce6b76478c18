//! The pages of those who watch over privacy.

use ui::Refusal;
use ui::views::Confirmed;

use crate::fake::{Fake, Page};
use crate::html;

/// Compares a page with how it was last, and keeps it for looking at.
#[track_caller]
fn shown(name: &str, page: &Page) {
    html::keep(name, &page.body);
    insta::assert_snapshot!(name.to_owned(), page.body);
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
