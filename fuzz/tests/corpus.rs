//! What is in the corpus goes through the targets in every test run, so that what was found once
//! stays found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fieldbook_fuzz::{ACCEPTED, TARGETS};

#[test]
fn each_input_of_the_corpus_keeps_its_targets_promises() {
    for target in TARGETS {
        let ends: BTreeSet<String> = inputs(target.name)
            .iter()
            .map(|path| (target.run)(&std::fs::read(path).unwrap()))
            .collect();
        assert!(ends.contains(ACCEPTED), "nothing of {} is accepted: {ends:?}", target.name);
        assert!(ends.len() > 1, "nothing of {} is refused: {ends:?}", target.name);
    }
}

#[test]
fn the_corpus_has_a_folder_for_each_target_and_no_other() {
    let folders: BTreeSet<String> = entries(&corpus()).iter().map(|path| name(path)).collect();
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(folders, targets);
}

#[test]
fn the_corpus_stays_small() {
    for target in TARGETS {
        let inputs = inputs(target.name);
        assert!(inputs.len() <= INPUTS_MAX, "{} of {}", inputs.len(), target.name);
        for path in inputs {
            let bytes = std::fs::metadata(&path).unwrap().len();
            assert!(bytes <= INPUT_BYTES_MAX, "{}: {bytes} bytes", path.display());
        }
    }
}

/// Enough for each way through a reader; more only slows each run down.
const INPUTS_MAX: usize = 64;

/// libFuzzer tries inputs as long as the longest of these.
const INPUT_BYTES_MAX: u64 = 16 * 1024;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn inputs(target: &str) -> Vec<PathBuf> {
    entries(&corpus().join(target))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
