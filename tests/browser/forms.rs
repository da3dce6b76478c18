//! Forms that are filled in answer by answer.

use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::town::{ANA, Account, Filled, filled};
use fieldbook_tests::content::text;
use serde_json::json;

use crate::{open_case, open_menu};

fn house() -> (Filled, Account) {
    let mut filled = filled();
    let ana = filled.town.account(ANA);
    (filled, ana)
}

/// Begins the form of a type that opens a case or stands alone; the first one, if none is named.
#[track_caller]
pub(crate) fn begin(browser: &Browser, record_type: Option<&str>) {
    browser.open("/new");
    let named = record_type.map(|name| format!("[value={name}]")).unwrap_or_default();
    browser.click(&browser.find(&format!("button[name=type]{named}")));
    browser.find("#draft");
}

/// Begins a form of a contact in somebody's case.
#[track_caller]
fn begin_contact(browser: &Browser, person: &str) {
    open_case(browser, person);
    browser.click(&browser.link("New record"));
    browser.click(&browser.find("button[name=type][value=outreach_contact]"));
    browser.find("#draft");
}

/// Chooses the option of this name in the question of this label.
#[track_caller]
fn answer(browser: &Browser, label: &str, option: &str) {
    let chosen = browser.script(
        "const groups = [...document.querySelectorAll('#draft fieldset')];
         const group = groups.find(it => it.querySelector('legend').innerText.startsWith(arguments[0]));
         const options = [...group.querySelectorAll('label')];
         return options.find(it => it.innerText.trim() == arguments[1]).htmlFor",
        json!([label, option]),
    );
    browser.click(&browser.find(&format!("label[for=\"{}\"]", chosen.as_str().unwrap())));
}

/// Answers something and leaves its field, as one does who goes on to the next, and waits until the page
/// says that it is kept.
#[track_caller]
fn keep(browser: &Browser, answering: impl FnOnce()) {
    browser.script("document.querySelector('#draft-state').textContent = ''", json!([]));
    answering();
    browser.script("document.activeElement.blur()", json!([]));
    browser.wait("document.querySelector('#draft-state').innerText.startsWith('Kept at')");
}

/// Returns what is said of a field beside it.
fn told_of(browser: &Browser, label: &str) -> String {
    let field = browser.field(label);
    let described = browser.attribute(&field, "aria-describedby");
    let told = described.split(' ').filter(|id| id.ends_with("-error"));
    told.map(|id| browser.text_of(&browser.find(&format!("[id=\"{id}\"]")))).collect()
}

