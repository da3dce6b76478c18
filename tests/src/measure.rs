//! The measurements behind `docs/measurements.md`: what the work of a day costs beside the least
//! that it could cost on the same machine, in the same minute.
//!
//! Each part returns one table. Everything runs in this process: phones with their stores on the
//! disk, and the server's core without its network; bodies are compressed and counted as they
//! travel. Nothing here fails because it was slow.

mod calls;
mod console;
mod department;
mod figures;
mod floor;
mod forms;
mod ingest;
mod looking;
mod no_op;
mod pages;
mod person;
mod phone;
mod saving;
mod shift;
mod wire;

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use model::time::Timestamp;

use self::figures::{Stopwatch, grouped, rounded};

/// Measures Fieldbook on this machine and prints tables in Markdown
#[derive(Debug, Clone, Parser)]
#[command(name = "measure")]
pub struct Options {
    /// Records on the phone whose screens are opened
    #[arg(long, default_value_t = 50_000)]
    pub stored: usize,
    /// Records on the larger of the two servers that are asked whether there is something new
    #[arg(long, default_value_t = 100_000)]
    pub records: usize,
    /// Records of a first synchronization
    #[arg(long, default_value_t = 10_000)]
    pub first: usize,
    /// Changes that the server takes in
    #[arg(long, default_value_t = 20_000)]
    pub changes: usize,
    /// Devices that synchronize at the same moment
    #[arg(long, default_value_t = 1_000)]
    pub devices: usize,
    /// Cases that are open to the supervisor whose pages are opened, with twenty records each; 50,000
    /// for the console alone, which takes long to fill, and 5,000 beside all other parts
    #[arg(long)]
    pub cases: Option<usize>,
    /// A tenth of everything: to see that it runs, not what it costs
    #[arg(long)]
    pub quick: bool,
    /// Only this part
    #[arg(long)]
    pub only: Option<PartName>,
    /// Only the calls that apps make, on the store that `ffi/python/measure.py` made, as JSON
    #[arg(long, value_name = "STORE")]
    pub calls: Option<PathBuf>,
}

/// What can be measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PartName {
    /// Saving an encounter and opening screens.
    Device,
    /// Bytes, requests and time of synchronizations.
    Wire,
    /// The server taking changes in.
    Ingest,
    /// A synchronization without news, on a small and on a large server.
    NoOp,
    /// Every device at once.
    Shift,
    /// Reading at the console.
    Console,
    /// Evaluating a form.
    Forms,
}

/// Measures one part and returns its tables.
type Measure = fn(&Options) -> Vec<String>;

/// Measures everything, or the part asked for, and returns the tables.
///
/// # Panics
/// When something does not work: then there is nothing to measure.
pub fn run(options: &Options) -> String {
    if let Some(store) = &options.calls {
        return calls::measure(store);
    }
    let options = if options.quick { options.tenth() } else { options.clone() };
    let parts: [(PartName, Measure); 7] = [
        (PartName::Device, device),
        (PartName::Wire, wire::measure),
        (PartName::Ingest, ingest::measure),
        (PartName::NoOp, no_op::measure),
        (PartName::Shift, shift::measure),
        (PartName::Console, console),
        (PartName::Forms, forms::measure),
    ];
    let whole = Stopwatch::start();
    let mut text = String::new();
    for (name, part) in parts {
        if options.only.is_some_and(|only| only != name) {
            continue;
        }
        let watch = Stopwatch::start();
        for table in part(&options) {
            text.push_str(&table);
            text.push('\n');
        }
        say(&format!("{name:?}: {} s", rounded(watch.elapsed().as_secs_f64())));
    }
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "Measured on {} cores in {} s.",
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        grouped(whole.elapsed().as_secs())
    );
    text
}

impl Options {
    fn cases(&self) -> usize {
        let whole = if self.only == Some(PartName::Console) { 50_000 } else { 5_000 };
        self.cases.unwrap_or(whole)
    }

    fn tenth(&self) -> Self {
        Self {
            stored: (self.stored / 10).max(1_000),
            records: (self.records / 10).max(2_000),
            first: (self.first / 10).max(500),
            changes: (self.changes / 10).max(2_000),
            devices: (self.devices / 10).max(10),
            cases: Some((self.cases() / 10).max(100)),
            ..self.clone()
        }
    }
}

/// One phone grows, and is looked at on the way.
fn device(options: &Options) -> Vec<String> {
    let mut shelf = looking::Shelf::new().fill(options.stored / 5);
    let smaller = looking::measure(&mut shelf);
    let mut shelf = shelf.fill(options.stored);
    let larger = looking::measure(&mut shelf);
    vec![smaller, larger, saving::measure(&mut shelf)]
}

/// Reads at the console as programs do, and as people do.
fn console(options: &Options) -> Vec<String> {
    vec![console::measure(), pages::measure(options)]
}

/// Tells whoever waits how far it is. Nobody may be listening.
fn say(what: &str) {
    drop(writeln!(io::stderr(), "{what}"));
}

/// When everything is measured.
const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
