//! What each command does, one file for each.

pub(crate) mod android;
pub(crate) mod bindings;
pub(crate) mod ci;
pub(crate) mod deny;
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

use crate::arguments::{self, Command};
use crate::cargo;
use crate::checks::Complaint;
use crate::failure::Failure;

/// Does what was asked.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let root = &cargo::workspace_root()?;
    match command {
        Command::Help => {
            println!("{}", arguments::USAGE);
            Ok(())
        }
        Command::Ci(extent) => ci::run(root, *extent),
        Command::Layering => layering::run(root),
        Command::Tidy => tidy::run(root),
        Command::Deny => deny::run(root),
        Command::Sim(seeds) => sim::call(*seeds).run(root),
        Command::Kill { rounds } => kill::call(*rounds).run(root),
        Command::Measure { arguments } => measure::run(root, arguments),
        Command::MeasureBindings { records } => measure::run_bindings(root, *records),
        Command::Bindings(what) => bindings::run(root, *what),
        Command::Kotlin => kotlin::run(root),
        Command::Python => python::run(root),
        Command::Proxy => proxy::run(root),
        Command::Header => header::run(root),
        Command::Android(libraries) => android::run(root, libraries),
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
