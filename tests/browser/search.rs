//! Looking for somebody.

use fieldbook_tests::browser::page::{Browser, ENTER, Looks};
use fieldbook_tests::browser::town::{Filled, SOL, filled};

use crate::rows;

/// Returns who is found by what is typed on top of a page.
#[track_caller]
fn finds(browser: &Browser, asked: &str) -> Vec<String> {
    browser.fill(&browser.find("header input[type=search]"), asked);
    browser.press(ENTER);
    let asked = serde_json::json!(asked);
    browser.wait(&format!("document.querySelector('main #q')?.value == {asked}"));
    assert_eq!(browser.path(), "/find", "what was typed stands in no address");
    let mut found = rows(browser);
    found.sort();
    found
}

#[test]
fn c10_people_are_found_by_any_of_their_names_without_accents_and_with_two_letters() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    let found: [(&str, &[&str]); 6] = [
        ("Rey", &["Marcus Hale"]),
        ("pepe", &["José Ñuñez"]),
        ("JOSE nunez", &["José Ñuñez"]),
        ("ñuñez", &["José Ñuñez"]),
        ("ma", &["Marcus Hale", "Rosa Maple"]),
        ("nobody of this name", &[]),
    ];
    for (asked, expected) in found {
        assert_eq!(finds(&browser, asked), expected, "{asked}");
    }
    // Where there is nothing to look for, that is said beside the field, and what was typed stays.
    browser.fill(&browser.find("main #q"), "!!");
    browser.press(ENTER);
    browser.find("main .error");
    assert_eq!(browser.value(&browser.find("main #q")), "!!");
}

#[test]
fn c10_people_are_found_by_the_last_four_digits_of_a_phone_and_by_the_year_of_birth() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    assert_eq!(finds(&browser, "0134"), ["Marcus Hale"]);
    assert_eq!(finds(&browser, "2003"), ["José Ñuñez"]);
}
