//! `cargo xtask kill`: real processes, killed at random moments.

use std::path::Path;

use crate::cargo::Cargo;
use crate::failure::Failure;
use crate::guard;
use crate::watch::Limits;

/// Runs the kill test, and ends it when it hangs.
pub(crate) fn run(root: &Path, rounds: Option<u64>) -> Result<(), Failure> {
    let mut words = vec!["kill".to_owned()];
    words.extend(rounds.map(|rounds| format!("--rounds={rounds}")));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    guard::guarded(root, &words, limits(rounds), || call(rounds).run(root))
}

/// A round takes a third of a second on two idle cores.
fn limits(rounds: Option<u64>) -> Limits {
    let rounds = Limits::minutes(75 + rounds.unwrap_or(0) / 30);
    Limits { test: rounds.step, ..rounds }
}

/// The kill test, told how many rounds to play. Without a number it plays those of `ci`.
fn call(rounds: Option<u64>) -> Cargo {
    let call = Cargo::new("test -p fieldbook-tests --test kill -- --nocapture");
    match rounds {
        None => call,
        Some(rounds) => call.env("FIELDBOOK_KILL_ROUNDS", rounds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_rounds_have_more_time() {
        assert_eq!(limits(None), limits(Some(29)));
        assert_eq!(limits(Some(3_000)).step, Limits::minutes(175).step);
    }

    #[test]
    fn rounds_reach_the_test_through_its_environment() {
        let plain = "cargo test -p fieldbook-tests --test kill -- --nocapture";
        assert_eq!(call(None).line(), plain);
        assert_eq!(call(Some(500)).line(), format!("FIELDBOOK_KILL_ROUNDS=500 {plain}"));
    }
}
