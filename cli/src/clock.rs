//! The outside world's time and randomness: read here, handed on as arguments.

use std::time::{SystemTime, UNIX_EPOCH};

use model::time::Timestamp;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::failure::Failure;

/// The time now.
#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// A generator seeded by the operating system.
///
/// # Errors
/// When the operating system has no randomness to give.
pub fn rng() -> Result<StdRng, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|_| Failure::failed("no_randomness", "the system gave no randomness"))?;
    Ok(StdRng::from_seed(seed))
}

/// An instant as people read it, to the minute: `2026-11-25 14:30 UTC`.
pub fn readable(time: Timestamp) -> String {
    let text = time.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some(minute)) if text.ends_with('Z') => format!("{day} {minute} UTC"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_read_to_the_minute() {
        let time: Timestamp = "2026-11-25T14:30:59.123Z".parse().unwrap();
        assert_eq!(readable(time), "2026-11-25 14:30 UTC");
    }
}
