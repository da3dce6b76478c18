//! What people get of the console's pages, in a real browser: Chromium, driven through chromedriver.
//!
//! A story's number is its line in the list of what a console has to do; the department that most of them
//! look at is [`fieldbook_tests::browser::town::filled`].

#![expect(clippy::unwrap_used, reason = "a suite: what fails here is what a test is about")]

mod administration;
mod board;
mod case;
mod everybody;
mod field;
mod forms;
mod handing;
mod home;
mod inert;
mod overseeing;
mod pages;
mod privacy;
mod reviewing;
mod safety;
mod search;
mod sessions;
mod shell;
mod trying;

use fieldbook_tests::browser::page::Browser;

/// Opens somebody's case from the caseload.
#[track_caller]
fn open_case(browser: &Browser, person: &str) {
    browser.open("/cases");
    browser.click(&browser.link(person));
    // The caseload has neither.
    browser.wait("location.pathname != '/cases' && document.querySelector('#who')");
}

/// Opens the menu of whoever is signed in.
#[track_caller]
fn open_menu(browser: &Browser) {
    browser.click(&browser.find(".account summary"));
}

/// Returns what stands in a column of the page's table, by its label, row by row.
fn column(browser: &Browser, label: &str) -> Vec<String> {
    browser.texts(&format!("main tbody td[data-label=\"{label}\"]"))
}

/// Returns the first column of the page's table, row by row: of people only their names.
fn rows(browser: &Browser) -> Vec<String> {
    names(browser.texts("main tbody th[scope=row]"))
}

/// Leaves of what people are called only their names.
fn names(titles: Vec<String>) -> Vec<String> {
    let name = |title: String| title.split(" · ").next().unwrap_or_default().to_owned();
    titles.into_iter().map(name).collect()
}
