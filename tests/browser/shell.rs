//! The field app around its pages: it opens without a signal, locks and hides, listens for news, gives way to
//! another window, and loses nothing when its process is killed.

use std::time::{Duration, Instant};

use fieldbook_tests::browser::accessible::{Rules, violations};
use fieldbook_tests::browser::page::Browser;
use fieldbook_tests::browser::town::ANA;
use serde_json::json;

use crate::field::{PHONE, SECRET, at_work, synced, unlock};

/// Waits until the app's files are kept for the next opening.
fn kept_offline(browser: &Browser) {
    browser.wait("navigator.serviceWorker.controller");
}

#[test]
fn f02_it_opens_to_the_lock_without_a_signal_from_the_first_time_on() {
    let (mut house, browser) = at_work(ANA);
    kept_offline(&browser);
    house.town.cut();
    browser.open("/app/people");
    unlock(&browser);
    browser.sees("Marcus Hale");
    browser.click(&browser.find(".tabbar a[href='/app/quick']"));
    browser.sees("Who did you meet?");
    browser.click(&browser.link("José Ñuñez"));
    browser.click(&browser.button("Engaged"));
    browser.sees("Saved");
    browser.wait("document.querySelector('#top').innerText.includes('safe on this phone')");
    house.town.mend();
    // Nobody presses anything: the next connection is tried by itself.
    browser.wait("document.querySelector('#top').innerText.includes('All sent')");
}

#[test]
fn f02_the_lock_is_painted_before_there_is_an_engine_and_what_is_typed_meanwhile_counts() {
    let (_house, browser) = at_work(ANA);
    kept_offline(&browser);
    browser.reload();
    unlock(&browser);
    browser.open("/app/people");
    let is_painted = "return Boolean(document.querySelector('form[action=\"/app/unlock\"]'));";
    assert_eq!(browser.script(is_painted, json!([])), json!(true));
    // Whether there is an engine by now or not.
    browser.fill(&browser.find("#secret"), SECRET);
    browser.click(&browser.find("button.main"));
    browser.sees("Marcus Hale");
    assert_eq!(browser.path(), "/app/people");
}

#[test]
fn f04_it_is_locked_by_hand_and_what_is_asked_then_shows_the_lock() {
    let (_house, browser) = at_work(ANA);
    browser.click(&browser.find(".state"));
    browser.click(&browser.button("Lock now"));
    browser.sees("Locked");
    browser.open("/app/people");
    browser.sees("Locked");
    assert!(!browser.text().contains("Marcus"));
    unlock(&browser);
    browser.sees("Marcus Hale");
}

/// Begins a form about somebody, and returns where it is.
#[track_caller]
fn begin_contact(browser: &Browser) -> String {
    browser.click(&browser.find(".tabbar a[href='/app/people']"));
    browser.click(&browser.link("Marcus Hale"));
    browser.click(&browser.link("New record"));
    browser.click(&browser.button("Outreach contact"));
    browser.find("form#draft");
    browser.path()
}

/// Puts the page's clock so far off, in seconds.
fn put_clock(browser: &Browser, seconds: i64) {
    let script = "const real = window.realNow ??= Date.now.bind(Date);
        Date.now = () => real() + arguments[0] * 1000;";
    browser.script(script, json!([seconds]));
}

/// Has the page hidden, or shown again.
fn put_out_of_sight(browser: &Browser, is_hidden: bool) {
    let state = if is_hidden { "hidden" } else { "visible" };
    let script = "Object.defineProperty(document, 'visibilityState', {
            value: arguments[0], configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));";
    browser.script(script, json!([state]));
}

/// Waits until the app is locked, and shows nothing of anybody.
#[track_caller]
fn is_locked(browser: &Browser) {
    browser.wait("document.querySelector('form[action=\"/app/unlock\"]')");
    assert!(!browser.text().contains("Marcus"), "{}", browser.text());
}

#[test]
fn f04_it_locks_when_nobody_touched_it_and_goes_on_where_it_was() {
    let (_house, browser) = at_work(ANA);
    browser.click(&browser.find(".tabbar a[href='/app/people']"));
    browser.sees("Marcus Hale");
    put_clock(&browser, 400);
    browser.press("\u{e008}");
    is_locked(&browser);
    put_clock(&browser, 0);
    unlock(&browser);
    browser.sees("Marcus Hale");
    assert_eq!(browser.path(), "/app/people");
}

