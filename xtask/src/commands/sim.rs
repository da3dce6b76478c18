//! `cargo xtask sim`: many worlds, or one that failed, with everything it prints.

use crate::arguments::Seeds;
use crate::cargo::Cargo;

/// Returns the simulation's test binary, told which seeds to run. Without any it runs those of
/// `ci`.
pub(crate) fn call(seeds: Seeds) -> Cargo {
    let call = Cargo::new("test -p fieldbook-tests --test sim -- --nocapture");
    match seeds {
        Seeds::AsInCi => call,
        Seeds::Count(count) => call.env("FIELDBOOK_SIM_SEEDS", count),
        Seeds::Only(seed) => call.env("FIELDBOOK_SIM_SEED", seed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_reach_the_simulation_through_its_environment() {
        let plain = "cargo test -p fieldbook-tests --test sim -- --nocapture";
        assert_eq!(call(Seeds::AsInCi).line(), plain);
        assert_eq!(call(Seeds::Count(9)).line(), format!("FIELDBOOK_SIM_SEEDS=9 {plain}"));
        assert_eq!(call(Seeds::Only(7)).line(), format!("FIELDBOOK_SIM_SEED=7 {plain}"));
    }
}
