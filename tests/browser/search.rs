//! Looking for somebody.

use fieldbook_tests::browser::page::{ENTER, Looks};
use fieldbook_tests::browser::town::{Filled, SOL, filled};

use crate::rows;

#[test]
fn c10_people_are_found_by_any_of_their_names_without_accents_and_with_two_letters() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    let found: [(&str, &[&str]); 7] = [
        ("Rey", &["Marcus Hale"]),
        ("pepe", &["José Ñuñez"]),
        ("JOSE nunez", &["José Ñuñez"]),
        ("ñuñez", &["José Ñuñez"]),
        ("ma", &["Marcus Hale", "Rosa Maple"]),
        ("0134", &["Marcus Hale"]),
        ("nobody of this name", &[]),
    ];
    for (asked, expected) in found {
        let input = browser.find("header input[type=search]");
        browser.fill(&input, asked);
        browser.press(ENTER);
        let asked = serde_json::json!(asked);
        browser.wait(&format!("document.querySelector('main #q')?.value == {asked}"));
        let mut found = rows(&browser);
        found.sort();
        assert_eq!(found, expected, "{asked}");
        assert_eq!(browser.path(), "/find", "what was typed stands in no address");
    }
    // One letter finds too many, and says so beside the field.
    let input = browser.find("main #q");
    browser.fill(&input, "m");
    browser.press(ENTER);
    browser.find("main .error");
    assert_eq!(browser.value(&browser.find("main #q")), "m");
    assert_eq!(browser.script("return history.state && JSON.stringify(history.state)", serde_json::json!([]))
        .as_str().unwrap_or_default().contains("m="), false);
}
