//! The project's own commands, in plain Rust instead of shell: `cargo xtask help` lists them.
//!
//! [`arguments`] says what can be asked for, [`commands`] does it, and [`checks`] holds the rules
//! about this tree that no compiler and no lint can see.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "talking to a terminal is its work")]

mod arguments;
mod cargo;
mod checks;
mod commands;
mod failure;
mod guard;
mod markdown;
mod metadata;
mod rust_source;
mod tool;
mod tree;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::Arguments;
use crate::commands::fuzz;

fn main() -> ExitCode {
    if let Some(code) = fuzz::as_compiler() {
        return code;
    }
    guard::end_with_the_caller();
    match commands::run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
