//! Without a mouse, and without scripts.

use std::collections::BTreeSet;

use fieldbook_tests::browser::page::{Browser, ENTER, Looks, SHIFT, TAB};
use fieldbook_tests::browser::town::{Filled, SOL, filled};
use serde_json::json;

use crate::{open_menu, rows};

/// Returns what has the focus, and whether that is seen.
fn focus(browser: &Browser) -> (String, bool) {
    let found = browser.script(
        "const at = document.activeElement;
         if (!at || at == document.body) return ['', true];
         const style = getComputedStyle(at), box = at.getBoundingClientRect();
         const ring = style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2
             || style.boxShadow != 'none';
         const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
         const all = [...document.querySelectorAll('*')];
         return [`${all.indexOf(at)} ${at.tagName} ${at.innerText || at.name}`, ring && inside]",
        json!([]),
    );
    serde_json::from_value(found).unwrap()
}

/// Presses Tab until the focus is on what `is_it` names.
#[track_caller]
fn tab_to(browser: &Browser, is_it: &str) {
    let script = format!("return Boolean((at => {is_it})(document.activeElement))");
    for _ in 0..STOPS_MAX {
        browser.press(TAB);
        if browser.script(&script, json!([])) == json!(true) {
            return;
        }
    }
    panic!("Tab never comes to {is_it} at {}\n{}", browser.path(), browser.text());
}

/// More than a date with its time has, and its calendar.
const DATE_STOPS: usize = 10;

/// More stops than a page has.
const STOPS_MAX: usize = 150;

#[test]
fn c83_one_signs_in_opens_a_case_and_goes_back_without_a_mouse() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.browser(Looks::default());
    browser.open("/");
    tab_to(&browser, "at.id == 'name'");
    browser.type_keys(sol.name());
    browser.press(TAB);
    browser.type_keys("copper lanterns sway");
    browser.press(TAB);
    browser.type_keys(&sol.code({
        town.pass(model::time::Span::from_secs(30));
        town.now()
    }));
    browser.press(ENTER);
    browser.find("header .account");

    tab_to(&browser, "at.pathname == '/cases'");
    browser.press(ENTER);
    browser.wait("location.pathname == '/cases' && document.querySelector('#filter')");
    // The focus is on the heading, as on a new page.
    browser.wait("document.activeElement.tagName == 'H1'");
    tab_to(&browser, "at.innerText.startsWith('Marcus Hale')");
    browser.press(ENTER);
    browser.wait("document.querySelector('#who')");
    // The keys for Back are the browser's own, and a driver does not reach them.
    browser.back();
    browser.wait("location.pathname == '/cases' && document.querySelector('#filter')");
}

#[test]
fn c83_the_first_stop_skips_to_the_content() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/cases");
    browser.press(TAB);
    assert!(focus(&browser).0.contains("Skip to the content"));
    browser.press(ENTER);
    browser.press(TAB);
    let inside = browser.script(
        "return document.querySelector('main').contains(document.activeElement)",
        json!([]),
    );
    assert_eq!(inside, json!(true));
}

#[test]
fn c83_every_stop_is_seen_and_none_is_a_trap() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    for (width, path) in [(1280, "/"), (1280, "/cases"), (360, "/cases"), (360, "/find")] {
        browser.look(Looks { width, ..Looks::default() });
        browser.open(path);
        browser.find("main h1");
        all_stops(&browser);
    }
    crate::forms::begin(&browser, None);
    all_stops(&browser);
}

/// Goes through a page by Tab from its first stop to its last, and back by one.
#[track_caller]
fn all_stops(browser: &Browser) {
    let mut seen = BTreeSet::new();
    let (mut last, mut stays) = (String::new(), 0);
    for _ in 0..STOPS_MAX {
        browser.press(TAB);
        let (at, is_seen) = focus(browser);
        if at.is_empty() || !seen.insert(at.clone()) && at != last {
            // Past the end.
            break;
        }
        // A date has a stop for each of its parts.
        stays = if at == last { stays + 1 } else { 0 };
        assert!(stays < DATE_STOPS, "{}: {at} is a trap", browser.path());
        assert!(is_seen, "{}: nobody sees the focus on {at}", browser.path());
        last = at;
    }
    assert!(seen.len() > 5 && seen.len() < STOPS_MAX, "{}: {seen:?}", browser.path());
    browser.keys(&[SHIFT, TAB]);
    assert_ne!(focus(browser).0, "");
}

#[test]
fn c83_reading_signing_in_and_searching_need_no_scripts() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.browser(Looks::default());
    browser.run_scripts(false);
    browser.open("/cases");
    town.sign_in(&browser, &sol);
    assert_eq!(browser.path(), "/cases");
    browser.click(&browser.link("Marcus Hale"));
    assert!(browser.text_of(&browser.find("main")).contains("Rey"));
    browser.click(&browser.link("All notes"));
    browser.find("main article");
    let input = browser.find("header input[type=search]");
    browser.add(&input, "pepe");
    browser.press(ENTER);
    browser.find("main tbody");
    assert_eq!(rows(&browser), ["José Ñuñez"]);
    browser.open("/cases");
    browser.click(&browser.summary("Filter and sort"));
    browser.click(&browser.find("input[name=overdue]"));
    browser.click(&browser.button("Show cases"));
    browser.find(".chips");
    assert_eq!(rows(&browser).len(), 4);
    open_menu(&browser);
    browser.click(&browser.button("Español"));
    browser.find("html[lang=es]");
    open_menu(&browser);
    browser.click(&browser.button("Cerrar sesión"));
    browser.find("#password");
}

#[test]
fn without_scripts_a_form_is_kept_and_saved_all_the_same() {
    let Filled { mut town, .. } = filled();
    let ana = town.account(fieldbook_tests::browser::town::ANA);
    let browser = town.browser(Looks::default());
    browser.run_scripts(false);
    browser.open("/");
    town.sign_in(&browser, &ana);
    crate::forms::begin(&browser, Some("person"));
    browser.add(&browser.field("Name"), "Nadia Nogal");
    browser.click(&browser.button("Save the record"));
    assert!(browser.text_of(&browser.find("main h1")).contains("Nadia Nogal"));
}
