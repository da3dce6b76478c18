//! Signing out, and where one is signed in.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{Filled, SOL, filled};

use crate::{open_case, open_menu, rows};

fn sign_out(browser: &Browser) {
    open_menu(browser);
    browser.click(&browser.button("Sign out"));
    browser.find("#password");
}

#[test]
fn c84_back_after_signing_out_shows_nothing() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Marcus Hale");
    sign_out(&browser);
    for _ in 0..3 {
        browser.back();
        browser.find("#password");
        let source =
            browser.script("return document.documentElement.outerHTML", serde_json::json!([]));
        for name in ["Marcus", "Rey", "Tariq", SOL] {
            assert!(!source.as_str().unwrap().contains(name), "{name} at {}", browser.path());
        }
    }
}

#[test]
fn c84_whoever_was_signed_out_comes_back_to_the_page_that_they_wanted() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.browser(Looks::default());
    browser.open("/tasks/overdue");
    town.sign_in(&browser, &sol);
    assert_eq!(browser.path(), "/tasks/overdue");
    assert_eq!(rows(&browser).len(), 5);
}

#[test]
fn c84_every_other_session_is_listed_and_ended() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let here = town.signed_in(&sol, Looks::default());
    let elsewhere = town.signed_in(&sol, Looks::default());
    elsewhere.open("/cases");
    open_menu(&here);
    here.click(&here.link("Where you are signed in"));
    here.sees("This one");
    assert_eq!(rows(&here).len(), 2);
    here.click(&here.button("End all others"));
    here.wait("document.querySelectorAll('main tbody tr').length == 1");
    elsewhere.click(&elsewhere.link("Marcus Hale"));
    elsewhere.find("#password");
    here.open("/cases");
    assert_eq!(rows(&here).len(), 8);
}

#[test]
fn a_wrong_code_says_so_and_nothing_more() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.browser(Looks::default());
    browser.open("/");
    browser.add(&browser.find("#name"), sol.name());
    browser.add(&browser.find("#password"), "not the password");
    browser.add(&browser.find("#totp"), "000000");
    browser.click(&browser.find("button.main"));
    browser.sees("The name, the password or the code is wrong");
    assert!(!browser.text().contains("Marcus"));
    town.sign_in(&browser, &sol);
}
