//! A case and its records.

use fieldbook_tests::browser::page::Looks;
use fieldbook_tests::browser::town::{ANA, Account, BEN, Filled, SOL, filled};
use fieldbook_tests::content::choice;
use model::time::Span;

use crate::{column, open_case, rows};

fn house() -> (Filled, Account) {
    let mut filled = filled();
    let sol = filled.town.account(SOL);
    (filled, sol)
}

#[test]
fn c17_a_case_says_who_it_is_and_how_they_are_reached_only_when_that_is_opened() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Marcus Hale");
    let card = browser.text();
    for shown in ["Marcus Hale", "Rey", "18 to 24", ANA, BEN, "20 days left"] {
        assert!(card.contains(shown), "{shown}: {card}");
    }
    let source = browser.script("return document.documentElement.outerHTML", serde_json::json!([]));
    for reach in ["0134", "Text only, before five"] {
        assert!(!source.as_str().unwrap().contains(reach), "{reach}");
    }
    browser.click(&browser.link("Full record"));
    browser.sees("Hidden: Safe way to contact, Phones");
    assert!(!browser.text().contains("0134"));
    browser.click(&browser.button("Show how to reach them"));
    browser.sees("Text only, before five");
    browser.sees("0134");
}

#[test]
fn c17_a_consent_that_has_ended_says_so() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Dana Cruz");
    browser.sees("Ended yesterday");
}

#[test]
fn c18_a_case_tells_what_happened_the_last_first_with_who_when_and_what_became_of_it() {
    let (Filled { town, mut ana, marcus, .. }, sol) = house();
    // Her clock is a week slow when she writes this one: it came later than it says.
    ana.meets(marcus, "brief", "Met at the bus stop.");
    town.pass(Span::from_hours(2));
    ana.sync();
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Marcus Hale");
    let lines = browser.texts(".timeline > li");
    assert_eq!(lines.len(), 5, "{lines:#?}");
    assert!(lines[0].contains("Brief") && lines[0].contains(ANA), "{}", lines[0]);
    assert!(lines[0].contains("Submitted"), "{}", lines[0]);
    assert!(lines[0].contains("by its device's clock"), "{}", lines[0]);
    assert!(lines.iter().any(|line| line.contains("Changed once")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("1 conflict")), "{lines:#?}");
    let times = browser.script(
        "return [...document.querySelectorAll('.timeline > li > .when time')].map(it => it.dateTime)",
        serde_json::json!([]),
    );
    let times: Vec<String> = serde_json::from_value(times).unwrap();
    assert!(times.is_sorted_by(|one, other| one >= other), "{times:?}");
}

#[test]
fn c19_that_there_is_something_withheld_is_told_and_nothing_of_it() {
    let Filled { mut town, marcus, .. } = filled();
    for (name, role, program) in [(HAL, "HR", "hospital_response"), (RAE, "RN", "reentry")] {
        town.member(name, role, program);
        town.office.assign(town.now(), name, marcus.into());
    }
    let hal = town.account(HAL);
    let browser = town.signed_in(&hal, Looks::default());
    let mut rae = town.phone(RAE);
    rae.sync();
    open_case(&browser, "Marcus Hale");
    browser.wait("!document.querySelector('#withheld')");
    rae.make("outcome", Some(marcus), vec![choice("kind", "housed")]);
    rae.sync();
    open_case(&browser, "Marcus Hale");
    let told = browser.text_of(&browser.find("#withheld"));
    assert!(told.contains("There are records here that you may not see (Reentry)."), "{told}");
    assert!(!browser.text().contains("Housed"));
}

const HAL: &str = "Hal Hickory";
const RAE: &str = "Rae Rowan";

#[test]
fn c20_all_notes_of_a_case_stand_on_one_page_and_are_searched_there() {
    let (Filled { mut ana, marcus, town, .. }, sol) = house();
    ana.meets(marcus, "engaged", "Signed up for the welding class.");
    ana.sync();
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Marcus Hale");
    browser.click(&browser.link("All notes"));
    browser.sees("Talked on the corner. Wants a job.");
    browser.sees("Signed up for the welding class.");
    browser.fill(&browser.find("main #q"), "WELDING");
    browser.click(&browser.find("main form button"));
    browser.wait("!document.querySelector('main').innerText.includes('Talked on the corner')");
    browser.sees("Signed up for the welding class.");
    assert!(browser.path().ends_with("/notes"), "{}", browser.path());
    browser.fill(&browser.find("main #q"), "zebra");
    browser.click(&browser.find("main form button"));
    browser.sees("No note has all of these words");
}

#[test]
fn c21_each_value_opens_its_history_with_who_when_and_what_before() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "José Ñuñez");
    browser.click(&browser.link("Medium"));
    let history = browser.summary("History of Risk level");
    assert!(browser.text_of(&history).contains(ANA));
    browser.click(&history);
    browser.sees(&format!("{ANA} set Risk level to Medium"));
}

#[test]
fn c33_conflicts_are_listed_and_each_shows_both_answers_with_name_and_time() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/conflicts");
    assert_eq!(rows(&browser).len(), 1);
    assert_eq!(column(&browser, "Program"), ["Street outreach"]);
    browser.click(&browser.find("main tbody th a"));
    browser.wait("document.querySelector('#conflicts')");
    let positions = browser.texts("#conflicts .positions li");
    assert_eq!(positions.len(), 2);
    for (who, what) in [(ANA, "Imminent"), (BEN, "Medium")] {
        let says = |it: &&String| it.contains(who) && it.contains(what) && it.contains("1:10");
        assert_eq!(positions.iter().filter(says).count(), 1, "{positions:?}");
    }
}
