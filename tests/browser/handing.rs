//! Giving cases to people, taking them over, and what was refused.

use fieldbook_tests::browser::page::Looks;
use fieldbook_tests::browser::town::{ADA, ANA, BEN, Filled, SOL, filled};
use model::time::Span;
use serde_json::json;

use crate::{column, open_case, rows};

const HUGO: &str = "Hugo Sample";

#[test]
fn c38_who_gives_a_case_sees_what_opens_and_closes_before_it_does() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "José Ñuñez");
    browser.click(&browser.link("Assign or transfer"));
    browser.choose(&browser.field("Who takes over"), BEN);
    browser.click(&browser.button("Show what happens"));
    browser.sees(&format!("Give this case to {BEN}"));
    browser.sees("Identity: 1 record");
    browser.sees(&format!("{ANA} will not see this case any more"));
    // Whoever thinks again finds what they had chosen.
    browser.click(&browser.button("Change"));
    browser.wait("document.querySelector('#to')?.selectedOptions[0].text.trim() == 'Ben Birch'");
    browser.click(&browser.button("Show what happens"));
    browser.click(&browser.button("Assign"));
    browser.find("#who");
    browser.wait("document.querySelector('.who')?.innerText.includes('Ben Birch')");
    assert!(!browser.text().contains(&format!("Team\n{ANA}")));
}

#[test]
fn c39_another_program_has_a_case_when_it_takes_it_over_and_says_why_if_it_does_not() {
    let Filled { mut town, .. } = filled();
    town.member(HUGO, "SUP", "hospital_response");
    town.member("Hana Sample", "HR", "hospital_response");
    let (sol, hugo) = (town.account(SOL), town.account(HUGO));
    let asks = town.signed_in(&sol, Looks::default());
    let answers = town.signed_in(&hugo, Looks::default());
    for refused in [true, false] {
        open_case(&asks, "José Ñuñez");
        asks.click(&asks.link("Assign or transfer"));
        asks.choose(&asks.field("Who takes over"), "Hospital response");
        asks.fill(&asks.field("Why"), "Needs bedside work after the shooting");
        asks.click(&asks.button("Show what happens"));
        asks.sees("Nothing changes until its supervisor accepts");
        asks.sees("Stays closed without a consent");
        asks.click(&asks.button("Ask them"));
        asks.sees("waiting for Hospital response");
        answers.open("/transfers");
        answers.sees("Needs bedside work after the shooting");
        assert!(!answers.text().contains("Ñuñez"), "nothing opens before it is taken over");
        if refused {
            answers.click(&answers.summary("Do not take it over"));
            answers.fill(&answers.field("Why not"), "Nobody is free before Monday");
            answers.click(&answers.button("Do not take it over"));
            answers.sees("Nothing waits for your answer");
            asks.open("/transfers");
            asks.sees("Nobody is free before Monday");
        } else {
            answers.choose(&answers.field("Who will work on it"), "Hana Sample");
            answers.click(&answers.button("Take it over"));
            answers.sees("Nothing waits for your answer");
            open_case(&answers, "José Ñuñez");
        }
    }
}

#[test]
fn c40_who_is_away_is_offered_for_no_case_and_the_page_says_until_when() {
    let Filled { mut town, .. } = filled();
    let (sol, ada) = (town.account(SOL), town.account(ADA));
    let office = town.signed_in(&ada, Looks::default());
    office.open("/people");
    office.click(&office.link(BEN));
    office.find("#away-until");
    office.script("document.querySelector('#away-until').value = '2026-12-24'", json!([]));
    office.click(&office.button("Note this"));
    office.sees("until Dec 24");
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "José Ñuñez");
    browser.click(&browser.link("Assign or transfer"));
    browser.sees(&format!("{BEN} is away until"));
    assert!(!browser.texts("#to option").contains(&BEN.to_owned()));
    browser.open("/caseload");
    let offered = browser.texts("#to option");
    assert!(offered.contains(&ANA.to_owned()) && !offered.contains(&BEN.to_owned()));
}

