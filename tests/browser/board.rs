//! The caseload.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{Account, BEN, Filled, SOL, filled};

use crate::{column, open_case, rows};

fn house() -> (Filled, Account) {
    let mut filled = filled();
    let sol = filled.town.account(SOL);
    (filled, sol)
}

/// Sorts by a column, and waits until the page is.
#[track_caller]
fn sort(browser: &Browser, label: &str, direction: &str) {
    browser.click(&browser.button(label));
    browser.wait(&format!(
        "[...document.querySelectorAll('th[aria-sort={direction}]')]
             .some(it => it.innerText.trim() == {label:?})"
    ));
}

/// Filters by what is chosen meanwhile, and waits for the page that it leaves.
#[track_caller]
fn filter(browser: &Browser, choose: impl FnOnce(&Browser)) {
    let chips = browser.count(".chips button");
    browser.click(&browser.summary("Filter and sort"));
    choose(browser);
    browser.click(&browser.button("Show cases"));
    browser.wait(&format!("document.querySelectorAll('.chips button').length != {chips}"));
}

/// Takes a filter off.
#[track_caller]
fn take_off(browser: &Browser, label: &str) {
    browser.click(&browser.button(label));
    browser.wait(&format!("!document.querySelector('.chips')?.innerText.includes({label:?})"));
}

#[test]
fn c07_the_board_has_its_columns_and_sorts_by_each_with_the_unknown_last() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/cases");
    let heads = browser.texts("main thead th");
    let wanted = [
        "Person",
        "Worker",
        "Risk",
        "Last contact",
        "Next due",
        "Open tasks",
        "To decide",
        "Consent",
        "Not sent yet",
    ];
    assert_eq!(heads, wanted);
    assert_eq!(rows(&browser).len(), 8);

    let unknown = [
        ("Risk", "Unknown"),
        ("Last contact", "No contact yet"),
        ("Next due", "Nothing due"),
        ("Consent", "None signed"),
    ];
    for (label, unknown) in unknown {
        let mut orders = Vec::new();
        // The one it is sorted by already begins with the other direction.
        let is_first = browser.count("th[aria-sort=ascending]") > 0
            && browser.texts("th[aria-sort=ascending]") == [label];
        let directions = match is_first {
            true => ["descending", "ascending"],
            false => ["ascending", "descending"],
        };
        for direction in directions {
            sort(&browser, label, direction);
            let cells = column(&browser, label);
            let known = cells.iter().take_while(|cell| *cell != unknown).count();
            assert!(known > 0, "{label}: {cells:?}");
            assert!(cells[known..].iter().all(|cell| cell == unknown), "{label}: {cells:?}");
            orders.push(cells[..known].to_vec());
        }
        orders[1].reverse();
        assert_eq!(orders[0], orders[1], "{label}");
    }
    sort(&browser, "Risk", "ascending");
    let mut risks = column(&browser, "Risk");
    risks.dedup();
    assert_eq!(risks.last().unwrap(), "Unknown");
    let ranks = ["Low", "Medium", "High", "Imminent", "Unknown"];
    let place = |risk: &String| ranks.iter().position(|it| it == risk).unwrap();
    assert!(risks.is_sorted_by_key(place), "{risks:?}");
    for (label, by_name) in [("Person", rows as fn(&Browser) -> Vec<String>), ("Worker", workers)] {
        sort(&browser, label, "ascending");
        let names = by_name(&browser);
        // Of several workers the first one counts.
        let plain = |names: &String| model::search::plain(names.split(',').next().unwrap());
        assert!(names.is_sorted_by_key(plain), "{label}: {names:?}");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

fn workers(browser: &Browser) -> Vec<String> {
    column(browser, "Worker")
}

#[test]
fn c08_filters_hold_together_and_each_is_a_chip_that_can_be_taken_off() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/cases");
    filter(&browser, |browser| {
        browser.choose(&browser.find("#by-worker"), BEN);
        browser.click(&browser.find("input[name=overdue]"));
    });
    let mut late = rows(&browser);
    late.sort();
    assert_eq!(late, ["Omar Fresno", "Rosa Maple"]);
    let chips = browser.texts(".chips button");
    assert!(chips.len() == 3 && chips[0].contains(BEN), "{chips:?}");

    take_off(&browser, BEN);
    let mut overdue = rows(&browser);
    overdue.sort();
    assert_eq!(overdue, ["Dana Cruz", "José Ñuñez", "Omar Fresno", "Rosa Maple"]);

    filter(&browser, |browser| browser.click(&browser.find("input[name=consent]")));
    assert_eq!(rows(&browser), ["Dana Cruz"]);
    browser.click(&browser.button("Clear all"));
    browser.wait("!document.querySelector('.chips')");
    assert_eq!(rows(&browser).len(), 8);

    filter(&browser, |browser| browser.choose(&browser.find("#by-risk"), "Imminent"));
    assert!(rows(&browser).contains(&"Imani Oak".to_owned()), "{:?}", rows(&browser));
    filter(&browser, |browser| browser.click(&browser.find("input[name=unreviewed]")));
    assert!(column(&browser, "To decide").iter().all(|cell| cell.contains("to review")));
}

#[test]
fn c09_filters_survive_a_case_a_reload_and_another_sign_in_and_no_address_names_anybody() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    let mut addresses = vec![browser.path()];
    browser.open("/cases");
    filter(&browser, |browser| browser.choose(&browser.find("#by-worker"), BEN));
    let filtered = rows(&browser);
    assert!(filtered.len() < 8 && filtered.contains(&"Tariq Elm".to_owned()));
    addresses.push(browser.path());

    open_case(&browser, "Tariq Elm");
    addresses.push(browser.path());
    browser.back();
    browser.wait("document.querySelector('.chips')");
    assert_eq!(rows(&browser), filtered);
    browser.reload();
    assert_eq!(rows(&browser), filtered);

    let other = town.signed_in(&sol, Looks::default());
    other.open("/cases");
    assert_eq!(rows(&other), filtered);
    addresses.push(other.path());
    for address in addresses {
        let plain = address.to_lowercase();
        for name in ["tariq", "elm", "ben", "birch", "sol", "sauce"] {
            assert!(!plain.split(['/', '?', '&', '=']).any(|part| part == name), "{address}");
        }
        assert!(!address.contains('?') && !address.contains('%'), "{address}");
    }
}

#[test]
fn c11_only_engaged_and_brief_contacts_end_a_gap() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/cases");
    let contact = |browser: &Browser, person: &str| {
        let at = rows(browser).iter().position(|row| row == person).unwrap();
        column(browser, "Last contact")[at].clone()
    };
    // He declined two days ago.
    assert_eq!(contact(&browser, "José Ñuñez"), "20 days ago");
    assert_eq!(contact(&browser, "Imani Oak"), "yesterday");
    filter(&browser, |browser| browser.choose(&browser.find("#by-gap"), "more than 14 days"));
    let mut quiet = rows(&browser);
    quiet.sort();
    assert_eq!(quiet, ["José Ñuñez", "Omar Fresno", "Rosa Maple"]);
    filter(&browser, |browser| {
        browser.choose(&browser.find("#by-gap"), "more than 30 days");
        browser.choose(&browser.find("#by-worker"), BEN);
    });
    let mut quiet = rows(&browser);
    quiet.sort();
    assert_eq!(quiet, ["Omar Fresno", "Rosa Maple"]);
}
