//! How long somebody waits after signing in has failed again and again.

use model::time::{Span, Timestamp};

/// How long after the last of so many failures nobody may sign in with the name.
fn wait(failures: u64) -> Span {
    let doublings = failures.saturating_sub(FREE_FAILURES);
    if failures < FREE_FAILURES {
        return Span::from_millis(0);
    }
    let doublings = u32::try_from(doublings).unwrap_or(u32::MAX).min(DOUBLINGS_MAX);
    Span::from_secs(FIRST_WAIT_SECONDS << doublings).min(LONGEST_WAIT)
}

/// Until when nobody may sign in with the name; none when it may be tried now.
pub(super) fn locked_until(now: Timestamp, failed: Option<(u64, Timestamp)>) -> Option<Timestamp> {
    let (failures, last_at) = failed?;
    Some(last_at + wait(failures)).filter(|until| *until > now)
}

/// How many failures there are with one more. They are forgotten after a day without any.
pub(super) fn with_one_more(now: Timestamp, failed: Option<(u64, Timestamp)>) -> u64 {
    match failed {
        Some((failures, last_at)) if now.since(last_at) < FORGOTTEN_AFTER => {
            failures.saturating_add(1)
        }
        _ => 1,
    }
}

/// Typing errors cost nothing.
const FREE_FAILURES: u64 = 5;

const FIRST_WAIT_SECONDS: i64 = 30;

/// Past the longest wait.
const DOUBLINGS_MAX: u32 = 16;

/// Somebody who locks others out on purpose locks them out for so long only. With it a name can be
/// tried less than thirty times a day.
const LONGEST_WAIT: Span = Span::from_secs(60 * 60);

const FORGOTTEN_AFTER: Span = Span::from_days(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_past_the_fifth_doubles_the_wait_up_to_an_hour() {
        let at = Timestamp::from_millis(1_800_000_000_000);
        let waits = |failures| {
            locked_until(at, Some((failures, at))).map_or(0, |until| until.since(at).as_millis())
        };
        let seconds: Vec<i64> = (0..14).map(|failures| waits(failures) / 1_000).collect();
        let expected = [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600];
        assert_eq!(seconds, expected);
        assert_eq!(waits(u64::MAX) / 1_000, 3_600);
        assert_eq!(locked_until(at, None), None);
        assert_eq!(locked_until(at + Span::from_secs(30), Some((5, at))), None);
    }

    #[test]
    fn failures_are_forgotten_after_a_day_without_any() {
        let at = Timestamp::from_millis(1_800_000_000_000);
        assert_eq!(with_one_more(at, None), 1);
        assert_eq!(with_one_more(at + Span::from_secs(86_399), Some((6, at))), 7);
        assert_eq!(with_one_more(at + Span::from_days(1), Some((6, at))), 1);
        // A clock put back forgets nothing.
        assert_eq!(with_one_more(at + Span::from_secs(-5), Some((6, at))), 7);
    }
}
