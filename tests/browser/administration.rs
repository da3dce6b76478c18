//! What administrators do about people and devices, in the browser.

use client_core::engine::SyncOutcome;
use fieldbook_tests::browser::page::Looks;
use fieldbook_tests::browser::shots::pages;
use fieldbook_tests::browser::town::{ADA, ANA, BEN, Filled, SOL, filled};
use model::time::Span;
use ui::views::Offices;

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

#[test]
fn c58_devices_that_did_not_sync_for_so_many_days_are_shown_alone() {
    let Filled { mut town, mut ben, .. } = filled();
    town.pass(Span::from_days(4));
    ben.sync();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/devices");
    assert!(rows(&browser).contains(&BEN.to_owned()));
    browser.fill(&browser.field("Days without a sync"), "3");
    browser.click(&browser.find("main form[action='/devices'] button"));
    browser.wait("location.search == '?days=3' && document.querySelector('main tbody')");
    assert_eq!(rows(&browser), [ANA]);
    let file = browser.attribute(&browser.link("Download as CSV"), "href");
    assert!(file.ends_with("/devices.csv?days=3"), "{file}");
}

#[test]
fn c59_a_device_is_locked_and_unlocked_and_the_page_says_how_far_that_got() {
    let Filled { mut town, mut ana, .. } = filled();
    ana.sync();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/devices");
    browser.click(&browser.link(ANA));
    browser.sees("What the device said when it last synced");
    browser.sees("0.1.0");
    browser.click(&browser.button("Lock this device"));
    browser.sees("To be locked, waits for its next sync");
    assert_eq!(ana.try_sync(), SyncOutcome::Locked);
    browser.reload();
    browser.sees("Told to lock");
    assert_eq!(ana.try_sync(), SyncOutcome::Locked);
    browser.reload();
    browser.sees("Carried out, says the device");
    assert!(!browser.text().contains("not yet"));
    browser.click(&browser.button("Unlock this device"));
    browser.find("form[action$='/lock']");
    ana.sync();
}

#[test]
fn c59_a_revoked_device_is_ordered_told_and_wiped() {
    let Filled { mut town, mut ana, .. } = filled();
    let ada = town.account(ADA);
    let browser = town.signed_in(&ada, Looks::default());
    browser.open("/devices");
    browser.click(&browser.link(ANA));
    browser.click(&browser.button("Revoke and wipe"));
    browser.sees("told to wipe itself");
    browser.click(&browser.button("Revoke this device"));
    browser.sees("Revoked, waits for its next sync");
    assert_eq!(ana.try_sync(), SyncOutcome::Wiped);
    browser.reload();
    browser.sees("Revoked and wiped");
}

#[test]
fn c71_people_are_added_from_a_spreadsheet_after_the_page_has_said_what_that_does() {
    let Filled { mut town, .. } = filled();
    let ada = town.account(ADA);
    let browser = town.signed_in(&ada, Looks::default());
    browser.open("/people");
    browser.click(&browser.link("Add from a spreadsheet"));
    let list = browser.field("The list, as CSV");
    let wrong =
        format!("name,role,program\nNia Newt,XY,street_outreach\n{ANA},SUP,street_outreach");
    browser.fill(&list, &wrong);
    browser.click(&browser.button("Show what it would do"));
    browser.sees("there is no role `XY`");
    let list = browser.field("The list, as CSV");
    assert_eq!(browser.value(&list), wrong, "what was typed stands there");
    browser.fill(&list, &wrong.replace("XY", "OW"));
    browser.click(&browser.button("Show what it would do"));
    browser.sees("The list would change 2 lines");
    browser.click(&browser.button("Do all of this"));
    browser.sees("Done: 2 lines");
    browser.open("/people");
    assert!(rows(&browser).contains(&"Nia Newt".to_owned()));
}

#[test]
fn c73_no_page_of_an_administrator_names_anybody_of_any_case() {
    let Filled { mut town, .. } = filled();
    let (sol, ada) = (town.account(SOL), town.account(ADA));
    let boss = town.signed_in(&sol, Looks::default());
    boss.open("/cases");
    let people = rows(&boss);
    assert!(people.len() > 2, "{people:?}");
    let browser = town.signed_in(&ada, Looks::default());
    let office = Offices { administers: true, ..Offices::default() };
    for page in pages(&browser, office) {
        browser.open(&page.path);
        let text = browser.text();
        for person in &people {
            assert!(!text.contains(person), "{} names {person}", page.path);
        }
    }
}
