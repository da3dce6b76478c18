//! What each command does, one file for each.

pub(crate) mod android;
pub(crate) mod app;
pub(crate) mod bindings;
pub(crate) mod browser;
pub(crate) mod ci;
pub(crate) mod deny;
pub(crate) mod fuzz;
pub(crate) mod header;
pub(crate) mod ios;
pub(crate) mod kill;
pub(crate) mod kotlin;
pub(crate) mod layering;
pub(crate) mod measure;
pub(crate) mod proxy;
pub(crate) mod python;
pub(crate) mod sim;
pub(crate) mod tidy;
pub(crate) mod xlsform;

use clap::Parser as _;

use crate::arguments::{Command, MeasureBindings};
use crate::cargo;
use crate::checks::Complaint;
use crate::failure::Failure;

/// Does what was asked.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    let root = &cargo::workspace_root()?;
    match command {
        Command::Ci { only: Some(step), .. } => ci::run_one(root, &step),
        Command::Ci { fast, only: None } => ci::run(root, fast),
        Command::Layering => layering::run(root),
        Command::Tidy => tidy::run(root),
        Command::Deny => deny::run(root),
        Command::Sim { seeds, seed } => sim::run(root, seeds, seed),
        Command::Kill { rounds } => kill::run(root, rounds),
        Command::Fuzz { seconds, target } => fuzz::run(root, seconds, target.as_deref()),
        Command::Measure { bindings: false, arguments } => measure::run(root, &arguments),
        Command::Measure { bindings: true, arguments } => {
            let words = ["measure --bindings".to_owned()].into_iter().chain(arguments);
            measure::run_bindings(root, MeasureBindings::parse_from(words).records)
        }
        Command::Bindings { check } => bindings::run(root, check),
        Command::Kotlin => kotlin::run(root),
        Command::Python => python::run(root),
        Command::Proxy => proxy::run(root),
        Command::App => app::run(root),
        Command::Browser => browser::run(root),
        Command::Screenshots => browser::screenshots(root),
        Command::Xlsform => xlsform::run(root),
        Command::Header => header::run(root),
        Command::Android { libraries } => android::run(root, libraries.as_deref()),
        Command::Ios => ios::run(root),
    }
}

/// Prints what a check found; finding nothing is success.
fn report(check: &'static str, complaints: &[Complaint]) -> Result<(), Failure> {
    for complaint in complaints {
        println!("{complaint}");
    }
    match complaints.len() {
        0 => Ok(()),
        count => Err(Failure::Complaints { check, count }),
    }
}
