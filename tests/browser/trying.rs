//! The first look at the field app, on the machine of whoever wants to know what it is.

use fieldbook::clock;
use fieldbook_tests::browser::page::Looks;
use fieldbook_tests::browser::town::{ANA, filled};

#[test]
fn the_app_is_tried_at_localhost_without_a_certificate() {
    let mut filled = filled();
    filled.town.pass(clock::now().since(filled.town.now()));
    let code = filled.town.code_for_device(ANA);
    let looks = Looks { width: 360, dark: false, language: "en", text: 16 };
    let browser = filled.town.local_browser(looks);
    browser.open(&format!("/app/#code={code}"));
    browser.wait("document.querySelector('#code')?.value.length > 5");
    for field in ["#secret", "#again"] {
        browser.fill(&browser.find(field), "copper lanterns sway");
    }
    browser.click(&browser.find("button.main"));
    browser.wait("document.body.dataset.synced === 'done'");
    browser.click(&browser.link("People"));
    browser.sees("Marcus Hale");
}
