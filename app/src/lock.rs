//! When the app locks by itself (docs/decisions/0048).
//!
//! A browser's timers stand still when the phone sleeps, and are slow in a window that nobody sees: how much
//! time passed is asked of the clock at each look, and before every page.

use model::time::{Span, Timestamp};

/// Says whether an open store has to be shut.
///
/// A clock can be set, which must open nothing: one that went back locks at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockTimer {
    touched_at: Timestamp,
    looked_at: Timestamp,
    hidden_since: Option<Timestamp>,
}

impl LockTimer {
    /// Begins when the store is opened.
    pub fn start(now: Timestamp) -> Self {
        Self { touched_at: now, looked_at: now, hidden_since: None }
    }

    /// Notes that somebody touched the phone or typed. It does not undo that time was up before.
    pub fn touch(&mut self, now: Timestamp) {
        self.touched_at = self.touched_at.max(now);
    }

    /// Notes that the app went out of sight, or came back into it.
    pub fn set_hidden(&mut self, now: Timestamp, is_hidden: bool) {
        self.hidden_since = match (is_hidden, self.hidden_since) {
            (false, _) => None,
            (true, since) => Some(since.unwrap_or(now)),
        };
    }

    /// Looks at the clock, and returns whether the store has to be shut now. It is asked every
    /// [`LOOK_EVERY`], and before each thing that the store is used for.
    pub fn is_up(&mut self, now: Timestamp) -> bool {
        let before = std::mem::replace(&mut self.looked_at, now);
        let passed = now.since(before);
        passed >= SLEPT_AFTER
            || before.since(now) >= SET_BACK_AFTER
            || now.since(self.touched_at) >= IDLE_AFTER
            || self.hidden_since.is_some_and(|since| now.since(since) >= HIDDEN_AFTER)
    }
}

/// Nobody touched it.
const IDLE_AFTER: Span = Span::from_minutes(5);
/// Nobody saw it.
const HIDDEN_AFTER: Span = Span::from_secs(60);
/// No look came: the phone slept, or the browser let the app stand still.
const SLEPT_AFTER: Span = Span::from_secs(90);
/// Clocks that are kept right by the network go back by less.
const SET_BACK_AFTER: Span = Span::from_secs(5);

/// Between two looks.
pub const LOOK_EVERY: Span = Span::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_795_032_600_000);

    fn after(seconds: i64) -> Timestamp {
        START + Span::from_secs(seconds)
    }

    /// Looks every ten seconds from the start until then, and says when it was up.
    fn up_at(
        timer: &mut LockTimer,
        until: i64,
        mut each: impl FnMut(&mut LockTimer, i64),
    ) -> Option<i64> {
        (1..=until / 10).map(|look| look * 10).find(|seconds| {
            each(timer, *seconds);
            timer.is_up(after(*seconds))
        })
    }

    #[test]
    fn it_locks_when_nobody_touched_it_for_five_minutes() {
        let mut timer = LockTimer::start(START);
        assert_eq!(up_at(&mut timer, 600, |_, _| ()), Some(300));
    }

    #[test]
    fn every_touch_begins_the_five_minutes_anew() {
        let mut timer = LockTimer::start(START);
        let touching = |timer: &mut LockTimer, seconds: i64| {
            if seconds <= 1_000 {
                timer.touch(after(seconds));
            }
        };
        assert_eq!(up_at(&mut timer, 3_600, touching), Some(1_300));
    }

    #[test]
    fn it_locks_a_minute_after_it_went_out_of_sight_and_not_when_it_came_back_before() {
        let mut timer = LockTimer::start(START);
        timer.set_hidden(after(5), true);
        assert_eq!(up_at(&mut timer, 50, |_, _| ()), None);
        // Told twice, it is hidden since the first time.
        timer.set_hidden(after(50), true);
        assert!(timer.is_up(after(65)));

        let mut timer = LockTimer::start(START);
        timer.set_hidden(after(5), true);
        assert!(!timer.is_up(after(60)));
        timer.set_hidden(after(61), false);
        assert!(!timer.is_up(after(70)));
    }

    #[test]
    fn a_phone_that_slept_is_locked_when_it_wakes_whatever_is_touched_first() {
        let mut timer = LockTimer::start(START);
        timer.touch(after(89));
        assert!(!timer.is_up(after(89)));
        timer.touch(after(180));
        assert!(timer.is_up(after(180)));
    }

    #[test]
    fn a_clock_that_was_set_back_locks_at_once_and_one_that_was_corrected_does_not() {
        let mut timer = LockTimer::start(START);
        assert!(!timer.is_up(after(10)));
        assert!(!timer.is_up(after(8)));
        assert!(timer.is_up(after(3)));
    }

    #[test]
    fn a_clock_that_was_set_forward_and_back_keeps_nobody_in() {
        let mut timer = LockTimer::start(START);
        timer.touch(after(60));
        assert!(!timer.is_up(after(60)));
        // An hour on, touched there, and back again.
        timer.touch(after(3_660));
        assert!(timer.is_up(after(3_660)));
        assert!(timer.is_up(after(70)));
    }
}
