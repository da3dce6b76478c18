//! The field app, in a browser as on a phone: set up with a code, locked, unlocked, and at work.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{ANA, Filled, Town, filled};

const SECRET: &str = "copper lanterns sway";
const PHONE: Looks = Looks { width: 360, dark: false, language: "en", text: 16 };

/// Sets the app up for somebody, and waits until all that is theirs is on the phone.
fn set_up(town: &mut Town, name: &str, looks: Looks) -> Browser {
    let code = town.code_for_device(name);
    let browser = town.browser(looks);
    browser.open(&format!("/app/#code={code}"));
    browser.wait("document.querySelector('#code')?.value.length > 5");
    // The code stands in no history.
    assert_eq!(browser.path(), "/app/");
    browser.fill(&browser.find("#secret"), SECRET);
    browser.fill(&browser.find("#again"), SECRET);
    browser.click(&browser.find("button.main"));
    synced(&browser);
    browser
}

fn synced(browser: &Browser) {
    browser.wait("document.body.dataset.synced === 'done'");
}

#[test]
fn f01_a_phone_is_set_up_with_a_code_and_has_its_cases() {
    let Filled { mut town, .. } = filled();
    let browser = set_up(&mut town, ANA, PHONE);
    browser.open("/app/people");
    browser.find("#secret");
    browser.fill(&browser.find("#secret"), SECRET);
    browser.click(&browser.find("button.main"));
    browser.sees("Marcus Hale");
    assert_eq!(browser.path(), "/app/people");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn f03_a_wrong_passphrase_opens_nothing_and_says_how_many_are_left() {
    let Filled { mut town, .. } = filled();
    let browser = set_up(&mut town, ANA, PHONE);
    browser.reload();
    browser.fill(&browser.find("#secret"), "copper lanterns swing");
    browser.click(&browser.find("button.main"));
    browser.sees("Wrong passphrase. 9 tries are left.");
    browser.reload();
    browser.find("#secret");
    browser.fill(&browser.find("#secret"), SECRET);
    browser.click(&browser.find("button.main"));
    browser.wait("!document.body.classList.contains('door')");
}