#[test]
fn c41_what_only_a_consent_opens_stays_closed_and_the_preview_says_so() {
    let Filled { mut town, .. } = filled();
    town.member(HUGO, "SUP", "hospital_response");
    town.member("Hana Sample", "HR", "hospital_response");
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "José Ñuñez");
    browser.click(&browser.link("Assign or transfer"));
    browser.choose(&browser.field("Who takes over"), "Hospital response");
    browser.fill(&browser.field("Why"), "Needs bedside work after the shooting");
    browser.click(&browser.button("Show what happens"));
    browser.sees("Stays closed without a consent");
    browser.sees("Street outreach");
}

#[test]
fn c43_a_whole_caseload_moves_in_one_step() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/cases");
    browser.click(&browser.link("Move a caseload"));
    browser.choose(&browser.field("Who hands over"), ANA);
    browser.choose(&browser.field("Who takes over"), BEN);
    browser.click(&browser.button("Show what happens"));
    browser.sees(&format!("From {ANA} to {BEN}"));
    browser.click(&browser.button("Move them"));
    browser.find("[role=status]");
    browser.wait("document.querySelector('main').innerText.includes('moved')");
    browser.open("/cases");
    browser.find("tbody");
    for workers in column(&browser, "Worker") {
        assert!(!workers.contains(ANA) || workers.contains(BEN), "{workers}");
    }
}

#[test]
fn c24_a_hand_off_sheet_asks_what_for_and_says_who_printed_it() {
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    let browser = town.signed_in(&sol, Looks::default());
    open_case(&browser, "Marcus Hale");
    browser.click(&browser.link("Hand-off sheet"));
    browser.fill(&browser.field("What for"), "Warm hand-off at release");
    browser.click(&browser.button("Show the sheet"));
    browser.sees(&format!("Printed by {SOL}"));
    browser.sees("Warm hand-off at release");
    assert!(!browser.text().contains("0134"), "how they are reached stands on no paper");
    assert!(!browser.path().contains("release"));
}

#[test]
fn c61_work_that_came_too_late_is_read_and_taken_with_a_reason() {
    let Filled { mut town, mut ana, marcus, .. } = filled();
    let sol = town.account(SOL);
    ana.sync();
    town.pass(Span::from_hours(1));
    ana.meets(marcus, "engaged", "Met after the case was taken away.");
    town.revoke_devices(ANA);
    ana.hand_in();
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/review");
    browser.click(&browser.link("Refused work"));
    browser.find("main tbody a");
    assert_eq!(rows(&browser).len(), 1);
    browser.click(&browser.find("main tbody a"));
    browser.sees("Met after the case was taken away.");
    browser.click(&browser.button("Accept it"));
    // Nothing is decided without a reason.
    assert!(browser.path().starts_with("/late/"), "{}", browser.path());
    browser.fill(&browser.field("Why you decide so"), "She was still on shift then");
    browser.click(&browser.button("Accept it"));
    browser.sees("Nothing was refused.");
}

#[test]
fn c61_refused_work_is_repaired_in_a_form_that_begins_with_it() {
    let Filled { mut town, mut ana, marcus, .. } = filled();
    let sol = town.account(SOL);
    ana.sync();
    town.pass(Span::from_hours(1));
    ana.meets(marcus, "engaged", "Met him with his cousin.");
    town.revoke_devices(ANA);
    ana.hand_in();
    let browser = town.signed_in(&sol, Looks::default());
    browser.open("/late");
    browser.click(&browser.find("main tbody a"));
    browser.fill(&browser.field("Why you decide so"), "The note names somebody else");
    browser.click(&browser.button("Repair in a form"));
    browser.find("#draft");
    browser.sees("This form writes refused work anew.");
    let note = browser.field("Note");
    assert_eq!(browser.value(&note), "Met him with his cousin.");
    browser.fill(&note, "Met him with a relative.");
    browser.click(&browser.find("#draft button.main"));
    browser.sees("Met him with a relative.");
    assert!(browser.path().starts_with("/records/"), "{}", browser.path());
    browser.open("/late");
    browser.sees("Nothing was refused.");
}
