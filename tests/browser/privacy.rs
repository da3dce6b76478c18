//! The privacy officer's pages: emergencies, the audit, and showing again who one is.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{Account, Filled, SOL, Town, filled};
use model::time::Span;

use crate::{open_case, rows};

const PAZ: &str = "Paz Pino";

/// Returns the account of the privacy officer.
fn officer(town: &mut Town) -> Account {
    let now = town.now();
    town.office.member(now, PAZ, "PRV", "professional_standards");
    town.account(PAZ)
}

/// Says for what the audit is read, in whatever language it is asked.
pub(crate) fn state_purpose(browser: &Browser) {
    browser.open("/audit");
    browser.fill(&browser.find("main #purpose"), "Complaint 2026-114");
    browser.click(&browser.find("main form[action='/audit/purpose'] button"));
    browser.find("#audit-list tbody");
}

/// Shows again who sits there, on the page that asks for it.
fn confirm(town: &Town, browser: &Browser, account: &Account, password: &str) {
    town.pass(Span::from_secs(30));
    browser.fill(&browser.find("main #password"), password);
    browser.fill(&browser.find("main #totp"), &account.code(town.now()));
    browser.click(&browser.button("Confirm"));
}

#[test]
fn c63_what_was_opened_in_an_emergency_is_looked_at_with_each_read_and_closed() {
    let Filled { mut town, .. } = filled();
    let (sol, paz) = (town.account(SOL), officer(&mut town));
    let boss = town.signed_in(&sol, Looks::default());
    open_case(&boss, "Marcus Hale");
    boss.click(&boss.link("Open in an emergency"));
    boss.find("main #compartment");
    let offered = boss.texts("#compartment option");
    boss.choose(&boss.find("#compartment"), &offered[1]);
    boss.click(&boss.button("Open it now"));
    // Without a reason nothing is sent.
    assert!(boss.path().ends_with("/emergency"));
    boss.fill(&boss.field("Why?"), "Shot last night; where is he safe?");
    boss.click(&boss.button("Open it now"));
    boss.find("#who");

    let browser = town.signed_in(&paz, Looks::default());
    browser.click(&browser.find(".tiles a[href='/emergencies']"));
    browser.sees("Shot last night; where is he safe?");
    browser.sees("1 not looked at yet");
    assert!(browser.text().contains(SOL));
    browser.click(&browser.button("I have looked at it"));
    browser.sees("You have looked at all of them");
    browser.click(&browser.button("Close now"));
    browser.wait("!document.querySelector('form[action=\"/emergencies/close\"]')");
    browser.open("/");
    browser.find(".tiles a.none[href='/emergencies']");
}

#[test]
fn c64_the_audit_is_searched_by_person_and_case_verified_and_taken_along() {
    let Filled { mut town, .. } = filled();
    let (sol, paz) = (town.account(SOL), officer(&mut town));
    let boss = town.signed_in(&sol, Looks::default());
    open_case(&boss, "Marcus Hale");
    let browser = town.signed_in(&paz, Looks::default());
    state_purpose(&browser);
    browser.click(&browser.summary("Search"));
    browser.choose(&browser.find("#by"), SOL);
    browser.choose(&browser.find("#act"), "Read");
    browser.click(&browser.button("Search the audit"));
    browser.wait("document.querySelector('#by')?.value && document.querySelector('main tbody')");
    assert!(rows(&browser).iter().all(|act| act == "Read"));
    browser.click(&browser.button("All about this case"));
    browser.wait("document.querySelector('input[name=case][type=checkbox]')?.checked");
    assert!(rows(&browser).iter().any(|act| act == "Read"));
    assert_eq!(browser.path(), "/audit", "what was searched for stands in no address");
    browser.click(&browser.button("Verify"));
    browser.sees("Every row is as it was written");
    browser.click(&browser.link("Back to the audit"));
    browser.find("form[action='/audit/file'] button");
}

#[test]
fn c65_a_purpose_is_asked_once_and_the_audit_asks_again_who_sits_there() {
    let Filled { mut town, .. } = filled();
    let paz = officer(&mut town);
    let browser = town.signed_in(&paz, Looks::default());
    state_purpose(&browser);
    browser.sees("Purpose: Complaint 2026-114");
    browser.click(&browser.link("Vouched for after a restore"));
    browser.sees("Nothing rests on the word of another phone");
    browser.sees("Purpose: Complaint 2026-114");
    town.pass(Span::from_minutes(11));
    browser.open("/audit");
    browser.sees("Confirm that it is you");
    confirm(&town, &browser, &paz, "not the password");
    browser.sees("The password or the code is wrong");
    confirm(&town, &browser, &paz, "copper lanterns sway");
    browser.find("#audit-list tbody");
    assert_eq!(browser.path(), "/audit");
    browser.sees("Purpose: Complaint 2026-114");
}
