//! Every page: whether everybody can read it, and whether it fits.

use fieldbook_tests::browser::accessible::{Rules, violations};
use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::shots::{Found, pages};
use fieldbook_tests::browser::town::{ADA, ANA, Account, Filled, SOL, Town, filled};
use ui::views::Offices;

/// What a supervisor has.
const SUPERVISOR: Offices =
    Offices { cases: true, supervises: true, privacy: false, administers: false };
/// What a worker has.
const WORKER: Offices =
    Offices { cases: true, supervises: false, privacy: false, administers: false };
/// What whoever keeps the system running has.
const ADMINISTRATOR: Offices =
    Offices { cases: false, supervises: false, privacy: false, administers: true };

/// What whoever watches over privacy has.
const PRIVACY: Offices =
    Offices { cases: false, supervises: false, privacy: true, administers: false };

/// Opens the department with something on every page: a phone that was revoked handed work in.
fn with_refused_work() -> Filled {
    let mut filled = filled();
    filled.ana.sync();
    filled.ana.meets(filled.marcus, "engaged", "Met before the phone was given back.");
    filled.town.revoke_devices(ANA);
    filled.ana.hand_in();
    filled
}

/// Signs somebody in, and finds every page that they have.
fn every_page(
    town: &Town,
    account: &Account,
    offices: Offices,
    looks: Looks,
) -> (Browser, Vec<Found>) {
    let browser = town.signed_in(account, looks);
    if offices.cases {
        crate::forms::begin(&browser, None);
    }
    if offices.privacy {
        crate::privacy::state_purpose(&browser);
    }
    let found = pages(&browser, offices);
    (browser, found)
}

/// Asks axe-core about every page, light and dark, wide and narrow.
#[track_caller]
fn assert_accessible(name: &str, offices: Offices, language: &'static str) {
    let Filled { mut town, .. } = with_refused_work();
    if offices.privacy {
        let now = town.now();
        town.office.member(now, name, "PRV", "professional_standards");
    }
    let account = town.account(name);
    let looks = Looks { language, ..Looks::default() };
    let door = town.browser(looks);
    door.open("/");
    let mut wrong = in_all_looks(&door, looks, "the door");
    drop(door);
    let (browser, found) = every_page(&town, &account, offices, looks);
    for page in found {
        browser.open(&page.path);
        wrong.extend(in_all_looks(&browser, looks, page.route));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What a page complains of is broken, or forbidden by its policy.
    assert_eq!(browser.complaints(), [""; 0]);
}

fn in_all_looks(browser: &Browser, looks: Looks, route: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    browser.wait(&format!("document.documentElement.lang == {:?}", looks.language));
    // A narrow page hides and shows other things than a wide one; a dark one has other colours.
    for (width, dark, rules) in [
        (1280, false, Rules::All),
        (1280, true, Rules::OfLooks),
        (360, true, Rules::All),
        (360, false, Rules::OfLooks),
    ] {
        browser.look(Looks { width, dark, ..looks });
        let found = violations(browser, rules).into_iter();
        wrong.extend(found.map(|it| format!("{route}, {width} px, dark: {dark}: {it}")));
    }
    wrong
}

#[test]
fn c83_every_page_of_a_supervisor_passes_axe_in_english() {
    assert_accessible(SOL, SUPERVISOR, "en");
}

#[test]
fn c83_every_page_of_a_supervisor_passes_axe_in_spanish() {
    assert_accessible(SOL, SUPERVISOR, "es");
}

#[test]
fn c83_every_page_of_a_worker_and_of_an_administrator_passes_axe() {
    assert_accessible(ANA, WORKER, "en");
    assert_accessible(ADA, ADMINISTRATOR, "es");
}

#[test]
fn c83_every_page_of_a_privacy_officer_passes_axe() {
    assert_accessible("Paz Pino", PRIVACY, "en");
    assert_accessible("Paz Pino", PRIVACY, "es");
}

/// Returns what stands out of the window on the right, if anything does.
fn too_wide(browser: &Browser) -> Vec<String> {
    let script = "
        const wide = document.scrollingElement;
        if (wide.scrollWidth <= innerWidth) return [];
        return [...document.querySelectorAll('body *')]
            .filter(it => it.getBoundingClientRect().right > innerWidth + 0.5)
            .map(it => `${it.tagName}.${it.className} ${it.innerText?.slice(0, 40)}`).slice(-5)
            .concat([`${wide.scrollWidth} > ${innerWidth}`])";
    serde_json::from_value(browser.script(script, serde_json::json!([]))).unwrap()
}

#[test]
fn c83_no_page_scrolls_two_ways_at_320_pixels_or_with_text_of_twice_the_size() {
    let Filled { mut town, .. } = with_refused_work();
    let sol = town.account(SOL);
    for looks in [
        Looks { width: 320, language: "es", ..Looks::default() },
        // A window of 1280 pixels, zoomed.
        Looks { width: 640, ..Looks::default() },
        Looks { width: 1280, text: 32, ..Looks::default() },
    ] {
        assert_fits(&town, &sol, SUPERVISOR, looks);
    }
    town.member("Paz Pino", "PRV", "professional_standards");
    for (name, offices) in [("Paz Pino", PRIVACY), (ADA, ADMINISTRATOR)] {
        let account = town.account(name);
        let narrow = Looks { width: 320, language: "es", ..Looks::default() };
        assert_fits(&town, &account, offices, narrow);
    }
}

/// Asserts that no page that somebody has is wider than the window.
#[track_caller]
fn assert_fits(town: &Town, account: &Account, offices: Offices, looks: Looks) {
    let (browser, found) = every_page(town, account, offices, looks);
    for page in found {
        browser.open(&page.path);
        browser.find("main h1");
        assert_eq!(too_wide(&browser), [""; 0], "{} with {looks:?}", page.route);
    }
}

#[test]
fn every_page_has_the_title_of_all_and_no_address_tells_anything() {
    let Filled { mut town, .. } = with_refused_work();
    let sol = town.account(SOL);
    let (browser, found) = every_page(&town, &sol, SUPERVISOR, Looks::default());
    for page in found {
        browser.open(&page.path);
        let title = browser.script("return document.title", serde_json::json!([]));
        assert_eq!(title, "Fieldbook", "{}", page.route);
        let parts = page.path.split('/').filter(|part| !part.is_empty());
        for part in parts {
            let is_handle = part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            assert!(is_handle, "{}", page.path);
        }
    }
}
