//! A worker's shift, from their phone to their supervisor's page.

use fieldbook::clock;
use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{ANA, Filled, SOL, filled};
use serde_json::json;

const SECRET: &str = "copper lanterns sway";
const PHONE: Looks = Looks { width: 360, dark: false, language: "en", text: 16 };

/// Opens the department at the browser's own time, the phone of a worker and the page of their supervisor.
fn on_shift() -> (Filled, Browser, Browser) {
    let mut filled = filled();
    let town = &mut filled.town;
    town.pass(clock::now().since(town.now()));
    let code = town.code_for_device(ANA);
    let phone = town.browser(PHONE);
    phone.open(&format!("/app/#code={code}"));
    phone.wait("document.querySelector('#code')?.value.length > 5");
    phone.fill(&phone.find("#secret"), SECRET);
    phone.fill(&phone.find("#again"), SECRET);
    phone.click(&phone.find("button.main"));
    synced(&phone);
    let sol = town.account(SOL);
    let boss = town.signed_in(&sol, Looks::default());
    (filled, phone, boss)
}

fn synced(browser: &Browser) {
    browser.wait("document.body.dataset.synced === 'done'");
}

/// Goes out, and waits until the server watches.
fn go_out(phone: &Browser) {
    phone.click(&phone.link("Start shift"));
    phone.fill(&phone.field("Partner"), "Pat Pine");
    phone.fill(&phone.field("Partner's number"), "555 010 0199");
    phone.choose(&phone.field("Zone"), "North");
    phone.click(&phone.find("#main form button.main"));
    phone.sees("Your supervisor is told if you are late.");
}

fn unlock(phone: &Browser) {
    phone.fill(&phone.find("#secret"), SECRET);
    phone.click(&phone.find("button.main"));
    phone.wait("document.body.classList.contains('phone')");
}

#[test]
fn f71_a_shift_that_began_is_armed_and_stands_on_the_supervisors_open_page() {
    let (_house, phone, boss) = on_shift();
    boss.open("/out");
    boss.sees("Nobody is out");
    go_out(&phone);
    boss.sees("Pat Pine");
    boss.sees("North");
    assert_eq!(phone.complaints(), [""; 0]);
}

#[test]
fn f72_a_tap_on_the_lock_is_kept_as_a_time_alone_and_is_sent_after_the_phone_is_unlocked() {
    let (_house, phone, boss) = on_shift();
    go_out(&phone);
    phone.reload();
    phone.click(&phone.button("I'm safe"));
    phone.sees("Kept. It is sent when you unlock.");
    let kept = phone.script("return localStorage.getItem('fieldbook-safe')", json!([]));
    let kept: Vec<i64> = serde_json::from_str(kept.as_str().unwrap()).unwrap();
    assert_eq!(kept.len(), 1);
    boss.open("/out");
    boss.sees("not yet");
    unlock(&phone);
    boss.sees("tapped on a locked phone");
    phone.wait("localStorage.getItem('fieldbook-safe') === null");
}

#[test]
fn f73_the_time_that_is_left_counts_down_and_its_last_minutes_are_said() {
    let (_house, phone, _boss) = on_shift();
    go_out(&phone);
    phone.wait("/^1:59:/.test(document.querySelector('#shift-left').textContent)");
    assert_eq!(phone.count("#shift-soon:not([hidden])"), 0);
    phone.script(
        "document.querySelector('#shift-left').dataset.until = String(Date.now() + 4 * 60000)",
        json!([]),
    );
    phone.sees("5 minutes left.");
}

#[test]
fn f74_a_tap_reaches_the_supervisors_open_page() {
    let (_house, phone, boss) = on_shift();
    go_out(&phone);
    boss.open("/out");
    boss.sees("not yet");
    phone.click(&phone.button("I'm safe"));
    phone.sees("You said you are safe at");
    boss.wait("!document.querySelector('#out-list').innerText.includes('not yet')");
}

#[test]
fn f75_help_is_held_and_not_tapped_and_nobody_is_called_by_itself() {
    let (_house, phone, boss) = on_shift();
    go_out(&phone);
    boss.open("/out");
    phone.open("/app/shift/help");
    unlock(&phone);
    let hold = phone.button("Hold for help");
    phone.click(&hold);
    assert_eq!(phone.count("#help-state"), 0, "a tap is no call");
    phone.script("document.querySelector('.hold').focus()", json!([]));
    let at = "document.querySelector('.hold').dispatchEvent(
        new PointerEvent('pointerdown', {bubbles: true, isPrimary: true, button: 0}))";
    phone.script(at, json!([]));
    phone.wait("document.querySelector('#help-state')");
    phone.script(
        "document.dispatchEvent(new PointerEvent('pointerup', {bubbles: true}))",
        json!([]),
    );
    phone.sees("screen shows the alert");
    assert_eq!(phone.count("a[href='tel:911']"), 1);
    assert_eq!(phone.path(), "/app/shift/help");
    boss.sees("Ana Alder calls for help");
}

#[test]
fn f76_who_stays_longer_is_out_longer_and_who_is_back_is_out_no_more() {
    let (_house, phone, boss) = on_shift();
    go_out(&phone);
    phone.click(&phone.button("30 min"));
    phone.wait("/^2:29:/.test(document.querySelector('#shift-left').textContent)");
    phone.click(&phone.button("I'm back"));
    phone.sees("Start shift");
    synced(&phone);
    boss.open("/out");
    boss.sees("Nobody is out");
}
