//! How long to wait after a failure: exponential with full jitter, so that a thousand phones that
//! lost the server together do not come back together.

use model::time::Span;
use rand::{Rng, RngExt};

/// Failures in a row, and the wait that follows from them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// The wait before the next attempt: somewhere between nothing and the ceiling, on top of what
    /// the server asked for.
    pub fn next(&mut self, rng: &mut dyn Rng, at_least: Span) -> Span {
        let ceiling = self.ceiling().as_millis();
        self.failures = self.failures.saturating_add(1);
        let asked = at_least.as_millis().clamp(0, RETRY_AFTER_MAX.as_millis());
        Span::from_millis(asked + rng.random_range(0..=ceiling))
    }

    /// Forgets the failures: the server answered.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// The longest wait that [`Backoff::next`] would draw now.
    pub fn ceiling(&self) -> Span {
        let doubled = BASE.as_millis().checked_shl(self.failures.min(DOUBLINGS_MAX));
        Span::from_millis(doubled.unwrap_or(i64::MAX).min(CAP.as_millis()))
    }
}

/// The ceiling of the first wait.
pub const BASE: Span = Span::from_secs(2);

/// The ceiling of every wait. Longer, and a phone that comes out of the basement stays silent for
/// longer than a coffee.
pub const CAP: Span = Span::from_minutes(15);

/// The longest `Retry-After` that is believed.
pub const RETRY_AFTER_MAX: Span = Span::from_hours(1);

/// The longest wait that can come about.
pub const WAIT_MAX: Span = Span::from_minutes(75);

/// 2 s doubled nine times is past the cap; more doublings would only overflow.
const DOUBLINGS_MAX: u32 = 20;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn ceilings_double_from_two_seconds_to_fifteen_minutes() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut backoff = Backoff::default();
        let mut ceilings = vec![];
        for _ in 0..12 {
            ceilings.push(backoff.ceiling().as_millis() / 1_000);
            backoff.next(&mut rng, Span::default());
        }
        assert_eq!(ceilings, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
        backoff.reset();
        assert_eq!(backoff.ceiling(), BASE);
    }

    #[test]
    fn waits_spread_over_the_whole_range() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut low = 0;
        for _ in 0..1_000 {
            let wait = Backoff::default().next(&mut rng, Span::default());
            low += u32::from(wait < Span::from_secs(1));
        }
        assert!((400..600).contains(&low), "{low} of 1000 in the lower half");
    }

    proptest! {
        #[test]
        fn a_wait_is_never_longer_than_its_ceiling_nor_shorter_than_asked(
            seed: u64, failures in 0u32..200, asked in -10_000i64..20_000_000,
        ) {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let mut backoff = Backoff { failures };
            let ceiling = backoff.ceiling();
            let wait = backoff.next(&mut rng, Span::from_millis(asked));
            let asked = asked.clamp(0, RETRY_AFTER_MAX.as_millis());
            prop_assert!(ceiling <= CAP);
            prop_assert!(wait.as_millis() >= asked);
            prop_assert!(wait.as_millis() <= asked + ceiling.as_millis());
            prop_assert!(wait <= WAIT_MAX);
        }
    }
}
