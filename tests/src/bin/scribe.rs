//! Writes records into a device's folder as fast as it can, and says each on stdout once it is
//! saved: `made ID NAME` or `set ID NAME`. The kill test kills it in the middle of that.
//!
//! `scribe FOLDER SEED COUNT`; the folder is one that `fieldbook device enroll` made.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use client_core::device::{Device, NewRecord};
use client_core::store::StoreOptions;
use client_core::vault::FileVault;
use fieldbook_tests::content;
use model::time::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, seed, count] = &arguments[..] else { return ExitCode::from(2) };
    let (Ok(seed), Ok(count)) = (seed.parse(), count.parse()) else { return ExitCode::from(2) };
    match write(folder.into(), seed, count) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be listening.
            drop(writeln!(io::stderr(), "{error}"));
            ExitCode::FAILURE
        }
    }
}

fn write(folder: PathBuf, seed: u64, count: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let vault = Arc::new(FileVault::new(folder.join("keys")));
    let path = folder.join("fieldbook.db");
    let options = StoreOptions::default();
    let mut device = Device::open(&path, vault, None, now(), &mut rng, options)?;
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
