//! The clock and the random source of the machine: read here, passed on as arguments.

use std::time::{SystemTime, UNIX_EPOCH};

use model::time::Timestamp;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::failure::Failure;

/// Returns the time now.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Returns a generator seeded by the operating system.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn rng() -> Result<StdRng, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|_| Failure::failed("no_randomness", "the system gave no randomness"))?;
    Ok(StdRng::from_seed(seed))
}
