//! What people write is text, whatever it looks like.

use fieldbook_tests::browser::page::{Browser, ENTER, Looks};
use fieldbook_tests::browser::town::{ANA, BEN, Filled, SCRIPT, SOL, filled};
use serde_json::json;

use crate::open_case;

/// Fails when anything ran or was drawn that somebody wrote as a text.
#[track_caller]
fn assert_inert(browser: &Browser, about: &str) {
    browser.sees("document.title=");
    let state = browser.script(
        "return [document.title, typeof window.owned, document.images.length,
             document.querySelectorAll('main script').length]",
        json!([]),
    );
    assert_eq!(state, json!(["Fieldbook", "undefined", 0, 0]), "{about}");
    assert_eq!(browser.complaints(), [""; 0], "{about}");
}

#[test]
fn a_script_that_somebody_stored_is_shown_as_text_on_every_page() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    assert_inert(&browser, "home");
    browser.open("/cases");
    assert_inert(&browser, "board");
    browser.click(&browser.link(SCRIPT));
    browser.wait("document.querySelector('#who')");
    assert_inert(&browser, "case");
    let case = browser.path();
    browser.click(&browser.link("Full record"));
    browser.wait("document.querySelector('#history')");
    assert_inert(&browser, "record");
    browser.open(&format!("{case}/notes"));
    assert_inert(&browser, "notes");
    browser.fill(&browser.find("main #q"), SCRIPT);
    browser.press(ENTER);
    browser.wait("document.querySelector('main [data-announce]')");
    assert_inert(&browser, "what was found in the notes");
    browser.open("/tasks");
    assert_inert(&browser, "tasks");
    browser.open("/find");
    browser.fill(&browser.find("main #q"), SCRIPT);
    browser.press(ENTER);
    browser.find("main tbody th a");
    assert_inert(&browser, "what was found");
}

#[test]
fn a_script_that_somebody_stored_is_shown_as_text_in_forms() {
    let Filled { mut town, .. } = filled();
    let ben = town.account(BEN);
    assert_ne!(ben.name(), ANA);
    let browser = town.signed_in(&ben, Looks::default());
    open_case(&browser, SCRIPT);
    browser.click(&browser.link("Full record"));
    browser.click(&browser.button("Change"));
    browser.find("#draft");
    assert_eq!(browser.value(&browser.field("Name")), SCRIPT);
    let state = browser.script("return [document.title, typeof window.owned]", json!([]));
    assert_eq!(state, json!(["Fieldbook", "undefined"]));
    browser.open("/drafts");
    assert_inert(&browser, "drafts");
}
