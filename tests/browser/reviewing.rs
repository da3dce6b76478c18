//! A supervisor's review: approved one by one or together, returned, and disputed values decided.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{ANA, Account, BEN, Filled, SOL, Town, filled};
use fieldbook_tests::content::{choice, text};
use model::ids::RecordId;
use model::time::Span;
use serde_json::json;

use crate::rows;

fn house() -> (Filled, Account) {
    let mut filled = filled();
    let sol = filled.town.account(SOL);
    (filled, sol)
}

fn signed_in(town: &Town, sol: &Account) -> Browser {
    town.signed_in(sol, Looks::default())
}

/// Opens the record in the queue whose note says this.
#[track_caller]
fn open_waiting(browser: &Browser, note: &str) {
    browser.open("/review");
    let links = browser.script(
        "return [...document.querySelectorAll('main tbody th a')].map(it => it.getAttribute('href'))",
        json!([]),
    );
    for link in links.as_array().unwrap() {
        browser.open(link.as_str().unwrap());
        if browser.text().contains(note) {
            return;
        }
    }
    panic!("nothing in the queue says {note}");
}

/// Opens the record in which two people gave different answers.
#[track_caller]
fn open_disputed(browser: &Browser) {
    browser.open("/conflicts");
    browser.click(&browser.find("main tbody th a"));
    browser.find("#conflicts");
}

#[test]
fn c26_the_queue_has_the_oldest_first_and_each_is_due_in_three_business_days() {
    let (Filled { town, .. }, sol) = house();
    let browser = signed_in(&town, &sol);
    browser.open("/review");
    browser.sees("7 records wait");
    let came = browser.script(
        "const of = label => [...document.querySelectorAll(`td[data-label=\"${label}\"] time`)]
             .map(it => it.dateTime);
         return [of('Received'), of('Due')]",
        json!([]),
    );
    let times = |place: usize| -> Vec<String> {
        let times = came[place].as_array().unwrap().iter();
        times.map(|time| time.as_str().unwrap().to_owned()).collect()
    };
    let (came, due) = (times(0), times(1));
    assert_eq!((came.len(), due.len()), (7, 7));
    assert!(came.is_sorted(), "those that have waited longest come first: {came:?}");
    for (came, due) in came.iter().zip(&due) {
        let [came, due] = [came, due].map(|it| it.parse::<model::time::Timestamp>().unwrap());
        // Three business days are three days, and two more over a weekend, or three with a holiday.
        let waits = due.since(came);
        let days = (Span::from_days(2), Span::from_days(7));
        assert!(days.0 < waits && waits < days.1, "{came} is due {due}");
    }
}

#[test]
fn c27_a_return_needs_a_reason_and_reaches_the_phone_as_a_task_with_the_field_marked() {
    let (Filled { town, mut ana, .. }, sol) = house();
    let browser = signed_in(&town, &sol);
    open_waiting(&browser, "Wants a job.");
    browser.click(&browser.button("Return with reasons"));
    browser.wait("location.pathname.startsWith('/drafts/')");
    browser.click(&browser.button("Save the record"));
    browser.sees("Needs at least one");
    for label in ["Incomplete", "Note"] {
        choose_box(&browser, label);
    }
    browser.add(&browser.field("Coaching"), "Say what kind of job.");
    browser.click(&browser.button("Save the record"));
    browser.wait("location.pathname.startsWith('/records/')");
    // On the phone it is a task of its author, with the reason and the field.
    ana.sync();
    let [task] = &revising(&ana)[..] else { panic!("one record is to be mended") };
    assert!(task.yours);
    let said = task.returned.clone().unwrap();
    assert_eq!(said.by_name.as_deref(), Some(SOL));
    assert_eq!(said.says["reasons"], json!(["incomplete"]));
    assert_eq!(said.says["coaching"], json!("Say what kind of job."));
    assert!(said.marked.contains("note"));
    // The console shows the same task, and the record says at the field that it is to be mended.
    browser.open("/tasks");
    browser.sees("Say what kind of job.");
    browser.click(&browser.link("Revise"));
    browser.sees("Returned to its author");
    browser.sees("to mend");
    // Its author mends it and submits it: the task is gone on both sides, and it waits for review again.
    let mended = vec![text("note", "Wants a job in a kitchen."), choice("approval", "submitted")];
    ana.edit(said.record, mended);
    assert!(revising(&ana).is_empty());
    ana.sync();
    browser.open("/tasks");
    assert!(!browser.text().contains("Say what kind of job."));
    open_waiting(&browser, "in a kitchen");
    assert!(!browser.text().contains("Returned to its author"));
}

#[test]
fn c28_keys_approve_return_and_step_and_nothing_is_approved_by_scrolling() {
    let (Filled { town, .. }, sol) = house();
    let browser = signed_in(&town, &sol);
    browser.open("/review");
    browser.press("j");
    browser.press("j");
    browser.press("k");
    let focused = "document.activeElement.closest('tr') == document.querySelector('main tbody tr')";
    browser.wait(focused);
    // Keys that approve do so only on the page of a record.
    browser.press("a");
    browser.script("window.scrollTo(0, document.body.scrollHeight)", json!([]));
    browser.reload();
    assert_eq!(rows(&browser).len(), 7);
    browser.press("?");
    browser.wait("document.querySelector('#keys')?.open");
    browser.wait("document.querySelector('#keys').innerText.includes('Approve, where a record')");
    browser.press("\u{e00c}");
    browser.wait("!document.querySelector('#keys').open");
    browser.click(&browser.find("main tbody th a"));
    browser.find("[data-key=a]");
    let first = browser.path();
    browser.script("window.scrollTo(0, document.body.scrollHeight)", json!([]));
    browser.press("a");
    browser
        .wait(&format!("location.pathname != '{first}' && document.querySelector('[data-key=a]')"));
    browser.press("r");
    browser.wait("location.pathname.startsWith('/drafts/')");
    browser.open("/review");
    assert_eq!(
        rows(&browser).len(),
        6,
        "one was approved, and the other only begun to be returned"
    );
}

