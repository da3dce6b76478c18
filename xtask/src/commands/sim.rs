//! `cargo xtask sim`: many worlds, or one that failed, with everything it prints.

use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::guard;
use crate::watch::Limits;

/// Runs the simulation, and ends it when it hangs.
pub(crate) fn run(root: &Path, seeds: Option<u64>, seed: Option<u64>) -> Result<(), Failure> {
    let mut words = vec!["sim".to_owned()];
    words.extend(seeds.map(|seeds| format!("--seeds={seeds}")));
    words.extend(seed.map(|seed| format!("--seed={seed}")));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    guard::guarded(root, &words, limits(seeds), || call(seeds, seed).run(root))
}

/// All worlds are one test. One takes less than two seconds on two idle cores; compiling what they
/// are made of takes a quarter of an hour.
fn limits(seeds: Option<u64>) -> Limits {
    let worlds = Limits::minutes(75 + seeds.unwrap_or(0) / 6);
    Limits { test: worlds.step, ..worlds }
}

/// The simulation's test binary, told which seeds to run. Without any it runs those of `ci`.
fn call(seeds: Option<u64>, seed: Option<u64>) -> Cargo {
    let call = Cargo::new("test -p fieldbook-tests --test sim -- --nocapture");
    let call = match seeds {
        None => call,
        Some(count) => call.env("FIELDBOOK_SIM_SEEDS", count),
    };
    match seed {
        None => call,
        Some(seed) => call.env("FIELDBOOK_SIM_SEED", seed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_reach_the_simulation_through_its_environment() {
        let plain = "cargo test -p fieldbook-tests --test sim -- --nocapture";
        assert_eq!(call(None, None).line(), plain);
        assert_eq!(call(Some(9), None).line(), format!("FIELDBOOK_SIM_SEEDS=9 {plain}"));
        assert_eq!(call(None, Some(7)).line(), format!("FIELDBOOK_SIM_SEED=7 {plain}"));
    }

    #[test]
    fn more_worlds_have_more_time() {
        assert_eq!(limits(None), limits(Some(5)));
        assert_eq!(limits(Some(6_000)).test, Limits::minutes(1_075).step);
    }
}
