//! What changes under somebody's hands, who can see a case, what is asked about an emergency, and signing in
//! without an authenticator.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{ANA, Filled, SOL, filled};
use model::time::Span;

use crate::{open_case, rows};

/// Waits until the tile of a list counts this much.
#[track_caller]
fn counts(browser: &Browser, path: &str, count: usize) {
    browser.wait(&format!(
        "Number(document.querySelector('.tiles a[href=\"{path}\"] .figure')?.innerText) == {count}"
    ));
}

#[test]
fn c03_acting_on_a_row_lowers_its_count_on_every_open_page_and_moves_nothing_that_is_typed() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let home = town.signed_in(&sol, Looks::default());
    let typing = town.signed_in(&sol, Looks::default());
    let acting = town.signed_in(&sol, Looks::default());
    typing.open("/find");
    let field = typing.find("main input[type=search], main input[name=q]");
    typing.fill(&field, "Marc");
    acting.open("/review");
    let before = rows(&acting).len();
    counts(&home, "/review", before);
    for open in [&home, &typing] {
        open.script("window.stayed = true", serde_json::json!([]));
    }
    acting.click(&acting.find("main tbody input[type=checkbox]"));
    acting.click(&acting.button("Approve the chosen records"));
    acting
        .wait(&format!("document.querySelectorAll('main tbody th[scope=row]').length < {before}"));
    counts(&home, "/review", before - 1);
    let number = format!(
        "[...document.querySelectorAll('nav a[href=\"/review\"]')].some(it =>
             it.innerText.includes('{}'))",
        before - 1
    );
    typing.wait(&number);
    // Neither page was loaded again, and what stands half typed stands there still, with its cursor.
    for open in [&home, &typing] {
        open.wait("window.stayed === true");
    }
    assert_eq!(typing.value(&field), "Marc");
    typing.wait("document.activeElement?.name == 'q'");
}

#[test]
fn c25_the_supervisor_reads_who_can_see_a_case_and_why() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Marcus Hale");
    browser.click(&browser.link("Who can see this case"));
    browser.sees("Works on the case");
    let names = browser.texts("main tbody th[scope=row]");
    assert!(names.contains(&ANA.to_owned()) && names.contains(&SOL.to_owned()), "{names:?}");
}

#[test]
fn c63_what_the_officer_asks_is_answered_by_whoever_opened_it() {
    let Filled { mut town, .. } = filled();
    let now = town.now();
    town.office.member(now, "Paz Pino", "PRV", "professional_standards");
    let (sol, paz) = (town.account(SOL), town.account("Paz Pino"));
    let boss = town.signed_in(&sol, Looks::default());
    open_case(&boss, "Marcus Hale");
    boss.click(&boss.link("Open in an emergency"));
    boss.find("main #compartment");
    let offered = boss.texts("#compartment option");
    boss.choose(&boss.find("#compartment"), &offered[1]);
    boss.fill(&boss.field("Why?"), "Shot last night; where is he safe?");
    boss.click(&boss.button("Open it now"));
    boss.find("#who");
    let officer = town.signed_in(&paz, Looks::default());
    officer.open("/emergencies");
    officer.click(&officer.summary("Ask about it"));
    officer.fill(&officer.field("Your question"), "Whom did you call then?");
    officer.click(&officer.button("Send the question"));
    officer.sees("Waits for an answer");
    boss.open("/emergencies");
    boss.sees("Whom did you call then?");
    boss.fill(&boss.field("Your answer"), "His brother, at the ward.");
    boss.click(&boss.button("Send the answer"));
    boss.sees("His brother, at the ward.");
    officer.open("/emergencies");
    officer.sees("His brother, at the ward.");
}

#[test]
fn a_recovery_code_opens_the_console_where_no_authenticator_is_at_hand() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/sessions");
    browser.click(&browser.link("Make new recovery codes"));
    browser.click(&browser.button("Make new recovery codes"));
    browser.sees("shown only now");
    let codes = browser.texts("ol.codes strong");
    assert_eq!(codes.len(), 10);
    browser.click(&browser.link("I have kept them"));
    town.pass(Span::from_secs(30));
    let elsewhere = town.browser(Looks::default());
    elsewhere.open("/tasks");
    elsewhere.fill(&elsewhere.find("#name"), SOL);
    elsewhere.fill(&elsewhere.find("#password"), "copper lanterns sway");
    elsewhere.click(&elsewhere.summary("No authenticator app at hand?"));
    elsewhere.fill(&elsewhere.field("Recovery code"), &codes[3]);
    elsewhere.click(&elsewhere.find("button.main"));
    elsewhere.sees("9 recovery codes are left");
    elsewhere.click(&elsewhere.link("Go on"));
    elsewhere.wait("location.pathname == '/tasks'");
}