#[test]
fn f04_it_locks_when_the_clock_is_put_back_and_when_it_was_out_of_sight_for_a_minute() {
    let (_house, browser) = at_work(ANA);
    put_clock(&browser, -3_600);
    browser.press("\u{e008}");
    is_locked(&browser);
    put_clock(&browser, 0);
    unlock(&browser);
    put_out_of_sight(&browser, true);
    put_clock(&browser, 61);
    put_out_of_sight(&browser, false);
    is_locked(&browser);
}

#[test]
fn f02_what_is_kept_for_the_lock_tells_nothing_of_anybody() {
    let (_house, browser) = at_work(ANA);
    browser.open("/app/people");
    is_locked(&browser);
    browser.wait("localStorage.door && document.documentElement.dataset.engine === 'ready'");
    let kept = browser.script("return JSON.stringify({ ...localStorage })", json!([]));
    for name in ["Ana", "Alder", "Marcus", "people"] {
        assert!(!kept.as_str().unwrap().contains(name), "{name}: {kept}");
    }
}

#[test]
fn f06_out_of_sight_nothing_is_shown() {
    let (_house, browser) = at_work(ANA);
    put_out_of_sight(&browser, true);
    browser.wait("getComputedStyle(document.body).visibility === 'hidden'");
    assert_eq!(browser.script("return document.title;", json!([])), "Fieldbook");
    put_out_of_sight(&browser, false);
    browser.wait("getComputedStyle(document.body).visibility === 'visible'");
}

#[test]
fn f07_one_tap_or_three_presses_of_escape_leave_nothing_and_back_finds_the_lock() {
    let (_house, browser) = at_work(ANA);
    let leave_by: [&dyn Fn(); 2] = [&|| browser.click(&browser.button("Hide")), &|| {
        (0..3).for_each(|_| browser.press("\u{e00c}"))
    }];
    for leave in leave_by {
        browser.click(&browser.find(".tabbar a[href='/app/people']"));
        browser.sees("Marcus Hale");
        eprintln!(
            "{}",
            browser.script("return history.length + ' ' + location.pathname", json!([]))
        );
        leave();
        browser.wait("location.pathname === '/app/clear.html'");
        let seen = browser.script("return document.body.innerText + document.title;", json!([]));
        assert_eq!(seen, "New tab");
        browser.back();
        browser.wait("document.querySelector('main')?.innerText.includes('Locked')");
        assert!(!browser.text().contains("Marcus"));
        unlock(&browser);
        browser.find(".tabbar");
    }
}

#[test]
fn f07_what_was_typed_a_moment_before_is_kept() {
    let (_house, browser) = at_work(ANA);
    let path = begin_contact(&browser);
    browser.add(&browser.find("textarea[name=note]"), "Came to the park");
    browser.click(&browser.button("Hide"));
    browser.wait("location.pathname === '/app/clear.html'");
    browser.open(&path);
    unlock(&browser);
    let note = browser.find("textarea[name=note]");
    assert_eq!(browser.value(&note), "Came to the park");
}

#[test]
fn f60_what_another_phone_sends_comes_by_itself() {
    let (mut house, browser) = at_work(ANA);
    browser.click(&browser.find(".tabbar a[href='/app/people']"));
    browser.sees("Marcus Hale");
    house.ana.person("Nora Newcomer", "");
    house.ana.sync();
    browser.sees("Nora Newcomer");
    browser.wait("document.querySelector('#top').innerText.includes('All sent')");
}

#[test]
fn f66_a_new_version_waits_until_the_app_is_locked() {
    let (_house, browser) = at_work(ANA);
    kept_offline(&browser);
    // Another address is another version, as another content is.
    let come = browser.script_async(
        "const done = arguments[0];
        window.before = true;
        navigator.serviceWorker.register('/app/sw.js?2', { scope: '/app/' }).then(it => {
            const look = () => { if (it.waiting) done(true); else setTimeout(look, 50); };
            look();
        });",
        json!([]),
    );
    assert_eq!(come.unwrap(), json!(true));
    browser.click(&browser.find(".tabbar a[href='/app/people']"));
    browser.sees("Marcus Hale");
    assert_eq!(browser.script("return window.before", json!([])), json!(true));
    put_clock(&browser, 3_600);
    browser.press("\u{e008}");
    browser.wait("window.before === undefined && document.querySelector('#secret')");
    unlock(&browser);
    browser.sees("Marcus Hale");
}