#[test]
fn a_contact_is_written_down_and_stands_in_its_case_and_on_the_phone() {
    let (Filled { town, mut ben, marcus, .. }, account) = house();
    let browser = town.signed_in(&account, Looks::default());
    begin_contact(&browser, "Marcus Hale");
    answer(&browser, "How", "In the street");
    answer(&browser, "Result", "Engaged");
    browser.add(&browser.field("Note"), "Walked him to the clinic.");
    browser.click(&browser.button("Save the record"));
    browser.wait("location.pathname.startsWith('/records/')");
    browser.sees("Walked him to the clinic.");
    open_case(&browser, "Marcus Hale");
    browser.wait("document.querySelectorAll('.timeline > li').length == 5");
    // His colleague's phone has it with its next sync.
    ben.sync();
    assert!(ben.has_text(marcus, "Walked him to the clinic."));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_is_wrong_is_said_beside_its_field_and_nothing_that_was_typed_is_lost() {
    let (Filled { town, .. }, account) = house();
    let browser = town.signed_in(&account, Looks::default());
    begin_contact(&browser, "Marcus Hale");
    browser.add(&browser.field("Minutes"), "a few");
    browser.add(&browser.field("Note"), "Long talk.");
    browser.click(&browser.button("Save the record"));
    browser.find(".error-summary");
    assert_eq!(browser.value(&browser.field("Minutes")), "a few");
    assert_eq!(browser.value(&browser.field("Note")).trim(), "Long talk.");
    assert_ne!(told_of(&browser, "Minutes"), "");
    assert_eq!(told_of(&browser, "Note"), "");
    assert_eq!(browser.attribute(&browser.field("Minutes"), "aria-invalid"), "true");
    // The list on top leads to each field, and whoever listens hears it first.
    let problems = browser.texts(".error-summary a");
    assert_eq!(problems.len(), 3, "{problems:?}");
    let focused = browser.script("return document.activeElement.className", json!([]));
    assert_eq!(focused, "error-summary");
    let to_minutes = browser.find(".error-summary a[href*=minutes]");
    browser.click(&to_minutes);
    browser.wait("document.activeElement.name?.includes('minutes')");

    browser.fill(&browser.field("Minutes"), "25");
    answer(&browser, "How", "At home");
    answer(&browser, "Result", "Brief");
    browser.click(&browser.button("Save the record"));
    browser.wait("location.pathname.startsWith('/records/')");
    browser.sees("Long talk.");
    browser.sees("25");
}

#[test]
fn an_unfinished_form_survives_a_reload_and_another_browser() {
    let (Filled { town, .. }, account) = house();
    let browser = town.signed_in(&account, Looks::default());
    begin_contact(&browser, "Dana Cruz");
    keep(&browser, || browser.add(&browser.field("Note"), "Half a sente"));
    keep(&browser, || answer(&browser, "Result", "Declined"));
    browser.script("window.before = true", json!([]));
    browser.reload();
    browser.wait("!window.before && document.querySelector('#draft')");
    assert_eq!(browser.value(&browser.field("Note")).trim(), "Half a sente");
    drop(browser);

    let other = town.signed_in(&account, Looks { width: 360, ..Looks::default() });
    other.open("/drafts");
    other.sees("Dana Cruz");
    other.click(&other.find("main tbody th a"));
    other.find("#draft");
    assert_eq!(other.value(&other.field("Note")).trim(), "Half a sente");
    assert_eq!(other.texts("#draft [name=\"q.result\"]:checked + span"), ["Declined"]);
    other.click(&other.summary("Throw away"));
    other.click(&other.button("Yes, throw it away"));
    other.find("#who");
    other.open("/drafts");
    other.sees("No unfinished forms");
}

#[test]
fn what_is_typed_is_kept_before_its_input_is_left_and_survives_a_reload() {
    let (Filled { town, .. }, sol) = house();
    let browser = town.signed_in(&sol, Looks::default());
    begin_contact(&browser, "Marcus Hale");
    let note = browser.field("Note");
    browser.click(&note);
    browser.type_keys("Waits at the bus stop");
    browser.wait("document.querySelector('#draft[data-kept]')");
    // The input has not been left, and nothing on the page has moved.
    assert_eq!(browser.script("return document.activeElement.name", json!([])), "q.note");
    browser.reload();
    assert_eq!(browser.value(&browser.field("Note")), "Waits at the bus stop");
}

#[test]
fn a_change_shows_what_somebody_else_wrote_meanwhile() {
    let (Filled { town, mut ben, marcus, .. }, account) = house();
    let browser = town.signed_in(&account, Looks::default());
    open_case(&browser, "Marcus Hale");
    browser.click(&browser.link("Full record"));
    browser.click(&browser.button("Change"));
    browser.find("#draft");
    assert_eq!(browser.value(&browser.field("Also known as")), "Rey");
    keep(&browser, || browser.fill(&browser.field("Also known as"), "Rey Two"));
    ben.edit(marcus, vec![text("aliases", "King")]);
    ben.sync();
    browser.reload();
    browser.sees("Someone else has changed this since. It now says: King");
    assert_eq!(browser.value(&browser.field("Also known as")), "Rey Two");
    browser.click(&browser.button("Save the change"));
    browser.wait("location.pathname.startsWith('/records/')");
    browser.sees("Rey Two");
}

#[test]
fn the_language_is_changed_inside_a_form_and_the_answers_stay() {
    let (Filled { town, .. }, account) = house();
    let browser = town.signed_in(&account, Looks::default());
    begin_contact(&browser, "Marcus Hale");
    let draft = browser.path();
    keep(&browser, || browser.add(&browser.field("Note"), "Stays in any language."));
    keep(&browser, || answer(&browser, "Result", "Brief"));
    open_menu(&browser);
    browser.click(&browser.button("Español"));
    browser.wait("document.documentElement.lang == 'es' && document.querySelector('#draft')");
    assert_eq!(browser.path(), draft);
    assert_eq!(browser.value(&browser.field("Nota")).trim(), "Stays in any language.");
    assert_eq!(browser.texts("#draft [name=\"q.result\"]:checked + span"), ["Breve"]);
    browser.open("/cases");
    browser.sees("Casos");
    open_menu(&browser);
    browser.click(&browser.button("English"));
    browser.wait("document.documentElement.lang == 'en'");
}
