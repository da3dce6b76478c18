//! Writes records into a device's folder as fast as it can, and says each on stdout once it is
//! saved: `made ID NAME` or `set ID NAME`. The kill test kills it in the middle of that.
//!
//! `scribe FOLDER SEED COUNT`; the folder is one that `fieldbook device enroll` made.
//!
//! `scribe FOLDER SEED COUNT drafts` fills in one draft after the other instead, from where the last
//! process was killed, and says `at DRAFT ANSWERS`: how many drafts were submitted, and how many
//! answers the open one has.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use client_core::device::{Device, Doubts, NewRecord};
use client_core::store::StoreOptions;
use client_core::vault::FileVault;
use fieldbook_tests::{content, drafts};
use model::time::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, seed, count, work) = match &arguments[..] {
        [folder, seed, count] => (folder, seed, count, write as Work),
        [folder, seed, count, what] if what == "drafts" => (folder, seed, count, fill_in as Work),
        _ => return ExitCode::from(2),
    };
    let (Ok(seed), Ok(count)) = (seed.parse(), count.parse()) else { return ExitCode::from(2) };
    match work(folder.into(), seed, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be listening.
            drop(writeln!(io::stderr(), "{error}"));
            ExitCode::FAILURE
        }
    }
}

type Failed = Box<dyn std::error::Error>;

type Work = fn(PathBuf, u64, u64) -> Result<(), Failed>;

fn open(folder: &Path, rng: &mut ChaCha8Rng) -> Result<Device, Failed> {
    let vault = Arc::new(FileVault::new(folder.join("keys")));
    let path = folder.join("fieldbook.db");
    Ok(Device::open(&path, vault, None, now(), rng, StoreOptions::default())?)
}

fn fill_in(folder: PathBuf, seed: u64, count: u64) -> Result<(), Failed> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut device = open(&folder, &mut rng)?;
    let mut said = io::stdout().lock();
    let first = drafts::submitted(&device)?;
    for number in first..first + count {
        let (draft, answers) = match drafts::open(&device)? {
            Some(open) => open,
            None => (drafts::begin(&mut device, &mut rng, now())?, 0),
        };
        for answer in answers..drafts::ANSWERS {
            drafts::answer(&mut device, &mut rng, now(), (draft, number, answer))?;
            writeln!(said, "at {number} {}", answer + 1)?;
            said.flush()?;
        }
        device.submit(now(), &mut rng, draft, Doubts::Ask)?;
        writeln!(said, "at {} 0", number + 1)?;
        said.flush()?;
    }
    Ok(())
}

fn write(folder: PathBuf, seed: u64, count: u64) -> Result<(), Failed> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut device = open(&folder, &mut rng)?;
    let mut said = io::stdout().lock();
    for number in 0..count {
        let name = format!("Person {seed} {number}");
        let new = NewRecord {
            record_type: content::type_name("person"),
            case: None,
            program: None,
            edits: vec![content::text("name", &name)],
        };
        let record = device.new_record(now(), &mut rng, new)?;
        writeln!(said, "made {record} {name}")?;
        said.flush()?;
        let name = format!("Person {seed} {number} renamed");
        device.edit(now(), &mut rng, record, vec![content::text("name", &name)])?;
        writeln!(said, "set {record} {name}")?;
        said.flush()?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a program reads the clock itself")]
fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = since.ok().and_then(|since| i64::try_from(since.as_millis()).ok());
    Timestamp::from_millis(millis.unwrap_or_default())
}
