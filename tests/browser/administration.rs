//! What administrators do about people and devices, in the browser.

use fieldbook_tests::browser::page::Looks;
use fieldbook_tests::browser::town::{ADA, ANA, Filled, SOL, filled};

use crate::rows;

#[test]
fn c71_a_role_is_taken_away_after_the_page_has_said_what_that_does() {
    let Filled { mut town, .. } = filled();
    let ada = town.account(ADA);
    let browser = town.signed_in(&ada, Looks::default());
    browser.open("/people");
    browser.click(&browser.link(ANA));
    browser.sees("Outreach worker");
    browser.click(&browser.find("form[action$='/take'] button"));
    browser.sees("loses sight of");
    browser.click(&browser.button("Take this role away"));
    browser.sees("No role");
}

#[test]
fn c60_a_code_for_a_device_is_a_picture_and_letters_and_is_shown_once() {
    let Filled { mut town, .. } = filled();
    let ada = town.account(ADA);
    let browser = town.signed_in(&ada, Looks::default());
    browser.open("/people");
    browser.click(&browser.link(ANA));
    browser.click(&browser.button("Invite a device"));
    browser.sees("This code is shown only now");
    browser.find("svg.qr");
    let code = browser.texts("strong.code").remove(0);
    assert_eq!(code.len(), 14, "{code}");
    browser.click(&browser.link(&format!("Done, back to {ANA}")));
    browser.sees("Roles");
    assert!(!browser.text().contains(&code));
}

#[test]
fn c57_supervisors_see_the_devices_of_their_people() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/devices");
    assert!(rows(&browser).contains(&ANA.to_owned()));
    assert!(!browser.text().contains("Revoke"));
}
