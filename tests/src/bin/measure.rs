//! Prints the figures of `docs/measurements.md` as Markdown; `cargo xtask measure` calls it.

use std::io::{self, Write as _};

use clap::Parser as _;
use fieldbook_tests::measure::{self, Options};

fn main() -> io::Result<()> {
    let figures = measure::run(&Options::parse());
    io::stdout().write_all(figures.as_bytes())
}