#[test]
fn c29_many_are_approved_at_once_but_for_those_that_were_changed_since() {
    let (Filled { town, mut ben, .. }, sol) = house();
    let changed = newest(&ben);
    let browser = signed_in(&town, &sol);
    browser.open("/review");
    let boxes = browser.count("input[name=pick]");
    for place in 1..=boxes {
        browser.click(&browser.find(&format!("#pick-{place}")));
    }
    // Somebody goes on writing while they look at the page as it came.
    browser
        .script("document.querySelector('#review-list').removeAttribute('data-live')", json!([]));
    ben.edit(changed, vec![text("note", "Waved, and called later.")]);
    ben.sync();
    browser.click(&browser.button("Approve the chosen records"));
    browser.sees("Not approved");
    browser.sees("changed");
    assert_eq!(rows(&browser).len(), 1, "what was changed still waits");
}

#[test]
fn c34_what_two_people_disagree_about_is_written_anew_or_sent_back_to_both() {
    let (Filled { town, mut ana, mut ben, intake, .. }, sol) = house();
    let browser = signed_in(&town, &sol);
    open_disputed(&browser);
    browser.click(&browser.summary("Send back to those who disagree"));
    browser.fill(&browser.field("What should they clear up?"), "Agree on the risk together.");
    browser.click(&browser.button("Send it back"));
    browser.sees("Returned to its author");
    for phone in [&mut ana, &mut ben] {
        phone.sync();
        let mut tasks = revising(phone);
        tasks.retain(|task| task.yours);
        let [task] = &tasks[..] else { panic!("each has it as a task of their own") };
        let said = task.returned.clone().unwrap();
        assert!(said.record == intake && said.marked.contains("risk_level"));
        assert_eq!(said.says["coaching"], json!("Agree on the risk together."));
    }
    // Or the supervisor writes what is right, which may be what the record shows.
    open_disputed(&browser);
    browser.click(&browser.button("Write what is right"));
    browser.wait("location.pathname.startsWith('/drafts/')");
    browser.click(&browser.button("Save the change"));
    browser.wait("location.pathname.startsWith('/records/')");
    assert_eq!(browser.count("#conflicts"), 0);
    browser.sees(&format!("{SOL} set Risk level to"));
}

#[test]
fn c35_what_is_decided_on_two_desks_at_once_has_one_outcome_and_both_see_it() {
    let (Filled { town, .. }, sol) = house();
    let (one, other) = (signed_in(&town, &sol), signed_in(&town, &sol));
    for desk in [&one, &other] {
        open_disputed(desk);
    }
    one.click(&one.find("#conflicts .positions li:nth-child(1) button"));
    one.wait("!document.querySelector('#conflicts')");
    other.click(&other.find("#conflicts .positions li:nth-child(2) button"));
    other.sees("Somebody has decided this already");
    other.back();
    other.reload();
    one.reload();
    let standing = |desk: &Browser| {
        desk.script(
            "return document.querySelector('#v-risk_level').nextElementSibling.innerText",
            json!([]),
        )
    };
    assert_eq!(standing(&one), standing(&other));
    assert_eq!(other.count("#conflicts"), 0);
    // Both answers stay in the history.
    for who in [ANA, BEN] {
        one.sees(&format!("{who} set Risk level to"));
    }
}

#[test]
fn c36_a_decision_reaches_the_phone_with_its_next_sync_and_says_what_was_decided() {
    let (Filled { town, mut ana, mut ben, intake, .. }, sol) = house();
    let browser = signed_in(&town, &sol);
    open_disputed(&browser);
    browser.click(&browser.find("#conflicts .positions li:nth-child(2) button"));
    browser.wait("!document.querySelector('#conflicts')");
    for phone in [&mut ana, &mut ben] {
        phone.sync();
        let view = phone.view(intake);
        assert!(view.conflicts.is_empty());
        let last = phone.history(intake).pop().unwrap();
        assert_eq!(last.by, SOL);
        let said = last.to_json()["edits"].to_string();
        assert!(said.contains("risk_level"), "{said}");
    }
}

fn newest(phone: &fieldbook_tests::browser::town::Phone) -> RecordId {
    phone.newest("outreach_contact")
}

fn revising(
    phone: &fieldbook_tests::browser::town::Phone,
) -> Vec<client_core::store::query::OpenTask> {
    let mut tasks = phone.tasks();
    tasks.retain(|task| task.rule == "revise");
    tasks
}

/// Chooses a box of the form by its label.
#[track_caller]
fn choose_box(browser: &Browser, label: &str) {
    let id = browser.script(
        "const options = [...document.querySelectorAll('#draft .choices label')];
         return options.find(it => it.innerText.trim() == arguments[0]).htmlFor",
        json!([label]),
    );
    browser.click(&browser.find(&format!("label[for=\"{}\"]", id.as_str().unwrap())));
}
