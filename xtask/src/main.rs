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
mod markdown;
mod metadata;
mod rust_source;
mod tool;
mod tree;

use std::process::ExitCode;

fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(mistake) => {
            eprintln!("xtask: {mistake}\n\n{}", arguments::USAGE);
            return ExitCode::from(EXIT_USAGE);
        }
    };
    match commands::run(&command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// What a shell expects of a command that was called wrongly.
const EXIT_USAGE: u8 = 2;
