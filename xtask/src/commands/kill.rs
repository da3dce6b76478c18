//! `cargo xtask kill`: real processes, killed at random moments.

use crate::cargo::Cargo;

/// Returns the kill test, told how many rounds to play. Without a number it plays those of `ci`.
pub(crate) fn call(rounds: Option<u64>) -> Cargo {
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
    fn rounds_reach_the_test_through_its_environment() {
        let plain = "cargo test -p fieldbook-tests --test kill -- --nocapture";
        assert_eq!(call(None).line(), plain);
        assert_eq!(call(Some(500)).line(), format!("FIELDBOOK_KILL_ROUNDS=500 {plain}"));
    }
}
