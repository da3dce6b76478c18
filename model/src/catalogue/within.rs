//! Which dates a field takes: nothing that has happened lies in the future.
//!
//! What a person types is compared with this where it is saved, and nowhere else: a date that has
//! reached the server in a change is somebody's work, and is kept whatever it says.

use std::fmt;
use std::str::FromStr;

use crate::time::{Date, Span, Timestamp};
use crate::value::Scalar;
use crate::words::{Explained, Message, explained_error};

/// The bounds of a date or datetime field, each included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Within {
    /// The earliest.
    pub not_before: Option<Bound>,
    /// The latest.
    pub not_after: Option<Bound>,
}

/// One bound: a day, or counted from whenever it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// This day.
    Day(Date),
    /// So much after now; before it when negative.
    FromNow(Span),
}

impl Bound {
    /// Now.
    pub const NOW: Self = Self::FromNow(Span::from_millis(0));

    fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Day(day) => day.start(),
            Self::FromNow(span) => now + span,
        }
    }

    /// Returns whether the value is not later than this.
    fn is_not_before(self, value: &Scalar, now: Timestamp) -> bool {
        match value {
            Scalar::Date(date) => match self {
                Self::Day(day) => *date <= day,
                // It is that day already somewhere on earth.
                Self::FromNow(_) => date.start() - EASTERNMOST <= self.instant(now),
            },
            Scalar::DateTime(time) => match self {
                Self::Day(day) => *time < day.start() + DAY + WESTERNMOST,
                Self::FromNow(_) => *time <= self.instant(now),
            },
            Scalar::Text(_)
            | Scalar::Bool(_)
            | Scalar::Integer(_)
            | Scalar::Decimal(_)
            | Scalar::Time(_)
            | Scalar::Duration(_)
            | Scalar::Phone(_)
            | Scalar::Options(_)
            | Scalar::Choice(_)
            | Scalar::Ref(_)
            | Scalar::User(_) => true,
        }
    }

    /// Returns whether the value is not earlier than this.
    fn is_not_after(self, value: &Scalar, now: Timestamp) -> bool {
        match value {
            Scalar::Date(date) => match self {
                Self::Day(day) => *date >= day,
                // It is that day still somewhere on earth.
                Self::FromNow(_) => date.start() + DAY + WESTERNMOST >= self.instant(now),
            },
            Scalar::DateTime(time) => match self {
                Self::Day(day) => *time >= day.start() - EASTERNMOST,
                Self::FromNow(_) => *time >= self.instant(now),
            },
            Scalar::Text(_)
            | Scalar::Bool(_)
            | Scalar::Integer(_)
            | Scalar::Decimal(_)
            | Scalar::Time(_)
            | Scalar::Duration(_)
            | Scalar::Phone(_)
            | Scalar::Options(_)
            | Scalar::Choice(_)
            | Scalar::Ref(_)
            | Scalar::User(_) => true,
        }
    }
}

/// A text that is no bound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBound;

impl Explained for InvalidBound {
    fn message(&self) -> Message {
        Message::new("invalid_bound")
    }
}

impl FromStr for Bound {
    type Err = InvalidBound;

    fn from_str(text: &str) -> Result<Self, InvalidBound> {
        if text == "now" {
            return Ok(Self::NOW);
        }
        let (sign, rest) = match text.split_at_checked(1) {
            Some(("+", rest)) => (1, rest),
            Some(("-", rest)) => (-1, rest),
            _ => return text.parse().map(Self::Day).map_err(|_| InvalidBound),
        };
        let span = match rest.strip_suffix('y') {
            Some(years) => {
                let years: u16 = years.parse().map_err(|_| InvalidBound)?;
                Span::from_days(i64::from(years) * DAYS_IN_FOUR_YEARS / 4)
            }
            None => rest.parse().map_err(|_| InvalidBound)?,
        };
        Ok(Self::FromNow(Span::from_millis(sign * span.as_millis())))
    }
}

impl Explained for Bound {
    /// As a person reads it: `now`, `2026-01-01`, `90d from now`, `120y ago`.
    fn message(&self) -> Message {
        let span = match self {
            Self::Day(day) => return Message::new("bound_day").with("day", day),
            Self::FromNow(span) => span.as_millis(),
        };
        let length = Span::from_millis(span.saturating_abs());
        let days = length.as_millis() / DAY.as_millis();
        let years = (days * 4 + DAYS_IN_FOUR_YEARS - 1) / DAYS_IN_FOUR_YEARS;
        let is_years = years > 0 && years * DAYS_IN_FOUR_YEARS / 4 == days;
        match (span, is_years) {
            (0, _) => Message::new("bound_now"),
            (1.., true) => Message::new("bound_years_ahead").with("years", years),
            (1.., false) => Message::new("bound_ahead").with("length", length),
            (_, true) => Message::new("bound_years_ago").with("years", years),
            (_, false) => Message::new("bound_ago").with("length", length),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// What is known of the time where something is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// What the clock here says.
    pub now: Timestamp,
    /// The server's clock less this one, when they last met.
    pub skew: Span,
}

impl Clock {
    /// A clock that is taken to be right.
    pub fn right(now: Timestamp) -> Self {
        Self { now, skew: Span::default() }
    }

    /// Returns what the server's clock says, if that is worth the difference.
    fn other(self) -> Option<Timestamp> {
        let apart = self.skew.as_millis().unsigned_abs();
        (apart > CLOCKS_APART.as_millis().unsigned_abs()).then_some(self.now + self.skew)
    }
}

/// A date that a field does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Implausible {
    /// The bound that it passes.
    pub bound: Bound,
    /// Whether it lies after the bound, not before.
    pub is_late: bool,
    /// Whether a clock that is wrong may be the reason: then who typed it is asked.
    pub is_doubtful: bool,
}

impl Explained for Implausible {
    fn message(&self) -> Message {
        let code = match (self.is_late, self.is_doubtful) {
            (true, true) => "perhaps_too_late",
            (true, false) => "too_late",
            (false, true) => "perhaps_too_early",
            (false, false) => "too_early",
        };
        Message::new(code).inside("bound", self.bound.message())
    }
}

explained_error!(Implausible, InvalidBound);

impl Within {
    /// Returns whether any date will do.
    pub fn is_anything(&self) -> bool {
        *self == Self::default()
    }

