//! Pictures of the console's pages, for whoever reads about them: `cargo xtask screenshots`.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is told to whoever ran it")]

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use fieldbook_tests::browser::page::{Browser, Looks};
use fieldbook_tests::browser::shots::pages;
use fieldbook_tests::browser::town::{Filled, SOL, filled};
use ui::views::Offices;

/// Writes a picture of every page that a supervisor has.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where they go.
    folder: PathBuf,
}

fn main() {
    let Arguments { folder } = Arguments::parse();
    let Filled { mut town, .. } = filled();
    let sol = town.account(SOL);
    for (suffix, looks) in [
        ("1280", Looks::default()),
        ("360-es-dark", Looks { width: 360, dark: true, language: "es", ..Looks::default() }),
    ] {
        let write = |browser: &Browser, name: &str| picture(browser, &folder, name, suffix);
        let door = town.browser(looks);
        door.open("/");
        write(&door, "sign-in");
        drop(door);
        let browser = town.signed_in(&sol, looks);
        browser.open("/new");
        browser.click(&browser.find("button[name=type]"));
        browser.find("#draft");
        let offices = Offices { cases: true, supervises: true, ..Offices::default() };
        for page in pages(&browser, offices) {
            browser.open(&page.path);
            browser.find("main h1");
            write(&browser, &page.file_name());
        }
    }
}

fn picture(browser: &Browser, folder: &Path, name: &str, suffix: &str) {
    fs::write(folder.join(format!("{name}-{suffix}.png")), browser.picture()).unwrap();
}