#[test]
fn f67_a_phone_that_is_nearly_full_says_so_before_there_is_no_room() {
    let (house, browser) = at_work(ANA);
    browser.click(&browser.find(".state"));
    browser.sees("Room used");
    assert!(!browser.text().contains("almost full"));
    let used = browser.script_async(
        "const done = arguments[0]; navigator.storage.estimate().then(it => done(it.usage));",
        json!([]),
    );
    let quota = used.unwrap().as_u64().unwrap() * 10 / 9;
    let origin = browser.script("return location.origin;", json!([]));
    let quota = json!({"origin": origin, "quotaSize": quota});
    browser.cdp("Storage.overrideQuotaForOrigin", &quota);
    browser.reload();
    unlock(&browser);
    browser.wait("document.querySelector('#top').innerText.includes('almost full')");
}

#[test]
fn f68_a_second_window_takes_over_only_when_it_is_told_to() {
    let (_house, browser) = at_work(ANA);
    let first = browser.new_window(PHONE);
    let second = {
        browser.open("/app/");
        browser.sees("Fieldbook is open in another window.");
        browser.click(&browser.find("[data-move]"));
        browser.sees("Locked");
        unlock(&browser);
        browser.new_window(PHONE)
    };
    browser.switch_to(&first);
    browser.sees("Fieldbook is open in another window.");
    browser.switch_to(&second);
    browser.click(&browser.find(".tabbar a[href='/app/people']"));
    browser.sees("Marcus Hale");
}

#[test]
fn f79_the_app_is_readable_light_dark_and_at_night() {
    let (_house, browser) = at_work(ANA);
    let mut wrong = Vec::new();
    for look in ["Light", "Dark", "Night"] {
        browser.click(&browser.find(".state"));
        browser.sees("Sync now");
        browser.click(&browser.button(look));
        browser
            .wait(&format!("document.documentElement.dataset.look === {:?}", look.to_lowercase()));
        for path in ["/app/sync", "/app/", "/app/people", "/app/quick"] {
            let link = browser.find(&format!(".top a[href='{path}']"));
            browser.click(&link);
            browser.wait(&format!("location.pathname === {path:?}"));
            let found = violations(&browser, Rules::All).into_iter();
            wrong.extend(found.map(|it| format!("{path}, {look}: {it}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // It is remembered where the lock is painted.
    browser.reload();
    browser.wait("document.documentElement.dataset.look === 'night'");
}

#[test]
fn a_forgotten_passphrase_costs_what_was_not_sent_and_the_phone_is_set_up_anew() {
    let (mut house, browser) = at_work(ANA);
    browser.reload();
    browser.wait("document.documentElement.dataset.engine === 'ready'");
    browser.click(&browser.link("I forgot my passphrase"));
    browser.sees("What you wrote here and did not send is lost.");
    browser.click(&browser.find("input[name=sure]"));
    browser.click(&browser.button("Clear and set up"));
    let code = browser.find("#code");
    browser.fill(&code, &house.town.code_for_device(ANA));
    for field in ["#secret", "#again"] {
        browser.fill(&browser.find(field), "quieter lanterns sway");
    }
    browser.click(&browser.find("button.main"));
    synced(&browser);
    browser.click(&browser.find(".tabbar a[href='/app/people']"));
    browser.sees("Marcus Hale");
}

/// How often a renderer is killed while somebody types.
#[cfg(target_os = "linux")]
const KILLS: u32 = 12;

#[cfg(target_os = "linux")]
#[test]
fn f30_nothing_that_was_kept_is_lost_when_the_process_of_the_page_is_killed() {
    let (_house, browser) = at_work(ANA);
    let path = begin_contact(&browser);
    let mut kept = String::new();
    for run in 0..KILLS {
        let note = browser.find("textarea[name=note]");
        assert!(browser.value(&note).starts_with(&kept), "{kept:?} was kept");
        browser.script(
            "document.querySelector('form#draft').removeAttribute('data-kept');",
            json!([]),
        );
        browser.add(&note, &format!(" word {run}"));
        // Each time at another moment: before it is kept, while it is, and after.
        let until = Instant::now() + Duration::from_millis(u64::from(run) * 190 % 1_700);
        while Instant::now() < until {
            let acknowledged = "const form = document.querySelector('form#draft');
                return form.hasAttribute('data-kept') ? form.elements.note.value : null;";
            if let Some(text) = browser.script(acknowledged, json!([])).as_str() {
                kept = text.to_owned();
            }
        }
        browser.killed(PHONE);
        browser.open(&path);
        unlock(&browser);
        browser.find("form#draft");
    }
    assert!(!kept.is_empty(), "nothing was ever kept");
}