    /// Judges a value.
    ///
    /// # Errors
    /// When it lies out of bounds by a clock that is known.
    pub fn check(&self, value: &Scalar, clock: Clock) -> Result<(), Implausible> {
        let judge = |bound: Option<Bound>, is_late, fits: fn(Bound, &Scalar, Timestamp) -> bool| {
            let Some(bound) = bound else { return Ok(()) };
            let here = fits(bound, value, clock.now);
            let there = clock.other().map_or(here, |now| fits(bound, value, now));
            if here && there {
                return Ok(());
            }
            let latest = clock.other().map_or(clock.now, |now| now.max(clock.now));
            let is_near = is_late && fits(bound, value, latest + CLOCK_SLACK);
            Err(Implausible { bound, is_late, is_doubtful: here || there || is_near })
        };
        judge(self.not_after, true, Bound::is_not_before)?;
        judge(self.not_before, false, Bound::is_not_after)
    }
}

/// How far a date that is later than now may lie ahead and still be a clock's fault, not the date's.
pub const CLOCK_SLACK: Span = Span::from_hours(24);

/// Clocks that are no further apart than this are not worth a question.
const CLOCKS_APART: Span = Span::from_minutes(5);

const DAY: Span = Span::from_hours(24);
/// Where a day begins first, before UTC.
const EASTERNMOST: Span = Span::from_hours(14);
/// Where it ends last, after UTC.
const WESTERNMOST: Span = Span::from_hours(12);
const DAYS_IN_FOUR_YEARS: i64 = 1_461;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_and_told() {
        let told = |text: &str| text.parse::<Bound>().map(|bound| bound.to_string());
        assert_eq!(told("now").unwrap(), "now");
        assert_eq!(told("1900-01-01").unwrap(), "1900-01-01");
        assert_eq!(told("-120y").unwrap(), "120y ago");
        assert_eq!(told("+1y").unwrap(), "1y from now");
        assert_eq!(told("+90d").unwrap(), "90d from now");
        for bad in ["", "today", "90d", "+90", "-1.5y", "1900", "é"] {
            assert_eq!(told(bad), Err(InvalidBound), "{bad}");
        }
    }

    #[test]
    fn what_has_happened_lies_between_its_bounds() {
        assert_eq!(judge("2026-11-28T12:00:00Z", 0), Ok(()));
        assert_eq!(judge("1901-01-01T00:00:00Z", 0), Ok(()));
        let late = judge("2099-01-01T00:00:00Z", 0).unwrap_err();
        assert!(late.is_late && !late.is_doubtful);
        assert_eq!(late.to_string(), "must not be after now: check the date");
        let early = judge("1800-01-01T00:00:00Z", 0).unwrap_err();
        assert!(!early.is_late && !early.is_doubtful);
    }

    #[test]
    fn a_clock_that_may_be_wrong_asks() {
        // A little ahead: the clock may be slow.
        assert!(judge("2026-11-28T12:01:00Z", 0).unwrap_err().is_doubtful);
        assert!(judge("2026-11-29T12:00:00Z", 0).unwrap_err().is_doubtful);
        assert!(!judge("2026-11-29T12:00:01Z", 0).unwrap_err().is_doubtful);
        // The clock is known to be three days slow, or fast.
        assert!(judge("2026-12-01T11:00:00Z", 72).unwrap_err().is_doubtful);
        assert!(judge("2026-11-28T11:00:00Z", -72).unwrap_err().is_doubtful);
        assert_eq!(judge("2026-11-25T11:00:00Z", -72), Ok(()));
        assert!(!judge("2027-11-25T11:00:00Z", 72).unwrap_err().is_doubtful);
    }

    #[test]
    fn a_day_has_begun_when_it_has_begun_anywhere() {
        let within = Within { not_after: Some(Bound::NOW), not_before: None };
        let judge = |day: &str| within.check(&Scalar::Date(day.parse().unwrap()), clock(0));
        assert_eq!(judge("2026-11-29"), Ok(()), "at noon UTC it is tomorrow in Auckland");
        assert!(judge("2026-11-30").is_err());
    }

    fn judge(time: &str, skew_hours: i64) -> Result<(), Implausible> {
        let within = Within {
            not_before: Some("1900-01-01".parse().unwrap()),
            not_after: Some("now".parse().unwrap()),
        };
        within.check(&Scalar::DateTime(time.parse().unwrap()), clock(skew_hours))
    }

    fn clock(skew_hours: i64) -> Clock {
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        Clock { now, skew: Span::from_hours(skew_hours) }
    }
}
