//! The supervisor's day.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{Filled, SOL, filled};
use fieldbook_tests::content::{choice, instant};
use model::time::Span;

use crate::{column, names, rows};

/// Returns the counts that the home page shows, each with the path that it opens.
fn counts(browser: &Browser) -> Vec<(String, usize)> {
    let links = browser.script(
        "return [...document.querySelectorAll('.tiles a')].map(it => [it.pathname,
             Number(it.querySelector('.figure').innerText)])",
        serde_json::json!([]),
    );
    serde_json::from_value(links).unwrap()
}

/// Opens each count and compares it with the rows; returns the counts.
#[track_caller]
fn opened(browser: &Browser) -> Vec<(String, usize)> {
    browser.open("/");
    let counts = counts(browser);
    assert!(!counts.is_empty());
    for (path, count) in &counts {
        browser.open("/");
        browser.click(&browser.find(&format!(".tiles a[href=\"{path}\"]")));
        browser
            .wait(&format!("location.pathname == {path:?} && document.querySelector('main h1')"));
        browser.wait("!document.querySelector('.tiles')");
        assert_eq!(rows(browser).len(), *count, "{path}: {:?}", rows(browser));
    }
    counts
}

fn count(counts: &[(String, usize)], path: &str) -> usize {
    counts.iter().find(|(of, _)| of == path).unwrap_or_else(|| panic!("{path}: {counts:?}")).1
}

#[test]
fn c01_each_count_of_the_day_opens_exactly_the_rows_it_counts() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    let counts = opened(&browser);
    assert_eq!(count(&counts, "/tasks/overdue"), 5);
    assert_eq!(count(&counts, "/tasks/today"), 1);
    assert_eq!(count(&counts, "/conflicts"), 1);
    assert_eq!(count(&counts, "/review"), 7);

    browser.open("/tasks/overdue");
    let mut people = names(column(&browser, "Person"));
    people.sort();
    assert_eq!(people, ["Dana Cruz", "Dana Cruz", "José Ñuñez", "Omar Fresno", "Rosa Maple",]);
    browser.open("/tasks/today");
    assert_eq!(names(column(&browser, "Person")), ["Tariq Elm"]);
}

#[test]
fn c02_the_counts_are_right_for_two_programs_and_again_after_one_role_is_taken_away() {
    let Filled { mut town, .. } = filled();
    let hana = "Hana Hickory";
    town.office.member(town.now(), hana, "HR", "hospital_response");
    let mut phone = town.phone(hana);
    let patient = phone.person("Luis Laurel", "");
    phone.make(
        "bedside_encounter",
        Some(patient),
        vec![
            instant("occurred_at", town.now() - Span::from_days(9)),
            choice("approach", "accepted"),
        ],
    );
    phone.sync();

    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    let one = opened(&browser);

    let (role, program) = ("SUP".parse().unwrap(), "hospital_response".parse().unwrap());
    let now = town.now();
    town.office.admin().user_grant(now, SOL, &role, &program).unwrap();
    let both = opened(&browser);
    assert_eq!(count(&both, "/tasks/overdue"), count(&one, "/tasks/overdue") + 1);
    browser.open("/tasks/overdue");
    assert!(column(&browser, "Person").contains(&"Luis Laurel".to_owned()));

    town.office.admin().user_revoke_role(now, SOL, &role, &program).unwrap();
    assert_eq!(opened(&browser), one);
    browser.open("/tasks/overdue");
    assert!(!browser.text().contains("Luis Laurel"));
}
