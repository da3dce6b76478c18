//! The department's clocks: how people write and read times of day.
//!
//! The time zones are compiled in, and the same for everybody who has the same version.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date as CivilDate, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::time::{Date, Timestamp};
use crate::value::ValueProblem;
use crate::words::{Explained, Message, explained_error};

/// A time zone by its name, such as `America/Chicago`.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// A text that names no time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone;

impl Explained for UnknownZone {
    fn message(&self) -> Message {
        Message::new("unknown_zone")
    }
}

explained_error!(UnknownZone);

impl Zone {
    /// Returns universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".into(), zone: TimeZone::UTC }
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads an instant as people write it: `2026-11-28 14:00`, `2026-11-28` (when that day begins),
    /// `14:00` (today), each by these clocks; or RFC 3339, whose offset counts then.
    ///
    /// # Errors
    /// When the text is none of these, or the clocks leave the time out or have it twice that day.
    pub fn read(&self, now: Timestamp, text: &str) -> Result<Timestamp, ValueProblem> {
        let text = text.trim();
        if let Ok(instant) = text.parse() {
            return Ok(instant);
        }
        let unreadable = || ValueProblem::Not { kind: "datetime" };
        let (day, time) = match text.split_once([' ', 'T']) {
            Some((day, time)) => (Some(day), Some(time.trim_start())),
            None if text.contains(':') => (None, Some(text)),
            None => (Some(text), None),
        };
        let day = match day {
            Some(day) => read_day(day).ok_or_else(unreadable)?,
            None => self.civil(now).ok_or_else(unreadable)?.date(),
        };
        let Some(time) = time else {
            // Where the clocks leave midnight out, the day begins when they go on.
            let begins = self.zone.to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| unreadable())?;
            return Ok(Timestamp::from_millis(begins.as_millisecond()));
        };
        let time = read_time(time).ok_or_else(unreadable)?;
        self.instant(day.to_datetime(time)).ok_or_else(unreadable)?
    }

    /// Returns an instant as these clocks show it, to the minute: `2026-11-28 14:00 CST`.
    pub fn show(&self, time: Timestamp) -> String {
        let Ok(instant) = jiff::Timestamp::from_millisecond(time.as_millis()) else {
            return time.to_string();
        };
        let offset = self.zone.to_offset_info(instant);
        let civil = offset.offset().to_datetime(instant);
        format!("{} {}", civil.strftime("%Y-%m-%d %H:%M"), offset.abbreviation())
    }

    /// Returns the day on which an instant falls by these clocks.
    pub fn day(&self, time: Timestamp) -> Option<Date> {
        self.civil(time)?.date().to_string().parse().ok()
    }

    fn civil(&self, time: Timestamp) -> Option<DateTime> {
        let instant = jiff::Timestamp::from_millisecond(time.as_millis()).ok()?;
        Some(self.zone.to_datetime(instant))
    }

    /// The instant at which the clocks show this; none when no calendar reaches so far.
    fn instant(&self, civil: DateTime) -> Option<Result<Timestamp, ValueProblem>> {
        let at = |offset: jiff::tz::Offset| {
            let instant = offset.to_timestamp(civil).ok()?;
            Some(Timestamp::from_millis(instant.as_millisecond()))
        };
        let zone = || self.name.clone();
        Some(match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Ok(at(offset)?),
            AmbiguousOffset::Gap { .. } => Err(ValueProblem::TimeSkipped { zone: zone() }),
            AmbiguousOffset::Fold { before, after } => Err(ValueProblem::TimeTwice {
                zone: zone(),
                first: written(civil, before),
                second: written(civil, after),
            }),
        })
    }
}

impl FromStr for Zone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        let zone = TimeZoneDatabase::bundled().get(name).map_err(|_| UnknownZone)?;
        let name = zone.iana_name().unwrap_or(name).to_owned();
        Ok(Self { name, zone })
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

fn read_day(text: &str) -> Option<CivilDate> {
    if text.len() == 10 { text.parse().ok() } else { None }
}

/// `9:05`, `09:05` or with seconds.
fn read_time(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let mut next = |most: usize| {
        let part = parts.next()?;
        let is_number =
            (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if is_number { part.parse::<i8>().ok() } else { None }
    };
    let (hour, minute) = (next(2)?, next(2)?);
    let second = match text.matches(':').count() {
        1 => 0,
        2 => next(2)?,
        _ => return None,
    };
    if text.rsplit(':').next().is_some_and(|last| last.len() != 2) {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

fn written(civil: DateTime, offset: jiff::tz::Offset) -> String {
    let (sign, seconds) =
        if offset.seconds() < 0 { ('-', -offset.seconds()) } else { ('+', offset.seconds()) };
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{}{sign}{hours:02}:{minutes:02}", civil.strftime("%Y-%m-%dT%H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them_by_the_clocks_of_the_department() {
        for (text, instant) in [
            ("2026-11-28 14:00", "2026-11-28T20:00:00Z"),
            ("2026-11-28T14:00", "2026-11-28T20:00:00Z"),
            ("2026-07-28 14:00", "2026-07-28T19:00:00Z"),
            ("2026-11-28 9:05", "2026-11-28T15:05:00Z"),
            ("2026-11-28 14:00:30", "2026-11-28T20:00:30Z"),
            ("2026-11-28", "2026-11-28T06:00:00Z"),
            // Half past eight in the evening there: still the day before by universal time.
            ("14:00", "2026-11-27T20:00:00Z"),
            (" 07:30 ", "2026-11-27T13:30:00Z"),
            ("2026-11-28T14:00:00Z", "2026-11-28T14:00:00Z"),
            ("2026-11-28T14:00:00+02:00", "2026-11-28T12:00:00Z"),
        ] {
            let read = chicago().read(now(), text);
            assert_eq!(read, Ok(instant.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "soon", "2026-11-31", "2026-11-28 25:00", "14", "14:0", "1:2:3:4", "+1:00"]
        {
            let read = chicago().read(now(), text);
            assert_eq!(read, Err(ValueProblem::Not { kind: "datetime" }), "{text}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_leave_out_or_have_twice_is_refused_and_explained() {
        let skipped = chicago().read(now(), "2026-03-08 02:30").unwrap_err();
        assert_eq!(skipped, ValueProblem::TimeSkipped { zone: "America/Chicago".into() });
        let twice = chicago().read(now(), "2026-11-01 01:30").unwrap_err();
        let ValueProblem::TimeTwice { first, second, .. } = twice else { panic!("{twice}") };
        assert_eq!(first, "2026-11-01T01:30-05:00");
        assert_eq!(second, "2026-11-01T01:30-06:00");
        let read = |text: &str| chicago().read(now(), text).unwrap();
        assert_eq!(read(&second).since(read(&first)), crate::time::Span::from_hours(1));
        // What is shown of either says which it is.
        assert_eq!(chicago().show(read(&first)), "2026-11-01 01:30 CDT");
        assert_eq!(chicago().show(read(&second)), "2026-11-01 01:30 CST");
    }

    #[test]
    fn a_day_is_the_one_that_people_there_had() {
        let evening = "2026-11-28T01:30:00Z".parse().unwrap();
        assert_eq!(chicago().day(evening).unwrap().to_string(), "2026-11-27");
        assert_eq!(Zone::utc().show(evening), "2026-11-28 01:30 UTC");
        assert!("America/Chicagoo".parse::<Zone>().is_err());
    }

    fn chicago() -> Zone {
        "America/Chicago".parse().unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-28T02:30:00Z".parse().unwrap()
    }
}
