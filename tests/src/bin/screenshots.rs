//! Pictures of the console's pages and of the field app's, for whoever reads about them:
//! `cargo xtask screenshots`.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is told to whoever ran it")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use fieldbook::clock;
use fieldbook::commands::demo::department::{self, Account, Department};
use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::shots::pages;
use serde_json::json;
use server::listener::ServeConfig;
use tokio::runtime::Runtime;
use ui::views::Offices;

/// Writes pictures of every page that a supervisor, the privacy officer or the administrator of the demo's
/// department has, into `console`, and of what a worker's phone shows, into `app`.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where these folders are.
    folder: PathBuf,
}

fn main() {
    let Arguments { folder } = Arguments::parse();
    let place = tempfile::tempdir().unwrap();
    let runtime = Runtime::new().unwrap();
    let mut config = ServeConfig::default();
    config.listen.set_port(0);
    let opening = department::open(place.path(), clock::now(), "Fieldbook", config);
    let (department, server) = runtime.block_on(opening).unwrap();
    let url = server.url();
    runtime.spawn(server.run(std::future::pending()));

    let base = url.trim_end_matches('/');
    of_the_app(base, &department, &folder.join("app"));
    let folder = folder.join("console");
    for looks in [WIDE, NARROW] {
        let door = Browser::start(base, looks);
        door.open("/");
        picture(&door, &folder, "sign-in", looks);
    }
    let mut pictured = BTreeSet::new();
    for (role, offices) in READERS {
        let holds = |account: &&Account| account.roles.iter().any(|(held, _)| held == role);
        let account = department.accounts.iter().find(holds).unwrap();
        let browser = Browser::start(base, WIDE);
        browser.open("/");
        sign_in(&browser, account);
        if offices.cases {
            browser.open("/new");
            browser.click(&browser.find("button[name=type]"));
            browser.find("#draft");
        }
        if offices.privacy {
            browser.open("/audit");
            browser.fill(&browser.find("main #purpose"), "Pictures for the guide to the console");
            browser.click(&browser.find("main form[action='/audit/purpose'] button"));
            browser.find("#audit-list");
        }
        let mut found = pages(&browser, *offices);
        // One picture of a page that several of them have.
        found.retain(|page| pictured.insert(page.route));
        for looks in [WIDE, NARROW] {
            browser.look(looks);
            if looks == NARROW {
                in_spanish(&browser);
            }
            for page in &found {
                browser.open(&page.path);
                browser.find("main h1");
                picture(&browser, &folder, &page.file_name(), looks);
            }
        }
    }
}

/// Pictures what a worker's phone shows: on the lock, on the way from page to page, in three looks.
fn of_the_app(base: &str, department: &Department, folder: &Path) {
    let mut rng = clock::rng().unwrap();
    let codes = department.phone_codes(clock::now(), &mut rng).unwrap();
    let (_, code) = codes.iter().find(|(name, _)| *name == WORKER).unwrap();
    let browser = Browser::start(base, PHONE);
    browser.open(&format!("/app/#code={code}"));
    browser.wait("document.querySelector('#code')?.value.length > 5");
    for field in ["#secret", "#again"] {
        browser.fill(&browser.find(field), SECRET);
    }
    browser.click(&browser.find("button.main"));
    browser.wait("document.body.dataset.synced === 'done'");
    for (look, language) in [("light", "en"), ("dark", "es"), ("night", "en")] {
        let choose = "localStorage.look = arguments[0]; localStorage.language = arguments[1];
            localStorage.removeItem('door');";
        browser.script(choose, json!([look, language]));
        browser.reload();
        browser.wait("document.documentElement.dataset.engine === 'ready'");
        let shot = |name: &str| {
            let name = format!("{name}-{look}-{language}.png");
            fs::write(folder.join(name), browser.picture()).unwrap();
        };
        shot("lock");
        browser.fill(&browser.find("#secret"), SECRET);
        browser.click(&browser.find("button.main"));
        browser.wait("document.body.dataset.synced === 'done'");
        for (name, path) in PHONE_PAGES {
            go(&browser, path);
            shot(name);
        }
        for (name, from, link) in PHONE_LINKS {
            go(&browser, from);
            let found = format!("main a[href^='/app{link}']");
            let path = browser.attribute(&browser.find(&found), "href");
            go(&browser, path.strip_prefix("/app").unwrap());
            shot(name);
        }
    }
}

/// Goes to a page of the app as a link does: one that is loaded anew is locked.
fn go(browser: &Browser, path: &str) {
    let follow = "const link = document.createElement('a');
        link.href = '/app' + arguments[0];
        document.getElementById('main').append(link);
        window.htmx.process(link);
        link.click();";
    browser.script(follow, json!([path]));
    browser
        .wait(&format!("location.pathname === '/app{path}' && document.querySelector('main h1')"));
    browser.script("scrollTo(0, 0);", json!([]));
}

const WORKER: &str = "Ana Alder";
const SECRET: &str = "copper lanterns sway";

/// Pages of a phone, by their names.
const PHONE_PAGES: [(&str, &str); 9] = [
    ("today", "/"),
    ("add", "/quick"),
    ("people", "/people"),
    ("sync", "/sync"),
    ("shift", "/shift"),
    ("help", "/shift/help"),
    ("end-of-shift", "/end"),
    ("forms", "/drafts"),
    ("conflicts", "/conflicts"),
];

/// Pages to which a link leads, by its beginning, from another page.
const PHONE_LINKS: [(&str, &str, &str); 3] =
    [("case", "/people", "/cases/"), ("contact", "/quick", "/quick/"), ("task", "/", "/tasks/")];

/// Who has which pages.
const READERS: &[(&str, Offices)] = &[
    ("SUP", Offices { cases: true, supervises: true, privacy: false, administers: false }),
    ("PRV", Offices { cases: false, supervises: false, privacy: true, administers: false }),
    ("ADM", Offices { cases: false, supervises: false, privacy: false, administers: true }),
];

/// Has all pages that follow in Spanish.
fn in_spanish(browser: &Browser) {
    browser.click(&browser.find(".account summary"));
    browser.click(&browser.find(".account button[lang=es]"));
    browser.find("html[lang=es]");
}

fn sign_in(browser: &Browser, account: &Account) {
    browser.add(&browser.find("#name"), account.name);
    browser.add(&browser.find("#password"), account.password);
    browser.add(&browser.find("#totp"), &account.code(clock::now()).unwrap());
    browser.click(&browser.find("button.main"));
    browser.find("header .account");
}

fn picture(browser: &Browser, folder: &Path, name: &str, looks: Looks) {
    let suffix = if looks == WIDE { "1280" } else { "360-es-dark" };
    fs::write(folder.join(format!("{name}-{suffix}.png")), browser.picture()).unwrap();
}

const PHONE: Looks = Looks { width: 360, dark: false, language: "en", text: 16 };
const WIDE: Looks = Looks { width: 1280, dark: false, language: "en", text: 16 };
const NARROW: Looks = Looks { width: 360, dark: true, language: "es", text: 16 };
