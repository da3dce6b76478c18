//! The field app, in a browser as on a phone: set up with a code, locked, unlocked, and at work.

use fieldbook::clock;
use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{ANA, Filled, Town, filled};

pub(crate) const SECRET: &str = "copper lanterns sway";
pub(crate) const PHONE: Looks = Looks { width: 360, dark: false, language: "en", text: 16 };

/// Sets the app up for somebody, and waits until all that is theirs is on the phone.
pub(crate) fn set_up(town: &mut Town, name: &str, looks: Looks) -> Browser {
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

pub(crate) fn synced(browser: &Browser) {
    browser.wait("document.body.dataset.synced === 'done'");
}

/// Opens the department, and the app of somebody in it, at the browser's own time.
pub(crate) fn at_work(name: &str) -> (Filled, Browser) {
    let mut filled = filled();
    filled.town.pass(clock::now().since(filled.town.now()));
    let browser = set_up(&mut filled.town, name, PHONE);
    (filled, browser)
}

pub(crate) fn unlock(browser: &Browser) {
    browser.wait("document.documentElement.dataset.engine === 'ready'");
    browser.fill(&browser.find("#secret"), SECRET);
    browser.click(&browser.find("button.main"));
    browser.wait("document.body.classList.contains('phone')");
}

#[test]
fn f01_a_phone_is_set_up_with_a_code_and_has_its_cases() {
    let (_house, browser) = at_work(ANA);
    browser.open("/app/people");
    unlock(&browser);
    browser.sees("Marcus Hale");
    assert_eq!(browser.path(), "/app/people");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn f01_setting_up_goes_on_with_another_code_also_after_the_page_was_loaded_anew() {
    let Filled { mut town, .. } = filled();
    town.pass(clock::now().since(town.now()));
    let browser = town.browser(PHONE);
    let ask = |code: &str, secret: &str| {
        browser.fill(&browser.find("#code"), code);
        browser.fill(&browser.find("#secret"), secret);
        browser.fill(&browser.find("#again"), secret);
        browser.click(&browser.find("button.main"));
    };
    browser.open("/app/#code=AAAA-AAAA-AAAA");
    ask("AAAA-AAAA-AAAA", "quieter lanterns");
    browser.sees("This code does not work.");
    browser.reload();
    browser.fill(&browser.find("#secret"), "quieter lanterns");
    browser.click(&browser.find("button.main"));
    browser.find("#code");
    ask(&town.code_for_device(ANA), SECRET);
    synced(&browser);
    browser.reload();
    unlock(&browser);
}

#[test]
fn f03_a_wrong_passphrase_opens_nothing_and_says_how_many_are_left() {
    let (_house, browser) = at_work(ANA);
    browser.reload();
    browser.fill(&browser.find("#secret"), "copper lanterns swing");
    browser.click(&browser.find("button.main"));
    browser.sees("Wrong passphrase. 9 tries are left.");
    browser.reload();
    unlock(&browser);
}

#[test]
fn f22_a_contact_is_recorded_in_three_taps_and_reaches_the_server() {
    let (mut house, browser) = at_work(ANA);
    house.ana.sync();
    let before = house.ana.newest("outreach_contact");
    browser.click(&browser.find(".tabbar a[href='/app/quick']"));
    // He stands on the page before, too.
    browser.sees("Who did you meet?");
    browser.click(&browser.link("José Ñuñez"));
    browser.click(&browser.button("Engaged"));
    browser.sees("Saved");
    synced(&browser);
    // Another phone of hers has it.
    house.ana.sync();
    assert_ne!(house.ana.newest("outreach_contact"), before);
}
