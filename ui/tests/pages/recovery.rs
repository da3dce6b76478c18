//! Recovery codes: how many are left, and new ones.

use model::words::Language;
use ui::Method;

use crate::fake::{Fake, Page};
use crate::html;

/// Returns every page of it in a language, by what it is.
pub(crate) fn pages(language: Language) -> Vec<(String, Page)> {
    let asks = [
        (Method::Get, "/recovery", 9),
        (Method::Get, "/recovery?back=%2Fcases", 2),
        (Method::Get, "/recovery", 0),
        (Method::Post, "/recovery", 1),
    ];
    let page = |(method, path, left)| {
        let mut fake = Fake::busy();
        fake.recovery.left = left;
        (format!("{method:?} {path} {left}"), fake.ask(method, path, &[], language))
    };
    asks.map(page).into()
}

#[test]
fn who_signed_in_with_a_recovery_code_is_told_how_many_are_left_and_goes_on() {
    let mut fake = Fake::busy();
    fake.recovery.left = 2;
    let page = fake.get("/recovery?back=%2Fcases");
    html::keep("recovery", &page.body);
    insta::assert_snapshot!("recovery", page.body);
    assert!(page.body.contains("2 recovery codes are left"));
    assert!(page.body.contains("href=\"/cases\""));
    let elsewhere = fake.get("/recovery?back=%2F%2Fevil.example");
    assert!(!elsewhere.body.contains("evil.example"));
    assert!(fake.get("/sessions").body.contains("2 recovery codes are left"));
}

#[test]
fn new_recovery_codes_are_shown_once_to_whoever_shows_that_it_is_they() {
    let mut fake = Fake::busy();
    fake.recovery.unconfirmed = true;
    assert_eq!(fake.post("/recovery", &[]).status, 403);
    fake.recovery.unconfirmed = false;
    let made = fake.post("/recovery", &[]);
    html::keep("recovery_made", &made.body);
    insta::assert_snapshot!("recovery_made", made.body);
    assert_eq!(made.body.matches("ABCD-EFGH").count(), 10);
    let spanish = fake.ask(Method::Post, "/recovery", &[], Language::Spanish);
    html::keep("recovery_made_es", &spanish.body);
    assert!(!fake.get("/recovery").body.contains("ABCD"));
}
